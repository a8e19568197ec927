"""Compares `trees/random-forest` and `trees/ngboost` with scikit-learn and the Python package ngboost on NAS-Bench-201.

    python tests/peers/trees.py compare ARCHCAST PLUGIN_FOLDER CIFAR10_CSV_GZ FOLDER [SPLITS]
    python tests/peers/trees.py summary FOLDER
    python tests/peers/trees.py speed ARCHCAST PLUGIN_FOLDER CIFAR10_CSV_GZ FOLDER [SPLITS]
    python tests/peers/trees.py presets ARCHCAST PLUGIN_FOLDER TABLE FOLDER [SPLITS [FIRST]]

It needs numpy, scipy, scikit-learn and ngboost; the plugins are `trees` and `linear`, built with `--release`. Split t is
numpy's RandomState(t).permutation of the table: the first 200 rows are asked, the next n train. `compare` writes for
each split a table of the rows that it needs and the ids of those that train, which both sides read, lets archcast and
Python do the same work at the same time, and appends what each reached to a file of its own; run again, it goes on where
it stopped. `summary` prints the tables. `speed` times fit and 200 predictions of both sides in turns.
`presets` measures both presets of ngboost; its table may be SpikeNAS-Bench too, `cifar10-curves.jsonl.gz`.

Both sides see 30 indicator columns and a target with mean 0 and population deviation 1. Splits by which settings were
chosen are others: t from 1000 on.
"""

import csv
import gzip
import json
import math
import multiprocessing
import os
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from paired import holm
from scipy import stats

# A fit that is known from before would be timed as none.
os.environ["ARCHCAST_CACHE"] = ""

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
OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
TRANSFORMS = ["standard", "normal-score"]
PYTHON = ["sklearn", "python ngboost", "python ngboost calibrated"]
# Who is compared with whom, in blocks of one question, and at which sizes.
PAIRS = [
    ([("random-forest", "sklearn"), ("ngboost", "python ngboost"), ("ngboost naslib", "python ngboost")], SIZES[1:]),
    ([("random-forest", "sklearn"), ("ngboost", "python ngboost"), ("ngboost naslib", "python ngboost")], SIZES[:1]),
    ([("ngboost", "python ngboost calibrated")], SIZES),
    ([("ngboost", "ngboost naslib")], SIZES),
]


def table_of(path):
    """The rows of NAS-Bench-201, or those of SpikeNAS-Bench that were trained for 100 epochs, under the names of
    NAS-Bench-201: its cells have the same edges and as many operations."""
    with gzip.open(path, "rt", newline="") as read:
        if ".jsonl" not in Path(path).name:
            return list(csv.DictReader(read))
        cells = [cell for cell in map(json.loads, read) if cell["epochs"] == 100]
    rows = []
    for cell in cells:
        ops = cell["ops"].zfill(6)
        edge = iter(OPERATIONS[int(letter)] for letter in ops)
        nodes = ("|" + "|".join(f"{next(edge)}~{source}" for source in range(node)) + "|" for node in (1, 2, 3))
        row = {"arch_index": cell["arch_index"], "arch_str": "+".join(nodes), "ops": ops, "val_acc": cell["val_acc"][-1]}
        rows.append(row)
    return rows


