"""Compares `trees/random-forest` and `trees/ngboost` with scikit-learn and the Python package ngboost on NAS-Bench-201.

    python tests/peers/trees.py compare ARCHCAST PLUGIN_FOLDER CIFAR10_CSV_GZ FOLDER [SPLITS]
    python tests/peers/trees.py summary FOLDER
    python tests/peers/trees.py speed ARCHCAST PLUGIN_FOLDER CIFAR10_CSV_GZ FOLDER

It needs numpy, scipy, scikit-learn and ngboost; the plugins are `trees` and `linear`, built with `--release`. Split t is
numpy's RandomState(t).permutation of the table: the first 200 rows are asked, the next n train. `compare` writes for
each split a table of the rows that it needs and the ids of those that train, which both sides read, lets archcast and
Python do the same work at the same time, and appends what each reached to a file of its own; run again, it goes on where
it stopped. `summary` prints the tables. `speed` times fit and 200 predictions of both sides in turns.

Both sides see 30 indicator columns and a target with mean 0 and population deviation 1. Splits by which settings were
chosen are others: t from 1000 on.
"""

import csv
import gzip
import json
import math
import multiprocessing
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy import stats

TESTED = 200
SIZES = [10, 50, 100, 400]
LEVELS = [20, 100, 400]
# Levels to expect of the originals: mean and standard deviation of Kendall's tau over t = 0 to 5.
EXPECTED = {
    "random-forest": {20: (0.249, 0.068), 100: (0.471, 0.051), 400: (0.639, 0.030)},
    "ngboost naslib": {20: (0.187, 0.102), 100: (0.404, 0.025), 400: (0.599, 0.021)},
}
MEMBERS = {
    "ridge": ("linear/ridge", {}),
    "random-forest": ("trees/random-forest", {}),
    "ngboost": ("trees/ngboost", {}),
    "ngboost naslib": ("trees/ngboost", {"preset": "naslib"}),
}
TRANSFORMS = ["standard", "normal-score"]
ORIGINALS = {"random-forest": "sklearn", "ngboost": "python ngboost", "ngboost naslib": "python ngboost"}


def table_of(path):
    with gzip.open(path, "rt", newline="") as read:
        return list(csv.DictReader(read))


def write_split(table, folder, t):
    """The rows of split t as two tables, and a file of ids for each size."""
    place = folder / f"split-{t}"
    if (place / "done").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    order = np.random.RandomState(t).permutation(len(table))
    largest = max(SIZES + LEVELS)
    for name, rows in [("ask.csv", order[:TESTED]), ("train.csv", order[TESTED : TESTED + largest])]:
        with open(place / name, "w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["id", "arch_str", "ops", "val_acc"])
            writer.writerows([table[r]["arch_index"], table[r]["arch_str"], table[r]["ops"], table[r]["val_acc"]] for r in rows)
    for n in sorted(set(SIZES + LEVELS)):
        ids = [table[r]["arch_index"] for r in order[TESTED : TESTED + n]]
        (place / f"ids-{n}.txt").write_text("\n".join(ids) + "\n")
    (place / "done").touch()
    return place


def read_split(place, n):
    """Indicators and targets of the rows that train, in the order of their ids, and of those that are asked."""
    def read(name):
        with open(place / name, newline="") as rows:
            return {row["id"]: row for row in csv.DictReader(rows)}

    def numbers(rows):
        operations = np.array([[int(letter) for letter in row["ops"].zfill(6)] for row in rows])
        indicators = np.concatenate([operations == operation for operation in range(5)], axis=1).astype(float)
        return indicators, np.array([float(row["val_acc"]) for row in rows])

    train, ask = read("train.csv"), read("ask.csv")
    return numbers([train[i] for i in (place / f"ids-{n}.txt").read_text().split()]), numbers(list(ask.values()))


def measured(mean, deviation, train, truth):
    """Kendall's tau, RMSE in points, and of a distribution how many truths its 95 % intervals cover and its mean negative
    log-likelihood, in units of the training targets' deviation."""
    tau = stats.kendalltau(mean, truth).statistic
    out = {"tau": 0.0 if math.isnan(tau) else float(tau), "rmse": float(np.sqrt(np.mean((mean - truth) ** 2)))}
    if deviation is not None:
        off = (truth - mean) / deviation
        nll = 0.5 * math.log(2 * math.pi) + np.log(deviation / train.std()) + 0.5 * off**2
        out |= {"cover": float(np.mean(np.abs(off) <= 1.959964)), "nll": float(np.mean(nll))}
    return out


class Archcast:
    def __init__(self, archcast, plugins):
        self.command = [str(Path(archcast).resolve()), "--plugin-dir", str(Path(plugins).resolve())]

    def run(self, place, *arguments):
        done = subprocess.run([*self.command, *arguments], cwd=place, check=True, capture_output=True, text=True)
        return done.stdout

    def fit(self, place, use, params, transform, ids, seed, threads):
        """Fits, predicts the rows asked; mean, deviation or None, and the seconds of the fit."""
        (place / "member.toml").write_text(
            '[data]\ntable = "train.csv"\nspace = "nas-bench-201"\narchitecture = "arch_str"\nid = "id"\n'
            'target = { column = "val_acc", goal = "maximize", unit = "percent" }\n'
            f'[member.it]\nuse = "{use}"\ninputs = ["adjacency-one-hot"]\ntarget_transform = "{transform}"\n'
            + "".join(f"params.{name} = {json.dumps(value)}\n" for name, value in params.items())
        )
        common = ["--threads", str(threads)]
        said = self.run(place, "fit", "member.toml", "--rows", ids, "--seed", str(seed), "--json", "-o", "it.model", *common)
        self.run(place, "predict", "it.model", "--table", "ask.csv", "-o", "predictions.csv", *common)
        with open(place / "predictions.csv", newline="") as read:
            rows = list(csv.DictReader(read))
        mean = np.array([float(row["mean"]) for row in rows])
        deviation = np.array([float(row["std"]) for row in rows]) if "std" in rows[0] else None
        return mean, deviation, json.loads(said)["fit_seconds"]


def forest(seed):
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        n_estimators=116, max_features=0.17055852159745608, min_samples_leaf=2, min_samples_split=2, bootstrap=False,
        random_state=seed,
    )


