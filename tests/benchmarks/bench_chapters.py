"""A chapter from a fresh kernel to its last cell, as a learner who runs all cells waits for it."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from timing import Row, best_seconds

AIM = 10  # seconds: after that, people look elsewhere
NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"


def rows():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        client = NotebookClient(
            nbformat.read(path, as_version=4), resources={"metadata": {"path": NOTEBOOKS}}
        )
        seconds = best_seconds(client.execute, repeats=1)
        yield Row(f"{path.stem}: run all", seconds, "s", "the patience of a reader", AIM)