def write_split(table, folder, t, *more):
    """The rows of split t as two tables, and a file of ids for each size and for `more`."""
    place = folder / f"split-{t}"
    if (place / "done").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    order = np.random.RandomState(t).permutation(len(table))
    largest = max([*SIZES, *LEVELS, *more])
    for name, rows in [("ask.csv", order[:TESTED]), ("train.csv", order[TESTED : TESTED + largest])]:
        with open(place / name, "w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["id", "arch_str", "ops", "val_acc"])
            writer.writerows([table[r]["arch_index"], table[r]["arch_str"], table[r]["ops"], table[r]["val_acc"]] for r in rows)
    for n in {*SIZES, *LEVELS, *more}:
        ids = [str(table[r]["arch_index"]) for r in order[TESTED : TESTED + n]]
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
        self.command = [str(Path(archcast).resolve()), "--no-cache", "--plugin-dir", str(Path(plugins).resolve())]

    def run(self, place, *arguments):
        subprocess.run([*self.command, *arguments], cwd=place, check=True, capture_output=True)

    def fit(self, place, use, params, transform, ids, seed, threads):
        """Fits, predicts the rows asked; mean, and deviation or None."""
        (place / "member.toml").write_text(
            '[data]\ntable = "train.csv"\nspace = "nas-bench-201"\narchitecture = "arch_str"\nid = "id"\n'
            'target = { column = "val_acc", goal = "maximize", unit = "percent" }\n'
            f'[member.it]\nuse = "{use}"\ninputs = ["adjacency-one-hot"]\ntarget_transform = "{transform}"\n'
            + "".join(f"params.{name} = {json.dumps(value)}\n" for name, value in params.items())
        )
        common = ["--threads", str(threads)]
        self.run(place, "fit", "member.toml", "--rows", ids, "--seed", str(seed), "-o", "it.model", *common)
        self.run(place, "predict", "it.model", "--table", "ask.csv", "-o", "predictions.csv", *common)
        with open(place / "predictions.csv", newline="") as read:
            rows = list(csv.DictReader(read))
        mean = np.array([float(row["mean"]) for row in rows])
        deviation = np.array([float(row["std"]) for row in rows]) if "std" in rows[0] else None
        return mean, deviation


def forest(seed):
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(
        n_estimators=116, max_features=0.17055852159745608, min_samples_leaf=2, min_samples_split=2, bootstrap=False,
        random_state=seed,
    )


def boosting(seed, rounds=505, rate=0.08127053060223186, depth=6, leaf=1):
    from ngboost import NGBRegressor
    from sklearn.tree import DecisionTreeRegressor

    base = DecisionTreeRegressor(
        criterion="friedman_mse", max_depth=depth, max_features=0.7920456318712875, min_samples_leaf=leaf
    )
    return NGBRegressor(
        n_estimators=rounds, learning_rate=rate, minibatch_frac=0.5, Base=base, verbose=False, random_state=seed
    )


def calibrated(seed, rows):
    """The settings of the preset `calibrated` in Python."""
    return boosting(seed, 60, 0.03, 10, 1 if rows < 12 else 2)


def original(name, seed, rows):
    """The model of Python under this name, for so many training rows."""
    if name == "python ngboost calibrated":
        return calibrated(seed, rows)
    return forest(seed) if name == "sklearn" else boosting(seed)


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
            for transform in TRANSFORMS if n in SIZES else TRANSFORMS[:1]:
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
    import sklearn

    # Checks that change nothing but take half of ngboost's time.
    sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")

    def do(name, transform, n, t):
        (rows, train), (asked, truth) = read_split(folder / f"split-{t}", n)
        mean, deviation = of_python(original(name, t, n), transform, train, rows, asked)
        return measured(mean, deviation, train, truth)

    # One after the other, so that the first are there for many splits when the last stop early.
    for name in PYTHON:
        side(folder / "python.jsonl", [name], splits, do)


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
        mean, deviation = host.fit(place, *MEMBERS[name], transform, f"ids-{n}.txt", t, 1)
        return measured(mean, deviation, train, truth)

    side(folder / "archcast.jsonl", list(MEMBERS), splits, do)
    other.join()
    summary(folder)


def interval(values, form=".3f"):
    values = np.asarray(values)
    if len(values) < 2:
        return f"{values.mean():{form}}"
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return f"{values.mean():{form}} ± {half:.3f}"


def summary(folder):
    folder = Path(folder)
    have = known(folder / "archcast.jsonl") | known(folder / "python.jsonl")
    everyone = [*MEMBERS, *PYTHON]

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
        print("\nDifferences on the same splits; p of a paired t-test, Holm within each block\n")
        for pairs, sizes in PAIRS:
            rows = []
            for who, other in pairs:
                for n in sizes:
                    splits = paired([who, other], transform, n)
                    if len(splits) > 2:
                        one, two = (values(each, transform, n, "tau", splits) for each in (who, other))
                        rows.append((who, other, n, len(splits), one - two, stats.ttest_rel(one, two).pvalue))
            for row, p in zip(rows, holm([row[5] for row in rows]) if rows else []):
                print(f"| {row[0]} | {row[1]} | {row[2]} | {row[3]} splits | {interval(row[4], '+.3f')} | p {p:.2g} |")
            print()
    print("\nDeviations, target_transform = standard: cover of 95 % intervals, NLL (mean; median of splits)\n")
    for who in ["random-forest", "ngboost", "python ngboost calibrated", "ngboost naslib", "python ngboost"]:
        for n in SIZES:
            splits = paired([who], "standard", n)
            if splits:
                cover, nll = (values(who, "standard", n, key, splits) for key in ("cover", "nll"))
                print(f"| {who} | {n} | {cover.mean():.3f} | {nll.mean():.3g}; {np.median(nll):.3g} |")
    print("\nNLL, difference on the same splits (for naslib of its decimal logarithm), p of a paired t-test\n")
    for who, other, change in [
        ("ngboost", "python ngboost calibrated", np.asarray), ("ngboost naslib", "python ngboost", np.log10),
    ]:
        for n in SIZES:
            splits = paired([who, other], "standard", n)
            if len(splits) > 2:
                one, two = (change(values(each, "standard", n, "nll", splits)) for each in (who, other))
                p = stats.ttest_rel(one, two).pvalue
                print(f"| {who} | {other} | {n} | {len(splits)} splits | {interval(one - two, '+.3f')} | p {p:.2g} |")
    print("\nLevels to expect, splits 0 to 5\n")
    for who, levels in EXPECTED.items():
        for n, (level, deviation) in levels.items():
            splits = [t for t in paired([who], "standard", n) if t < 6]
            if len(splits) == 6:
                tau, rmse = (values(who, "standard", n, key, splits).mean() for key in ("tau", "rmse"))
                off = (tau - level) / (deviation / math.sqrt(6))
                print(f"| {who} | {n} | {tau:.3f} | {level:.3f} | {off:+.1f} standard errors | RMSE {rmse:.1f} |")


def speed(archcast, plugins, table, folder, splits="20"):
    """Both sides in turns on 200 rows, one thread each. Processor seconds of archcast are those of its two processes, `fit`
    and `predict`, from start to end; Python's are those of `fit` and `predict` alone, without its start and its imports.
    The first split is left out."""
    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    rows, host, folder = table_of(table), Archcast(archcast, plugins), Path(folder)

    def children():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    for name, peer, params in [
        ("trees/random-forest", forest, {}),
        ("trees/ngboost", lambda seed: boosting(seed, 500), {"preset": "naslib", "trees": 500}),
        ("trees/ngboost", lambda seed: calibrated(seed, 200), {}),
    ]:
        turns = []
        for t in range(2000, 2001 + int(splits)):
            place = write_split(rows, folder, t, 200)
            (seen, train), (asked, truth) = read_split(place, 200)
            began = children()
            mean, deviation = host.fit(place, name, params, "standard", "ids-200.txt", t, 1)
            ours, model = children() - began, peer(t)
            began = time.process_time()
            other, spread = of_python(model, "standard", train, seen, asked)
            theirs = time.process_time() - began
            mine, python = measured(mean, deviation, train, truth), measured(other, spread, train, truth)
            turns.append([ours, theirs, mine["tau"], python["tau"], mine["nll"], python.get("nll", math.nan)])
        turns = np.array(turns[1:])
        ours, theirs, _, _, nll, others = np.median(turns, axis=0)
        print(
            f"{name} {params}: processor seconds archcast {ours:.4f}, Python {theirs:.4f}, {theirs / ours:.1f} x; "
            f"tau {interval(turns[:, 2])}, {interval(turns[:, 3])}, difference "
            f"{interval(turns[:, 2] - turns[:, 3], '+.3f')}; median NLL {nll:.3g}, {others:.3g}"
        )


def presets(archcast, plugins, table, folder, splits="20", first="0"):
    """Both presets of ngboost side by side: the means over the splits, and the median of the NLL."""
    rows, host, folder = table_of(table), Archcast(archcast, plugins), Path(folder)
    for n in LEVELS:
        for name in ["ngboost", "ngboost naslib"]:
            for transform in TRANSFORMS:
                reached = []
                for t in range(int(first), int(first) + int(splits)):
                    place = write_split(rows, folder, t)
                    (_, train), (_, truth) = read_split(place, n)
                    mean, deviation = host.fit(place, *MEMBERS[name], transform, f"ids-{n}.txt", t, 1)
                    reached.append(measured(mean, deviation, train, truth))
                tau, cover, nll = (np.array([row[key] for row in reached]) for key in ("tau", "cover", "nll"))
                print(
                    f"| {n} | {name} | {transform} | {tau.mean():.3f} | {cover.mean():.3f} | {nll.mean():.3g} "
                    f"({np.median(nll):.3g}) |", flush=True,
                )


if __name__ == "__main__":
    commands = {"compare": compare, "summary": summary, "speed": speed, "presets": presets}
    if len(sys.argv) < 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
