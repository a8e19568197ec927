"""Measures `archcast evaluate` on the untuned tabular predictors, and beside it the same study in plain Python.

    python3 tests/peers/studies.py whole ARCHCAST PLUGIN_FOLDER WORK_FOLDER [TRIALS]
    python3 tests/peers/studies.py threads ARCHCAST PLUGIN_FOLDER WORK_FOLDER [TRIALS [TURNS]]
    python3 tests/peers/studies.py beside ARCHCAST PLUGIN_FOLDER WORK_FOLDER [TRIALS]

Ridge, random forest, XGBoost, LightGBM and NGBoost on NAS-Bench-201 with CIFAR-10, validation accuracy, adjacency
one-hot, 11 numbers of labels from 5 to 1,000, 200 rows tested. NGBoost has NASLib's setting, 505 rounds.

`whole` runs the study on two threads and says how long it took, how much memory, and how much of it was spent outside
plugins. `threads` runs a part of it on one thread and on two, in turns, for which the machine must be idle. `beside`
makes a virtual environment in the work folder and gives Python the rows of some trials (`evaluate export --splits`):
processor seconds of fit and 200 predictions for each predictor. On archcast's side the whole command counts, its start
and the reading of the table included; on Python's the calls alone, on features that are made beforehand.
"""

import csv
import json
import math
import os
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

import gbdt

# A fit that is known from before would be timed as none.
os.environ["ARCHCAST_CACHE"] = ""

PACKAGES = [
    "numpy==1.26.4", "scipy==1.13.1", "xgboost==1.6.2", "lightgbm==4.7.0", "scikit-learn==1.5.2", "ngboost==0.5.1",
]  # fmt: skip
LARGEST = 1000
SIZES = [int(2 ** (math.log2(5.1) + i / 10 * (math.log2(LARGEST) - math.log2(5.1))) + 1e-9) for i in range(11)]
OWN, NATIVE = ["ridge", "random-forest", "ngboost"], ["xgboost", "lightgbm"]
STUDY = f"""
[data]
table = "builtin:nas-bench-201"

[member.ridge]
use = "linear/ridge"
inputs = ["adjacency-one-hot"]

[member.random-forest]
use = "trees/random-forest"
inputs = ["adjacency-one-hot"]

[member.ngboost]
use = "trees/ngboost"
inputs = ["adjacency-one-hot"]
params = {{ preset = "naslib" }}

[member.xgboost]
use = "gbdt/xgboost"
inputs = ["adjacency-one-hot"]

[member.lightgbm]
use = "gbdt/lightgbm"
inputs = ["adjacency-one-hot"]

[study]
labels = {SIZES}
test   = 200
"""


