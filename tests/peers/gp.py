"""Compares the predictors of `gp` with scikit-learn, gpytorch and numpy, and prints what came of it.

    python tests/peers/gp.py ARCHCAST PLUGIN_FOLDER TABLE [PART ...]
    # TABLE: nas-bench-201/cifar10.csv.gz; needs numpy, scipy, scikit-learn and, for the parts `naslib` and `speed`, torch and gpytorch

Parts (all of them where none is named):

- `vectors`: the numbers that the unit tests of the plugin hold, by scikit-learn and by closed forms.
- `fixed`: predictions at fixed hyperparameters against scikit-learn's.
- `quality`: Kendall tau and coverage on NAS-Bench-201. Trial t is the permutation of the table by numpy's
  `default_rng(t)`: its first n rows train, its last 200 are asked, whatever network they are (`group = "none"`).
- `naslib`: Kendall tau of the preset `naslib` of `gp` and of the defaults of the sparse processes beside NASLib's (in numpy and
  torch), 100 labels.
- `speed`: seconds of a fit, one thread.
"""

import csv
import gzip
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import date
from pathlib import Path

for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"]:
    os.environ[name] = "1"

import numpy as np
import scipy
import sklearn
from gp_numpy import features, genotype, histograms, naslib_gp, naslib_wl, reduced, wl_gp
from scipy.linalg import cholesky
from scipy.stats import kendalltau
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel

# A fit that is known from before would be timed as none.
os.environ["ARCHCAST_CACHE"] = ""

ROWS = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1], [1, 1, 0], [1, 0, 1]], dtype=float)
TARGETS = np.array([-1.2, 0.3, 0.8, -0.4, 0.5])
QUERIES = np.array([[0, 0, 0], [1, 1, 1]], dtype=float)


# ---- scikit-learn ----


def sklearn_gp(rows, targets, kernel=RBF, fixed=None):
    """Type-II maximum likelihood from the three starts of `gp/gp`, or these hyperparameters."""
    best = None
    for length in [0.5, 2.0, 8.0] if fixed is None else [fixed[1]]:
        v, s2 = (1.0, 0.1) if fixed is None else (fixed[0], fixed[2])
        options = {"nu": 2.5} if kernel is Matern else {}
        parts = ConstantKernel(v, (1e-3, 1e3)) * kernel(length, (0.1, 100), **options) + WhiteKernel(s2, (1e-6, 10))
        optimizer = "fmin_l_bfgs_b" if fixed is None else None
        model = GaussianProcessRegressor(parts, alpha=0, optimizer=optimizer)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(rows, targets)
        if best is None or model.log_marginal_likelihood_value_ > best.log_marginal_likelihood_value_:
            best = model
    return best


# ---- archcast ----


