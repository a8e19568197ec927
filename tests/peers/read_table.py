#!/usr/bin/env python3
"""Reads the cells of NAS-Bench-101 with pandas and with archcast, in turns, and prints the median seconds of each.

    python3 -m venv VENV && VENV/bin/pip install pandas pyarrow
    ARCHCAST_TABLES=... VENV/bin/python tests/peers/read_table.py

Builds the bench `table` first. Both read whole files from the page cache into memory: pandas with its defaults, and with
every column as text, which is what archcast gives.
"""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import tempfile
import time

import pandas

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = 5


def bench():
    """The program of the bench."""
    command = ["cargo", "bench", "-p", "archcast-tests", "--bench", "table", "--no-run", "--message-format=json"]
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    messages = [json.loads(line) for line in built.splitlines()]
    return [m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "table"][-1]


def main():
    program = bench()
    cells = pathlib.Path(os.environ["ARCHCAST_TABLES"]) / "nas-bench-101" / "cells.csv.gz"
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        frame = pandas.read_csv(cells, dtype=str)
        assert len(frame) == 211_920
        files = {"csv.gz": cells}
        for ending in ["csv", "jsonl", "jsonl.gz", "parquet"]:
            files[ending] = pathlib.Path(folder) / f"cells.{ending}"
        frame.to_csv(files["csv"], index=False)
        numbers = pandas.read_csv(cells, dtype={"adjacency": str, "ops": str})
        numbers.to_json(files["jsonl"], orient="records", lines=True)
        numbers.to_json(files["jsonl.gz"], orient="records", lines=True)
        numbers.to_parquet(files["parquet"], index=False)
        readers = {
            "pandas": lambda ending, file: {
                "csv": pandas.read_csv, "json": lambda f: pandas.read_json(f, lines=True), "parq": pandas.read_parquet,
            }[ending[:4].rstrip(".")](file),
            "pandas, text": lambda ending, file: pandas.read_csv(file, dtype=str) if "csv" in ending else None,
        }
        for _ in range(ROUNDS):
            for name, read in readers.items():
                for ending, file in files.items():
                    started = time.perf_counter()
                    if read(ending, file) is not None:
                        taken.setdefault((ending, name), []).append(time.perf_counter() - started)
            for line in subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
                ending, seconds = line.split()
                taken.setdefault((ending, "archcast"), []).append(float(seconds))
    print(f"{platform.platform()}, Python {platform.python_version()}, pandas {pandas.__version__}")
    for (ending, name), seconds in sorted(taken.items()):
        low, high = min(seconds), max(seconds)
        print(f"{ending:9} {name:13} median {statistics.median(seconds):.3f} s, {low:.3f} to {high:.3f}, n = {len(seconds)}")


if __name__ == "__main__":
    main()
