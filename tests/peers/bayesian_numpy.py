"""The Bayesian regressors of pybnn as NASLib sets them, in numpy: their algorithms without torch, emcee and printing.

Each takes one-hot training rows, standardised targets, queries and a seed, and gives means and deviations.
"""

import numpy as np
from scipy.optimize import fmin


def pybnn_linear(rows, z, queries, seed):
    """pybnn's BayesianLinearRegression with its faults: the norm of the residuals is not squared, and the noise is
    inverted once it is found. The target is standardised here, which pybnn leaves out; the ranking gains from it."""
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    queries = np.hstack([queries, np.ones((len(queries), 1))])
    n, d = rows.shape

    def posterior(alpha, beta):
        inverse = np.linalg.inv(alpha * np.eye(d) + beta * rows.T @ rows)
        return beta * inverse @ rows.T @ z, inverse

    def negative(theta):
        if np.any(theta < -10) or np.any(theta > 10):
            return 1e25
        alpha, beta = np.exp(theta[0]), np.exp(-theta[1])
        mean, _ = posterior(alpha, beta)
        log_det = np.linalg.slogdet(alpha * np.eye(d) + beta * rows.T @ rows)[1]
        value = d / 2 * np.log(alpha) + n / 2 * np.log(beta) - n / 2 * np.log(2 * np.pi)
        return -(value - beta / 2 * np.linalg.norm(z - rows @ mean) - alpha / 2 * mean @ mean - log_det / 2)

    theta = fmin(negative, np.random.default_rng(seed).random(2), disp=False)
    alpha, beta = np.exp(theta[0]), np.exp(theta[1])
    mean, inverse = posterior(alpha, beta)
    return queries @ mean, np.sqrt(1 / beta + np.einsum("ij,jk,ik->i", queries, inverse, queries))


def layers_of(widths, rng):
    """torch's default initial weights."""
    return [[rng.uniform(-1, 1, (o, i)) / np.sqrt(i), rng.uniform(-1, 1, o) / np.sqrt(i)] for i, o in zip(widths, widths[1:])]


def forward(layers, x):
    outputs = [x]
    for place, (w, b) in enumerate(layers):
        x = x @ w.T + b
        outputs.append(np.tanh(x) if place + 1 < len(layers) else x)
        x = outputs[-1]
    return outputs


def backward(layers, outputs, slope):
    gradients = []
    for place in reversed(range(len(layers))):
        gradients[:0] = [slope.T @ outputs[place], slope.sum(0)]
        if place:
            slope = (slope @ layers[place][0]) * (1 - outputs[place] ** 2)
    return gradients


def dngo(rows, z, queries, seed):
    """NASLib's network (500 epochs, no weight decay) under the fixed head alpha = 1, beta = 1000."""
    rng = np.random.default_rng(seed)
    layers = layers_of([rows.shape[1], 50, 50, 50, 1], rng)
    flat = [p for layer in layers for p in layer]
    m, v, t = [np.zeros_like(p) for p in flat], [np.zeros_like(p) for p in flat], 0
    for _ in range(500):
        order = rng.permutation(len(rows))
        for start in range(0, len(rows) - 9, 10):
            batch = order[start : start + 10]
            outputs = forward(layers, rows[batch])
            gradients = backward(layers, outputs, 2 * (outputs[-1] - z[batch, None]) / len(batch))
            t += 1
            for p, g, a, b in zip(flat, gradients, m, v):
                a += 0.1 * (g - a)
                b += 0.001 * (g * g - b)
                p -= 0.01 / (1 - 0.9**t) * a / (np.sqrt(b) / np.sqrt(1 - 0.999**t) + 1e-8)
    phi, ask = forward(layers, rows)[-2], forward(layers, queries)[-2]
    inverse = np.linalg.inv(np.eye(50) + 1000 * phi.T @ phi)
    mean = 1000 * inverse @ phi.T @ z
    return ask @ mean, np.sqrt(1e-3 + np.einsum("ij,jk,ik->i", ask, inverse, ask))


def bohamiann(rows, z, queries, seed, steps=100, burn_in=10, keep=5):
    """NASLib's schedule and priors, without the printing that changes the chain."""
    rng = np.random.default_rng(seed)
    layers = layers_of([rows.shape[1], 50, 50, 1], rng)
    flat = [p for layer in layers for p in layer] + [np.array(np.log(1e-3))]
    count, n, size = sum(p.size for p in flat), len(rows), min(20, len(rows))
    tau, g, v, q = ([np.full_like(p, value) for p in flat] for value in [1, 1, 1, 0])
    kept, order = [], []
    for step in range(steps):
        if not len(order):
            order = rng.permutation(n)
        batch, order = order[:size], order[size:]
        noise = np.exp(flat[-1])
        outputs = forward(layers, rows[batch])
        error = outputs[-1] - z[batch, None]
        slopes = backward(layers, outputs, error / (noise + 1e-16) / len(batch))
        slopes.append(np.mean(0.5 - error**2 * noise / (2 * (noise + 1e-16) ** 2)) + (flat[-1] - np.log(1e-6)) / 0.01 / n)
        for place, (p, slope) in enumerate(zip(flat, slopes)):
            gradient = n * (slope + p / count / n)
            if step <= burn_in:
                old = tau[place].copy()
                tau[place] += 1 - tau[place] * g[place] ** 2 / (v[place] + 1e-10)
                g[place] += (gradient - g[place]) / (old + 1)
                v[place] += (gradient**2 - v[place]) / (old + 1)
            inverse = 1 / (np.sqrt(v[place]) + 1e-10)
            deviation = np.sqrt(np.maximum(2 * 1e-4 * 0.05 * inverse - 1e-8, 1e-16))
            q[place] += -1e-4 * inverse * gradient - 0.05 * q[place] + deviation * rng.standard_normal(p.shape)
            p += q[place]
        if step > burn_in and (step - burn_in) % keep == 0:
            kept.append((forward(layers, queries)[-1][:, 0], np.exp(flat[-1])))
    means = np.array([f for f, _ in kept])
    return means.mean(0), np.sqrt(means.var(0) + np.mean([noise for _, noise in kept]))
