"""Compares the predictors of `neural` with NASLib's networks in torch, and prints what came of it.

    python tests/peers/neural.py ARCHCAST PLUGIN_FOLDER TABLE [PART ...]
    # TABLE: nas-bench-201/cifar10.csv.gz; needs numpy, scipy, scikit-learn and torch
    # All of it takes an hour; unlabelled rows of archcast's `seminas` are drawn from the space, those of torch's are the
    # cells after the training rows.

NASLib itself does not run alone; `naslib` below is its training code: 20 layers of 20, Xavier weights, mean absolute error
on the targets as they are plus 0.2 times the absolute weights of the last layer, Adam at 0.001 with moments 0.9 and
0.99, batches of 32, 500 epochs; `bananas` is the mean of three of them on the path encoding with the edges that NASLib
reads. `nao` and `seminas` are in `neural_torch.py`.

Parts (all of them where none is named):

- `quality-50`, `quality-100`, `quality-400`: Kendall tau and coverage on NAS-Bench-201 from so many labels, split as in
  `gp.py` (`group = "none"`), and paired t-tests with Holm's correction against the originals. These run where a fit of
  them takes less than 10 s, and all at 100 labels.
- `speed`: processor seconds of fit and 200 queries at 100 labels, one thread, at equal steps and by default.
"""

import platform
import sys
import time
from datetime import date

import numpy as np
import scipy
import torch
from gp import Archcast, split
from neural_torch import nao
from paired import holm
from scipy.stats import kendalltau

torch.set_num_threads(1)


class Uncached(Archcast):
    """Fits are timed, so none may come from the cache."""

    def run(self, folder, *arguments):
        return super().run(folder, *arguments, *(["--no-cache"] if arguments[0] == "fit" else []))


HALF_WIDTH = 1.2815515655446004
# Places in the published order 0-1, 0-2, 1-2, 0-3, 1-3, 2-3 of the edges that NASLib takes for the paths from node 0 to
# node 3: places 3, 0 4, 1 5, 0 2 5 of its own order 0-1, 0-2, 0-3, 1-2, 1-3, 2-3.
PATHS = [[2], [0, 4], [1, 5], [0, 3, 5]]


def paths(cells):
    """155 columns: one for each sequence of one to three operations."""
    columns = np.zeros((len(cells), 155))
    for row, cell in enumerate(cells):
        for path in PATHS:
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


def peers(archcast, n):
    """The originals of which a fit to so many labels takes less than 10 s; all of them at 100."""
    columns, cells, y = paths(archcast.cells), archcast.cells, archcast.accuracy
    after = lambda t: np.random.default_rng(t).permutation(len(cells))[n : 2 * n]
    some = lambda rows: [cells[row] for row in rows]
    all_of_them = {
        "mlp": lambda train, ask, t: naslib(archcast.one_hot[train], y[train], archcast.one_hot[ask], t),
        "bananas": lambda train, ask, t: naslib(columns[train], y[train], columns[ask], t, 3),
        "nao": lambda train, ask, t: nao(some(train), y[train], some(ask), t),
        "seminas": lambda train, ask, t: nao(some(train), y[train], some(ask), t, some(after(t))),
    }
    return {name: all_of_them[name] for name in QUICK.get(n, all_of_them)}


# What takes less than 10 s.
QUICK = {50: ["mlp", "nao"], 400: []}
NASLIB = {"preset": "naslib"}
OURS = {"linear/ridge": ("linear/ridge", None, None)}
for use in ["mlp", "bananas", "nao", "seminas"]:
    OURS[use] = (f"neural/{use}", None, None)
    OURS[f"{use}, naslib"] = (f"neural/{use}", NASLIB, "none")


def quality(n, trials):
    def part(archcast):
        print("  predictor              tau ± sd        cover 80 %   processor seconds of fit and 200 queries; tau of each trial")
        rows = {}
        for t in range(trials):
            train, asked = split(archcast, t, n)
            truth = archcast.accuracy[asked]
            for name, (use, params, transform) in OURS.items():
                means, deviations, fit, ask = archcast.ask(use, train, asked, params, transform)
                cover = np.mean(np.abs(truth - means) <= HALF_WIDTH * deviations)
                rows.setdefault(name, []).append((tau(means, truth), cover, fit + ask))
            for name, peer in peers(archcast, n).items():
                start = time.process_time()
                answers = peer(train, asked, t)
                rows.setdefault(f"{name}, torch", []).append((tau(answers, truth), np.nan, time.process_time() - start))
        for name, measured in rows.items():
            found, cover, seconds = np.array(measured).T
            print(f"  {name:20} {found.mean():.3f} ± {found.std(ddof=1):.3f}   {cover.mean():8.3f}   {np.median(seconds):8.3f}   {np.round(found, 3).tolist()}", flush=True)
        for end in ["", ", naslib"]:
            names = list(peers(archcast, n))
            gaps = [np.array(rows[name + end])[:, 0] - np.array(rows[f"{name}, torch"])[:, 0] for name in names]
            adjusted = holm(np.array([scipy.stats.ttest_1samp(gap, 0).pvalue for gap in gaps])) if names else []
            for name, gap, p in zip(names, gaps, adjusted):
                print(f"  {name}{end} less torch: {gap.mean():+.4f} (p = {p:.3g}, Holm)")

    return part


def tau(answers, truth):
    """Kendall's tau; 0 for a network whose relus died, which answers the same everywhere."""
    return 0.0 if np.ptp(answers) == 0 else kendalltau(answers, truth)[0]


def speed(archcast):
    train, asked = split(archcast, 0, 100)
    more = {f"{name}, naslib, all steps": (f"neural/{name}", {**NASLIB, "all_steps": True}, "none") for name in ["nao", "seminas"]}
    for name, (use, params, transform) in {**OURS, **more}.items():
        seconds = [sum(archcast.ask(use, train, asked, params, transform)[2:]) for _ in range(5)]
        print(f"  {name}: {np.median(seconds):.3f} s", flush=True)
    for name, peer in peers(archcast, 100).items():
        seconds = []
        for _ in range(3):
            start = time.process_time()
            peer(train, asked, 0)
            seconds.append(time.process_time() - start)
        print(f"  {name}, torch: {np.median(seconds):.2f} s", flush=True)


PARTS = {"quality-50": quality(50, 10), "quality-100": quality(100, 10), "quality-400": quality(400, 3), "speed": speed}


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
