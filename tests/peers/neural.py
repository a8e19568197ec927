"""Compares the predictors of `neural` with NASLib's networks in torch, and prints what came of it.

    python tests/peers/neural.py ARCHCAST PLUGIN_FOLDER TABLE [PART ...]
    # TABLE: nas-bench-201/cifar10.csv.gz; needs numpy, scipy, scikit-learn and torch
    # All of it takes an hour; unlabelled rows of `seminas` are drawn from the space.

NASLib itself does not run alone; `naslib` below is its training code: 20 layers of 20, Xavier weights, mean absolute error
on the targets as they are plus 0.2 times the absolute weights of the last layer, Adam at 0.001 with moments 0.9 and
0.99, batches of 32, 500 epochs; `bananas` is the mean of three of them on the path encoding, once with the edges that
NASLib reads and once with the right ones.

Parts (all of them where none is named):

- `quality`: Kendall tau and coverage on NAS-Bench-201, split as in `gp.py` (`group = "none"`).
- `speed`: processor seconds of fit and 200 queries, one thread, at equal steps and by default.
"""

import platform
import sys
import time
from datetime import date

import numpy as np
import scipy
import torch
from gp import Archcast, split
from scipy.stats import kendalltau

torch.set_num_threads(1)


class Uncached(Archcast):
    """Fits are timed, so none may come from the cache."""

    def run(self, folder, *arguments):
        return super().run(folder, *arguments, *(["--no-cache"] if arguments[0] == "fit" else []))


HALF_WIDTH = 1.2815515655446004
# Places in the published order 0-1, 0-2, 1-2, 0-3, 1-3, 2-3 of the edges of each path from node 0 to node 3.
RIGHT = [[3], [0, 4], [1, 5], [0, 2, 5]]
# What NASLib reads: places 3, 0 4, 1 5, 0 2 5 of its own order 0-1, 0-2, 0-3, 1-2, 1-3, 2-3.
WRONG = [[2], [0, 4], [1, 5], [0, 3, 5]]


def paths(cells, edges):
    """155 columns: one for each sequence of one to three operations."""
    columns = np.zeros((len(cells), 155))
    for row, cell in enumerate(cells):
        for path in edges:
            index = 0
            for edge in path:
                index = 5 * index + int(cell[edge])
            columns[row, (5 ** len(path) - 5) // 4 + index] = 1
    return columns


def naslib(rows, targets, queries, seed, networks=1, epochs=500):
    torch.manual_seed(seed)
    x, y, ask = (torch.tensor(a, dtype=torch.float32) for a in (rows, targets, queries))
    answers = []
    for _ in range(networks):
        widths = [x.shape[1]] + [20] * 20
        parts = []
        for inputs, outputs in zip(widths, widths[1:]):
            parts += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        last = torch.nn.Linear(20, 1)
        model = torch.nn.Sequential(*parts, last)
        for part in model:
            if isinstance(part, torch.nn.Linear):
                torch.nn.init.xavier_uniform_(part.weight)
                torch.nn.init.zeros_(part.bias)
        optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.99))
        for _ in range(epochs):
            for batch in torch.randperm(len(x)).split(32):
                optimiser.zero_grad()
                loss = (model(x[batch])[:, 0] - y[batch]).abs().mean() + 0.2 * last.weight.abs().sum()
                loss.backward()
                optimiser.step()
        with torch.no_grad():
            answers.append(model(ask)[:, 0].numpy())
    return np.mean(answers, axis=0)


def peers(archcast):
    right, wrong = paths(archcast.cells, RIGHT), paths(archcast.cells, WRONG)
    y = archcast.accuracy
    return {
        "mlp: NASLib's in torch": lambda train, ask, t: naslib(archcast.one_hot[train], y[train], archcast.one_hot[ask], t),
        "bananas: NASLib's in torch": lambda train, ask, t: naslib(wrong[train], y[train], wrong[ask], t, 3),
        "bananas: NASLib's, right paths": lambda train, ask, t: naslib(right[train], y[train], right[ask], t, 3),
    }


NASLIB = {"preset": "naslib"}
OURS = {
    "linear/ridge": ("linear/ridge", None, None),
    "neural/mlp": ("neural/mlp", None, None),
    "neural/mlp, naslib": ("neural/mlp", NASLIB, "none"),
    "neural/bananas": ("neural/bananas", None, None),
    "neural/bananas, naslib": ("neural/bananas", NASLIB, "none"),
    "neural/nao": ("neural/nao", None, None),
    "neural/seminas": ("neural/seminas", None, None),
}


def quality(archcast):
    print("  n    predictor                       tau ± sd         cover 80 %   processor seconds of fit and 200 queries")
    for n, trials, with_peers in [(50, 10, False), (100, 10, True), (400, 3, False)]:
        rows = {}
        for t in range(trials):
            train, asked = split(archcast, t, n)
            truth = archcast.accuracy[asked]
            for name, (use, params, transform) in OURS.items():
                means, deviations, fit, ask = archcast.ask(use, train, asked, params, transform)
                cover = np.mean(np.abs(truth - means) <= HALF_WIDTH * deviations)
                rows.setdefault(name, []).append((tau(means, truth), cover, fit + ask))
            for name, peer in peers(archcast).items() if with_peers else ():
                start = time.process_time()
                answers = peer(train, asked, t)
                rows.setdefault(name, []).append((tau(answers, truth), np.nan, time.process_time() - start))
        for name, measured in rows.items():
            found, cover, seconds = np.array(measured).T
            print(f"  {n:4} {name:30} {found.mean():.3f} ± {found.std(ddof=1):.3f}   {cover.mean():8.3f}   {np.median(seconds):8.3f}", flush=True)
        for ours, theirs in [(use, name) for name in rows for use in OURS if name.startswith(use[7:] + ":")]:
            gap = np.array(rows[ours])[:, 0] - np.array(rows[theirs])[:, 0]
            print(f"       {ours} less {theirs}: {gap.mean():+.4f} (p = {scipy.stats.ttest_1samp(gap, 0).pvalue:.3g})")


def tau(answers, truth):
    """Kendall's tau; 0 for a network whose relus died, which answers the same everywhere."""
    return 0.0 if np.ptp(answers) == 0 else kendalltau(answers, truth)[0]


def speed(archcast):
    train, asked = split(archcast, 0, 100)
    for name, (use, params, transform) in OURS.items():
        seconds = [sum(archcast.ask(use, train, asked, params, transform)[2:]) for _ in range(5)]
        print(f"  {name}: {np.median(seconds):.3f} s", flush=True)
    for name, peer in peers(archcast).items():
        start = time.process_time()
        peer(train, asked, 0)
        print(f"  {name}: {time.process_time() - start:.2f} s", flush=True)


PARTS = {"quality": quality, "speed": speed}


def main(command, plugins, table, *parts):
    archcast = Uncached(command, plugins, table)
    print(f"torch {torch.__version__}, scipy {scipy.__version__}, numpy {np.__version__}, Python {platform.python_version()}, {date.today()}")
    for part in parts or PARTS:
        print(part)
        PARTS[part](archcast)


if __name__ == "__main__":
    if len(sys.argv) < 4 or any(part not in PARTS for part in sys.argv[4:]):
        sys.exit(__doc__)
    main(*sys.argv[1:])
