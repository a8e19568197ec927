"""Compares archcast's hybrid with OMNI, tuned and untuned, with OMNI's ablations and with each of its inputs alone.

    python tests/peers/hybrids.py ARCHCAST PLUGIN_FOLDER DATA [--trials N] [--out FOLDER] [PART ...]    # needs scipy

DATA is the folder with `spikenas-bench/`, `nas-bench-nlp/`, `nas-bench-201/` and `nas-bench-suite-zero/`. Parts are
`even` and `odd` (halves of SpikeNAS-Bench), `nlp`, `nb201`, `nb201-12`, `tuned-spikenas`, `tuned-nb201`, `tuned-nb201-12`,
`zero`, `seconds`, `intervals` and `seminas`; all of them where none is named. Each is a study of `archcast evaluate`, kept under FOLDER, so that
a run that was ended goes on. Members are those of `templates/members`.

A cell is one number of labels at one number of epochs. The hybrid is better or worse in it by Wilcoxon's signed-rank test
on the paired differences of Kendall tau, p below 0.05 after Holm's correction over all cells of the table.
"""

import argparse
import csv
import gzip
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean, stdev

from paired import holm
from scipy.stats import wilcoxon

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "members"
FIDELITIES = ["none", "5%", "10%", "25%", "50%"]
SCORES = [
    "sotl-e", "power-train", "window", "best", "last-loss", "power-loss", "trained",
    "proxy-meco", "proxy-naswot", "proxy-synflow", "proxy-regions", "parameters", "parameters-millions",
]  # fmt: skip
ABLATIONS = ["omni-without-encoding", "omni-without-curve", "omni-without-proxy"]
HALF = """table = "{table}"
space = "spikenas"
architecture = "ops"
id = "arch_index"
where = "epochs == 100"
target = {{ curve = "val_acc", epoch = 100 }}
curves.train_loss = {{ column = "train_loss", goal = "minimize" }}
curves.val_acc = {{ column = "val_acc", goal = "maximize", unit = "percent" }}
horizon = 100"""
NLP = 'table = "builtin:nas-bench-nlp"'
CELLS = """table = "{table}"
space = "nas-bench-201"
architecture = "arch_str"
where = "zc_naswot is present"
target = {{ column = "val_acc", goal = "maximize", unit = "percent" }}"""
# Architecture and target of the tables of NAS-Bench-Suite-Zero.
ZERO = {
    "nas-bench-101-cifar10": ("nas-bench-101", "{vertices},{adjacency},{ops}", "val_acc"),
    "nas-bench-201-cifar10": ("nas-bench-201", "ops", "val_acc"),
    "nas-bench-301-cifar10": ("darts", "{normal} | {reduce}", "val_acc"),
    "transnas-macro-class_object": ("transnas-macro", "blocks", "val_metric"),
    "transnas-micro-class_object": ("transnas-micro", "ops", "val_metric"),
    "transnas-micro-jigsaw": ("transnas-micro", "ops", "val_metric"),
    "transnas-micro-autoencoder": ("transnas-micro", "ops", "val_metric"),
}


