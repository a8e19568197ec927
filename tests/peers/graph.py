"""Compares the predictors of `graph` with NASLib's networks in torch, and prints what came of it.

    python tests/peers/graph.py ARCHCAST PLUGIN_FOLDER TABLE_201 [TABLE_101] [PART ...]
    # TABLE_201: nas-bench-201/cifar10.csv.gz; TABLE_101: nas-bench-101/cells.csv.gz, for the part `other`
    # Needs numpy, scipy, scikit-learn and torch; all of it takes half an hour.

NASLib itself does not run alone; below are its networks and its training, as they are: gradients are never cleared, the
last short batch is dropped (`gcn`), batches hold 128 rows (`bonas`), targets are standardised by the training rows.

Parts (all of them where none is named):

- `bonas`: Kendall tau, coverage of the 80 % interval and processor seconds of it and of ridge on NAS-Bench-201. Trial t is
  the permutation of the table by numpy's `default_rng(t)`: its first n rows train, its last 200 are asked
  (`group = "none"`).
- `gcn`: the same of it at 100 labels, NASLib's on 3 trials.
- `other`: both on the cells of NAS-Bench-101 that have seven nodes, 100 labels, 3 trials.
- `speed`: processor seconds of fit and 200 queries, one thread, at equal steps and by default, 5 times.
"""

import csv
import gzip
import platform
import sys
import time
from datetime import date
from pathlib import Path

from gp import Archcast, split

import numpy as np
import scipy
import torch
from paired import holm
from scipy.stats import kendalltau, ttest_1samp
from torch import nn

torch.set_num_threads(1)

HALF_WIDTH = 1.2815515655446004
# Nodes of the line graph of NAS-Bench-201: input, edges 0-1, 0-2, 0-3, 1-2, 1-3, 2-3, output.
EDGES = [(0, 1), (0, 2), (0, 3), (1, 4), (1, 5), (2, 6), (3, 7), (4, 6), (5, 7), (6, 7)]
# Places of these edges in the order 0-1, 0-2, 1-2, 0-3, 1-3, 2-3 of the genotype.
PLACES = [0, 1, 3, 2, 4, 5]


class Bench201(Archcast):
    """Fits are timed, so none may come from the cache."""

    def run(self, folder, *arguments):
        return super().run(folder, *arguments, *(["--no-cache"] if arguments[0] == "fit" else []))

    def graphs(self, rows):
        """Adjacency and one-hot labels: input, output, operations."""
        labels = [[0, *(2 + int(self.cells[row][place]) for place in PLACES), 1] for row in rows]
        adjacency = np.zeros((len(labels), 8, 8), np.float32)
        for source, target in EDGES:
            adjacency[:, source, target] = 1
        return adjacency, np.eye(7, dtype=np.float32)[labels]


class Bench101(Bench201):
    space = "nas-bench-101"

    def __init__(self, command, plugins, table):
        self.command, self.plugins = str(Path(command).resolve()), str(Path(plugins).resolve())
        with gzip.open(table, "rt") as read:
            self.cells = [row for row in csv.DictReader(read) if row["vertices"] == "7"]
        self.text = [f"{row['vertices']},{row['adjacency']},{row['ops']}" for row in self.cells]
        self.accuracy = np.array([float(row["test_acc"]) for row in self.cells])

    def graphs(self, rows):
        upper = np.triu_indices(7, 1)
        adjacency = np.zeros((len(rows), 7, 7), np.float32)
        for place, row in enumerate(rows):
            adjacency[place][upper] = [int(digit) for digit in self.cells[row]["adjacency"]]
        labels = [[0, *(2 + int(digit) for digit in self.cells[row]["ops"]), 1] for row in rows]
        return adjacency, np.eye(5, dtype=np.float32)[labels]


# ---- NASLib's gcn ----


def normalised(adjacency):
    return adjacency / adjacency.sum(-1, keepdim=True)


