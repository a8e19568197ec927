#!/usr/bin/env python3
"""Joins the column `meco` onto the table of accuracies, by cell: join.py ACCURACIES MECO OUT.

ACCURACIES is this table without that column, MECO has the columns arch_index, ops, meco; all three are CSV files
compressed with gzip. All fields stay the text that they are, and the same files give the same bytes.
"""

import csv
import gzip
import sys


def main(accuracies, meco, out):
    with gzip.open(meco, "rt", newline="") as file:
        scores = {row["arch_index"]: row for row in csv.DictReader(file)}
    with gzip.open(accuracies, "rt", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        assert "meco" not in header, "the table has the column already"
        index, ops = header.index("arch_index"), header.index("ops")
        lines = [",".join(header + ["meco"])]
        for row in rows:
            score = scores.pop(row[index])
            assert score["ops"] == row[ops], f"cell {row[index]} differs"
            assert not any(c in field for field in row for c in ',"\r\n'), "a field needs quotes"
            lines.append(",".join(row + [score["meco"]]))
    assert not scores, "scores of cells that the table does not have"
    with open(out, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write("".join(line + "\n" for line in lines).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
