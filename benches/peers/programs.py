"""The peers, in which ways each may train, and where they run."""
import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
SEEDBED = HERE.parents[1] / "target/release/seedbed"
# The program of each peer and its variants: run_all.py measures the fastest of them, which it
# finds out for each shape. PyTorch's grad without compilation was slower by far and is not tried.
VARIANTS = {
    "jax_vmap": ["devices", "threads"],
    "torch_batched": [
        "compiled-processes",
        "grad-compiled-processes",
        "step-processes",
        "compiled",
    ],
    "numpy_batched": ["processes"],
    "numpy_blas": ["processes", "threads"],
}
TITLES = {
    "jax_vmap": "JAX",
    "torch_batched": "PyTorch",
    "numpy_batched": "NumPy, batched",
    "numpy_blas": "NumPy + BLAS",
}
PACKAGES = {
    "jax_vmap": ["jax", "jaxlib"],
    "torch_batched": ["torch"],
    "numpy_batched": ["numpy"],
    "numpy_blas": ["numpy"],
}


def environment() -> dict[str, str]:
    """Without what would have OpenBLAS take another processor's kernels or blocks."""
    hidden = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    return {name: value for name, value in os.environ.items() if name not in hidden}
