"""NASLib's `sparse-gp` and `variational-sparse-gp` in torch: pyro's objectives, NASLib's start and 200 steps of Adam.

Each takes one-hot training rows, standardised targets and queries, and gives means.
"""

import torch


def start(rows):
    """Ten inducing points on the diagonal; logarithms of signal variance 5, length-scale 10 and noise variance 1."""
    points = 0.5 * torch.arange(10, dtype=torch.float64)[:, None] * torch.ones(1, rows.shape[1], dtype=torch.float64)
    logarithms = torch.log(torch.tensor([5.0, 10.0, 1.0], dtype=torch.float64))
    return points.requires_grad_(), logarithms.requires_grad_()


def covariance(a, b, logarithms):
    squared = ((a[:, None] - b[None]) ** 2).sum(-1)
    return torch.exp(logarithms[0] - squared / 2 / torch.exp(2 * logarithms[1]))


def ascend(variables, objective, steps=200):
    optimiser = torch.optim.Adam(variables, lr=0.01)
    for _ in range(steps):
        optimiser.zero_grad()
        (-objective()).backward()
        optimiser.step()


def naslib_sparse(rows, z, queries):
    """The bound of Titsias, its inducing points moved too."""
    x, z, asked = (torch.tensor(some, dtype=torch.float64) for some in (rows, z, queries))
    points, at = start(x)

    def parts():
        lower = torch.linalg.cholesky(covariance(points, points, at) + 1e-5 * torch.eye(10))
        a = torch.linalg.solve_triangular(lower, covariance(points, x, at), upper=False) / torch.exp(at[2] / 2)
        inner = torch.linalg.cholesky(torch.eye(10, dtype=torch.float64) + a @ a.T)
        c = torch.linalg.solve_triangular(inner, (a @ z)[:, None], upper=False)[:, 0] / torch.exp(at[2] / 2)
        return lower, a, inner, c

    def bound():
        _, a, inner, c = parts()
        n, noise = len(z), torch.exp(at[2])
        trace = torch.clamp(n * torch.exp(at[0]) / noise - (a**2).sum(), min=0)
        return -torch.log(inner.diagonal()).sum() - n / 2 * at[2] - z @ z / 2 / noise + c @ c / 2 - trace / 2

    ascend([points, at], bound)
    with torch.no_grad():
        lower, _, inner, c = parts()
        w = torch.linalg.solve_triangular(lower, covariance(points, asked, at), upper=False)
        return (torch.linalg.solve_triangular(inner, w, upper=False).T @ c).numpy()


def naslib_variational(rows, z, queries):
    """The predictive objective, all variables moved together."""
    x, z, asked = (torch.tensor(some, dtype=torch.float64) for some in (rows, z, queries))
    points, at = start(x)
    mean = torch.zeros(10, dtype=torch.float64, requires_grad=True)
    off = torch.zeros(10, 10, dtype=torch.float64, requires_grad=True)
    diagonal = torch.zeros(10, dtype=torch.float64, requires_grad=True)

    def whitened(some):
        lower = torch.linalg.cholesky(covariance(points, points, at) + 1e-6 * torch.eye(10))
        return torch.linalg.solve_triangular(lower, covariance(points, some, at), upper=False)

    def objective():
        a, t = whitened(x), torch.tril(off, -1) + torch.diag(torch.exp(diagonal))
        variance = torch.clamp(torch.exp(at[0]) - (a**2).sum(0), min=0) + ((t.T @ a) ** 2).sum(0) + torch.exp(at[2])
        fit = -0.5 * ((z - a.T @ mean) ** 2 / variance + torch.log(variance)).sum()
        return fit - 0.5 * ((t**2).sum() + mean @ mean - 2 * diagonal.sum())

    ascend([points, at, mean, off, diagonal], objective)
    with torch.no_grad():
        return (whitened(asked).T @ mean).numpy()
