"""Compares `linear/lasso` with the Lasso and LassoCV of scikit-learn, and prints what came of it.

    python tests/peers/lasso.py ARCHCAST PLUGIN_FOLDER      # needs numpy and scikit-learn

The first part prints the weights and the chosen penalties that the unit tests of the plugin hold. The second part makes
up a table, fits `linear/lasso` by the command on its first rows, predicts 200 others, and compares with scikit-learn on
the same rows: standardised columns (population deviation), objective (1/2n) |y - Xw|² + alpha |w|₁. Penalties are given
there, since the host hands training rows over in an order of its own and folds follow that order.
"""

import csv
import json
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import Lasso, LassoCV

EXACT = {"tol": 1e-12, "max_iter": 1_000_000}

# The sample of plugins/linear/src/lasso/tests.rs.
ROWS = np.array(
    [[1, 2, 0], [2, 0.5, 1], [3, -1, 1], [4, 0, 0], [5, 2.5, 1]]
    + [[6, 1, 0], [7, -2, 1], [8, 3, 0], [9, 0.5, 0], [10, -1.5, 1]],
    dtype=float,
)
TARGETS = np.array([1.2, 1.9, 3.3, 3.8, 5.1, 6.4, 6.6, 8.9, 8.7, 9.6])


def folds(n):
    """Row i is in fold i mod 5."""
    fold = np.arange(n) % 5
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(5)]


def standardised(rows, by):
    deviation = by.std(axis=0)
    return (rows - by.mean(axis=0)) / np.where(deviation > 0, deviation, 1)


def counted(n, d):
    """Whole numbers that a test can make again."""
    row, feature = np.arange(n)[:, None], np.arange(d)[None, :]
    rows = ((row * 37 + feature * 101 + row * row * feature) % 23).astype(float)
    return rows, rows[:, 3] - 2 * rows[:, 7] + np.arange(n) * 17 % 11


def fixture():
    z = standardised(ROWS, ROWS)
    for alpha in [0.01, 0.05, 0.4, 1.5, 3.0]:
        model = Lasso(alpha=alpha, tol=1e-14, max_iter=1_000_000).fit(z, TARGETS)
        print(f"  alpha {alpha}: weights {[float(weight) for weight in model.coef_]}")
    for rows, targets in [(ROWS, TARGETS), counted(60, 12), counted(40, 80)]:
        chosen = LassoCV(alphas=100, eps=1e-3, cv=folds(len(rows)), **EXACT).fit(standardised(rows, rows), targets)
        print(f"  LassoCV on {rows.shape[0]} rows, {rows.shape[1]} columns: alpha {float(chosen.alpha_)!r}")


def made_up(n, d, seed):
    """Columns that depend on each other, a tenth of them with a weight, and noise."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, d)) + rng.normal(size=(n, 1))
    weights = np.where(np.arange(d) % 10 == 0, rng.normal(size=d), 0)
    return rows * 10 ** rng.uniform(-2, 2, size=d), rows @ weights + rng.normal(size=n)


def of_archcast(archcast, plugins, folder, rows, targets, n, penalty):
    """Predictions of the rows after the first n, which train."""
    names = [f"f{feature}" for feature in range(rows.shape[1])]
    for file, part in [("train.csv", slice(0, n)), ("ask.csv", slice(n, None))]:
        with open(folder / file, "w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["id", *names, "y"])
            for number, (row, target) in enumerate(zip(rows[part].tolist(), targets[part].tolist())):
                writer.writerow([f"{file}-{number}", *map(repr, row), repr(target)])
    (folder / "lasso.toml").write_text(
        '[data]\ntable = "train.csv"\nid = "id"\ntarget = { column = "y", goal = "maximize" }\n'
        f'[member.lasso]\nuse = "linear/lasso"\ninputs = {json.dumps(names)}\nparams = {{ penalty = {penalty!r} }}\n'
    )

    def run(*arguments):
        command = [archcast, "--plugin-dir", plugins, *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    run("fit", "lasso.toml", "-o", "lasso.model")
    run("predict", "lasso.model", "--table", "ask.csv", "-o", "predictions.csv")
    with open(folder / "predictions.csv", newline="") as read:
        return np.array([float(row["mean"]) for row in csv.DictReader(read)])


def of_sklearn(rows, targets, n, penalty):
    """The same, and how many weights are not 0. The host standardises the target for `linear/lasso`."""
    z = standardised(rows, rows[:n])
    mean, deviation = targets[:n].mean(), targets[:n].std()
    y = (targets[:n] - mean) / deviation
    model = Lasso(alpha=penalty, **EXACT).fit(z[:n], y)
    return mean + deviation * model.predict(z[n:]), int((model.coef_ != 0).sum())


def main(archcast, plugins):
    archcast, plugins = str(Path(archcast).resolve()), str(Path(plugins).resolve())
    print(f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, Python {platform.python_version()}, {date.today()}")
    print("fixture")
    fixture()
    print("largest difference of 200 predictions, in deviations of the target")
    print("rows  columns  penalty  weights  difference")
    for n, d in [(50, 10), (200, 30), (100, 300), (1000, 60)]:
        rows, targets = made_up(n + 200, d, seed=n + d)
        for penalty in [0.001, 0.01, 0.1]:
            want, kept = of_sklearn(rows, targets, n, penalty)
            with tempfile.TemporaryDirectory() as folder:
                have = of_archcast(archcast, plugins, Path(folder), rows, targets, n, penalty)
            difference = np.abs(have - want).max() / targets[:n].std()
            print(f"{n:4}  {d:7}  {penalty:7}  {kept:7}  {difference:.1e}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
