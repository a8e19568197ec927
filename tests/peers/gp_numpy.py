"""Gaussian processes in numpy for `gp.py`: `gp/wl-gp` once more, and the two predictors as NASLib runs them."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

EDGES = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
OPERATIONS = {"none": 0, "skip_connect": 1, "nor_conv_1x1": 2, "nor_conv_3x3": 3, "avg_pool_3x3": 4}


def genotype(text):
    """Digits in the order of EDGES, from `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`."""
    nodes = [part.strip("|").split("|") for part in text.split("+")]
    return [OPERATIONS[edge.split("~")[0]] for node in nodes for edge in node]


def reduced(cell):
    """Labels and successors of the cell's graph: dead nodes gone, skips contracted; empty where nothing connects."""
    links = {(0, k + 1) for k, (a, _) in enumerate(EDGES) if a == 0}
    links |= {(k + 1, 7) for k, (_, b) in enumerate(EDGES) if b == 3}
    links |= {(i + 1, j + 1) for i, (_, b) in enumerate(EDGES) for j, (a, _) in enumerate(EDGES) if a == b}
    alive = {0, 7} | {k + 1 for k, op in enumerate(cell) if op != 0}
    links = {(a, b) for a, b in links if a in alive and b in alive}
    for k in [k + 1 for k, op in enumerate(cell) if op == 1]:
        before, after = [a for a, b in links if b == k], [b for a, b in links if a == k]
        links |= {(a, b) for a in before for b in after}
        links = {(a, b) for a, b in links if k not in (a, b)}
        alive.discard(k)
    down, up = {0}, {7}
    for _ in range(8):
        down |= {b for a, b in links if a in down}
        up |= {a for a, b in links if b in up}
    kept = sorted(alive & down & up)
    if 0 not in kept or 7 not in kept:
        return {}, {}
    labels = {k: "input" if k == 0 else "output" if k == 7 else cell[k - 1] for k in kept}
    return labels, {k: [b for a, b in links if a == k and b in labels] for k in kept}


def histograms(graphs, h):
    """Counts of labels at levels 0 to h, a dictionary for each graph and level."""
    found = []
    for labels, after in graphs:
        level, rows = dict(labels), [{}]
        for label in level.values():
            rows[0][label] = rows[0].get(label, 0) + 1
        for i in range(h):
            level = {k: (i, level[k], tuple(sorted(map(repr, (level[b] for b in after[k]))))) for k in level}
            rows.append({})
            for label in level.values():
                rows[-1][label] = rows[-1].get(label, 0) + 1
        found.append(rows)
    return found


def features(found, h):
    """Subtree features up to level h: graphs × labels."""
    index = {}
    for rows in found:
        for level in range(h + 1):
            for label in rows[level]:
                index.setdefault((level, label), len(index))
    phi = np.zeros((len(found), len(index)))
    for i, rows in enumerate(found):
        for level in range(h + 1):
            for label, count in rows[level].items():
                phi[i, index[(level, label)]] = count
    return phi


def normalised(k):
    d = np.sqrt(np.diag(k))
    return k / d[:, None] / d[None, :]


def wl_gp(train, targets, queries):
    """The process of `gp/wl-gp` by one eigendecomposition for each h; mean and variance, standardised target."""
    best = None
    found = histograms(train, 3)
    for h in range(4):
        k = normalised((phi := features(found, h)) @ phi.T)
        values, vectors = np.linalg.eigh(k)
        values, turned = np.maximum(values, 0), vectors.T @ targets

        def loss(at):
            d = np.exp(at[0]) * values + np.exp(at[1])
            gain = 0.5 / d - 0.5 * turned**2 / d**2
            value = 0.5 * np.sum(turned**2 / d + np.log(d)) + len(targets) / 2 * np.log(2 * np.pi)
            return value, np.array([np.sum(gain * np.exp(at[0]) * values), np.sum(gain) * np.exp(at[1])])

        bounds = [(np.log(1e-3), np.log(1e3)), (np.log(1e-6), np.log(10))]
        end = minimize(loss, [0, np.log(0.1)], jac=True, method="L-BFGS-B", bounds=bounds)
        if best is None or end.fun < best[0]:
            best = (end.fun, h, np.exp(end.x))
    _, h, (v, s2) = best
    phi = features(histograms(train + queries, h), h)
    k = v * normalised(phi @ phi.T)
    n = len(train)
    factor = cho_factor(k[:n, :n] + s2 * np.eye(n), lower=True)
    mean = k[n:, :n] @ cho_solve(factor, targets)
    variance = np.diag(k)[n:] + s2 - np.sum(k[:n, n:] * cho_solve(factor, k[:n, n:]), axis=0)
    return mean, variance


