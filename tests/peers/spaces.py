"""Measures the model-based predictors beside ridge regression on three search spaces, and prints a table.

    python tests/peers/spaces.py ARCHCAST PLUGIN_FOLDER DATA_FOLDER [SPACE ...]
    # DATA_FOLDER holds nas-bench-101/ and nas-bench-suite-zero/; SPACE: nas-bench-201, nas-bench-101, darts

100 labels, 200 cells asked, networks never on both sides, default parameters and inputs. The accuracies of darts are those
that the surrogate NAS-Bench-301 predicts, of 365 cells. Fits of `seminas` take minutes there. Kendall tau,
mean ± sd over the trials, cover of the 80 % interval, and the difference of tau from the best of the three rows of ridge
with p of a paired t-test.
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import ttest_1samp

TABLES = {
    "nas-bench-201": 'table = "builtin:nas-bench-201"',
    "nas-bench-101": 'table = "{data}/nas-bench-101/cells.csv.gz"\nspace = "nas-bench-101"\narchitecture = "{{vertices}},{{adjacency}},{{ops}}"\n'
    'target = {{ column = "test_acc", goal = "maximize", unit = "percent" }}',
    "darts": 'table = "{data}/nas-bench-suite-zero/nas-bench-301-cifar10.csv.gz"\nspace = "darts"\narchitecture = "{{normal}} | {{reduce}}"\n'
    'target = {{ column = "val_acc", goal = "maximize", unit = "percent" }}',
}
MEMBERS = {
    "ridge": 'use = "linear/ridge"',
    "ridge-log-error": 'use = "linear/ridge"\ntarget_transform = "log-error"',
    "ridge-normal-score": 'use = "linear/ridge"\ntarget_transform = "normal-score"',
}
for use in (
    "gp/gp gp/sparse-gp gp/variational-sparse-gp gp/wl-gp gp/anchored bayesian/linear-regression bayesian/dngo "
    "bayesian/bohamiann neural/mlp neural/bananas neural/nao neural/seminas graph/gcn graph/bonas trees/random-forest trees/ngboost "
    "gbdt/xgboost gbdt/lightgbm"
).split():
    MEMBERS[use.split("/")[1]] = f'use = "{use}"'
TRIALS = 3


def study(archcast, plugins, data, space):
    members = "\n".join(f"[member.{name}]\n{text}\n" for name, text in MEMBERS.items())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.toml"
        file.write_text(f"[data]\n{TABLES[space].format(data=data)}\n\n{members}\n[study]\nlabels = [100]\ntest = 200\ntrials = {TRIALS}\n")
        run = lambda *arguments: subprocess.run([archcast, *arguments, "--plugin-dir", plugins], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        run("evaluate", "a.toml", "--no-cache", "--out", "s")
        run("evaluate", "export", "s", "-o", "s.csv", "--times")
        with open(Path(folder) / "s.csv", newline="") as read:
            return list(csv.DictReader(read))


def main(archcast, plugins, data, *spaces):
    archcast, plugins, data = (str(Path(path).resolve()) for path in (archcast, plugins, data))
    for space in spaces or TABLES:
        rows = study(archcast, plugins, data, space)
        of = lambda member, column: np.array([float(row.get(column) or "nan") for row in rows if row["member"] == member])
        taus = {member: np.nan_to_num(of(member, "kendall-tau")) for member in MEMBERS}
        ridge = max(["ridge", "ridge-log-error", "ridge-normal-score"], key=lambda member: taus[member].mean())
        print(f"{space}: best ridge {ridge}")
        for member, tau in taus.items():
            gap = tau - taus[ridge]
            p = ttest_1samp(gap, 0).pvalue if np.ptp(gap) > 0 else 1.0
            cover, nll = of(member, "coverage@80").mean(), of(member, "nll").mean()
            print(f"  {member:24} {tau.mean():.3f} ± {tau.std(ddof=1):.3f}   cover {cover:.3f}   nll {nll:8.3f}   {gap.mean():+.3f} (p = {p:.2g})   {np.round(tau, 3).tolist()}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 4 or any(space not in TABLES for space in sys.argv[4:]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
