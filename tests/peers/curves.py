"""Compares the plugin `curves` with scipy, emcee and scikit-learn, and measures its rank correlations.

    python tests/peers/curves.py ARCHCAST PLUGIN_FOLDER SPIKENAS [PART ...]     # needs numpy, scipy, emcee, scikit-learn

SPIKENAS is `spikenas-bench/cifar10-curves.jsonl.gz`; NAS-Bench-NLP is built in. Parts are `taus`, `fits`, `sampler` and
`svr`; all of them where none is named. Times are processor seconds of the whole process: for archcast those of the
command `predict` or `fit`, its start and the reading of the table included; for Python those of the calls alone.
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

import emcee
import numpy as np
import scipy
import sklearn
from scipy.optimize import leastsq, minimize
from scipy.stats import kendalltau
from sklearn.svm import NuSVR

# A fit that is known from before would be timed as none.
os.environ["ARCHCAST_CACHE"] = ""

warnings.simplefilter("ignore")
HORIZON = 100


class Archcast:
    """The command with one folder of plugins, run in a folder of its own."""

    def __init__(self, archcast, plugins, folder):
        self.archcast, self.plugins, self.folder = archcast, plugins, Path(folder)

    def run(self, *arguments):
        """Processor seconds of a run."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [self.archcast, "--plugin-dir", self.plugins, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.said = done.stdout + done.stderr
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def write(self, rows):
        """The table of the later fits."""
        with open(self.folder / "table.jsonl", "w") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)

    def forecasts(self, data, use, params="", train=None, seed=0):
        """Output by id, and the processor seconds of fit and predict. Without ids to train on all rows train."""
        (self.folder / "m.toml").write_text(f'{data}\n[member.m]\nuse = "curves/{use}"\n{params}\n')
        rows = []
        if train is not None:
            (self.folder / "ids.txt").write_text("".join(f"{row}\n" for row in train))
            rows = ["--rows", "ids.txt"]
        fit = self.run("fit", "m.toml", "-v", *rows, "--seed", str(seed), "-o", "m.model")
        predict = self.run("predict", "m.model", "-v", "-o", "out.csv")
        with open(self.folder / "out.csv", newline="") as read:
            told = list(csv.DictReader(read))
        name = "mean" if "mean" in told[0] else "score"
        values = {row["id"]: float(row[name]) for row in told if not row["missing"]}
        return values, fit, predict


def spikenas(path):
    """The cells that were trained for 100 epochs, in the order of the fixed sample."""
    with gzip.open(path, "rt") as read:
        rows = [row for row in map(json.loads, read) if row["epochs"] == HORIZON]
    return [rows[row] for row in np.random.RandomState(0).permutation(len(rows))[:1000]]


def spikenas_data(fidelity):
    return f"""[data]
table = "table.jsonl"
id = "arch_index"
target = {{ curve = "val_acc", epoch = 100 }}
curves.train_loss = {{ column = "train_loss", goal = "minimize" }}
curves.val_acc = {{ column = "val_acc", goal = "maximize", unit = "percent" }}
curves.val_loss = {{ column = "val_loss", goal = "minimize" }}
horizon = {HORIZON}
fidelity = {fidelity}"""


def nlp_data(fidelity):
    return f'[data]\ntable = "builtin:nas-bench-nlp"\nfidelity = {fidelity}'


def tau(values, truth, only=None):
    ids = [row for row in truth if row in values and (only is None or row in only)]
    return kendalltau([values[row] for row in ids], [truth[row] for row in ids]).statistic


