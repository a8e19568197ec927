"""Compares the metrics and statistics of a study with scipy, scikit-learn and plain definitions.

    cargo build --release -p archcast-tests --example metrics
    python tests/peers/metrics.py target/release/examples/metrics      # needs numpy, scipy and scikit-learn

Made-up test sets in percent, many with equal targets, equal predictions or both. Printed are the number of values that
were compared and the largest difference of each metric; a value that one side lacks fails.
"""

import json
import math
import platform
import subprocess
import sys
from datetime import date

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score


def rounded(values):
    return np.round(values * 10) / 10


def membership(values, k):
    """How likely each row is among the k best, where equal values are drawn by lot."""
    cut = np.sort(values)[-k]
    above, equal = values > cut, values == cut
    return above + equal * (k - above.sum()) / equal.sum()


def precision(y, p, k):
    return float((membership(y, k) * membership(p, k)).sum() / k)


def best_of_top(y, p, k):
    """The true values that the best of the k best predicted rows can have, and how likely each is."""
    cut = np.sort(p)[-k]
    sure = y[p > cut].max() if (p > cut).any() else -np.inf
    drawn, places = np.sort(y[p == cut])[::-1], k - int((p > cut).sum())
    sets = math.comb(len(drawn), places)
    chances = [math.comb(len(drawn) - 1 - i, places - 1) / sets for i in range(len(drawn))]
    return np.maximum(drawn, sure), np.array(chances)


def best_regret(y, p, k):
    best, chances = best_of_top(y, p, k)
    return float(((y.max() - best) * chances).sum())


def best_rank(y, p, k):
    best, chances = best_of_top(y, p, k)
    ranks = (y[None, :] > best[:, None]).sum(axis=1) + 1
    return float((ranks * chances).sum() / len(y))


def crps(y, p, s):
    z = (y - p) / s
    return float(np.mean(s * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))))


def coverage(y, p, s, share):
    return float(np.mean(np.abs((y - p) / s) <= stats.norm.ppf((1 + share) / 2)))


METRICS = {
    "kendall-tau": lambda y, p, s: stats.kendalltau(y, p).statistic,
    "sparse-kendall-tau": lambda y, p, s: stats.kendalltau(y, rounded(p)).statistic,
    "sparse-kendall-tau:target": lambda y, p, s: stats.kendalltau(rounded(y), p).statistic,
    "sparse-kendall-tau:both": lambda y, p, s: stats.kendalltau(rounded(y), rounded(p)).statistic,
    "spearman": lambda y, p, s: stats.spearmanr(y, p).statistic,
    "pearson": lambda y, p, s: stats.pearsonr(y, p).statistic,
    "mae": lambda y, p, s: mean_absolute_error(y, p),
    "rmse": lambda y, p, s: math.sqrt(mean_squared_error(y, p)),
    "r2": lambda y, p, s: r2_score(y, p),
    "precision@3": lambda y, p, s: precision(y, p, 3),
    "precision@10": lambda y, p, s: precision(y, p, 10),
    "best-regret@3": lambda y, p, s: best_regret(y, p, 3),
    "best-regret@10": lambda y, p, s: best_regret(y, p, 10),
    "best-rank@3": lambda y, p, s: best_rank(y, p, 3),
    "best-rank@10": lambda y, p, s: best_rank(y, p, 10),
    "nll": lambda y, p, s: float(-stats.norm.logpdf(y, p, s).mean()),
    "crps": crps,
    "coverage@50": lambda y, p, s: coverage(y, p, s, 0.5),
    "coverage@80": lambda y, p, s: coverage(y, p, s, 0.8),
    "coverage@95": lambda y, p, s: coverage(y, p, s, 0.95),
    "interval-width@90": lambda y, p, s: float(np.mean(2 * stats.norm.ppf(0.95) * s)),
    "pit-distance": lambda y, p, s: stats.kstest(stats.norm.cdf((y - p) / s), "uniform").statistic,
}


