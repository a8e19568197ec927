#!/usr/bin/env python3
"""Kills a study again and again at random moments, and compares its results with those of one that was left alone.

    cargo build --release
    tests/kills.py --kills 100

The finished results, sorted, must be the same bytes; measured seconds are no part of them. A short form of this is the
story tests/tests/evaluate/interruption.rs.
"""

import argparse
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def finished(folder):
    """The results of a journal, sorted; a torn last line has none."""
    lines = (folder / "journal.jsonl").read_bytes().split(b"\n")[:-1]
    cells = [line for line in lines if line.startswith(b'{"result":')]
    return sorted(line.split(b',"measured":')[0] for line in cells)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--archcast", default=ROOT / "target/release/archcast", type=pathlib.Path)
    arguments.add_argument("--plugin-dir", default=ROOT / "target/release", type=pathlib.Path)
    arguments.add_argument("--study", default=ROOT / "templates/studies/linear.toml", type=pathlib.Path)
    arguments.add_argument("--kills", default=100, type=int)
    arguments.add_argument("--trials", default=60, type=int)
    arguments.add_argument("--threads", default=2, type=int)
    arguments.add_argument("--seed", default=0, type=int, help="seed of the moments")
    given = arguments.parse_args()
    draw = random.Random(given.seed)
    place = pathlib.Path(tempfile.mkdtemp(prefix="kills-"))

    def command(folder):
        return [
            str(given.archcast.resolve()), "--plugin-dir", str(given.plugin_dir.resolve()),
            "--threads", str(given.threads), "evaluate", str(given.study.resolve()),
            "--trials", str(given.trials), "--out", str(place / folder),
        ]

    started = time.monotonic()
    subprocess.run(command("whole"), check=True, capture_output=True)
    seconds = time.monotonic() - started
    whole = finished(place / "whole")
    print(f"{len(whole)} cells in {seconds:.1f} s without a kill")

    kills, ends = 0, 0
    while kills < given.kills:
        child = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            # From before the journal is opened to the last cells.
            _, said = child.communicate(timeout=draw.uniform(0.0, seconds))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.communicate()
            kills += 1
            continue
        if child.returncode != 0:
            sys.exit(f"a run after {kills} kills failed:\n{said.decode()}")
        ends += 1
        if finished(place / "killed") != whole:
            sys.exit(f"after {kills} kills the results differ; see {place}")
        shutil.rmtree(place / "killed")
    subprocess.run(command("killed"), check=True, capture_output=True)
    same = finished(place / "killed") == whole
    print(json.dumps({"kills": kills, "complete_between": ends, "cells": len(whole), "same": same}))
    if not same:
        sys.exit(f"the results differ; see {place}")
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