def compared(one, other, h):
    """The optimal assignment kernel of two graphs, as NASLib walks through it."""
    return sum(min(count, other[i].get(label, 0)) for i in range(h + 1) for label, count in one[i].items())


def gram(found, h):
    k = np.zeros((len(found), len(found)))
    for i in range(len(found)):
        for j in range(i + 1):
            k[i, j] = k[j, i] = compared(found[i], found[j], h)
    return k


def ascend(at, gradient, rate, steps, low=-np.inf, high=np.inf):
    """Adam."""
    first, second = np.zeros_like(at), np.zeros_like(at)
    for step in range(1, steps + 1):
        slope = gradient(at)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        at = at + rate * first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        at = np.clip(at, low, high)
    return at


def naslib_wl(train, targets, queries):
    """NASLib's algorithm on exact graphs: raw optimal assignment, h at the noise 1e-3, then 200 steps of Adam on the
    noise alone, the whole matrix again for the queries."""
    n = len(train)

    def likelihood(k):
        factor = cho_factor(k + 1e-3 * np.eye(n), lower=True)
        return -0.5 * targets @ cho_solve(factor, targets) - np.log(np.diag(factor[0])).sum()

    found = histograms(train, 3)
    k, h = max(((gram(found, h), h) for h in range(4)), key=lambda pair: likelihood(pair[0]))

    def gradient(at):
        inverse = np.linalg.inv(k + at[0] * np.eye(n))
        alpha = inverse @ targets
        return np.array([0.5 * (alpha @ alpha - np.trace(inverse)) / n])

    noise = ascend(np.array([1e-3]), gradient, 0.1, 200, 1e-7, 0.1)[0]
    k = gram(histograms(train + queries, h), h)
    return k[n:, :n] @ np.linalg.solve(k[:n, :n] + noise * np.eye(n), targets)


def naslib_gp(rows, targets, queries, seed):
    """NASLib's `gp`: maximum a posteriori by 200 steps of Adam from one draw of the log-normal priors, noise from 1."""
    square = lambda a, b: ((a[:, None] - b[None]) ** 2).sum(-1)
    distances = square(rows, rows)

    def gradient(at):
        v, l2, s2 = np.exp(at[0]), np.exp(2 * at[1]), np.exp(at[2])
        k = v * np.exp(-distances / 2 / l2)
        inverse = np.linalg.inv(k + (s2 + 1e-6) * np.eye(len(rows)))
        alpha = inverse @ targets
        inner = np.outer(alpha, alpha) - inverse
        slopes = [np.sum(inner * k), np.sum(inner * k * distances / l2), s2 * np.trace(inner)]
        return 0.5 * np.array(slopes) - np.array([1 + at[0], 1 + at[1], 0])

    at = ascend(np.append(np.random.default_rng(seed).normal(size=2), 0.0), gradient, 0.01, 200)
    v, l2, s2 = np.exp(at[0]), np.exp(2 * at[1]), np.exp(at[2])
    k = v * np.exp(-distances / 2 / l2) + (s2 + 1e-6) * np.eye(len(rows))
    return v * np.exp(-square(queries, rows) / 2 / l2) @ np.linalg.solve(k, targets)
