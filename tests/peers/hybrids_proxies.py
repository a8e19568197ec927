"""Compares archcast's hybrid with OMNI on all of its three parts, the proxy computed by the plugin `proxies`.

    python tests/peers/hybrids_proxies.py ARCHCAST PLUGIN_FOLDER DATA [--trials N] [--out FOLDER]    # needs torch, scipy

1,000 random cells of NAS-Bench-201: the accuracy after 12 of 200 epochs stands for the learning curve, and the Jacobian
covariance is that of one draw on 64 CIFAR-10 images. DATA is the folder with `nas-bench-201` and `cifar10-sample`; the study is
kept under FOLDER, and scores in archcast's cache: a run that was ended goes on.
"""

import argparse
import csv
from pathlib import Path

import hybrids
import proxies
from proxies_ranks import SCORES, Scorer, read_csv, thousand

PARTS = {
    "proxy": '{ from = "jacobian?", transform = "standard" }',
    "curve": '{ from = "trained?", transform = "standard" }',
    "encoding": '"adjacency-one-hot"',
}


def members():
    """OMNI as NASLib sets it when it does not tune, whole and without each part; tuned; and the hybrid on the same three parts."""
    text = '[member.jacobian]\ncolumn = "computed_jacobian"\ngoal = "maximize"\n'
    sets = {"omni-three": list(PARTS.values())}
    sets |= {f"omni-without-{gone}": [part for name, part in PARTS.items() if name != gone] for gone in PARTS}
    for name, inputs in sets.items():
        text += f'[member.{name}]\nuse = "trees/ngboost"\ninputs = [{", ".join(inputs)}]\nparams = {{ preset = "naslib" }}\n'
    text += f"""[member.omni-tuned]
use = "trees/ngboost"
inputs = [{", ".join(PARTS.values())}]
tune = {{ trials = 12, folds = 3, metric = "nll" }}
[member.archcast-three]
use = "gp/anchored"
inputs = ["adjacency-categorical", "operation-counts", "jacobian?", "trained?"]
params = {{ groups = {{ validation = ["trained"], proxies = ["jacobian"] }} }}
"""
    return [*sets, "omni-tuned", "archcast-three"], text


def table(scorer, data, path):
    """The cells with the published scores, MeCo and the computed Jacobian covariance."""
    rows = thousand(data)
    jacobian = scorer.of([row["ops"] for row in rows], SCORES)["jacobian-covariance"]
    meco = {row["arch_index"]: row["meco"] for row in read_csv(data / "nas-bench-201/meco.csv.gz")}
    with open(path, "w", newline="") as out:
        write = csv.DictWriter(out, [*rows[0], "meco", "computed_jacobian"])
        write.writeheader()
        for row, score in zip(rows, jacobian, strict=True):
            write.writerow({**row, "meco": meco[row["arch_index"]], "computed_jacobian": score})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("archcast", type=Path)
    parser.add_argument("plugins", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--out", type=Path, default=Path("hybrids-proxies"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    folder, data = arguments.out.resolve(), arguments.data.resolve()
    archcast, plugins = arguments.archcast.resolve(), arguments.plugins.resolve()
    path = folder / "cells.csv"
    if not path.exists():
        table(Scorer(proxies.Archcast(str(archcast), str(plugins), folder), data), data, path)
    own, text = members()
    alone = ["trained", "jacobian", "proxy-meco", "proxy-naswot", "proxy-synflow", "parameters-millions"]
    settings = {"labels": [10, 25, 100], "trials": arguments.trials, "test": 200}
    run = hybrids.Archcast(archcast, plugins, folder)
    taus = run.study("three", hybrids.CELLS.format(table=path), ["archcast.toml"], ["archcast", *own, *alone], text, **settings)
    without = [name for name in own if "without" in name]
    title = "1,000 cells of NAS-Bench-201 with 12 epochs and the computed Jacobian covariance"
    hybrids.verdict(title, taus, "archcast", "omni-three", without, alone)
    hybrids.verdict(f"{title}, OMNI tuned", taus, "archcast", "omni-tuned", (), alone)
    hybrids.verdict(f"{title}, the same information", taus, "archcast-three", "omni-three", (), alone[:2])


if __name__ == "__main__":
    main()
