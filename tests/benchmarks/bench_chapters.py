"""A chapter as a learner waits for it: its first picture from a new kernel, then all its cells.

And what the kernel weighs when all have run: a class on one server has a kernel for each learner.
"""

import time
from pathlib import Path
from statistics import median

import nbformat
from nbclient import NotebookClient
from timing import Row

FIRST = 3  # seconds: until then, people wait and do nothing else
ALL = 10  # seconds: after that, they look elsewhere
WEIGHT = 200  # MB
KERNELS = 3  # of which the first picture's time is the median
NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"
RSS = "next(int(row.split()[1]) for row in open('/proc/self/status') if row.startswith('VmRSS'))"


def pictured(cell):
    return any(VIEW in output.get("data", {}) for output in cell.get("outputs", []))


def run(path, whole):
    """Seconds to the first picture and to the end, and resident MB then (None: no /proc)."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": NOTEBOOKS}})
    start, first = time.perf_counter(), None
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            if first is None and pictured(cell):
                first = time.perf_counter() - start
                if not whole:
                    return first, None, None
        seconds = time.perf_counter() - start
        if not Path("/proc/self/status").exists():
            return first, seconds, None
        notebook.cells.append(nbformat.v4.new_code_cell(f"print({RSS})"))
        weighed = client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
        return first, seconds, int(weighed.outputs[0].text) / 1024


def rows():
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        first, seconds, weight = run(path, whole=True)
        firsts = [first, *(run(path, whole=False)[0] for _ in range(KERNELS - 1))]
        name = path.stem[:28]
        yield Row(f"{name}: first picture", median(firsts), "s", "a short wait", FIRST)
        yield Row(f"{name}: run all", seconds, "s", "the patience of a reader", ALL)
        if weight is not None:
            yield Row(f"{name}: kernel", weight, "MB", "a class on one server", WEIGHT)
