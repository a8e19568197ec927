"""Measures how the scores of the plugin `proxies` order networks, and how they agree with those that others published.

    python tests/peers/proxies_ranks.py ARCHCAST PLUGIN_FOLDER TABLES [PART[=N] ...]    # needs torch, numpy, scipy

TABLES is the folder with `nas-bench-201`, `nas-bench-101`, `nas-bench-macro`, `nas-bench-suite-zero` and `cifar10-sample`.
Parts are `accuracy` (N = 1,000 cells of nas-bench-201), `suite` (N = 200 cells of NAS-Bench-Suite-Zero), `settings` (what of
our settings that agreement hangs on, N = 100 cells), `meco` (its table and its noise) and `taps` (meco on three spaces, N = 150
networks of each); all where none is named. Scores are kept in archcast's cache as they come: a run that was ended goes on.
"""

import csv
import gzip
import json
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
from proxies import Archcast, Cell201, is_connected
from scipy.stats import kendalltau, spearmanr

SCORES = [
    "fisher", "grad-norm", "grasp", "jacobian-covariance", "snip", "synflow", "logsynflow", "naswot", "zen-score", "epe-nas",
    "l2-norm", "plain", "flops", "params", "live-params", "zico", "meco",
]  # fmt: skip
# What NAS-Bench-Suite-Zero has, by the name of its column.
SUITE = {
    "fisher": "zc_fisher", "grad-norm": "zc_grad_norm", "grasp": "zc_grasp", "snip": "zc_snip", "synflow": "zc_synflow",
    "jacobian-covariance": "zc_jacobian_covariance", "naswot": "zc_naswot", "epe-nas": "zc_epe_nas", "l2-norm": "zc_l2_norm",
    "plain": "zc_plain", "flops": "zc_flops", "params": "zc_params",
}  # fmt: skip


def read_csv(path):
    with gzip.open(path, "rt") as file:
        return list(csv.DictReader(file))


def digits_of(ops):
    return [int(digit) for digit in ops]


def text_of(ops):
    names = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
    o = [names[digit] for digit in digits_of(ops)]
    return f"|{o[0]}~0|+|{o[1]}~0|{o[2]}~1|+|{o[3]}~0|{o[4]}~1|{o[5]}~2|"


class Scorer:
    """Scores of nas-bench-201 cells on CIFAR-10 images."""

    def __init__(self, cast, tables):
        self.cast = cast
        self.options = {"images": str(tables / "cifar10-sample/train640.bin"), "zen_repeats": 1}

    def of(self, cells, scores, seed=0, **options):
        """A column for each score, in the order of the cells."""
        params = {"scores": scores, "options": {**self.options, **options}}
        told, _ = self.cast.score("proxies/zero-cost", "nas-bench-201", cells, params, threads=2, seed=seed)
        # The command names a cell by its digits or by the published text.
        rows = [told.get(ops) or told[text_of(ops)] for ops in cells]
        return {name: np.array([float(row[name] or "nan") for row in rows]) for name in scores}


def both(score, y):
    """Spearman and Kendall; a score that is missing is the worst."""
    score = np.nan_to_num(np.array(score, dtype=float), nan=-1e12)
    return f"{spearmanr(score, y)[0]:.3f}, {kendalltau(score, y)[0]:.3f}"


def agreement(one, other):
    return spearmanr(one, other)[0]


def thousand(tables):
    """1,000 random rows of the table."""
    table = read_csv(tables / "nas-bench-201/cifar10.csv.gz")
    return [table[i] for i in random.Random(0).sample(range(len(table)), 1000)]


def accuracy(scorer, tables, count=1000):
    rows = thousand(tables)[:count]
    cells = [row["ops"] for row in rows]
    columns = scorer.of(cells, SCORES)
    for name in ("zc_naswot", "zc_synflow", "zc_logsynflow"):
        columns[f"the table's {name[3:]}"] = np.array([float(row[name] or "nan") for row in rows])
    y = np.array([float(row["test_acc"]) for row in rows])
    live = np.array([is_connected(digits_of(ops)) for ops in cells])
    best = y >= np.quantile(y, 0.9)
    print(f"\n{len(cells)} random cells of nas-bench-201, {np.sum(~live)} of them disconnected; Spearman, Kendall with test accuracy:\n")
    print("| score | all cells | connected | the best tenth, Kendall |\n|---|---|---|---|")
    for name, column in columns.items():
        top = kendalltau(np.nan_to_num(column[best], nan=-1e12), y[best])[0]
        print(f"| {name} | {both(column, y)} | {both(column[live], y[live])} | {top:.2f} |")


