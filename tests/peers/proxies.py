"""Compares the values and the speed of the plugin `proxies` with plain PyTorch.

    python tests/peers/proxies.py ARCHCAST PLUGIN_FOLDER TABLES [PART ...]   # needs torch, numpy, safetensors

TABLES is the folder with `cifar10-sample`. Parts are `values` (each score of three cells of nas-bench-201 and of darts, with
weights, image and noise exchanged as safetensors) and `speed`; both where none is named. Networks and scores are written here
anew, one score at a time. Seconds are processor seconds; for archcast those of the command `predict`, less those of a
`predict` for disconnected cells, which builds no network.
"""

import csv
import json
import math
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

torch.set_num_threads(1)
EDGES = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


# --- networks ---------------------------------------------------------------------------------------------


def bn(channels):
    return nn.BatchNorm2d(channels)


def relu_conv_bn(i, o, k, stride=1):
    return nn.Sequential(nn.ReLU(), nn.Conv2d(i, o, k, stride, k // 2, bias=False), bn(o))


class Cell201(nn.Module):
    def __init__(self, digits, c):
        super().__init__()
        reached = {0}
        for j in (1, 2, 3):
            if any(digits[e] and s in reached for e, (s, t) in enumerate(EDGES) if t == j):
                reached.add(j)
        needed = {3}
        for j in (3, 2, 1):
            needed |= {s for e, (s, t) in enumerate(EDGES) if t == j and t in needed and digits[e] and s in reached}
        self.live = [bool(digits[e]) and s in reached and t in needed for e, (s, t) in enumerate(EDGES)]
        make = [lambda: None, nn.Identity, lambda: relu_conv_bn(c, c, 1), lambda: relu_conv_bn(c, c, 3),
                lambda: nn.AvgPool2d(3, 1, 1, count_include_pad=False)]
        self.ops = nn.ModuleDict({str(e): make[d]() for e, d in enumerate(digits) if self.live[e]})

    def forward(self, x):
        nodes = {0: x}
        for j in (1, 2, 3):
            parts = [self.ops[str(e)](nodes[s]) for e, (s, t) in enumerate(EDGES) if t == j and self.live[e]]
            if parts:
                nodes[j] = sum(parts[1:], parts[0])
        return nodes[3]


class Reduction(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.main = nn.Sequential(relu_conv_bn(i, o, 3, 2), relu_conv_bn(o, o, 3))
        self.short = nn.Sequential(nn.AvgPool2d(2, 2), nn.Conv2d(i, o, 1, bias=False))

    def forward(self, x):
        return self.main(x) + self.short(x)


class Net201(nn.Module):
    def __init__(self, digits, c=16, cells=5, classes=10):
        super().__init__()
        body = [nn.Sequential(nn.Conv2d(3, c, 3, 1, 1, bias=False), bn(c))]
        for stage in range(3):
            if stage:
                body.append(Reduction(c, 2 * c))
                c *= 2
            body += [Cell201(digits, c) for _ in range(cells)]
        self.body = nn.Sequential(*body, bn(c), nn.ReLU())
        self.head = nn.Linear(c, classes)

    def features(self, x):
        return self.body(x)

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


class Reduce(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.relu = nn.ReLU()
        self.a = nn.Conv2d(i, o // 2, 1, 2, bias=False)
        self.b = nn.Conv2d(i, o // 2, 1, 2, bias=False)
        self.bn = bn(o)

    def forward(self, x):
        x = self.relu(x)
        return self.bn(torch.cat([self.a(x), self.b(x[:, :, 1:, 1:])], 1))


def separable(c, k, stride, dilation):
    pad = dilation * (k // 2)
    return [nn.ReLU(), nn.Conv2d(c, c, k, stride, pad, dilation, groups=c, bias=False), nn.Conv2d(c, c, 1, bias=False),
            bn(c)]


def darts_op(op, c, stride):
    if op == 0:
        return nn.MaxPool2d(3, stride, 1)
    if op == 1:
        return nn.AvgPool2d(3, stride, 1, count_include_pad=False)
    if op == 2:
        return nn.Identity() if stride == 1 else Reduce(c, c)
    if op in (3, 4):
        k = 3 if op == 3 else 5
        return nn.Sequential(*separable(c, k, stride, 1), *separable(c, k, 1, 1))
    return nn.Sequential(*separable(c, 3 if op == 5 else 5, stride, 2))


class CellDarts(nn.Module):
    def __init__(self, pairs, i0, i1, c, reduces, after):
        super().__init__()
        self.pre0 = Reduce(i0, c) if after else relu_conv_bn(i0, c, 1)
        self.pre1 = relu_conv_bn(i1, c, 1)
        self.inputs = [s for s, _ in pairs]
        self.ops = nn.ModuleList(darts_op(o, c, 2 if reduces and s < 2 else 1) for s, o in pairs)

    def forward(self, s0, s1):
        states = [self.pre0(s0), self.pre1(s1)]
        for i in range(4):
            a, b = 2 * i, 2 * i + 1
            states.append(self.ops[a](states[self.inputs[a]]) + self.ops[b](states[self.inputs[b]]))
        return torch.cat(states[2:], 1)


class NetDarts(nn.Module):
    def __init__(self, normal, reduction, c, cells, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 3 * c, 3, 1, 1, bias=False), bn(3 * c))
        self.cells = nn.ModuleList()
        i0 = i1 = 3 * c
        after = False
        for k in range(cells):
            reduces = k in (cells // 3, 2 * cells // 3)
            c = 2 * c if reduces else c
            self.cells.append(CellDarts(reduction if reduces else normal, i0, i1, c, reduces, after))
            i0, i1, after = i1, 4 * c, reduces
        self.head = nn.Linear(i1, classes)

    def features(self, x):
        s0 = s1 = self.stem(x)
        for cell in self.cells:
            s0, s1 = s1, cell(s0, s1)
        return s1

    def forward(self, x):
        return self.head(self.features(x).mean((2, 3)))


def layers(net):
    return [m for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]


# --- scores, one at a time --------------------------------------------------------------------------------


def gradients(net, x, y, graph=False):
    loss = F.cross_entropy(net(x), y)
    return torch.autograd.grad(loss, [m.weight for m in layers(net)], create_graph=graph)


def snip(net, x, y, **_):
    return sum((g * m.weight).abs().sum() for g, m in zip(gradients(net, x, y), layers(net))).item()


def grad_norm(net, x, y, **_):
    return sum(g.norm() for g in gradients(net, x, y)).item()


def plain(net, x, y, **_):
    return sum((g * m.weight).sum() for g, m in zip(gradients(net, x, y), layers(net))).item()


def fisher(net, x, y, **_):
    outputs, hooks = [], []
    for m in layers(net):
        hooks.append(m.register_forward_hook(lambda m, _, out: outputs.append((m, out))))
    loss = F.cross_entropy(net(x), y)
    [hook.remove() for hook in hooks]
    total = 0.0
    for (m, out), d in zip(outputs, torch.autograd.grad(loss, [out for _, out in outputs])):
        effect = (out * d).sum((2, 3)) if out.dim() == 4 else out * d
        total = total + (0.5 * effect.pow(2).mean(0)).sum() * m.weight[0].numel()
    return total.item()


def grasp(net, x, y, **_):
    weights = [m.weight for m in layers(net)]
    stopped = gradients(net, x, y)
    product = sum((a * b).sum() for a, b in zip(stopped, gradients(net, x, y, graph=True)))
    return sum(-(w * h).sum().item() for w, h in zip(weights, torch.autograd.grad(product, weights)))


def zico(net, x, y, second, **_):
    batches = [gradients(net, x, y), gradients(net, *second)]
    total = 0.0
    for a, b in zip(*batches):
        g = torch.stack([a, b]).double()
        std, mean = g.std(0, unbiased=False), g.abs().mean(0)
        moved = std > 0
        value = (mean[moved] / std[moved]).sum().item()
        total += math.log(value) if value > 0 else 0.0
    return total


def jacobian(net, x):
    x = x.clone().requires_grad_(True)
    return torch.autograd.grad(net(x).sum(), x)[0].flatten(1).double()


def jacobian_covariance(net, x, y, **_):
    v = np.maximum(np.linalg.eigvalsh(np.corrcoef(jacobian(net, x).cpu().numpy())), 0)
    return float(-np.sum(np.log(v + 1e-5) + 1 / (v + 1e-5)))


def epe_nas(net, x, y, **_):
    j, total = jacobian(net, x).numpy(), 0.0
    for c in y.unique().tolist():
        rows = j[(y == c).numpy()]
        total += abs(np.log(np.abs(np.atleast_2d(np.corrcoef(rows))) + 1e-5).sum())
    return float(total)


def naswot(net, x, y, **_):
    kernel, hooks = np.zeros((len(x), len(x))), []

    def tap(_, inputs):
        nonlocal kernel
        c = (inputs[0] > 0).flatten(1).float()
        kernel += (c @ c.T + (1 - c) @ (1 - c).T).double().numpy()

    for m in net.modules():
        if isinstance(m, nn.ReLU):
            hooks.append(m.register_forward_pre_hook(tap))
    with torch.no_grad():
        net(x)
    [hook.remove() for hook in hooks]
    return float(np.linalg.slogdet(kernel)[1])


def flow(net, x, of):
    state = {k: v.clone() for k, v in net.state_dict().items()}
    net.double()
    forwards = []
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            forwards.append(m)
            m.forward = lambda x: x
    with torch.no_grad():
        for p in net.parameters():
            p.abs_()
    weights = [m.weight for m in layers(net)]
    total = net(torch.ones(1, *x.shape[1:], dtype=torch.float64)).sum()
    value = sum(of(w, g).abs().sum().item() for w, g in zip(weights, torch.autograd.grad(total, weights)))
    for m in forwards:
        del m.forward
    net.to(x.dtype).load_state_dict(state)
    return value


def synflow(net, x, y, **_):
    return math.log(flow(net, x, lambda w, g: w * g))


def logsynflow(net, x, y, **_):
    return flow(net, x, lambda w, g: w * torch.log(1 + g))


def l2_norm(net, x, y, **_):
    return sum(m.weight.norm() for m in layers(net)).item()


def zen_score(net, x, y, zen, **_):
    a, e = zen
    variances, hooks = [], []
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            hooks.append(m.register_forward_pre_hook(lambda _, i: variances.append(i[0].var((0, 2, 3)).mean())))
    with torch.no_grad():
        first = net.features(a)
        [hook.remove() for hook in hooks]
        moved = (first - net.features(a + 0.01 * e)).abs().sum((1, 2, 3)).mean()
    used = len(variances)
    return math.log(moved) + sum(0.5 * math.log(v) for v in variances[:used])


def meco(net, x, y, image, **_):
    total, hooks = 0.0, []

    def tap(_, __, out):
        nonlocal total
        rows = out[0].flatten(1).double().numpy()
        if rows.shape[1] > 1:
            with np.errstate(invalid="ignore", divide="ignore"):
                c = np.nan_to_num(np.corrcoef(rows), nan=0.0, posinf=0.0, neginf=0.0)
            total += np.linalg.eigvalsh(np.atleast_2d(c))[0]

    for m in net.modules():
        if isinstance(m, nn.ReLU):
            hooks.append(m.register_forward_hook(tap))
    with torch.no_grad():
        net(image)
    [hook.remove() for hook in hooks]
    return float(total)


SCORES = {f.__name__.replace("_", "-"): f for f in (
    snip, grad_norm, plain, fisher, grasp, zico, jacobian_covariance, epe_nas, naswot, synflow, logsynflow, l2_norm,
    zen_score, meco)}


# --- archcast ---------------------------------------------------------------------------------------------


class Archcast:
    """The command with one folder of plugins, run in a folder of its own."""

    def __init__(self, archcast, plugins, folder):
        self.archcast, self.plugins, self.folder = archcast, plugins, Path(folder)

    def run(self, *arguments):
        """Processor and wall seconds of a run."""
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run([self.archcast, "--plugin-dir", self.plugins, *arguments], cwd=self.folder,
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall

    def score(self, use, space, texts, params, threads=1, seed=0):
        """What a predictor gives for architectures, and the seconds of `predict`."""
        with open(self.folder / "table.jsonl", "w") as out:
            out.writelines(json.dumps({"arch": text, "y": float(i)}) + "\n" for i, text in enumerate(texts))
        value = json.dumps(params).replace('":', '" =')
        (self.folder / "c.toml").write_text(
            f'[data]\ntable = "table.jsonl"\nspace = "{space}"\narchitecture = "arch"\nid = "arch"\n'
            f'target = {{ column = "y", goal = "maximize" }}\n[member.m]\nuse = "{use}"\nparams = {value}\n')
        self.run("fit", "c.toml", "--seed", str(seed), "-o", "c.model")
        seconds = self.run("--threads", str(threads), "predict", "c.model", "--table", "table.jsonl", "-o", "p.csv")
        with open(self.folder / "p.csv") as file:
            return {row["id"]: row for row in csv.DictReader(file)}, seconds


def records(path, count):
    raw = np.frombuffer(Path(path).read_bytes(), np.uint8).reshape(-1, 3073)[:count]
    x = torch.tensor(raw[:, 1:].reshape(-1, 3, 32, 32).astype(np.float64)) / 255
    x = (x - torch.tensor(MEAN, dtype=torch.float64).view(1, 3, 1, 1)) / torch.tensor(STD, dtype=torch.float64).view(1, 3, 1, 1)
    return x, torch.tensor(raw[:, 0].astype(np.int64))


def is_connected(digits):
    reached = {0}
    for j in (1, 2, 3):
        if any(digits[e] and s in reached for e, (s, t) in enumerate(EDGES) if t == j):
            reached.add(j)
    return 3 in reached


# --- parts ------------------------------------------------------------------------------------------------


def values(cast, tables):
    images = tables / "cifar10-sample/train640.bin"
    x, y = records(images, 32)
    cells = [(3, 3, 3, 1, 2, 3), (4, 2, 1, 2, 1, 1), (0, 3, 2, 4, 3, 0)]
    v2 = ([(0, 3), (1, 3), (0, 3), (1, 3), (0, 2), (1, 3), (0, 2), (2, 5)],
          [(0, 0), (1, 0), (1, 0), (2, 2), (0, 0), (2, 2), (1, 0), (2, 2)])
    other = ([(0, 4), (1, 6), (0, 1), (2, 3), (1, 2), (3, 5), (0, 0), (4, 3)],
             [(0, 3), (1, 2), (0, 4), (2, 5), (1, 1), (3, 6), (2, 0), (4, 2)])
    third = ([(0, 6), (1, 0), (1, 5), (2, 1), (0, 3), (1, 4), (3, 2), (4, 6)],
             [(0, 5), (1, 6), (1, 3), (2, 1), (0, 2), (2, 3), (1, 0), (4, 4)])
    nested = lambda cell: [[s, o] for s, o in cell]
    cases = [("nas-bench-201", "".join(map(str, c)), {"channels": 8, "cells": 2}, lambda c=c: Net201(c, 8, 2), 64) for c in cells]
    cases += [("darts", json.dumps([nested(n), nested(r)]), {"channels": 8, "cells": 4},
               lambda n=n, r=r: NetDarts(n, r, 8, 4), 64) for n, r in (v2, other, third)]
    worst = {}
    for space, text, network, build, side in cases:
        torch.manual_seed(len(worst) + 1)
        net = build().double().train()
        given = {f"{i}.weight": m.weight.detach().clone() for i, m in enumerate(layers(net))}
        given[f"{len(given) - 1}.bias"] = net.head.bias.detach().clone()
        zen = [torch.randn(16, 3, 32, 32).double() for _ in range(2)]
        image = torch.randn(1, 3, side, side).double()
        given |= {"zen.x": zen[0], "zen.e": zen[1], "meco.image": image}
        save_file({k: v.contiguous() for k, v in given.items()}, cast.folder / "weights.safetensors")
        params = {"scores": list(SCORES), "options": {
            "weights": "weights.safetensors", "images": str(images), "precision": "f64", "network": network, "batch_size": 16,
            "jacobian_outputs": "all", "zen_repeats": 1}}
        told, _ = cast.score("proxies/zero-cost", space, [text], params)
        row = next(iter(told.values()))
        for name, score in SCORES.items():
            want = score(net, x[:16], y[:16], second=(x[16:], y[16:]), zen=zen, image=image)
            apart = abs(float(row[name]) - want) / max(abs(want), 1e-12)
            worst.setdefault(name, []).append(apart)
        sys.stdout.flush()
    print("\n**Values**, relative difference, the largest of three cells of nas-bench-201 (8 channels, 2 cells a stage) | each of three of darts (8 channels, 4 cells), DARTS-V2 first, batch 16, f64:\n")
    for name, apart in worst.items():
        print(f"| `{name}` | {max(apart[:3]):.1e} | {', '.join(f'{one:.1e}' for one in apart[3:])} |")


def speed(cast, tables):
    images = tables / "cifar10-sample/train640.bin"
    x, y = records(images, 128)
    x = x.float()
    draw = random.Random(3)
    cells = []
    while len(cells) < 10:
        digits = [draw.randrange(5) for _ in range(6)]
        if is_connected(digits):
            cells.append(digits)
    texts = ["".join(map(str, c)) for c in cells]
    dead = ["333000", "030000"] + [f"{i}{j}{k}000" for i in range(1, 4) for j in range(1, 4) for k in range(1, 2)][:8]
    zen = [torch.randn(64, 3, 32, 32) for _ in range(2)]
    image = torch.randn(1, 3, 64, 64)
    given = dict(second=(x[64:], y[64:]), zen=zen, image=image)
    options = {"images": str(images), "zen_repeats": 1, "jacobian_outputs": "all"}

    def python(names):
        seconds = {name: 0.0 for name in names}
        for digits in cells:
            for name in names:
                net = Net201(digits).train()
                SCORES[name](net, x[:64], y[:64], **given)
                start = time.process_time()
                SCORES[name](net, x[:64], y[:64], **given)
                seconds[name] += (time.process_time() - start) / len(cells)
        return seconds

    def rust(names, threads=1):
        params = {"scores": names, "options": options}
        spent, wall = cast.score("proxies/zero-cost", "nas-bench-201", texts, params, threads)[1]
        idle, idle_wall = cast.score("proxies/zero-cost", "nas-bench-201", dead, params, threads)[1]
        return (spent - idle) / len(cells), (wall - idle_wall) / len(cells)

    plain_seconds = python(list(SCORES))
    print("\n**Speed**, processor seconds a network on one thread, mean of 10 cells of nas-bench-201, batch 64: PyTorch (without "
          "building the network) | archcast (building, drawing weights and images included):\n")
    for name in SCORES:
        mine = rust([name])[0]
        print(f"| `{name}` | {plain_seconds[name]:.3f} | {mine:.3f} | {plain_seconds[name] / mine:.2f} × |")
    shared = ["snip", "grad-norm", "plain", "fisher", "naswot", "l2-norm"]
    for names in (shared, shared + ["jacobian-covariance", "epe-nas"], list(SCORES)):
        mine, one = rust(names)
        _, two = rust(names, threads=2)
        apart = sum(plain_seconds[name] for name in names)
        print(f"| {len(names)} scores: {', '.join(names)} | {apart:.2f} | {mine:.2f} | {apart / mine:.2f} × | two threads over "
              f"one, wall: {one / two:.2f} × |")


def main():
    os.environ["ARCHCAST_CACHE"] = ""
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    archcast, plugins, tables, *parts = sys.argv[1:]
    tables = Path(tables).absolute()
    version = subprocess.run([archcast, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{date.today()}; {platform.machine()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; {version}; "
          f"torch {torch.__version__}, numpy {np.__version__}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        cast = Archcast(str(Path(archcast).absolute()), str(Path(plugins).absolute()), folder)
        for part in parts or ["values", "speed"]:
            if part == "values":
                values(cast, tables)
            elif part == "speed":
                speed(cast, tables)
            else:
                sys.exit(f"there is no part `{part}`\n{__doc__}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
