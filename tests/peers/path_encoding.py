"""Path encoding of NAS-Bench-101 cells in plain Python, to compare its time with that of archcast.

    python3 tests/peers/path_encoding.py cells.csv.gz [ROWS]

The table has the columns vertices, adjacency and ops. Two times are printed: from a row of 26 decisions (21 bits of the
7 x 7 matrix, 5 operations) to the sorted columns of its paths, which is what `Space::paths` starts from, and from a
matrix and a list of operations that are there already. Reading text is not counted.
"""

import csv
import gzip
import itertools
import platform
import sys
import time

NODES = 7
PAIRS = list(itertools.combinations(range(NODES), 2))


def read(path, rows):
    """The first rows as 26 decisions."""
    cells = []
    with gzip.open(path, "rt", newline="") as file:
        for row in itertools.islice(csv.DictReader(file), rows):
            count = int(row["vertices"])
            edges = set()
            for (source, target), bit in zip(itertools.combinations(range(count), 2), row["adjacency"]):
                if bit == "1":
                    edges.add((source, NODES - 1 if target == count - 1 else target))
            operations = [int(digit) for digit in row["ops"]]
            filler = [0] * (NODES - 2 - len(operations))
            cells.append([int(pair in edges) for pair in PAIRS] + operations + filler)
    return cells


def matrix_of(cell):
    """The adjacency matrix and the operations of a row of decisions."""
    matrix = [[0] * NODES for _ in range(NODES)]
    for (source, target), bit in zip(PAIRS, cell):
        matrix[source][target] = bit
    return matrix, cell[len(PAIRS):]


def paths(matrix, operations):
    """Every sequence of operations from the input to the output, found node by node."""
    reaching = [[[]]] + [[] for _ in range(NODES - 1)]
    for source in range(NODES - 1):
        for path in reaching[source]:
            longer = path + [operations[source - 1]] if source > 0 else path
            for target in range(source + 1, NODES):
                if matrix[source][target]:
                    reaching[target].append(longer)
    return reaching[-1]


def columns(matrix, operations):
    """The columns of the different paths, shorter ones first."""
    found = set()
    for path in paths(matrix, operations):
        found.add(sum((operation + 1) * 3**place for place, operation in enumerate(path)))
    return sorted(found)


def best(work, cells, repeats=100):
    """Microseconds a cell, and how many columns a cell has."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        encoded = [work(cell) for cell in cells]
        seconds.append(time.perf_counter() - start)
    return min(seconds) / len(cells) * 1e6, sum(map(len, encoded)) / len(encoded)


def main():
    cells = read(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
    # The first row of the table in the order of its hashes.
    known = [int(digit) for digit in "10011010000100101010102001"]
    assert columns(*matrix_of(known)) == [2, 7, 10, 73]
    matrices = [matrix_of(cell) for cell in cells]
    from_row, different = best(lambda cell: columns(*matrix_of(cell)), cells)
    from_matrix, _ = best(lambda cell: columns(*cell), matrices)
    print(f"Python {platform.python_version()}, best of 100 over {len(cells)} cells of {different:.2f} paths: "
          f"{from_row:.2f} us a cell from decisions, {from_matrix:.2f} us from a matrix")


if __name__ == "__main__":
    main()