def suite_rows(tables):
    """Connected cells of NAS-Bench-Suite-Zero in random order."""
    rows = read_csv(tables / "nas-bench-suite-zero/nas-bench-201-cifar10.csv.gz")
    rows = [row for row in rows if is_connected(digits_of(row["ops"]))]
    random.Random(0).shuffle(rows)
    return rows


def suite(scorer, tables, count=200):
    rows = suite_rows(tables)[:count]
    y = [float(row["val_acc"]) for row in rows]
    columns = scorer.of([row["ops"] for row in rows], list(SUITE), jacobian_outputs="all")
    print(f"\n{len(rows)} connected cells of NAS-Bench-Suite-Zero; Spearman, Kendall with validation accuracy:\n")
    print("| score | rank agreement | ours | theirs |\n|---|---|---|---|")
    for name, key in SUITE.items():
        known = [i for i, row in enumerate(rows) if row[key]]
        ours, theirs = columns[name][known], [float(rows[i][key]) for i in known]
        at = [y[i] for i in known]
        print(f"| {name} | {agreement(ours, theirs):.3f} ({len(known)}) | {both(ours, at)} | {both(theirs, at)} |")


def has_dead(ops):
    """Whether a convolution of the cell is cut from its input or its output: the suite builds it, archcast does not."""
    digits = digits_of(ops)
    return any(digit in (2, 3) and not live for digit, live in zip(digits, Cell201(digits, 1).live))


def settings(scorer, tables, count=100):
    """The sizes of the suite's jacobian-covariance and naswot are those of 32 images, so both sizes of a batch are tried."""
    rows = suite_rows(tables)[:count]
    cells = [row["ops"] for row in rows]
    alive = np.array([not has_dead(ops) for ops in cells])
    asked = {"64 images": {}, "32 images": {"batch_size": 32}, "32 images, another draw": {"batch_size": 32, "seed": 1}}
    names = [name for name in SUITE if name not in ("flops", "params")]
    columns = {title: scorer.of(cells, names, jacobian_outputs="all", **options) for title, options in asked.items()}
    print(f"\nRank agreement with NAS-Bench-Suite-Zero, {count} of its cells | the {alive.sum()} without dead convolutions:\n")
    print(f"| score | {' | '.join(asked)} | ours with another draw of ours |\n|---|{'---|' * (len(asked) + 1)}")
    for name in names:
        theirs = np.array([float(row[SUITE[name]] or "nan") for row in rows])
        pairs = [(columns[title][name], theirs) for title in asked]
        pairs.append((columns["32 images"][name], columns["32 images, another draw"][name]))
        both_ways = lambda a, b: [spearmanr(a[of], b[of], nan_policy="omit")[0] for of in (alive | True, alive)]
        told = ["{:.3f}, {:.3f}".format(*both_ways(a, b)) for a, b in pairs]
        print(f"| {name} | {' | '.join(told)} |")


