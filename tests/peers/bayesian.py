"""Compares the predictors of `bayesian` with pybnn, numpy and scikit-learn, and prints what came of it.

    python tests/peers/bayesian.py ARCHCAST PLUGIN_FOLDER TABLE [PART ...]
    # TABLE: nas-bench-201/cifar10.csv.gz; needs numpy, scipy, scikit-learn, and for `pybnn` and `speed` torch, emcee 3 and
    # `pip install --no-deps pybnn`

Parts (all of them where none is named):

- `fixed`: `linear-regression` on the linear basis against scikit-learn's BayesianRidge, which climbs the same likelihood.
- `quality`: Kendall tau, coverage of the 80 % interval and processor seconds on NAS-Bench-201. Trial t is the permutation
  of the table by numpy's `default_rng(t)`: its first 100 rows train, its last 200 are asked (`group = "none"`). The peers
  are pybnn's algorithms in numpy (`bayesian_numpy.py`). `quality-50` and `quality-400` train on so many, the latter in 3
  trials.
- `pybnn`: the same with pybnn's own classes as NASLib sets them. `dngo` stands there without the fit of its head, which
  hardly moves the ranking and takes minutes.
- `speed`: processor seconds at equal steps.
"""

import contextlib
import io
import logging
import platform
import sys
import time
from datetime import date

from gp import Archcast, log_error, split, standardised

import numpy as np
import scipy
import sklearn
from bayesian_numpy import bohamiann, dngo, pybnn_linear
from paired import holm
from scipy.stats import kendalltau
from sklearn.linear_model import BayesianRidge


class Uncached(Archcast):
    """Fits anew each time: a fit that was cached would cost nothing."""

    def run(self, folder, *arguments):
        return super().run(folder, *arguments, *(["--no-cache"] if arguments[0] == "fit" else []))


def fixed(archcast):
    print("  largest difference of 200 predictions from scikit-learn's, in deviations of the target: mean, deviation")
    for n in [50, 100, 400]:
        train, asked = split(archcast, 0, n)
        z, mean, deviation = standardised(archcast.accuracy[train])
        means, deviations, _, _ = archcast.ask("bayesian/linear-regression", train, asked, {"basis": "linear"}, transform="none")
        rows = archcast.one_hot - archcast.one_hot[train].mean(0)
        model = BayesianRidge(alpha_1=0, alpha_2=0, lambda_1=0, lambda_2=0, tol=1e-13, max_iter=100_000, fit_intercept=False)
        want, spread = model.fit(rows[train], z).predict(rows[asked], return_std=True)
        miss = np.abs((means - mean) / deviation - want).max(), np.abs(deviations / deviation - spread).max()
        print(f"  {n:4} {miss[0]:.1e} {miss[1]:.1e}")


PEERS = {
    "linear-regression: pybnn's in numpy": pybnn_linear,
    "dngo: NASLib's network in numpy, fixed head": dngo,
    "bohamiann: NASLib's in numpy": bohamiann,
}
OURS = ["linear/ridge", "bayesian/linear-regression", "bayesian/dngo", "bayesian/bohamiann"]


NASLIB = {"preset": "naslib"}


def measure(archcast, ours, peers, pairs, n=100, trials=10):
    print("  predictor                                     tau ± sd         cover 80 %   seconds   tau of each trial")
    rows = {}
    for t in range(trials):
        train, asked = split(archcast, t, n)
        truth = archcast.accuracy[asked]
        for name, (use, params, transform) in ours.items():
            means, deviations, fit, ask = archcast.ask(use, train, asked, params, transform)
            cover = np.mean(np.abs(truth - means) <= 1.2815515655446004 * deviations)
            rows.setdefault(name, []).append((kendalltau(means, truth)[0], cover, fit + ask))
        for name, peer in peers.items():
            z, mean, deviation = standardised(archcast.accuracy[train])
            start = time.process_time()
            means, deviations = peer(archcast.one_hot[train], z, archcast.one_hot[asked], t)
            seconds = time.process_time() - start
            cover = np.mean(np.abs(truth - mean - deviation * means) <= 1.2815515655446004 * deviation * deviations)
            rows.setdefault(name, []).append((kendalltau(means, truth)[0], cover, seconds))
    for name, measured in rows.items():
        tau, cover, seconds = np.array(measured).T
        print(f"  {name:45} {tau.mean():.3f} ± {tau.std(ddof=1):.3f}   {cover.mean():8.3f}   {np.median(seconds):8.3f}   {np.round(tau, 3).tolist()}", flush=True)
    gaps = [np.array(rows[a])[:, 0] - np.array(rows[b])[:, 0] for a, b in pairs]
    adjusted = holm([scipy.stats.ttest_1samp(gap, 0).pvalue for gap in gaps])
    for (a, b), gap, p in zip(pairs, gaps, adjusted):
        print(f"  {a} less {b}: {gap.mean():+.4f} (p = {p:.3g}, Holm)")


