"""Runs the template `own-networks.toml` on TorchScript files whose accuracies are known.

    python tests/peers/own_networks.py ARCHCAST PLUGIN_FOLDER TABLES FOLDER [COUNT]    # needs what proxies.py needs

The networks are random connected cells of nas-bench-201, each once with 16 channels between a first convolution and a last layer,
traced; the accuracies are those of the full networks, of three stages of five such cells, in the published table. Files go to FOLDER and stay there: a run that was ended goes on. COUNT is 10,000
where it is left out. Prints the wall and processor seconds of `fit` and `predict`, the largest memory of both, and what
`predict` says.
"""

import csv
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import torch
from proxies import Cell201, bn, is_connected
from proxies_ranks import digits_of, read_csv
from torch import nn

TEMPLATE = Path(__file__).resolve().parents[2] / "templates/ensembles/own-networks.toml"


class Pooled(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def export(ops, path):
    """A network as a file, written aside first."""
    torch.manual_seed(int(ops, 5))
    first = [nn.Conv2d(3, 16, 3, 2, 1, bias=False), bn(16), Cell201(digits_of(ops), 16)]
    net = nn.Sequential(*first, bn(16), nn.ReLU(), Pooled(), nn.Linear(16, 10)).train()
    torch.jit.trace(net, torch.zeros(2, 3, 32, 32), check_trace=False).save(f"{path}.part")
    os.replace(f"{path}.part", path)


def run(command, folder):
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"\n{command[3]}: {wall:.0f} s, {spent:.0f} processor seconds\n{done.stdout}{done.stderr}", flush=True)


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    archcast, plugins, tables, folder = [Path(path).absolute() for path in sys.argv[1:5]]
    count = int(sys.argv[5]) if len(sys.argv) > 5 else 10_000
    folder.mkdir(parents=True, exist_ok=True)
    rows = [row for row in read_csv(tables / "nas-bench-201/cifar10.csv.gz") if is_connected(digits_of(row["ops"]))]
    rows = random.Random(0).sample(rows, count)
    for row in rows:
        path = folder / f"{row['ops']}.pt"
        if not path.exists():
            export(row["ops"], path)
    with open(folder / "networks.csv", "w", newline="") as out:
        csv.writer(out).writerows([["path", "accuracy"], *([f"{row['ops']}.pt", row["test_acc"]] for row in rows)])
    command = [str(archcast), "--plugin-dir", str(plugins)]
    run([*command, "fit", str(TEMPLATE), "--table", "networks.csv", "-o", "own.model"], folder)
    run([*command, "predict", "own.model", "--table", "networks.csv", "--top", "20"], folder)
    known = {f"{row['ops']}.pt": float(row["test_acc"]) for row in rows}
    print(f"largest memory: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB; the best accuracy of all "
          f"{count}: {max(known.values()):.2f}, their mean: {sum(known.values()) / count:.2f}")


if __name__ == "__main__":
    main()
