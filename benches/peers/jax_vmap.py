"""JAX: jit(vmap(scan)), all cores.
usage: jax_vmap.py HIDDEN f64|f32 NETWORKS EPOCHS"""
import sys

import jax
import jax.numpy as jnp

from network import INPUTS, TARGETS, report

hidden, precision = int(sys.argv[1]), sys.argv[2]
networks, epochs = int(sys.argv[3]), int(sys.argv[4])
jax.config.update("jax_enable_x64", precision == "f64")
dtype = jnp.float64 if precision == "f64" else jnp.float32
x = jnp.array(INPUTS, dtype)
y = jnp.array(TARGETS, dtype).reshape(-1, 1)


def sigmoid(z):
    return 1 / (1 + jnp.exp(-z))


def epoch(weights, _):
    w1, w2 = weights
    h = sigmoid(x @ w1)
    o = sigmoid(h @ w2)
    d2 = (y - o) * o * (1 - o)
    d1 = d2 @ w2.T * h * (1 - h)
    return (w1 + x.T @ d1, w2 + h.T @ d2), None


def train(weights):
    return jax.lax.scan(epoch, weights, None, length=epochs)[0]


first, second = jax.random.split(jax.random.PRNGKey(0))
weights = (
    jax.random.uniform(first, (networks, 3, hidden), dtype, -1, 1),
    jax.random.uniform(second, (networks, hidden, 1), dtype, -1, 1),
)
compiled = jax.jit(jax.vmap(train)).lower(weights).compile()  # not counted
report(lambda: jax.block_until_ready(compiled(weights)), networks * epochs)
