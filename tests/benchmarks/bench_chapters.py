"""A chapter as a learner waits for it: its first picture from a new kernel, then all its cells.

And what the kernel weighs when all have run: a class on one server has a kernel for each learner;
and what a page gets: the JavaScript of the widgets, and the films.
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
SOURCE, FILMS = 130, 150  # kB
KERNELS = 3  # of which the first picture's time is the median
NOTEBOOKS = Path(__file__).resolve().parent.parent.parent / "notebooks"
VIEW = "application/vnd.jupyter.widget-view+json"
RSS = "next(int(row.split()[1]) for row in open('/proc/self/status') if row.startswith('VmRSS'))"


def pictured(cell):
    return any(VIEW in output.get("data", {}) for output in cell.get("outputs", []))


def sent(client):
    """kB of all models' JavaScript and style, and of what films are made of."""
    source = sum(
        len(state.get(part, "").encode())
        for state in client.widget_state.values()
        for part in ("_esm", "_css")
    )
    films = sum(
        len(buffer["data"]) * 3 // 4  # it is base64
        for buffers in client.widget_buffers.values()
        for buffer in buffers.values()
        if buffer["path"][0] == "pieces"
    )
    return source / 1000, films / 1000


def run(path, whole):
    """Seconds to the first picture and to the end, what was sent, and resident MB (None: no /proc).

    Without `whole` it ends with the first picture, and knows no more.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, resources={"metadata": {"path": NOTEBOOKS}})
    start, first = time.perf_counter(), None
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            if first is None and pictured(cell):
                first = time.perf_counter() - start
                if not whole:
                    return first, None, None, None
        seconds = time.perf_counter() - start
        if not Path("/proc/self/status").exists():
            return first, seconds, sent(client), None
        notebook.cells.append(nbformat.v4.new_code_cell(f"print({RSS})"))
        weighed = client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
        return first, seconds, sent(client), int(weighed.outputs[0].text) / 1024


def rows():
    for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")):
        first, seconds, (source, films), weight = run(path, whole=True)
        firsts = [first, *(run(path, whole=False)[0] for _ in range(KERNELS - 1))]
        name = path.stem[:28]
        yield Row(f"{name}: first picture", median(firsts), "s", "a short wait", FIRST)
        yield Row(f"{name}: run all", seconds, "s", "the patience of a reader", ALL)
        yield Row(f"{name}: source", source, "kB", "once a page", SOURCE)
        yield Row(f"{name}: films", films, "kB", "all of a chapter", FILMS)
        if weight is not None:
            yield Row(f"{name}: kernel", weight, "MB", "a class on one server", WEIGHT)