class Archcast:
    """The command with one folder of plugins."""

    def __init__(self, archcast, plugins, folder):
        self.command, self.folder = [str(archcast), "--plugin-dir", str(plugins)], folder

    def run(self, *arguments):
        done = subprocess.run([*self.command, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)
        return done.stdout

    def study(self, name, data, includes, members, more="", **settings):
        """Kendall tau by (member, labels, fidelity), one a trial, of a study that goes on where it ended."""
        lines = [f"include = {json.dumps([str(TEMPLATES / file) for file in includes])}", "[data]", data, more]
        lines += ["[study]", f"members = {json.dumps(members)}", "skip_impossible = true"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        file = self.folder / f"{name}.toml"
        file.write_text("\n".join(lines) + "\n")
        out = self.folder / f"{name}.study"
        self.run("evaluate", file, "--out", out)
        self.run("evaluate", "export", out, "--times", "-o", self.folder / f"{name}.csv")
        taus, self.seconds = defaultdict(list), defaultdict(list)
        self.rows = []
        with open(self.folder / f"{name}.csv", newline="") as read:
            for row in csv.DictReader(read):
                cell = (row["member"], int(row["labels"] or 0), int(row["fidelity"] or 0))
                taus[cell].append(float(row["kendall-tau"] or 0))
                if row["fit_measured_s"]:
                    query = float(row["predict_row_measured_s"])
                    self.seconds[cell].append(float(row["fit_measured_s"]) + 200 * query)
                self.rows.append((cell, row))
        return taus


def halves(data, folder):
    """The two halves of SpikeNAS-Bench as files of their own."""
    for parity, name in enumerate(["even", "odd"]):
        path = folder / f"spikenas-{name}.jsonl.gz"
        if not path.exists():
            with gzip.open(data / "spikenas-bench" / "cifar10-curves.jsonl.gz", "rt") as read:
                rows = [line for line in read if json.loads(line)["arch_index"] % 2 == parity]
            with gzip.open(path, "wt") as out:
                out.writelines(rows)


def cells_of_201(data, folder, with_training):
    """NAS-Bench-201 with MeCo beside the other scores, with or without the accuracy after 12 epochs."""
    path = folder / f"nas-bench-201{'-12' if with_training else ''}.csv"
    if not path.exists():
        with gzip.open(data / "nas-bench-201" / "meco.csv.gz", "rt", newline="") as read:
            meco = {row["arch_index"]: row["meco"] for row in csv.DictReader(read)}
        with gzip.open(data / "nas-bench-201" / "cifar10.csv.gz", "rt", newline="") as read:
            rows = list(csv.DictReader(read))
        names = [name for name in rows[0] if with_training or not name.endswith("_12ep")]
        with open(path, "w", newline="") as out:
            write = csv.DictWriter(out, [*names, "meco"], extrasaction="ignore")
            write.writeheader()
            write.writerows({**row, "meco": meco[row["arch_index"]]} for row in rows)
    return path


def of(taus, member, labels, epochs):
    """The trials of a member at a budget, whichever of the axes it has."""
    for cell in [(member, labels, epochs), (member, labels, 0), (member, 0, epochs), (member, 0, 0)]:
        # A curve member that is not measured without epochs has no cell at epoch 0.
        if cell in taus:
            return taus[cell]
    return None


def verdict(title, taus, ours, theirs, others=(), inputs=SCORES):
    """Prints every cell, and what they come to."""
    cells = sorted({(epochs, labels) for member, labels, epochs in taus if member == ours})
    differences, values = [], []
    for epochs, labels in cells:
        pairs = zip(of(taus, ours, labels, epochs), of(taus, theirs, labels, epochs), strict=True)
        differences.append([a - b for a, b in pairs])
        values.append(wilcoxon(differences[-1]).pvalue if any(differences[-1]) else 1.0)
    adjusted = holm(values)
    head = ["epochs", "labels", ours, theirs, "difference", "p", "", *others, "best input", "", "less it"]
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    better = worse = short = 0
    lowest = (1.0, None)
    for (epochs, labels), difference, p in zip(cells, differences, adjusted, strict=True):
        mean, gap = fmean(of(taus, ours, labels, epochs)), fmean(difference)
        word = "" if p >= 0.05 else "better" if gap > 0 else "worse"
        better, worse = better + (word == "better"), worse + (word == "worse")
        alone = {name: fmean(told) for name in inputs if (told := of(taus, name, labels, epochs))}
        best = max(alone, key=alone.get, default=None)
        row = [epochs, labels, f"{mean:.3f}", f"{fmean(of(taus, theirs, labels, epochs)):.3f}"]
        row += [f"{gap:+.3f}", f"{p:.1g}", word]
        for other in others:
            told = of(taus, other, labels, epochs)
            row.append(f"{fmean(told):.3f}" if told else "")
        if best:
            less = mean - alone[best]
            lowest = min(lowest, (less, (epochs, labels)))
            short += less < -0.02
            row += [f"{alone[best]:.3f}", best, f"{less:+.3f}"]
        else:
            row += ["", "", ""]
        print(f"| {' | '.join(map(str, row))} |")
    trials = len(differences[0])
    print(
        f"\n{title}: {len(cells)} cells, {trials} trials: better in {better}, worse in {worse}; more than 0.02 below the best "
        f"input in {short} (lowest {lowest[0]:+.3f} at {lowest[1]}).",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("archcast", type=Path)
    parser.add_argument("plugins", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--tuned-trials", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("hybrids"))
    parser.add_argument("--extra", default="", help="TOML of further members, for trying a change")
    parser.add_argument("--ours", nargs="*", default=[], help="names of these members, each judged as the hybrid is")
    arguments = parser.parse_intermixed_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    folder, data = arguments.out.resolve(), arguments.data.resolve()
    archcast = Archcast(arguments.archcast.resolve(), arguments.plugins.resolve(), folder)
    halves(data, folder)
    spikenas = {half: HALF.format(table=folder / f"spikenas-{half}.jsonl.gz") for half in ["even", "odd"]}
    cells = {name: CELLS.format(table=cells_of_201(data, folder, name == "nb201-12")) for name in ["nb201", "nb201-12"]}
    curves = {"labels": [5, 10, 25, 50, 100, 200, 400], "fidelities": FIDELITIES, "test": 200}
    grids = {
        "even": ("SpikeNAS-Bench, even half", spikenas["even"], curves),
        "odd": ("SpikeNAS-Bench, odd half", spikenas["odd"], curves),
        # The reference tests 140 of 244 runs; where runs of one network stay on one side, 110 leave 100 to train.
        "nlp": ("NAS-Bench-NLP", NLP, {"labels": [5, 10, 25, 100], "fidelities": FIDELITIES, "test": 110}),
        "nb201": ("NAS-Bench-201", cells["nb201"], {"labels": curves["labels"], "test": 200}),
        "nb201-12": ("NAS-Bench-201 with 12 epochs", cells["nb201-12"], {"labels": curves["labels"], "test": 200}),
    }
    wanted = lambda part: not arguments.parts or part in arguments.parts
    for part, (title, section, settings) in grids.items():
        if not wanted(part):
            continue
        members = ["archcast", "archcast-same-information", "omni-untuned", *ABLATIONS, *SCORES]
        members = [*arguments.ours, *members]
        includes = ["ablations.toml", "archcast.toml"]
        taus = archcast.study(part, section, includes, members, arguments.extra, trials=arguments.trials, **settings)
        for ours in ["archcast", *arguments.ours]:
            verdict(title, taus, ours, "omni-untuned", ABLATIONS)
        verdict(f"{title}, the same information", taus, "archcast-same-information", "omni-untuned", (), INFORMATION)
    for part in ["tuned-spikenas", "tuned-nb201", "tuned-nb201-12"]:
        if not wanted(part):
            continue
        title, section, settings = grids[{"tuned-spikenas": "odd"}.get(part, part.removeprefix("tuned-"))]
        settings = {**settings, "labels": [10, 25, 100, 400], "trials": arguments.tuned_trials}
        members = ["archcast", "archcast-same-information", "omni", *SCORES]
        taus = archcast.study(part, section, ["ablations.toml", "archcast.toml", "omni.toml"], members, **settings)
        verdict(f"{title}, OMNI tuned", taus, "archcast", "omni")
        verdict(f"{title}, OMNI tuned, the same information", taus, "archcast-same-information", "omni", (), INFORMATION)
    if wanted("zero"):
        zero(archcast, data, arguments.trials)
    if wanted("seconds"):
        seconds(archcast, spikenas["even"], cells)
    if wanted("intervals"):
        intervals(archcast, cells["nb201"], arguments.trials)
    if wanted("seminas"):
        seminas(archcast, arguments.trials)


INFORMATION = ["sotl-e", "trained", "proxy-naswot", "parameters"]


def zero(archcast, data, trials):
    """The tables of NAS-Bench-Suite-Zero: no curve, twelve proxies whose signs are learnt."""
    for name, (space, architecture, target) in ZERO.items():
        with gzip.open(data / "nas-bench-suite-zero" / f"{name}.csv.gz", "rt", newline="") as read:
            # One score is minus infinity.
            rows = [{key: field.replace("-inf", "") for key, field in row.items()} for row in csv.DictReader(read)]
        path = archcast.folder / f"zero-{name}-table.csv"
        with open(path, "w", newline="") as out:
            write = csv.DictWriter(out, list(rows[0]))
            write.writeheader()
            write.writerows(rows)
        known = lambda column: sum(row[column] != "" for row in rows) > len(rows) / 2
        columns = [c for c in rows[0] if c.startswith("zc_") and not c.endswith("_time_s") and known(c)]
        proxies = [column.removeprefix("zc_") for column in columns]
        members = "".join(f'[member.{p}]\ncolumn = "zc_{p}"\ngoal = "fit"\n' for p in proxies)
        one = "naswot" if "naswot" in proxies else "params"
        members += f"""[member.ours]
use = "gp/anchored"
inputs = ["adjacency-categorical", "operation-counts", {", ".join(f'"{p}?"' for p in proxies)}]
[member.same-information]
use = "gp/anchored"
inputs = ["adjacency-categorical", "operation-counts", "{one}?"]
[member.omni-untuned]
use = "trees/ngboost"
inputs = [{{ from = "{one}?", transform = "standard" }}, "adjacency-one-hot"]
params = {{ preset = "naslib" }}
"""
        section = f'table = "{path}"\nspace = "{space}"\narchitecture = "{architecture}"\n'
        section += f'target = {{ column = "{target}", goal = "maximize" }}'
        named = ["ours", "same-information", "omni-untuned", *proxies]
        labels = {"labels": [5, 10, 25, 50, 100], "trials": trials, "test": 200}
        taus = archcast.study(f"zero-{name}", section, [], named, members, **labels)
        verdict(f"{name}, signs learnt", taus, "ours", "omni-untuned", ["same-information"], proxies)


def seconds(archcast, spikenas, cells):
    """Fit and 200 queries of the hybrid, on one thread of a machine that does nothing else."""
    print("\n| table | labels | seconds of fit and 200 queries, mean | sd |\n|---|---|---|---|")
    settings = {"labels": [100, 400], "trials": 10, "test": 200}
    for name, section, more in [
        ("SpikeNAS-Bench, 10 % of the epochs", spikenas, {"fidelities": ["10%"]}),
        ("NAS-Bench-201", cells["nb201"], {}),
    ]:
        archcast.study(f"seconds-{len(more)}", section, ["archcast.toml"], ["archcast"], **settings, **more)
        for (_, labels, _), told in sorted(archcast.seconds.items()):
            print(f"| {name} | {labels} | {fmean(told):.3f} | {stdev(told):.3f} |", flush=True)


def intervals(archcast, section, trials):
    """Coverage of intervals: those of the member's own deviations, and those from held-out training rows."""
    with_intervals = """[member.ridge-conformal]
use = "linear/ridge"
conformal = true
[member.archcast-conformal]
use = "gp/anchored"
inputs = ["adjacency-categorical", "proxy-meco?", "proxy-naswot?"]
conformal = true
[member.archcast-own]
use = "gp/anchored"
inputs = ["adjacency-categorical", "proxy-meco?", "proxy-naswot?"]
"""
    named = ["ridge-conformal", "archcast-conformal", "archcast-own"]
    settings = {"labels": [10, 25, 100], "trials": trials, "test": 200}
    archcast.study("intervals", section, ["scores.toml"], named, with_intervals, **settings)
    told = defaultdict(list)
    for (member, labels, _), row in archcast.rows:
        for metric in ["coverage@80", "coverage@90", "interval-width@90"]:
            told[member, labels, metric].append(float(row[metric]))
    print("\n| member | labels | within 80 % | within 90 % | width of 90 % |\n|---|---|---|---|---|")
    for member in named:
        for labels in settings["labels"]:
            each = [fmean(told[member, labels, m]) for m in ["coverage@80", "coverage@90", "interval-width@90"]]
            print(f"| {member} | {labels} | {each[0]:.3f} | {each[1]:.3f} | {each[2]:.2f} |", flush=True)


def seminas(archcast, trials):
    """OMNI-SemiNAS beside SemiNAS, OMNI and its inputs; once with unlabelled rows, whose 12 epochs this table has too."""
    more = """[member.seminas]
use = "neural/seminas"
[member.omni-seminas-unlabelled]
use = "neural/seminas"
inputs = ["proxy-naswot", "trained"]
"""
    files = ["omni-seminas.toml", "ablations.toml", "archcast.toml"]
    named = ["seminas", "omni-seminas", "omni-seminas-unlabelled", "omni-untuned", "archcast", "proxy-naswot", "trained"]
    settings = {"labels": [25, 50, 100], "trials": trials, "test": 200}
    taus = archcast.study("seminas", 'table = "builtin:nas-bench-201"', files, named, more, **settings)
    print("\n| member | " + " | ".join(f"{n} labels | s" for n in settings["labels"]) + " |")
    print("|---" * (1 + 2 * len(settings["labels"])) + "|")
    for member in named:
        row = []
        for n in settings["labels"]:
            told, taken = of(taus, member, n, 0), of(archcast.seconds, member, n, 0)
            row += [f"{fmean(told):.3f} ± {stdev(told):.3f}", f"{fmean(taken):.2f}" if taken else ""]
        print(f"| {member} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