def meco(scorer, tables, count=500):
    """Our draws, one and averaged, with the table's one draw and among themselves."""
    accuracies = {row["ops"]: float(row["test_acc"]) for row in read_csv(tables / "nas-bench-201/cifar10.csv.gz")}
    theirs = {row["ops"]: float(row["meco"]) for row in read_csv(tables / "nas-bench-201/meco.csv.gz") if row["meco"]}
    cells = random.Random(1).sample(sorted(theirs), count)
    y, table = np.array([accuracies[ops] for ops in cells]), np.array([theirs[ops] for ops in cells])
    best = y >= np.quantile(y, 0.9)
    draws = [scorer.of(cells, ["meco"], seed=seed)["meco"] for seed in range(10)]
    means = {1: draws, 3: [np.mean(draws[i : i + 3], 0) for i in (0, 3, 6)], 5: [np.mean(draws[:5], 0), np.mean(draws[5:], 0)],
             10: [np.mean(draws, 0)]}  # fmt: skip
    print(f"\nmeco on {count} connected cells; each draw has weights and an image of its own:\n")
    print("| draws | rank agreement with the table | of two such means of ours | Spearman, Kendall with test accuracy | best tenth |")
    print("|---|---|---|---|---|")
    for number, of in means.items():
        pairs = [agreement(a, b) for i, a in enumerate(of) for b in of[i + 1 :]]
        told = f"{np.mean(pairs):.4f} ({min(pairs):.4f} to {max(pairs):.4f})" if pairs else ""
        with_table = [agreement(one, table) for one in of]
        top = kendalltau(of[0][best], y[best])[0]
        print(f"| {number} | {np.mean(with_table):.4f} ({min(with_table):.4f} to {max(with_table):.4f}) | {told} | {both(of[0], y)} | {top:.2f} |")
    others = [agreement(draws[i], np.mean(draws[:i] + draws[i + 1 :], 0)) for i in range(10)]
    print(f"\nOne draw of ours with the mean of the nine others: {np.mean(others):.4f} ({min(others):.4f} to {max(others):.4f}).")


def taps(scorer, tables, count=150):
    nas101 = read_csv(tables / "nas-bench-101/cells.csv.gz")
    macro = read_csv(tables / "nas-bench-macro/cifar10.csv.gz")
    darts = read_csv(tables / "nas-bench-suite-zero/nas-bench-301-cifar10.csv.gz")
    pairs = lambda text: [[int(v) for v in pair.split(":")] for pair in text.split()]
    spaces = {
        "nas-bench-macro": [(row["arch"], row["test_acc"]) for row in macro],
        "darts": [(json.dumps([pairs(row["normal"]), pairs(row["reduce"])]), row["val_acc"]) for row in darts],
        "nas-bench-101": [(f"{row['vertices']},{row['adjacency']},{row['ops']}", row["test_acc"]) for row in nas101],
    }
    # A network of the last space takes some seconds.
    draws_of = {"nas-bench-macro": 10, "darts": 10, "nas-bench-101": 3}
    print(f"\nmeco on {count} networks of each space, Spearman, Kendall with accuracy (darts: that of the surrogate):\n")
    print("| space | taps | 1 initialisation | mean of 3 | mean of 10 |\n|---|---|---|---|---|")
    for space, networks in spaces.items():
        chosen = random.Random(2).sample(networks, count)
        texts, y = [text for text, _ in chosen], np.array([float(value) for _, value in chosen])
        for tap in ("relu", "leaf"):
            draws, line = [], []
            for seed in range(draws_of[space]):
                told, _ = scorer.cast.score("proxies/meco", space, texts, {"meco_taps": tap}, threads=2, seed=seed)
                # The command may write an architecture in another way; the target is its place.
                by_place = {int(float(row["true"])): float(row["score"] or "nan") for row in told.values()}
                draws.append(np.array([by_place[place] for place in range(count)]))
                if len(draws) in (1, 3, 10):
                    line.append(both(np.mean(draws, 0), y))
            print(f"| {space} | {tap} | {' | '.join(line)} |", flush=True)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    archcast, plugins, tables, *parts = sys.argv[1:]
    tables = Path(tables).absolute()
    with tempfile.TemporaryDirectory() as folder:
        scorer = Scorer(Archcast(str(Path(archcast).absolute()), str(Path(plugins).absolute()), folder), tables)
        for part in parts or PARTS:
            name, _, number = part.partition("=")
            if name not in PARTS:
                sys.exit(f"there is no part `{part}`\n{__doc__}")
            PARTS[name](scorer, tables, *([int(number)] if number else []))
            sys.stdout.flush()


PARTS = {"accuracy": accuracy, "suite": suite, "settings": settings, "meco": meco, "taps": taps}

if __name__ == "__main__":
    main()