class BothWays(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(nn.init.xavier_uniform_(torch.zeros(inputs, outputs))) for _ in "WV"])
        self.dropout = nn.Dropout(0.1)

    def forward(self, nodes, adjacency):
        one = torch.relu(normalised(adjacency) @ (nodes @ self.weights[0]))
        other = torch.relu(normalised(adjacency.transpose(1, 2)) @ (nodes @ self.weights[1]))
        return self.dropout((one + other) / 2)


class Gcn(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.layers = nn.ModuleList([BothWays(labels if place == 0 else 144, 144) for place in range(4)])
        self.dense = nn.Sequential(nn.Linear(144, 128, bias=False), nn.Dropout(0.1), nn.Linear(128, 1, bias=False))

    def forward(self, adjacency, nodes):
        adjacency = normalised(adjacency + torch.eye(adjacency.shape[1]))
        for layer in self.layers:
            nodes = layer(nodes, adjacency)
        return self.dense(nodes.sum(1) / adjacency.shape[1])[:, 0]


# ---- NASLib's bonas ----


class OneWay(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(nn.init.uniform_(torch.zeros(inputs, outputs), -0.05, 0.05))
        self.bias = nn.Parameter(nn.init.uniform_(torch.zeros(outputs), -(outputs**-0.5), outputs**-0.5))
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, nodes, matrix):
        nodes = matrix @ (nodes @ self.weight) + self.bias
        return torch.relu(self.norm(nodes.transpose(1, 2)).transpose(1, 2))


class Bonas(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.layers = nn.ModuleList([OneWay(labels if place == 0 else 64, 64) for place in range(4)])
        self.last = nn.Linear(64, 1)

    def forward(self, matrix, nodes):
        for layer in self.layers:
            nodes = layer(nodes, matrix)
        return self.last(nodes[:, -1])[:, 0]


def with_root(adjacency, labels):
    """The matrices and labels with a node that reads all others."""
    rows, nodes, _ = adjacency.shape
    wide = np.zeros((rows, nodes + 1, nodes + 1), np.float32)
    wide[:, :nodes, :nodes] = adjacency
    wide[:, :, nodes] = 1
    wide[:, range(nodes + 1), range(nodes + 1)] = 1
    features = np.zeros((rows, nodes + 1, labels.shape[2] + 1), np.float32)
    features[:, :nodes, :-1] = labels
    features[:, nodes, -1] = 1
    return np.ascontiguousarray(wide.transpose(0, 2, 1)), features


# ---- NASLib's training ----


def train(model, graphs, targets, asked, rate, decay, epochs, batch, drop_last):
    """Batches in a new order each epoch, a cosine by epoch; gradients are never cleared."""
    data = torch.utils.data.TensorDataset(*(torch.tensor(part) for part in (*graphs, targets.astype(np.float32))))
    loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True, drop_last=drop_last)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=epochs)
    model.train()
    for _ in range(epochs):
        for adjacency, nodes, target in loader:
            nn.functional.mse_loss(model(adjacency, nodes), target).backward()
            optimiser.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        return model(*(torch.tensor(part) for part in asked)).numpy()


def gcn(graphs, targets, asked, seed):
    torch.manual_seed(seed)
    return train(Gcn(graphs[1].shape[2]), graphs, targets, asked, 1e-4, 3e-4, 300, 7, True)


def bonas(graphs, targets, asked, seed):
    torch.manual_seed(seed)
    graphs, asked = with_root(*graphs), with_root(*asked)
    return train(Bonas(graphs[1].shape[2]), graphs, targets, asked, 1e-4, 0, 100, 128, False)


PEERS = {"gcn: NASLib's in torch": gcn, "bonas: NASLib's in torch": bonas}
NASLIB = {"preset": "naslib"}
OURS = {
    "linear/ridge": ("linear/ridge", None),
    "graph/gcn": ("graph/gcn", None),
    "graph/gcn, naslib": ("graph/gcn", NASLIB),
    "graph/bonas": ("graph/bonas", None),
    "graph/bonas, naslib": ("graph/bonas", NASLIB),
}


# ---- parts ----


def tau(answers, truth):
    return 0.0 if np.ptp(answers) == 0 else kendalltau(answers, truth)[0]