class Archcast:
    """The command in a folder of its own."""

    def __init__(self, program, plugins, folder):
        self.command = [str(Path(program).resolve()), "--plugin-dir", str(Path(plugins).resolve())]
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "study.toml").write_text(STUDY)

    def run(self, *arguments):
        """Runs it; seconds on the clock and on the processor, and the largest memory in MiB."""
        started = time.monotonic()
        child = subprocess.Popen(
            [*self.command, *map(str, arguments)], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        clock = time.monotonic() - started
        if status:
            sys.exit(f"archcast {' '.join(map(str, arguments))}\n{said.decode()}")
        return clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

    def study(self, out, trials, threads, *more):
        shutil.rmtree(self.folder / out, ignore_errors=True)
        return self.run(
            "--threads", threads, "evaluate", "study.toml", "--trials", trials, "--out", out, *more
        )

    def cells(self, out):
        lines = (self.folder / out / "journal.jsonl").read_text().splitlines()
        return [cell for cell in map(json.loads, lines) if "result" in cell]


def whole(archcast, trials="100"):
    clock, processor, memory = archcast.study("whole", trials, 2)
    cells = archcast.cells("whole")
    inside = sum(cell["measured"]["plugins"] for cell in cells)
    print(f"{len(cells)} cells, {clock:.0f} s on the clock, {processor:.0f} s on the processor, {memory:.0f} MiB")
    print(f"inside plugins {inside:.1f} s, outside {processor - inside:.1f} s: {1 - inside / processor:.1%} of the whole")
    for name in [*OWN, *NATIVE]:
        of_it = [cell["measured"]["plugins"] for cell in cells if cell["result"]["member"] == name]
        failed = sum("failure" in cell["result"] for cell in cells if cell["result"]["member"] == name)
        print(f"| {name} | {sum(of_it):.1f} | {len(of_it)} | {failed} |")


def threads(archcast, trials="10", turns="3"):
    ratios = []
    for _ in range(int(turns)):
        one, one_processor, _ = archcast.study("one", trials, 1)
        two, two_processor, _ = archcast.study("two", trials, 2)
        results = [sorted(json.dumps(cell["result"]) for cell in archcast.cells(out)) for out in ["one", "two"]]
        if results[0] != results[1]:
            sys.exit("the results on one thread and on two differ")
        ratios.append(one / two)
        print(
            f"one thread {one:.1f} s ({one_processor:.1f} on the processor), two {two:.1f} s ({two_processor:.1f}): "
            f"{one / two:.2f} x",
            flush=True,
        )
    print(f"median {sorted(ratios)[len(ratios) // 2]:.2f} x")


def of_python(name, seed, rows, targets, asked):
    """Fits the original and asks it; values in the target's unit."""
    import numpy as np
    from trees import boosting, forest

    centre, scale = targets.mean(), targets.std() or 1.0
    z = (targets - centre) / scale
    if name == "ridge":
        from sklearn.linear_model import RidgeCV

        told = RidgeCV(alphas=np.logspace(-3, 3, 25)).fit(rows, z).predict(asked)
    elif name == "random-forest":
        told = forest(seed).fit(rows, z).predict(asked)
    elif name == "ngboost":
        told = boosting(seed).fit(rows, z).pred_dist(asked).loc
    else:
        told = gbdt.of_python(name, rows, z, asked, {"seed": seed})[0]
    return np.asarray(told, float) * scale + centre


def beside(archcast, trials="5"):
    gbdt.in_environment(archcast.folder, PACKAGES)
    import numpy as np
    from scipy.stats import kendalltau

    warnings.filterwarnings("ignore")
    np.seterr(all="ignore")
    rows, features, accuracies = gbdt.read_table()
    number = {row["arch_str"]: place for place, row in enumerate(rows)}
    # The first call of each package counts for none.
    for name in [*OWN, *NATIVE]:
        of_python(name, 0, features[:50], accuracies[:50], features[:5])
    seconds = {name: [0.0, 0.0] for name in [*OWN, *NATIVE]}
    taus = {name: ([], []) for name in seconds}
    for name in seconds:
        seconds[name][0] = archcast.study(f"of-{name}", trials, 1, "--members", name)[1]
    archcast.run("evaluate", "export", "of-ridge", "--splits", "-o", "splits.csv")
    splits = {}
    with open(archcast.folder / "splits.csv", newline="") as file:
        for row in csv.DictReader(file):
            splits.setdefault((int(row["trial"]), row["set"]), []).append(number[row["id"]])
    for trial in range(int(trials)):
        test, train = splits[trial, "test"], splits[trial, "train"]
        for labels in SIZES:
            for name in seconds:
                # LightGBM of archcast refuses fewer than 10 rows.
                if name == "lightgbm" and labels < 10:
                    continue
                known = train[:labels]
                started = time.process_time()
                told = of_python(name, trial, features[known], accuracies[known], features[test])
                seconds[name][1] += time.process_time() - started
                taus[name][1].append(np.nan_to_num(kendalltau(told, accuracies[test]).statistic))
        print(f"trial {trial}", file=sys.stderr, flush=True)
    for name in seconds:
        archcast.run("evaluate", "export", f"of-{name}", "-o", f"of-{name}.csv")
        with open(archcast.folder / f"of-{name}.csv", newline="") as file:
            for row in csv.DictReader(file):
                if not (name == "lightgbm" and int(row["labels"]) < 10):
                    taus[name][0].append(float(row["kendall-tau"] or 0.0))
    print("| predictor | archcast, s | Python, s | | tau, archcast | tau, Python |\n|---|---|---|---|---|---|")
    for name, (ours, theirs) in seconds.items():
        of_ours, of_theirs = (np.mean(side) for side in taus[name])
        print(f"| {name} | {ours:.2f} | {theirs:.2f} | {theirs / ours:.1f} x | {of_ours:.3f} | {of_theirs:.3f} |")
    for group in [OWN, NATIVE]:
        ours, theirs = (sum(seconds[name][side] for name in group) for side in (0, 1))
        print(f"| {', '.join(group)} | {ours:.2f} | {theirs:.2f} | {theirs / ours:.1f} x | | |")


if __name__ == "__main__":
    if len(sys.argv) < 5 or sys.argv[1] not in ("whole", "threads", "beside"):
        sys.exit(__doc__)
    globals()[sys.argv[1]](Archcast(*sys.argv[2:5]), *sys.argv[5:])