def quality(n, trials=10):
    def part(archcast):
        pairs = [(use, name) for name in PEERS for use in OURS if name.startswith(use.split("/")[1] + ":")]
        measure(archcast, {use: (use, None, None) for use in OURS}, PEERS, pairs, n, trials)

    return part


def seeded(seed):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    np.random.seed(seed)
    logging.getLogger().setLevel(logging.ERROR)


def pybnn_line(rows, z, queries, seed):
    """On standardised targets, where NASLib hands over percent: the ranking gains from it."""
    from pybnn.bayesian_linear_regression import BayesianLinearRegression, linear_basis_func

    seeded(seed)
    model = BayesianLinearRegression(alpha=1.0, beta=100, basis_func=linear_basis_func, do_mcmc=False)
    with contextlib.redirect_stdout(io.StringIO()):
        model.train(rows, z, do_optimize=True)
    mean, variance = model.predict(queries)
    return mean, np.sqrt(variance)


def pybnn_dngo(rows, z, queries, seed, head=False):
    from pybnn.dngo import DNGO

    seeded(seed)
    model = DNGO(num_epochs=500, learning_rate=0.01, alpha=1.0, beta=1000, normalize_input=False, rng=np.random.RandomState(seed))
    model.train(rows, z, do_optimize=head)
    mean, variance = model.predict(queries)
    return mean, np.sqrt(variance)


def pybnn_bohamiann(rows, z, queries, seed, verbose=True):
    from pybnn.bohamiann import Bohamiann

    seeded(seed)
    model = Bohamiann(normalize_input=False, print_every_n_steps=10)
    with contextlib.redirect_stdout(io.StringIO()):
        model.train(rows, z, num_steps=100, num_burn_in_steps=10, keep_every=5, lr=1e-2, mdecay=0.05, verbose=verbose)
    mean, variance = model.predict(queries)
    return mean, np.sqrt(variance)


PYBNN = {
    "linear-regression, pybnn": pybnn_line,
    "dngo, pybnn, fixed head": pybnn_dngo,
    "bohamiann, pybnn": pybnn_bohamiann,
}


def pybnn(archcast):
    ours = {}
    for name in ["linear-regression", "dngo", "bohamiann"]:
        ours[name] = (f"bayesian/{name}", None, None)
    for name in ["dngo", "bohamiann"]:
        ours[f"{name}, naslib"] = (f"bayesian/{name}", NASLIB, "none")
    pairs = [(name, peer) for name in ours for peer in PYBNN if peer.split(",")[0] == name.split(",")[0]]
    measure(archcast, ours, PYBNN, pairs)


def speed(archcast):
    """At equal steps, without cross-fitting: whole commands of fit and 200 queries, the same with one step in place of
    all, and the peers without the start of Python and its imports."""
    train, asked = split(archcast, 0, 100)
    z, _, _ = standardised(archcast.accuracy[train])
    for use, params, one, peers in [
        ("bayesian/dngo", {"epochs": 500, "weight_decay": 0.0, "folds": 0}, {"epochs": 1}, [dngo, pybnn_dngo]),
        ("bayesian/dngo", {"preset": "naslib"}, {"epochs": 1, "head": "ml"}, [lambda *fit: pybnn_dngo(*fit, head=True)]),
        ("bayesian/bohamiann", NASLIB, {"steps": 1}, [bohamiann, lambda *fit: pybnn_bohamiann(*fit, verbose=False), pybnn_bohamiann]),
    ]:
        whole, start = (
            np.median([sum(archcast.ask(use, train, asked, chosen)[2:]) for _ in range(9)])
            for chosen in [params, {**params, **one}]
        )
        theirs = []
        pybnn_bohamiann(archcast.one_hot[train], z, archcast.one_hot[asked], 0)  # Imports are not timed.
        for peer in peers:
            begin = time.process_time()
            peer(archcast.one_hot[train], z, archcast.one_hot[asked], 0)
            theirs.append(time.process_time() - begin)
        print(f"  {use} {params}: commands {whole:.4f} s, of that with one step {start:.4f} s; peers", ", ".join(f"{s:.3f} s" for s in theirs), flush=True)


PARTS = {"fixed": fixed, "quality": quality(100), "quality-50": quality(50), "quality-400": quality(400, 3), "pybnn": pybnn, "speed": speed}


def main(command, plugins, table, *parts):
    archcast = Uncached(command, plugins, table)
    print(f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}, Python {platform.python_version()}, {date.today()}")
    for part in parts or PARTS:
        print(part)
        PARTS[part](archcast)


if __name__ == "__main__":
    if len(sys.argv) < 4 or any(part not in PARTS for part in sys.argv[4:]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