def taus(archcast, rows):
    """Kendall tau-b with the final value."""
    on_loss, on_train = 'inputs = ["curve:val_loss"]', 'inputs = ["curve:train_loss"]'
    scores = [
        ("early-stop-accuracy", "early-stop-accuracy", ""),
        ("early-stop-accuracy, window 5 or f/2", "early-stop-accuracy", "params = {{ window = {window} }}"),
        ("early-stop-accuracy, best", "early-stop-accuracy", "params = { best = true }"),
        ("early-stop-loss", "early-stop-loss", ""),
        ("sotl", "sotl", ""),
        ("sotl-e", "sotl-e", ""),
        ("sotl-e, 5 or f/2", "sotl-e", "params = {{ epochs = {window} }}"),
        ("sotl-ema", "sotl-ema", ""),
        ("sotl-ema, naslib", "sotl-ema", 'params = { preset = "naslib" }'),
        ("power-law on train_loss", "power-law", on_train),
        ("power-law on val_acc", "power-law", ""),
        ("power-law on val_loss", "power-law", on_loss),
    ]

    def table(title, data, fidelities, truth, listed, train=None):
        print(f"\n{title}\n| predictor | " + " | ".join(map(str, fidelities)) + " |")
        for name, use, params in listed:
            cells = []
            for f in fidelities:
                least = 4 if use in ("lce", "lce-m") else 3 if use == "power-law" else 1
                if f < least:
                    cells.append("")
                    continue
                given = params.replace("{{", "{").replace("}}", "}")
                given = given.replace("{window}", str(min(5, max(1, f // 2))))
                values = archcast.forecasts(data(f), use, given, train)[0]
                # A mean of losses is in the target's unit, where less is better.
                sign = -1 if "NLP" in title and use in ("power-law", "lce", "lce-m") else 1
                cells.append(f"{sign * tau(values, truth):.3f}")
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)

    epochs = [1, 3, 5, 10, 25, 50]
    truth = {str(row["arch_index"]): row["val_acc"][-1] for row in rows}
    archcast.write(rows)
    table("SpikeNAS-Bench, 1,000 rows", spikenas_data, epochs, truth, scores)
    archcast.write(rows[:200])
    table("SpikeNAS-Bench, 200 rows", spikenas_data, [5, 10, 25, 50], truth, [("lce", "lce", ""), scores[0]])
    archcast.write(rows[:100])
    table("SpikeNAS-Bench, 100 rows", spikenas_data, [5, 10, 25, 50], truth, [scores[0], ("lce-m", "lce-m", "")])
    print(next(line for line in archcast.said.splitlines() if "effective sample size" in line))

    values = archcast.forecasts(nlp_data(50), "early-stop-loss")[0]
    no_accuracy = [(n, u, p) for n, u, p in scores if "accuracy" not in n and "val_acc" not in n]
    parametric = [(f"{use} on val_loss", use, on_loss) for use in ("lce", "lce-m")]
    table("NAS-Bench-NLP", nlp_data, [3, 5, 13, 25], values, no_accuracy + parametric)

    print("\nlc-svr, mean ± deviation of 5 trials\n| | n | 3 | 5 | 10 (nlp 13) | 25 | 50 |")
    archcast.write(rows)
    sets = [
        ("SpikeNAS", spikenas_data, [3, 5, 10, 25, 50], truth, "", 200),
        ("nlp", nlp_data, [3, 5, 13, 25], values, on_loss, None),
    ]
    for name, data, fidelities, finals, params, asked in sets:
        for n in (25, 100):
            cells = []
            for f in fidelities:
                trials = []
                for trial in range(5):
                    ids = np.random.RandomState(trial).permutation(sorted(finals))
                    told, *_ = archcast.forecasts(data(f), "lc-svr", params, ids[:n], trial)
                    # Higher targets of nlp are worse, and so are higher means.
                    sign = -1 if name == "nlp" else 1
                    told = {row: sign * value for row, value in told.items()}
                    trials.append(tau(told, finals, set(ids[n:] if asked is None else ids[n : n + asked])))
                cells.append(f"{np.mean(trials):.3f} ± {np.std(trials):.3f}")
            print(f"| {name} | {n} | " + " | ".join(cells) + " |", flush=True)


# The four families: value of parameters p at x, the start, and whether the curve rises.
FAMILIES = {
    "mmf": (lambda p, x: p[0] - (p[0] - p[1]) / (1 + (p[2] * x) ** p[3]), [0.7, 0.1, 0.01, 5.0]),
    "log-log-linear": (lambda p, x: np.log(p[0] * np.log(x) + p[1]), [1.0, 1.0]),
    "hill3": (lambda p, x: p[0] * x ** p[1] / (p[2] ** p[1] + x ** p[1]), [0.772320, 0.586449, 2.460843]),
    "log-power": (lambda p, x: p[0] / (1 + (x / np.exp(p[1])) ** p[2]), [0.77, 2.98, -0.51]),
}
RISES = {
    "mmf": lambda p: (p[0] - p[1]) * p[3] >= 0 and p[2] > 0,
    "log-log-linear": lambda p: p[0] >= 0 and p[1] > 0,
    "hill3": lambda p: p[0] * p[1] >= 0 and p[2] > 0,
    "log-power": lambda p: p[0] * p[2] <= 0,
}


def derivatives(name, p, x):
    """Of a family by its parameters."""
    ln = np.log(x)
    if name == "log-log-linear":
        return np.array([ln, np.ones_like(x)]) / (p[0] * ln + p[1])
    if name == "mmf":
        share = 1 / (1 + (p[2] * x) ** p[3])
        slope = (p[0] - p[1]) * share * (1 - share)
        return np.array([1 - share, share, slope * p[3] / p[2], slope * np.log(p[2] * x)])
    if name == "hill3":
        share = x ** p[1] / (p[2] ** p[1] + x ** p[1])
        slope = p[0] * share * (1 - share)
        return np.array([share, slope * np.log(x / p[2]), -slope * p[1] / p[2]])
    share = 1 / (1 + (x / np.exp(p[1])) ** p[2])
    slope = p[0] * share * (1 - share)
    return np.array([share, slope * p[2], -slope * (ln - p[1])])


def least_squares(y, exact=True):
    """The fits that converge and that the prior allows."""
    x = np.arange(1, len(y) + 1, dtype=float)
    fits = {}
    for name, (family, start) in FAMILIES.items():
        given = {"Dfun": lambda p: derivatives(name, p, x), "col_deriv": True, "maxfev": 200} if exact else {}
        found, code = leastsq(lambda p: family(p, x) - y, start, **given)
        end = family(found, float(HORIZON))
        if code in (1, 2, 3, 4) and 0 <= end <= 1.5 and RISES[name](found):
            fits[name] = found
    return fits


def naslib_fits(y):
    """The four fits of NASLib: L-BFGS-B from ones on the likelihood, numeric derivatives, its own hill3 and bounds."""
    x, tiny = np.arange(1, len(y) + 1, dtype=float), 2.2e-16
    free = (None, None)
    above = (tiny, None)
    families = [
        (lambda p: np.log(p[0] * np.log(x) + p[1]), [above] * 3),
        (lambda p: p[0] * x ** p[1] / (p[2] * p[1] + x ** p[1]), [above, free, above, above]),
        (FAMILIES["log-power"][0], [free] * 4),
        (FAMILIES["mmf"][0], [free] * 5),
    ]
    for family, bounds in families:
        curve = (lambda p: family(p, x)) if family in (FAMILIES["log-power"][0], FAMILIES["mmf"][0]) else family

        def likelihood(p):
            n, square = len(y), ((curve(p[:-1]) - y) ** 2).sum()
            return n / 2 * np.log(2 * np.pi) + n / 2 * np.log(p[-1] ** 2) + square / (2 * p[-1] ** 2)

        minimize(likelihood, np.ones(len(bounds)), method="L-BFGS-B", bounds=bounds)


def fits(archcast, rows):
    """The fits of `lce` against those of scipy: least squares with the same derivatives, and what NASLib does."""
    rows = rows[:200]
    archcast.write(rows)
    print("\nlce: 200 curves, four families each")
    print(
        "| epochs | archcast predict, s | of that start and table | leastsq, exact derivatives, s | leastsq, s | "
        "NASLib's L-BFGS-B, s | faster than these by | within 1e-3 of the first | largest difference |"
    )
    for f in (10, 25, 50):
        told, _, seconds = archcast.forecasts(spikenas_data(f), "lce")
        *_, floor = archcast.forecasts(spikenas_data(f), "early-stop-accuracy")
        curves = {str(row["arch_index"]): np.array(row["val_acc"][:f]) / 100 for row in rows}
        moving = {row: y for row, y in curves.items() if y.max() - y.min() > 1e-9 + 1e-6 * y.mean()}
        want, spent = {}, []
        for way in (least_squares, lambda y: least_squares(y, exact=False), naslib_fits):
            start = time.process_time()
            for row, y in moving.items():
                found = way(y)
                if way is least_squares and found:
                    want[row] = np.mean([FAMILIES[name][0](p, float(HORIZON)) for name, p in found.items()])
            spent.append(time.process_time() - start)
        differences = np.array([abs(told[row] / 100 - end) for row, end in want.items()])
        print(
            f"| {f} | {seconds:.3f} | {floor:.3f} | {spent[0]:.2f} | {spent[1]:.2f} | {spent[2]:.2f} | "
            f"{spent[0] / seconds:.0f} ×, {spent[1] / seconds:.0f} ×, {spent[2] / seconds:.0f} × | "
            f"{(differences < 1e-3).sum()} of {len(differences)} | {differences.max():.1e} |",
            flush=True,
        )


class Posterior:
    """The same density as that of the plugin: parameters, deviation, weights but for the last."""

    def __init__(self, y, fits):
        self.y, self.names = y, list(fits)
        self.x = np.arange(1, len(y) + 1, dtype=float)
        self.sizes = [len(FAMILIES[name][1]) for name in self.names]
        self.dimension = sum(self.sizes) + len(self.names)

    def parts(self, v):
        thetas, at = [], 0
        for size in self.sizes:
            thetas.append(v[at : at + size])
            at += size
        weights = v[at + 1 :]
        return thetas, v[at], np.append(weights, 1 - weights.sum())

    def __call__(self, v):
        thetas, sigma, weights = self.parts(v)
        if not 0 < sigma <= 1 or (weights < 0).any():
            return -np.inf
        curve = np.zeros_like(self.y)
        for name, theta, weight in zip(self.names, thetas, weights):
            family = FAMILIES[name][0]
            if not RISES[name](theta) or not 0 <= family(theta, float(HORIZON)) <= 1.5:
                return -np.inf
            curve += weight * family(theta, self.x)
        n, square = len(self.y), ((curve - self.y) ** 2).sum()
        density = -0.5 * n * np.log(2 * np.pi) - n * np.log(sigma) - 0.5 * square / sigma**2
        return density if np.isfinite(density) else -np.inf

    def end(self, v):
        thetas, _, weights = self.parts(v)
        return sum(w * FAMILIES[n][0](t, float(HORIZON)) for n, t, w in zip(self.names, thetas, weights))


def ball(posterior, fits, walkers, rng):
    centre = np.concatenate([*fits.values(), [0.01], np.full(len(fits) - 1, 1 / len(fits))])
    places = []
    while len(places) < walkers:
        place = centre * (1 + 0.01 * rng.uniform(-1, 1, len(centre)))
        if np.isfinite(posterior(place)):
            places.append(place)
    return np.array(places)


def sampler(archcast, rows, f=25, walkers=36, steps=4000):
    """The sampler of `lce-m` against emcee at the same number of likelihoods."""
    chosen = []
    for row in rows[:60]:
        found = least_squares(np.array(row["val_acc"][:f]) / 100)
        # Where mmf degenerates to a constant its other parameters are free, and no chain can say where they are.
        if len(found) == 4 and abs(found["mmf"][0]) < 1.5 and len(chosen) < 3:
            chosen.append(row)
    print(f"\nlce-m: {walkers} walkers, {steps} + {steps} steps, {f} epochs, against emcee")
    print("| row | emcee mean ± error | archcast mean | difference in errors | emcee, s | archcast predict, s | faster by |")
    for row in chosen:
        archcast.write([row])
        params = f"params = {{ walkers = {walkers}, burn_in = {steps}, steps = {steps} }}"
        told, _, seconds = archcast.forecasts(spikenas_data(f), "lce-m", params)
        said = next(line for line in archcast.said.splitlines() if "effective sample size" in line)
        worth = float(said.split("effective sample size ")[1].split()[0])
        y = np.array(row["val_acc"][:f]) / 100
        found = least_squares(y)
        posterior, rng = Posterior(y, found), np.random.RandomState(0)
        np.random.seed(0)
        start = time.process_time()
        chain = emcee.EnsembleSampler(walkers, posterior.dimension, posterior)
        chain.run_mcmc(ball(posterior, found, walkers, rng), 2 * steps)
        spent = time.process_time() - start
        ends = np.array([[posterior.end(v) for v in step] for step in chain.get_chain(discard=steps)[::5]])
        own = ends.size / max(1, emcee.autocorr.integrated_time(ends, quiet=True)[0])
        # The deviation of the mixture; both chains have an error.
        error = ends.std() * np.sqrt(1 / own + 1 / worth)
        have = told[str(row["arch_index"])] / 100
        print(
            f"| {row['arch_index']} | {ends.mean():.4f} ± {ends.std() / np.sqrt(own):.4f} | {have:.4f} | "
            f"{abs(have - ends.mean()) / error:.1f} | {spent:.1f} | {seconds:.3f} | {spent / seconds:.0f} × |",
            flush=True,
        )


def summary(y):
    one = np.diff(y)
    two = np.diff(one)
    return np.array([y.mean(), y.std(), one.mean(), one.std(), two.mean(), two.std()])


def svr(archcast, rows, f=10):
    """`lc-svr` against NuSVR: predictions under given parameters, and the time of 100 draws in 3 folds."""
    archcast.write(rows[:400])
    ids = [str(row["arch_index"]) for row in rows[:400]]
    x = np.array([summary(np.array(row["val_acc"][:f]) / 100) for row in rows[:400]])
    y = np.array([row["val_acc"][-1] for row in rows[:400]]) / 100
    print("\nlc-svr: largest difference of 200 predictions from those of NuSVR(tol=1e-9), 200 rows train, in fractions")
    print("| C | nu | gamma | difference |")
    for c, nu, gamma in [(0.01, 0.2, 1.0), (1.0, 0.5, 0.1), (1.0, 0.5, 10.0), (10.0, 0.1, 3.0), (10.0, 0.9, 10.0)]:
        params = f"params = {{ c = {c}, nu = {nu}, gamma = {gamma} }}"
        told, *_ = archcast.forecasts(spikenas_data(f), "lc-svr", params, ids[:200])
        want = NuSVR(C=c, nu=nu, gamma=gamma, tol=1e-9).fit(x[:200], y[:200]).predict(x[200:])
        have = np.array([told[row] for row in ids[200:]]) / 100
        print(f"| {c} | {nu} | {gamma} | {np.abs(have - want).max():.1e} |", flush=True)
    print("\nlc-svr: 100 draws in 3 folds")
    print("| rows | scikit-learn, s | archcast fit, s | faster by |")
    for n in (100, 200, 400):
        _, seconds, _ = archcast.forecasts(spikenas_data(f), "lc-svr", "", ids[:n])
        rng = np.random.RandomState(0)
        start, best = time.process_time(), None
        for _ in range(100):
            c, nu, gamma = 10 ** rng.uniform(-5, 1), rng.uniform(0.01, 1), 10 ** rng.uniform(-5, 1)
            scores = []
            for held in np.array_split(np.arange(n), 3):
                kept = np.setdiff1d(np.arange(n), held)
                scores.append(NuSVR(C=c, nu=nu, gamma=gamma).fit(x[kept], y[kept]).score(x[held], y[held]))
            best = max(best or (-np.inf,), (np.mean(scores), c, nu, gamma))
        NuSVR(C=best[1], nu=best[2], gamma=best[3]).fit(x[:n], y[:n])
        spent = time.process_time() - start
        print(f"| {n} | {spent:.2f} | {seconds:.3f} | {spent / seconds:.1f} × |", flush=True)


def main(archcast, plugins, table, *parts):
    print(
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, emcee "
        f"{emcee.__version__}, scikit-learn {sklearn.__version__}, {date.today()}"
    )
    rows = spikenas(table)
    with tempfile.TemporaryDirectory() as folder:
        run = Archcast(str(Path(archcast).resolve()), str(Path(plugins).resolve()), folder)
        for part in parts or ("taus", "fits", "sampler", "svr"):
            {"taus": taus, "fits": fits, "sampler": sampler, "svr": svr}[part](run, rows)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
