"""How fast things are, as ratios, so that a slow or a busy machine says the same.

    make bench                    every bench_*.py in this folder
    make bench ARGS="golang"      only those whose name has the word

A bench file has one function `rows()` that yields rows of timing.py, each printed as it comes.
"""

import importlib
import sys
from pathlib import Path

HEAD = ("what", "measured", "against", "reference", "ratio")
FORMAT = "{:<44} {:>16}   {:<30} {:>16} {:>7}"


def number(value, unit):
    """Three digits that count: 612,000 /s, 0.0123 s."""
    return f"{float(f'{value:.3g}'):,.10g} {unit}"


def main(words):
    names = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    names = [name for name in names if not words or any(word in name for word in words)]
    if not names:
        sys.exit(f"No bench_*.py here has {' or '.join(words) or 'any rows'} in its name.")
    print(FORMAT.format(*HEAD))
    for name in names:
        for row in importlib.import_module(name).rows():
            measured = number(row.value, row.unit)
            reference = number(row.reference, row.unit)
            ratio = f"{row.value / row.reference:.2g}"
            print(FORMAT.format(row.what, measured, row.against, reference, ratio), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