def peer(archcast, network, train, asked, t):
    y = archcast.accuracy[train]
    graphs, queries = archcast.graphs(train), archcast.graphs(asked)
    start = time.process_time()
    answers = network(graphs, (y - y.mean()) / y.std(), queries, t)
    return answers, time.process_time() - start


def measure(archcast, n, trials, about, slow=10):
    """Predictors of this name and ridge; `slow` are the trials of NASLib's."""
    ours = {name: use for name, use in OURS.items() if any(part in name for part in ["ridge", *about])}
    peers = {name: network for name, network in PEERS.items() if name.split(":")[0] in about}
    rows = {}
    for t in range(trials):
        train, asked = split(archcast, t, n)
        truth = archcast.accuracy[asked]
        for name, (use, params) in ours.items():
            means, deviations, fit, ask = archcast.ask(use, train, asked, params)
            cover = np.mean(np.abs(truth - means) <= HALF_WIDTH * deviations) if not np.isnan(deviations).any() else np.nan
            rows.setdefault(name, []).append((tau(means, truth), cover, fit + ask))
        for name, network in peers.items() if t < slow else ():
            answers, seconds = peer(archcast, network, train, asked, t)
            rows.setdefault(name, []).append((tau(answers, truth), np.nan, seconds))
    for name, measured in rows.items():
        found, cover, seconds = np.array(measured).T
        print(f"  {n:4} {name:26} {found.mean():.3f} ± {found.std(ddof=1):.3f} ({len(found):2}) {cover.mean():8.3f}   {np.median(seconds):8.3f}", flush=True)
    pairs = [(f"graph/{one}", f"{one}: NASLib's in torch") for one in about]
    pairs += [(f"graph/{one}", "linear/ridge") for one in about]
    gaps = []
    for one, other in pairs:
        first, second = np.array(rows[one])[:, 0], np.array(rows[other])[:, 0]
        gaps.append(first[: len(second)] - second[: len(first)])
    for (one, other), gap, p in zip(pairs, gaps, holm([ttest_1samp(gap, 0).pvalue for gap in gaps])):
        print(f"       {one} less {other}: {gap.mean():+.4f} (p = {p:.3g} after Holm, {len(gap)} trials)", flush=True)


def heading():
    print("  n    predictor                  tau ± sd  (trials)   cover 80 %   processor seconds of fit and 200 queries")


def quality_of_bonas(archcast, _):
    heading()
    for n, trials in [(100, 10), (50, 10), (400, 3)]:
        measure(archcast, n, trials, ["bonas"])


def quality_of_gcn(archcast, _):
    heading()
    measure(archcast, 100, 10, ["gcn"], slow=3)


def other(archcast, table):
    if table is None:
        sys.exit("the part `other` needs the table of NAS-Bench-101")
    heading()
    measure(Bench101(archcast.command, archcast.plugins, table), 100, 3, ["gcn", "bonas"])


def speed(archcast, _):
    train, asked = split(archcast, 0, 100)
    for name, (use, params) in OURS.items():
        seconds = [sum(archcast.ask(use, train, asked, params)[2:]) for _ in range(5)]
        print(f"  {name}: {np.median(seconds):.3f} s", flush=True)
    for name, network in PEERS.items():
        seconds = [peer(archcast, network, train, asked, t)[1] for t in range(1 if network is gcn else 5)]
        print(f"  {name}: {np.median(seconds):.2f} s", flush=True)


PARTS = {"bonas": quality_of_bonas, "gcn": quality_of_gcn, "other": other, "speed": speed}


def main(command, plugins, table, *rest):
    tables, parts = [one for one in rest if one not in PARTS], [one for one in rest if one in PARTS]
    archcast = Bench201(command, plugins, table)
    print(f"torch {torch.__version__}, scipy {scipy.__version__}, numpy {np.__version__}, Python {platform.python_version()}, {date.today()}")
    for part in parts or PARTS:
        print(part)
        PARTS[part](archcast, tables[0] if tables else None)


if __name__ == "__main__":
    if len(sys.argv) < 4 or sum(part not in PARTS for part in sys.argv[4:]) > 1:
        sys.exit(__doc__)
    main(*sys.argv[1:])
