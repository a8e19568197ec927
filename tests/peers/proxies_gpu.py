"""Compares the plugin `proxies` on a GPU with itself on the processor, and with plain PyTorch on the same GPU.

    python tests/peers/proxies_gpu.py ARCHCAST PLUGIN_FOLDER CIFAR [PART ...]   # needs a CUDA torch of the plugin's version

CIFAR is a binary file of CIFAR-10 with 128 images. Parts are `values` (each score of 20 cells of nas-bench-201 on both devices,
and on one thread and eight), `speed` and `speed=N` (networks a second over N cells) and `memory` (networks that do not fit); all where
none is named. Where the plugin was built for another libtorch, `LD_LIBRARY_PATH` names the folder of this torch's.

PyTorch goes through networks one by one in a loop, as published code does: a network is built, moved and scored, and what a score sums
over layers is fetched once at its end. Seconds are wall seconds. For archcast they are those of `predict` for N networks less
those for one, so the start of the process, of CUDA and the reading of images are left out, and all else is in.
"""

import csv
import json
import os
import platform
import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import torch
from proxies import (
    Archcast, Net201, fisher, grad_norm, is_connected, l2_norm, layers, plain, records, snip,
)  # fmt: skip
from torch import nn

os.environ["ARCHCAST_CACHE"] = ""
torch.set_num_threads(1)
GPU = "cuda:0"
ALL = ["snip", "grad-norm", "plain", "fisher", "grasp", "zico", "jacobian-covariance", "epe-nas", "naswot", "synflow",
       "logsynflow", "l2-norm", "zen-score", "meco"]


def cells(count, seed):
    """Connected cells of nas-bench-201."""
    draw, drawn = random.Random(seed), []
    while len(drawn) < count:
        digits = tuple(draw.randrange(5) for _ in range(6))
        if is_connected(digits) and digits not in drawn:
            drawn.append(digits)
    return drawn


def text(digits):
    return "".join(map(str, digits))


# --- PyTorch on a GPU, one score at a time ----------------------------------------------------------------


def hooked(net, make, taps):
    hooks = [make(m) for m in net.modules() if isinstance(m, nn.ReLU)]
    with torch.no_grad():
        taps()
    [hook.remove() for hook in hooks]


def naswot(net, x, y, **_):
    kernel = np.zeros((len(x), len(x)))

    def tap(_, inputs):
        nonlocal kernel
        c = (inputs[0] > 0).flatten(1).float()
        kernel += (c @ c.T + (1 - c) @ (1 - c).T).cpu().numpy()

    hooked(net, lambda m: m.register_forward_pre_hook(tap), lambda: net(x))
    return float(np.linalg.slogdet(kernel)[1])


def meco(net, x, y, image, **_):
    total = 0.0

    def tap(_, __, out):
        nonlocal total
        c = torch.nan_to_num(torch.corrcoef(out[0].flatten(1)))
        total += torch.linalg.eigvalsh(c.cpu())[0].item()

    hooked(net, lambda m: m.register_forward_hook(tap), lambda: net(image))
    return total


def jacobian_covariance(net, x, y, **_):
    x = x.clone().requires_grad_(True)
    jacobian = torch.autograd.grad(net(x).sum(), x)[0].flatten(1)
    v = np.maximum(np.linalg.eigvalsh(np.corrcoef(jacobian.cpu().numpy())), 0)
    return float(-np.sum(np.log(v + 1e-5) + 1 / (v + 1e-5)))


def synflow(net, x, y, **_):
    net.double()
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.forward = lambda x: x
    with torch.no_grad():
        for p in net.parameters():
            p.abs_()
    weights = [m.weight for m in layers(net)]
    total = net(torch.ones(1, *x.shape[1:], dtype=torch.float64, device=x.device)).sum()
    return sum((w * g).abs().sum() for w, g in zip(weights, torch.autograd.grad(total, weights))).log().item()


SCORES = {f.__name__.replace("_", "-"): f for f in (
    snip, grad_norm, plain, fisher, naswot, l2_norm, jacobian_covariance, meco, synflow)}


class Asked:
    """Archcast with one set of parameters after another."""

    def __init__(self, cast, images):
        self.cast, self.images = cast, images

    def fit(self, names, device=GPU, **options):
        """A model of these scores."""
        options = {"device": device, "zen_repeats": 1, **options}
        if self.images:
            options["images"] = self.images
        params = json.dumps({"scores": names, "options": options}).replace('":', '" =')
        self.table([(3, 3, 3, 3, 3, 3)])
        (self.cast.folder / "c.toml").write_text(
            '[data]\ntable = "t.jsonl"\nspace = "nas-bench-201"\narchitecture = "arch"\nid = "arch"\n'
            f'target = {{ column = "y", goal = "maximize" }}\n[member.m]\nuse = "proxies/zero-cost"\nparams = {params}\n')
        self.cast.run("fit", "c.toml", "-o", "c.model")

    def table(self, drawn):
        with open(self.cast.folder / "t.jsonl", "w") as out:
            out.writelines(json.dumps({"arch": text(c), "y": float(i)}) + "\n" for i, c in enumerate(drawn))

    def predict(self, drawn, threads):
        """The scores of cells, and the seconds that they took."""
        self.table(drawn)
        _, wall = self.cast.run("--threads", str(threads), "predict", "c.model", "--table", "t.jsonl", "-o", "p.csv")
        with open(self.cast.folder / "p.csv") as file:
            return {row["id"]: row for row in csv.DictReader(file)}, wall


