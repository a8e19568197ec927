"""Compares `gbdt/xgboost` and `gbdt/lightgbm` with the Python packages of the same native versions.

    python3 tests/peers/gbdt.py ARCHCAST PLUGIN_FOLDER WORK_FOLDER [SPLITS]

Makes a virtual environment in the work folder (xgboost 1.6.2, lightgbm 4.7.0) and runs itself in it. Every split is a
file of row ids, which `archcast fit --rows` and Python both read: NAS-Bench-201 on CIFAR-10, validation accuracy,
adjacency one-hot, the paper's parameters. Split t is numpy's `RandomState(t).permutation(15625)`: the first 1,000 rows
are asked, the next n train. Prints Markdown for RESULTS.md:

1. the largest difference of predictions, in deviations of the target;
2. processor times of fit and prediction in Python; `cargo bench -p archcast-tests --bench gbdt` gives those of the
   plugin;
3. Kendall's tau of the plugin, of its original and of `linear/ridge`, with the target as `standard` and as
   `normal-score`, and the paired differences (95 percent t intervals; p values of paired t tests, Holm over all of one
   column's comparisons at 50, 100 and 400 labels).
"""

import csv
import gzip
import json
import os
import subprocess
import sys
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from paired import holm

# A fit that is known from before would be timed as none.
os.environ["ARCHCAST_CACHE"] = ""

PACKAGES = ["numpy==1.26.4", "scipy==1.13.1", "xgboost==1.6.2", "lightgbm==4.7.0"]
TABLE = Path(__file__).parents[2] / "host/tables/nas-bench-201/cifar10.csv.gz"
SIZES = [10, 50, 100, 400]
ASKED = 1000
TRANSFORMS = ["standard", "normal-score"]
XGBOOST = {"nthread": 1, "tree_method": "exact", "objective": "reg:squarederror", "verbosity": 0}
LIGHTGBM = {
    "boosting": "gbdt", "objective": "regression", "metric": "l2", "num_leaves": 31, "learning_rate": 0.05,
    "feature_fraction": 0.9, "min_data_in_leaf": 5, "bagging_fraction": 0.8, "bagging_freq": 5,
    "num_threads": 1, "deterministic": True, "force_col_wise": True, "verbose": -1,
}  # fmt: skip
# What is compared row by row: parameters of the plugin, and of the package.
SETTINGS = {
    "xgboost": [
        ("the paper's (no sampling)", {}, {}),
        ("columns sampled .5 a tree, .7 a level, seed 7", {"colsample_bytree": 0.5, "colsample_bylevel": 0.7}, {"seed": 7}),
        ("base_score 0, rows sampled .8, seed 7", {"base_score": 0.0, "subsample": 0.8}, {"seed": 7}),
    ],
    "lightgbm": [
        ("the paper's (rows and columns sampled)", {}, {}),
        ("the paper's, seed 7", {}, {"seed": 7}),
        ("no sampling", {"feature_fraction": 1.0, "bagging_freq": 0}, {}),
    ],
}


def in_environment(folder, packages=PACKAGES):
    """Runs the script again by the Python of an environment that has the packages."""
    place = folder / "venv"
    python = place / "bin/python"
    if Path(sys.prefix) == place:
        return
    if not python.exists():
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    # XGBoost reads a model on all cores, whatever its `nthread`.
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    sys.exit(subprocess.run([python, *sys.argv], env=one_thread).returncode)


def read_table():
    import numpy as np

    with gzip.open(TABLE, "rt") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["arch_index"]))
    features = np.zeros((len(rows), 30))
    for number, row in enumerate(rows):
        for edge, operation in enumerate(row["ops"]):
            features[number, 5 * edge + int(operation)] = 1
    return rows, features, np.array([float(row["val_acc"]) for row in rows])


def transformed(targets, transform):
    """The targets as the host hands them over."""
    from scipy.stats import norm, rankdata

    if transform == "standard":
        return (targets - targets.mean()) / targets.std()
    return norm.ppf((rankdata(targets) - 0.5) / len(targets))