def answers(rng, rows, decimals):
    """A test set; fewer decimals make more ties."""
    y = np.round(95 - rng.gamma(1.5, 3, rows), decimals)
    p = np.round(90 + 0.7 * (y - 90) + rng.normal(0, 2, rows), decimals)
    return y, p, rng.uniform(0.2, 4, rows)


def differences(rng, count, decimals):
    return np.round(rng.normal(0.004, 0.02, count), decimals)


def report(name, found, expected):
    found, expected = np.array(found, dtype=float), np.array(expected, dtype=float)
    assert found.shape == expected.shape and np.isfinite(found).all() and np.isfinite(expected).all(), name
    apart = np.abs(found - expected)
    relative = apart / np.maximum(np.abs(expected), 1e-300)
    print(f"| {name} | {found.size} | {apart.max():.1e} | {relative[apart > 0].max(initial=0):.1e} |")


def main(program):
    rng = np.random.default_rng(1)
    sets = [answers(rng, rows, decimals) for rows in (10, 50, 200, 1000) for decimals in (0, 1, 2, 9) for _ in range(25)]
    lists = [differences(rng, n, decimals) for n in (5, 10, 25, 26, 100) for decimals in (2, 3, 9) for _ in range(10)]
    tables = [np.round(rng.normal(0.6, 0.1, (n, k)), d) for n in (3, 10) for k in (3, 8) for d in (1, 9) for _ in range(5)]
    questions = {
        "metrics": list(METRICS),
        "answers": [{"targets": list(y), "predictions": list(p), "deviations": list(s)} for y, p, s in sets],
        "differences": [list(d) for d in lists],
        "tables": [table.tolist() for table in tables],
    }
    done = subprocess.run([program], input=json.dumps(questions), capture_output=True, text=True, check=True)
    values = json.loads(done.stdout)

    print(f"{date.today()}; {platform.platform()}; scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, ", end="")
    print(f"numpy {np.__version__}, Python {platform.python_version()}\n")
    print("| metric | values | largest difference | relative |\n|---|---:|---:|---:|")
    for column, (name, peer) in enumerate(METRICS.items()):
        report(name, [row[column] for row in values["metrics"]], [peer(*row) for row in sets])

    def wilcoxon(d, exact):
        method = "exact" if exact else "approx"
        return stats.wilcoxon(d, zero_method="wilcox", correction=True, method=method)

    of = values["differences"]
    peers = [wilcoxon(d, row["exact"]) for d, row in zip(lists, of)]
    for row, d in zip(of, lists):
        sizes = np.abs(d[d != 0])
        assert row["exact"] == (len(sizes) <= 25 and len(set(sizes)) == len(sizes))
    report("Wilcoxon's W", [row["statistic"] for row in of], [peer.statistic for peer in peers])
    exact = [row["exact"] for row in of]
    for name, kind in (("exact", True), ("normal", False)):
        picked = [i for i, one in enumerate(exact) if one == kind]
        report(f"Wilcoxon's p, {name}", [of[i]["wilcoxon_p"] for i in picked], [peers[i].pvalue for i in picked])
    tests = [stats.ttest_1samp(d, 0) for d in lists]
    intervals = [test.confidence_interval(0.95) for test in tests]
    report("t", [row["t"] for row in of], [test.statistic for test in tests])
    report("p of t", [row["t_p"] for row in of], [test.pvalue for test in tests])
    report("ends of the t interval", [row[end] for row in of for end in ("lower", "upper")],
           [end for interval in intervals for end in (interval.low, interval.high)])
    report("mean ranks", [rank for row in values["tables"] for rank in row["mean_ranks"]],
           [rank for table in tables for rank in stats.rankdata(-table, axis=1).mean(axis=0)])
    friedman = [stats.friedmanchisquare(*table.T) for table in tables]
    report("Friedman's statistic", [row["chi_squared"] for row in values["tables"]], [f.statistic for f in friedman])
    report("Friedman's p", [row["p"] for row in values["tables"]], [f.pvalue for f in friedman])


if __name__ == "__main__":
    main(*sys.argv[1:])