# --- parts ------------------------------------------------------------------------------------------------


def values(asked, _):
    drawn = cells(20, 1)
    print("\n**Values** of 20 cells, batch 64, largest relative difference of the GPU to the processor in single precision | in "
          "double precision (4 cells, batch 16) | to itself, one thread and eight:\n")
    many = os.cpu_count()
    told = {}
    for kind, count, batch in (("f32", 20, 64), ("f64", 4, 16)):
        for device in ("cpu", GPU):
            asked.fit(ALL, device, precision=kind, batch_size=batch)
            told[kind, device] = asked.predict(drawn[:count], many)[0]
    asked.fit(ALL)
    alone, beside = (asked.predict(drawn, threads)[0] for threads in (1, 8))
    for name in ALL:
        apart = [max(abs(float(two[key][name]) / float(one[key][name]) - 1) for key in one)
                 for one, two in ((told["f32", "cpu"], told["f32", GPU]), (told["f64", "cpu"], told["f64", GPU]), (alone, beside))]
        print(f"| {name} | {apart[0]:.1e} | {apart[1]:.1e} | {apart[2]:.1e} |")


def speed(asked, count):
    drawn = cells(count or 1000, 2)
    x, y = records(asked.images, 64)
    x, y, image = x.float().to(GPU), y.to(GPU), torch.randn(1, 3, 64, 64, device=GPU)

    def python(name, chosen):
        """Seconds a network, with building it and without."""
        whole = passes = 0.0
        for place, digits in enumerate(chosen):
            torch.cuda.synchronize()
            start = time.perf_counter()
            net = Net201(digits).to(GPU).train()
            torch.cuda.synchronize()
            built = time.perf_counter()
            SCORES[name](net, x, y, image=image)
            end = time.perf_counter()
            if place >= 5:
                whole, passes = whole + end - start, passes + end - built
        return whole / (len(chosen) - 5), passes / (len(chosen) - 5)

    plain_seconds = {name: python(name, drawn[:55]) for name in SCORES}
    shared = ["snip", "grad-norm", "plain", "fisher", "naswot", "l2-norm"]
    threads = [one for one in (1, 4, 8, 16) if one <= os.cpu_count()]
    print(f"\n**Speed**, networks a second over {len(drawn)} cells, batch 64, single precision. PyTorch, building included | passes "
          f"alone | archcast with {', '.join(map(str, threads))} threads, all included | the best over PyTorch, building "
          "included, passes alone:\n")
    for names in [["snip"], ["naswot"], ["meco"], ["jacobian-covariance"], ["synflow"], shared]:
        whole, passes = (1 / sum(plain_seconds[name][part] for name in names) for part in (0, 1))
        asked.fit(names)
        start = asked.predict(drawn[:1], 1)[1]
        mine = [(len(drawn) - 1) / (asked.predict(drawn, one)[1] - start) for one in threads]
        print(f"| {', '.join(names)} | {whole:.1f} | {passes:.1f} | {' | '.join(f'{rate:.1f}' for rate in mine)} | "
              f"{max(mine) / whole:.1f} ×, {max(mine) / passes:.1f} × |")
        sys.stdout.flush()


def memory(asked, _):
    drawn = [(3, 3, 3, 3, 3, 3), (0, 0, 0, 1, 0, 0), (3, 3, 2, 3, 3, 3), (0, 0, 0, 4, 0, 0), (2, 2, 2, 2, 2, 2), (0, 0, 0, 2, 0, 0)]
    # Noise: a file holds fewer images.
    asked.images = None
    print("\n**Memory**: 4,096 images a batch, 64 channels, one thread and four:\n")
    asked.fit(["snip"], batch_size=4096, network={"channels": 64})
    told = [asked.predict(drawn, threads)[0] for threads in (1, 4)]
    for key in told[0]:
        one, four = (t[key]["snip"] or t[key]["missing"] for t in told)
        print(f"| {key} | {one} | {'the same' if one == four else four} |")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    archcast, plugins, images, *parts = sys.argv[1:]
    print(f"{date.today()}; {torch.cuda.get_device_name()}; {platform.machine()}, {os.cpu_count()} cores, load average "
          f"{os.getloadavg()[0]:.1f}; torch {torch.__version__}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        cast = Archcast(str(Path(archcast).absolute()), str(Path(plugins).absolute()), folder)
        for part in parts or ["values", "speed", "memory"]:
            name, _, number = part.partition("=")
            act = {"values": values, "speed": speed, "memory": memory}.get(name)
            if act is None:
                sys.exit(f"there is no part `{part}`\n{__doc__}")
            act(Asked(cast, str(Path(images).absolute())), int(number or 0))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
