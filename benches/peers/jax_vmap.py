"""JAX: jit(vmap(scan)); the compilation is not counted.
usage: see network.py; variants:
  threads   XLA shares each operation out to the cores (the default)
  devices   one device of XLA per core, each with an equal part of the networks"""
import os
import sys

from network import Task, cores, epoch, main

if "devices" in sys.argv:
    os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={cores()}"
import jax
import jax.numpy as jnp
import numpy as np


def shared_out(weights):
    """The networks on all devices, of which there may be one."""
    mesh = jax.sharding.Mesh(jax.devices(), "networks")
    return jax.device_put(
        weights, jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("networks"))
    )


def trainer(task: Task):
    jax.config.update("jax_enable_x64", task.x.dtype == np.float64)
    x, y = jnp.array(task.x), jnp.array(task.y)
    weights = shared_out(task.weights)

    def one_epoch(weights, _):
        return epoch(x, y, weights, task.rate, jax.nn.sigmoid), None

    def train(weights):
        return jax.lax.scan(one_epoch, weights, None, length=task.epochs)[0]

    compiled = jax.jit(jax.vmap(train)).lower(weights).compile()
    # Turned into arrays of NumPy, because JAX returns before it is done.
    return lambda: jax.tree.map(np.asarray, compiled(weights))


if __name__ == "__main__":
    main(trainer)