def boosting(seed, rounds=505):
    from ngboost import NGBRegressor
    from sklearn.tree import DecisionTreeRegressor

    base = DecisionTreeRegressor(criterion="friedman_mse", max_depth=6, max_features=0.7920456318712875)
    return NGBRegressor(
        n_estimators=rounds, learning_rate=0.08127053060223186, minibatch_frac=0.5, Base=base, verbose=False,
        random_state=seed,
    )


def normal_scores(targets):
    return stats.norm.ppf((stats.rankdata(targets) - 0.5) / len(targets))


def of_python(model, transform, train, rows, asked):
    """Mean and deviation (None for the forest) in points; under normal scores the mean is a score."""
    centre, scale = (train.mean(), train.std()) if transform == "standard" else (0.0, 1.0)
    z = (train - centre) / scale if transform == "standard" else normal_scores(train)
    model.fit(rows, z)
    if not hasattr(model, "pred_dist"):
        return model.predict(asked) * scale + centre, None
    normal = model.pred_dist(asked)
    return normal.loc * scale + centre, np.maximum(normal.scale * scale, 1e-300)


def known(path):
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {(row["who"], row["transform"], row["n"], row["t"]): row for row in rows}


def jobs(names, splits):
    """What is to be done, split by split, so that what is there when it stops is paired."""
    for t in range(splits):
        for n in sorted(set(SIZES) | (set(LEVELS) if t < 6 else set())):
            for transform in TRANSFORMS:
                for name in names:
                    yield name, transform, n, t


def side(path, names, splits, do):
    have = known(path)
    with open(path, "a") as out:
        for name, transform, n, t in jobs(names, splits):
            if (name, transform, n, t) not in have:
                row = {"who": name, "transform": transform, "n": n, "t": t} | do(name, transform, n, t)
                out.write(json.dumps(row) + "\n")
                out.flush()


def python_side(folder, splits):
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")

    def do(name, transform, n, t):
        (rows, train), (asked, truth) = read_split(folder / f"split-{t}", n)
        model = forest(t) if name == "sklearn" else boosting(t)
        mean, deviation = of_python(model, transform, train, rows, asked)
        return measured(mean, deviation, train, truth)

    side(folder / "python.jsonl", ["sklearn", "python ngboost"], splits, do)


def compare(archcast, plugins, table, folder, splits="50"):
    folder, splits = Path(folder), int(splits)
    rows = table_of(table)
    for t in range(splits):
        write_split(rows, folder, t)
    other = multiprocessing.Process(target=python_side, args=(folder, splits))
    other.start()
    host = Archcast(archcast, plugins)

    def do(name, transform, n, t):
        place = folder / f"split-{t}"
        (_, train), (_, truth) = read_split(place, n)
        mean, deviation, _ = host.fit(place, *MEMBERS[name], transform, f"ids-{n}.txt", t, 1)
        return measured(mean, deviation, train, truth)

    side(folder / "archcast.jsonl", list(MEMBERS), splits, do)
    other.join()
    summary(folder)


def interval(values):
    values = np.asarray(values)
    if len(values) < 2:
        return f"{values.mean():.3f}"
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return f"{values.mean():.3f} ± {half:.3f}"


def holm(values):
    """Adjusted p-values."""
    order = np.argsort(values)
    adjusted, largest = np.empty(len(values)), 0.0
    for place, index in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = largest
    return adjusted