def of_python(predictor, features, targets, asked, changes, rounds=500):
    """Predictions, and seconds of fit and prediction on the processor, which other work on the machine does not change."""
    import lightgbm
    import numpy as np
    import xgboost

    start = time.process_time()
    if predictor == "xgboost":
        data = xgboost.DMatrix(features.astype(np.float32), label=targets.astype(np.float32), nthread=1)
        model = xgboost.train({**XGBOOST, **changes}, data, rounds)
    else:
        model = lightgbm.train({**LIGHTGBM, **changes}, lightgbm.Dataset(features, targets), rounds)
    fitted = time.process_time()
    if predictor == "xgboost":
        predictions = model.predict(xgboost.DMatrix(asked.astype(np.float32), nthread=1))
    else:
        predictions = model.predict(asked)
    return np.asarray(predictions, float), fitted - start, time.process_time() - fitted


class Archcast:
    """The command in a folder of its own."""

    def __init__(self, program, plugins, folder):
        self.program, self.plugins, self.folder = program, plugins, folder

    def run(self, *arguments):
        command = [self.program, "--plugin-dir", self.plugins, *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")

    def predict(self, name, use, rows, table, transform, params, seed):
        """Predictions by id of a model that this file of row ids of the table trained."""
        given = ", ".join(f"{key} = {value}" for key, value in params.items())
        (self.folder / f"{name}.toml").write_text(
            f'[data]\ntable = "{table.name}"\nid = "arch_index"\nspace = "nas-bench-201"\narchitecture = "arch_str"\n'
            'target = { column = "val_acc", goal = "maximize", unit = "percent" }\n'
            f'[member.one]\nuse = "{use}"\ninputs = ["adjacency-one-hot"]\ntarget_transform = "{transform}"\n'
            f"params = {{ {given} }}\n"
        )
        self.run("fit", f"{name}.toml", "--rows", rows, "--seed", seed, "-o", f"{name}.model")
        self.run("predict", f"{name}.model", "-o", f"{name}.csv")
        with open(self.folder / f"{name}.csv", newline="") as file:
            return {int(row["id"]): float(row["mean"]) for row in csv.DictReader(file)}


class Splits:
    """Files of row ids, and tables of the rows that may train or are asked."""

    def __init__(self, folder, table):
        self.folder, self.table = folder, table

    def of(self, split, labels):
        """Row ids that train and that are asked, and the files that say so. Trained rows are in the table's order, in
        which the host hands them over: LightGBM draws rows by place."""
        import numpy as np

        order = np.random.RandomState(split).permutation(len(self.table))
        asked, trained = np.sort(order[:ASKED]), np.sort(order[ASKED : ASKED + labels])
        rows, table = self.folder / f"rows-{split}-{labels}.txt", self.folder / f"table-{split}.csv"
        rows.write_text("".join(f"{row}\n" for row in trained))
        if not table.exists():
            with open(table, "w", newline="") as file:
                writer = csv.DictWriter(file, self.table[0].keys())
                writer.writeheader()
                writer.writerows(self.table[row] for row in np.sort(order[: ASKED + max(SIZES)]))
        trained = np.array([int(row) for row in rows.read_text().split()])
        return trained, asked, rows, table


def agreement(archcast, splits, features, accuracies):
    import numpy as np
    from scipy.stats import kendalltau

    print("| predictor | parameters | rows | largest difference of z | tau of both orders |\n|---|---|---|---|---|")
    for predictor, settings in SETTINGS.items():
        for label, ours, theirs in settings:
            for labels in [100, 400]:
                worst, orders = 0.0, []
                for split in range(3):
                    trained, asked, rows, table = splits.of(split, labels)
                    seed = theirs.get("seed", 0)
                    had = archcast.predict("agree", f"gbdt/{predictor}", rows, table, "standard", ours, seed)
                    mean, deviation = accuracies[trained].mean(), accuracies[trained].std()
                    had = (np.array([had[row] for row in asked]) - mean) / deviation
                    z = transformed(accuracies[trained], "standard")
                    want, *_ = of_python(predictor, features[trained], z, features[asked], {**ours, **theirs})
                    worst = max(worst, np.abs(had - want).max())
                    orders.append(kendalltau(had, want).statistic)
                print(f"| {predictor} | {label} | {labels} | {worst:.1e} | {np.mean(orders):.6f} |", flush=True)


def times(features, accuracies):
    import numpy as np

    print("\n| Python package | rows | fit, ms on the processor | predict 200, ms |\n|---|---|---|---|")
    for predictor in SETTINGS:
        for labels in [100, 400]:
            z = transformed(accuracies[:labels], "standard")
            asked = features[labels : labels + 200]
            measured = np.array([of_python(predictor, features[:labels], z, asked, {})[1:] for _ in range(15)])
            fit, predict = np.mean(measured, axis=0) * 1e3
            print(f"| {predictor} | {labels} | {fit:.2f} | {predict:.2f} |", flush=True)


def one_split(archcast, splits, features, accuracies, split):
    """Kendall's tau of everything on one split; None where every prediction is the same."""
    import numpy as np
    from scipy.stats import kendalltau

    found = {}
    for labels in SIZES:
        trained, asked, rows, table = splits.of(split, labels)
        truth = accuracies[asked]
        for transform in TRANSFORMS:
            for use in ["gbdt/xgboost", "gbdt/lightgbm", "linear/ridge"]:
                had = archcast.predict(f"model-{split}", use, rows, table, transform, {}, 0)
                found[use, transform, labels] = kendalltau([had[row] for row in asked], truth).statistic
            z = transformed(accuracies[trained], transform)
            for predictor in SETTINGS:
                want, *_ = of_python(predictor, features[trained], z, features[asked], {})
                found[predictor, transform, labels] = kendalltau(want, truth).statistic
    return {key: None if np.isnan(tau) else float(tau) for key, tau in found.items()}


def interval(values):
    import numpy as np
    from scipy.stats import t

    values = np.array(values)
    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    return values.mean(), half


def taus(found, transform):
    from scipy.stats import ttest_rel

    names = ["gbdt/xgboost", "xgboost", "gbdt/lightgbm", "lightgbm", "linear/ridge"]
    print(f"\nTarget as `{transform}`:\n")
    print("| labels | " + " | ".join(f"`{name}`" if "/" in name else f"Python {name}" for name in names) + " |")
    print("|---" * (len(names) + 1) + "|")
    for labels in SIZES:
        cells = []
        for name in names:
            values = [split[name, transform, labels] for split in found]
            values = [value for value in values if value is not None]
            cells.append("{:.3f} ± {:.3f}".format(*interval(values)) if len(values) == len(found) else "all equal")
        print(f"| {labels} | " + " | ".join(cells) + " |")
    print("\n| labels | predictor | minus its original | p (Holm) | splits that differ |\n|---|---|---|---|---|")
    lines, values = [], []
    for labels in SIZES[1:]:
        for predictor in SETTINGS:
            pairs = [(split[f"gbdt/{predictor}", transform, labels], split[predictor, transform, labels]) for split in found]
            ours, theirs = zip(*[(a, b) for a, b in pairs if a is not None and b is not None])
            differ = sum(a != b for a, b in zip(ours, theirs))
            values.append(float(ttest_rel(ours, theirs).pvalue) if differ > 1 else 1.0)
            mean, half = interval([a - b for a, b in zip(ours, theirs)])
            lines.append((labels, predictor, mean, half, differ))
    for (labels, predictor, mean, half, differ), p in zip(lines, holm(values)):
        print(f"| {labels} | {predictor} | {mean:+.6f} ± {half:.6f} | {p:.3f} | {differ} of {len(found)} |")


def main(program, plugins, folder, count=50):
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    in_environment(folder)
    table, features, accuracies = read_table()
    archcast = Archcast(str(Path(program).resolve()), str(Path(plugins).resolve()), folder)
    splits = Splits(folder, table)
    agreement(archcast, splits, features, accuracies)
    times(features, accuracies)
    with ThreadPoolExecutor(2) as pool:
        work = lambda split: one_split(archcast, splits, features, accuracies, split)
        found = list(pool.map(work, range(int(count))))
    (folder / "taus.json").write_text(json.dumps([{"|".join(map(str, k)): v for k, v in one.items()} for one in found]))
    for transform in TRANSFORMS:
        taus(found, transform)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
