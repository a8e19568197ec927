"""Compares the predictors of `bayesian` with numpy, scikit-learn and NASLib's algorithms in numpy, and prints what came of it.

    python tests/peers/bayesian.py ARCHCAST PLUGIN_FOLDER TABLE [PART ...]
    # TABLE: nas-bench-201/cifar10.csv.gz; needs numpy, scipy, scikit-learn

Parts (all of them where none is named):

- `fixed`: `linear-regression` on the linear basis against scikit-learn's BayesianRidge, which climbs the same likelihood.
- `quality`: Kendall tau, coverage of the 80 % interval and processor seconds on NAS-Bench-201. Trial t is the permutation
  of the table by numpy's `default_rng(t)`: its first 100 rows train, its last 200 are asked (`group = "none"`).
- `speed`: processor seconds at equal steps.
"""

import platform
import sys
import time
from datetime import date

from gp import Archcast, log_error, split, standardised

import numpy as np
import scipy
import sklearn
from bayesian_numpy import bohamiann, dngo, pybnn_linear
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


def quality(archcast, n=100, trials=10):
    print("  predictor                                     tau ± sd         cover 80 %   seconds")
    rows = {}
    for t in range(trials):
        train, asked = split(archcast, t, n)
        truth = archcast.accuracy[asked]
        for use in OURS:
            means, deviations, fit, ask = archcast.ask(use, train, asked)
            cover = np.mean(np.abs(truth - means) <= 1.2815515655446004 * deviations)
            rows.setdefault(use, []).append((kendalltau(means, truth)[0], cover, fit + ask))
        for name, peer in PEERS.items():
            z, mean, deviation = standardised(archcast.accuracy[train])
            start = time.process_time()
            means, deviations = peer(archcast.one_hot[train], z, archcast.one_hot[asked], t)
            seconds = time.process_time() - start
            cover = np.mean(np.abs(truth - mean - deviation * means) <= 1.2815515655446004 * deviation * deviations)
            rows.setdefault(name, []).append((kendalltau(means, truth)[0], cover, seconds))
    for name, measured in rows.items():
        tau, cover, seconds = np.array(measured).T
        print(f"  {name:45} {tau.mean():.3f} ± {tau.std(ddof=1):.3f}   {cover.mean():8.3f}   {seconds.mean():8.3f}", flush=True)
    for ours, theirs in [(use, name) for name in PEERS for use in OURS if name.startswith(use.split("/")[1] + ":")]:
        gap = np.array(rows[ours])[:, 0] - np.array(rows[theirs])[:, 0]
        print(f"  {ours} less {theirs}: {gap.mean():+.4f} (p = {scipy.stats.ttest_1samp(gap, 0).pvalue:.3g})")


def speed(archcast):
    """At equal steps: dngo's 500 epochs, bohamiann's 100 steps, no folds; two whole commands against the numpy fits."""
    train, asked = split(archcast, 0, 100)
    z, _, _ = standardised(archcast.accuracy[train])
    for use, params, peer in [
        ("bayesian/dngo", {"epochs": 500, "weight_decay": 0.0, "folds": 0}, dngo),
        ("bayesian/bohamiann", {"steps": 100, "burn_in": 0.1, "networks": 18, "folds": 0}, bohamiann),
    ]:
        ours = np.median([sum(archcast.ask(use, train, asked, params)[2:]) for _ in range(5)])
        theirs = []
        for _ in range(3):
            start = time.process_time()
            peer(archcast.one_hot[train], z, archcast.one_hot[asked], 0)
            theirs.append(time.process_time() - start)
        print(f"  {use}: commands {ours:.3f} s, numpy {np.median(theirs):.3f} s")


PARTS = {"fixed": fixed, "quality": quality, "speed": speed}


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