def summary(folder):
    folder = Path(folder)
    have = known(folder / "archcast.jsonl") | known(folder / "python.jsonl")
    everyone = [*MEMBERS, "sklearn", "python ngboost"]

    def values(who, transform, n, key, splits):
        return np.array([have[who, transform, n, t][key] for t in splits])

    def paired(whos, transform, n):
        return [t for t in range(1000) if all((who, transform, n, t) in have for who in whos)]

    for transform in TRANSFORMS:
        print(f"\nKendall's tau, target_transform = {transform}; mean ± half of the 95 % interval of the mean\n")
        print("| predictor | " + " | ".join(f"n = {n}" for n in SIZES) + " |\n|---|" + "---|" * len(SIZES))
        for who in everyone:
            cells = []
            for n in SIZES:
                splits = paired([who], transform, n)
                cells.append(f"{interval(values(who, transform, n, 'tau', splits))} ({len(splits)})" if splits else "")
            print(f"| {who} | " + " | ".join(cells) + " |")
        print("\nDifference to the original on the same splits, p of a paired t-test, Holm\n")
        rows = []
        for who, original in ORIGINALS.items():
            for n in SIZES:
                splits = paired([who, original], transform, n)
                if len(splits) > 2:
                    mine, theirs = (values(one, transform, n, "tau", splits) for one in (who, original))
                    rows.append((who, original, n, len(splits), mine - theirs, stats.ttest_rel(mine, theirs).pvalue))
        for row, p in zip(rows, holm([row[5] for row in rows]) if rows else []):
            print(f"| {row[0]} | {row[1]} | {row[2]} | {row[3]} splits | {interval(row[4])} | p {p:.2g} |")
    print("\nDeviations, target_transform = standard: cover of 95 % intervals, NLL (mean; median of splits)\n")
    for who in ["random-forest", "ngboost", "ngboost naslib", "python ngboost"]:
        for n in SIZES:
            splits = paired([who], "standard", n)
            if splits:
                cover, nll = (values(who, "standard", n, key, splits) for key in ("cover", "nll"))
                print(f"| {who} | {n} | {cover.mean():.3f} | {nll.mean():.3g}; {np.median(nll):.3g} |")
    print("\nLevels to expect, splits 0 to 5\n")
    for who, levels in EXPECTED.items():
        for n, (level, deviation) in levels.items():
            splits = [t for t in paired([who], "standard", n) if t < 6]
            if len(splits) == 6:
                tau, rmse = (values(who, "standard", n, key, splits).mean() for key in ("tau", "rmse"))
                off = (tau - level) / (deviation / math.sqrt(6))
                print(f"| {who} | {n} | {tau:.3f} | {level:.3f} | {off:+.1f} standard errors | RMSE {rmse:.1f} |")


def speed(archcast, plugins, table, folder):
    """Seconds of fits on 200 rows of both sides in turns, one thread each. archcast's are those that `fit --json` gives:
    the whole fit of the composition inside the process. Python's are those of `fit`; predictions of 200 rows are timed
    apart."""
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    SIZES.append(200)
    rows, host, folder = table_of(table), Archcast(archcast, plugins), Path(folder)
    for name, original, params in [
        ("trees/random-forest", forest, {}),
        ("trees/ngboost", lambda seed: boosting(seed, 500), {"preset": "naslib", "trees": 500}),
    ]:
        pairs = []
        for t in range(2000, 2011):
            place = write_split(rows, folder, t)
            (seen, train), (asked, truth) = read_split(place, 200)
            mean, deviation, fit = host.fit(place, name, params, "standard", "ids-200.txt", t, 1)
            began = time.perf_counter()
            host.run(place, "predict", "it.model", "--table", "ask.csv", "-o", "predictions.csv", "--threads", "1")
            command = time.perf_counter() - began
            z, model = (train - train.mean()) / train.std(), original(t)
            began = time.perf_counter()
            model.fit(seen, z)
            fitted = time.perf_counter()
            other = model.predict(asked)
            ended = time.perf_counter()
            taus = [stats.kendalltau(one, truth).statistic for one in (mean, other)]
            pairs.append([fit, command, fitted - began, ended - fitted, *taus])
        median = np.median(np.array(pairs[1:]), axis=0)
        print(
            f"{name}: archcast fit {median[0]:.4f} s, whole predict command {median[1]:.4f} s; Python fit {median[2]:.4f} s, "
            f"predict {median[3]:.4f} s; fit {median[2] / median[0]:.1f} x, fit and predict (archcast's with its whole "
            f"process) {(median[2] + median[3]) / (median[0] + median[1]):.1f} x; tau {median[4]:.3f}, {median[5]:.3f}"
        )


if __name__ == "__main__":
    commands = {"compare": compare, "summary": summary, "speed": speed}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