class Archcast:
    space = "nas-bench-201"

    def __init__(self, command, plugins, table):
        self.command, self.plugins = str(Path(command).resolve()), str(Path(plugins).resolve())
        with gzip.open(table, "rt") as read:
            rows = list(csv.DictReader(read))
        self.text = [row["arch_str"] for row in rows]
        self.accuracy = np.array([float(row["val_acc"]) for row in rows])
        self.cells = [genotype(text) for text in self.text]
        self.one_hot = np.zeros((len(rows), 30))
        for row, cell in enumerate(self.cells):
            self.one_hot[row, [5 * edge + op for edge, op in enumerate(cell)]] = 1

    def run(self, folder, *arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [self.command, "--plugin-dir", self.plugins, *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def ask(self, use, train, asked, params=None, transform=None):
        """Means and deviations of the asked rows, and processor seconds of fit and predict as whole commands."""
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            for file, part in [("train.csv", train), ("ask.csv", asked)]:
                lines = [f'"{self.text[row]}",{float(self.accuracy[row])!r}' for row in part]
                (folder / file).write_text("arch,y\n" + "\n".join(lines) + "\n")
            settings = "".join(f"{key} = {json.dumps(value)}, " for key, value in (params or {}).items())
            (folder / "a.toml").write_text(
                f'[data]\ntable = "train.csv"\nspace = "{self.space}"\narchitecture = "arch"\n'
                'target = { column = "y", goal = "maximize", unit = "percent" }\n'
                f'[member.a]\nuse = "{use}"\nparams = {{ {settings.rstrip(", ")} }}\n'
                + (f'target_transform = "{transform}"\n' if transform else "")
            )
            fit = self.run(folder, "fit", "a.toml", "-o", "a.model")
            ask = self.run(folder, "predict", "a.model", "--table", "ask.csv", "-o", "out.csv")
            with open(folder / "out.csv", newline="") as read:
                out = list(csv.DictReader(read))
        means = np.array([float(row["mean"]) for row in out])
        deviations = np.array([float(row["std"]) if row.get("std") else np.nan for row in out])
        return means, deviations, fit, ask


def split(archcast, t, n):
    order = np.random.default_rng(t).permutation(len(archcast.text))
    return order[:n], order[-200:]


def log_error(accuracy):
    return -np.log(np.maximum(100 - accuracy, 1e-4))


def standardised(values):
    return (values - values.mean()) / values.std(), values.mean(), values.std()


# ---- parts ----


def vectors(_):
    for kernel in [RBF, Matern]:
        model = sklearn_gp(ROWS, TARGETS, kernel, fixed=(1.5, 1.2, 0.1))
        value, gradient = model.log_marginal_likelihood(model.kernel_.theta, eval_gradient=True)
        means, deviations = model.predict(QUERIES, return_std=True)
        # scikit-learn's deviation holds the noise of WhiteKernel.
        print(f"  {kernel.__name__}: log likelihood {value:.10f}, gradient {np.round(gradient, 10).tolist()}")
        print(f"    means {np.round(means, 10).tolist()}, latent variances {np.round(deviations**2 - 0.1, 10).tolist()}")
    k = 1.5 * np.exp(-((ROWS[:, None] - ROWS[None]) ** 2).sum(-1) / 2 / 1.44)
    u = [0, 3]
    lower = cholesky(k[np.ix_(u, u)] + 1e-6 * np.eye(2), lower=True)
    a = np.linalg.solve(lower, k[u]) / np.sqrt(0.1)
    q = 0.1 * a.T @ a
    cover = q + 0.1 * np.eye(5)
    dtc = -0.5 * (TARGETS @ np.linalg.solve(cover, TARGETS) + np.linalg.slogdet(cover)[1] + 5 * np.log(2 * np.pi))
    trace = np.trace(k - q)
    print(f"  sparse: DTC {dtc:.10f}, trace {trace:.10f}, F {dtc - trace / 0.2:.10f}")
    graphs = [reduced([int(d) for d in cell]) for cell in ["312403", "312423", "013134", "222143"]]
    found = histograms(graphs, 3)
    for h in range(4):
        phi = features(found, h)
        upper = np.triu_indices(4)
        smaller = np.minimum(phi[:, None], phi[None]).sum(-1)
        print(f"  WL {h}: subtree {(phi @ phi.T)[upper].astype(int).tolist()}, assignment {smaller[upper].astype(int).tolist()}")


def fixed(archcast):
    print("  largest difference of 200 predictions, in deviations of the target: mean, deviation")
    for n in [50, 100, 400]:
        train, asked = split(archcast, 0, n)
        z, mean, deviation = standardised(archcast.accuracy[train])
        for name, kernel in [("rbf", RBF), ("matern-5-2", Matern)]:
            params = {"kernel": name, "variance": 1.3, "length_scale": 1.9, "noise": 0.2, "steps": 0}
            means, deviations, _, _ = archcast.ask("gp/gp", train, asked, params, transform="none")
            model = sklearn_gp(archcast.one_hot[train], z, kernel, fixed=(1.3, 1.9, 0.2))
            want, spread = model.predict(archcast.one_hot[asked], return_std=True)
            miss = np.abs((means - mean) / deviation - want).max(), np.abs(deviations / deviation - spread).max()
            print(f"  {n:4} {name:10} {miss[0]:.1e} {miss[1]:.1e}")


def sklearn_row(archcast, train, asked, _):
    z, _, _ = standardised(log_error(archcast.accuracy[train]))
    return sklearn_gp(archcast.one_hot[train], z, Matern).predict(archcast.one_hot[asked])


def naslib_row(archcast, train, asked, t):
    z, _, _ = standardised(archcast.accuracy[train])
    return naslib_gp(archcast.one_hot[train], z, archcast.one_hot[asked], t)


def graph_row(process):
    """Disconnected cells neither train nor are asked; they are the worst target."""

    def row(archcast, train, asked, _):
        graphs = {row: reduced(archcast.cells[row]) for row in [*train, *asked]}
        kept, live = [r for r in train if graphs[r][0]], [r for r in asked if graphs[r][0]]
        z, _, _ = standardised(log_error(archcast.accuracy[kept]))
        known = dict(zip(live, process([graphs[r] for r in kept], z, [graphs[r] for r in live])))
        return np.array([known.get(row, z.min()) for row in asked])

    return row


PEERS = {
    "gp: scikit-learn, log error": sklearn_row,
    "gp: NASLib's in numpy": naslib_row,
    "wl-gp: the same in numpy": graph_row(lambda *graphs: wl_gp(*graphs)[0]),
    "wl-gp: NASLib's in numpy": graph_row(naslib_wl),
}
QUALITY = ["linear/ridge", "gp/gp", "gp/sparse-gp", "gp/variational-sparse-gp", "gp/wl-gp", "gp/anchored"]


def quality(archcast):
    print("  n    predictor                       tau ± sd         cover 80 %   seconds fit, predict (whole commands)")
    for n, trials in [(50, 10), (100, 10), (400, 3)]:
        rows = {}
        for t in range(trials):
            train, asked = split(archcast, t, n)
            truth = archcast.accuracy[asked]
            for use in QUALITY:
                means, deviations, fit, ask = archcast.ask(use, train, asked)
                cover = np.mean(np.abs(truth - means) <= 1.2815515655446004 * deviations)
                rows.setdefault(use, []).append((kendalltau(means, truth)[0], cover, fit, ask))
            for name, peer in PEERS.items():
                start = time.process_time()
                tau = kendalltau(peer(archcast, train, asked, t), truth)[0]
                rows.setdefault(name, []).append((tau, np.nan, time.process_time() - start, np.nan))
        for name, measured in rows.items():
            tau, cover, fit, ask = np.array(measured).T
            print(f"  {n:4} {name:30} {tau.mean():.3f} ± {tau.std(ddof=1):.3f}   {cover.mean():8.3f}   {fit.mean():8.3f} {ask.mean():8.3f}", flush=True)
        for ours, theirs in [(use, name) for name in PEERS for use in QUALITY if name.startswith(use[3:] + ":")]:
            gap = np.array(rows[ours])[:, 0] - np.array(rows[theirs])[:, 0]
            said = f"p = {scipy.stats.ttest_1samp(gap, 0).pvalue:.3g}" if np.ptp(gap) > 0 else "no difference"
            print(f"       {ours} less {theirs}: {gap.mean():+.4f} ({said})")


def naslib(archcast, n=100, trials=10):
    import torch
    from gp_torch import naslib_sparse, naslib_variational

    torch.set_num_threads(1)
    pairs = {"gp": naslib_gp, "sparse-gp": lambda *fit: naslib_sparse(*fit[:3]), "variational-sparse-gp": lambda *fit: naslib_variational(*fit[:3])}
    for name, peer in pairs.items():
        rows = []
        for t in range(trials):
            train, asked = split(archcast, t, n)
            truth = archcast.accuracy[asked]
            z, _, _ = standardised(archcast.accuracy[train])
            preset = ({"preset": "naslib"}, "none") if name == "gp" else ()
            ours, _, fit, ask = archcast.ask(f"gp/{name}", train, asked, *preset)
            start = time.process_time()
            theirs = peer(archcast.one_hot[train], z, archcast.one_hot[asked], t)
            seconds = time.process_time() - start
            rows.append([kendalltau(ours, truth)[0], kendalltau(theirs, truth)[0], fit + ask, seconds])
        taus = np.array(rows)
        gap = taus[:, 0] - taus[:, 1]
        (ours, theirs), (sd, their_sd) = taus[:, :2].mean(0), taus[:, :2].std(0, ddof=1)
        print(f"  {name}: archcast {ours:.3f} ± {sd:.3f}, NASLib's {theirs:.3f} ± {their_sd:.3f}, difference {gap.mean():+.3f} (p = {scipy.stats.ttest_1samp(gap, 0).pvalue:.3g}); seconds {taus[:, 2].mean():.3f}, {taus[:, 3].mean():.3f}", flush=True)


def gpytorch_seconds(rows, targets, steps):
    import gpytorch
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)

    class Model(gpytorch.models.ExactGP):
        def __init__(self, x, y, likelihood):
            super().__init__(x, y, likelihood)
            self.mean_module = gpytorch.means.ZeroMean()
            self.covar_module = gpytorch.kernels.ScaleKernel(gpytorch.kernels.MaternKernel(nu=2.5))

        def forward(self, x):
            return gpytorch.distributions.MultivariateNormal(self.mean_module(x), self.covar_module(x))

    x, y = torch.tensor(rows), torch.tensor(targets)
    likelihood = gpytorch.likelihoods.GaussianLikelihood()
    model = Model(x, y, likelihood)
    objective = gpytorch.mlls.ExactMarginalLogLikelihood(likelihood, model)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    model.train(), likelihood.train()
    start = time.process_time()
    for _ in range(steps):
        optimiser.zero_grad()
        loss = -objective(model(x), y)
        loss.backward()
        optimiser.step()
    return time.process_time() - start


def speed(archcast):
    for n in [100, 400]:
        train, asked = split(archcast, 0, n)
        z, _, _ = standardised(log_error(archcast.accuracy[train]))
        # 10 steps from one start each, of ours too before it is flat; ours is the whole command less one without steps.
        params = {"length_scale": 2.0, "steps": 10}
        whole = np.median([archcast.ask("gp/gp", train, asked, params)[2] for _ in range(9)])
        none = np.median([archcast.ask("gp/gp", train, asked, {**params, "steps": 0})[2] for _ in range(9)])
        theirs = np.median([gpytorch_seconds(archcast.one_hot[train], z, 10) for _ in range(9)])
        print(f"  gp, n = {n}, 10 steps: command {whole:.4f} s, without steps {none:.4f} s; gpytorch {theirs:.4f} s")
        fit = np.median([sum(archcast.ask("gp/wl-gp", train, asked)[2:]) for _ in range(5)])
        print(f"  wl-gp, n = {n}, fit and 200 queries: two commands {fit:.3f} s", end="")
        for name in ["wl-gp: the same in numpy", "wl-gp: NASLib's in numpy"]:
            seconds = []
            for _ in range(3):
                start = time.process_time()
                PEERS[name](archcast, train, asked, 0)
                seconds.append(time.process_time() - start)
            print(f"; {name} {np.median(seconds):.3f} s", end="")
        print()


PARTS = {"vectors": vectors, "fixed": fixed, "quality": quality, "naslib": naslib, "speed": speed}


def main(command, plugins, table, *parts):
    archcast = Archcast(command, plugins, table)
    print(f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}, Python {platform.python_version()}, {date.today()}")
    for part in parts or PARTS:
        print(part)
        PARTS[part](archcast)


if __name__ == "__main__":
    if len(sys.argv) < 4 or any(part not in PARTS for part in sys.argv[4:]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
