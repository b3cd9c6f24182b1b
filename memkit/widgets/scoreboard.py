"""Scoreboard: one workload through free list, ptmalloc, TCMalloc and Go, and what it cost each."""

import re
from functools import lru_cache

import anywidget
import ipywidgets

from memkit.golang import GoHeap
from memkit.malloc.scoreboard import ALLOCATORS, LARGEST, PATTERNS, score, workload
from memkit.trace import plural
from memkit.widgets import pictures
from memkit.widgets.grid import HERE, STYLE, Grid, esm
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, THIRD
from memkit.widgets.table_size import about

MAKE = ALLOCATORS | {"Go": GoHeap}
THREADS = (1, 2, 4, 8, 16)
GOGC = (25, 50, 100, 200, 400)
MOST_SIZES = 4096  # of a range; of a longer one every second, third, ... size is taken
WIDE = {"description_width": "initial"}


def parsed(text):
    """The sizes of a text such as "16-4096" or "24 100 4096", a list. ValueError for another."""
    words = re.split(r",?\s+", text.strip(" \t\n,"))
    if words == [""]:
        raise ValueError("The sizes are empty: write bytes, such as 16-4096 or 24 100 4096.")
    sizes = []
    for word in words:
        found = re.fullmatch(r"([0-9]{1,7})(?:-([0-9]{1,7}))?", word)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= last <= LARGEST:
            raise ValueError(
                f"The sizes must be bytes from 1 to {LARGEST:,} (1 MiB), or a range such as "
                f"16-4096, and {word[:20]!r} is none."
            )
        sizes += range(first, last + 1, 1 + (last - first) // MOST_SIZES)
    return sizes


def _one_of(name, value, allowed):
    if type(value) not in (int, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(str, allowed))}, not {value!r}.")


@lru_cache(64)
def _work(pattern, sizes, threads):
    return workload(pattern, parsed(sizes), threads)


@lru_cache(256)
def _score(name, pattern, sizes, threads, gogc):
    return score(MAKE[name], _work(pattern, sizes, threads), gogc)


def scores(pattern="steady", sizes="16-4096", threads=1, gogc=100):
    """{allocator: Score} of one workload, for all four. Only Go asks for `gogc`."""
    return {
        name: _score(name, pattern, sizes, threads, gogc if name == "Go" else 100) for name in MAKE
    }


# The picture


def _bar(label, most, *parts):
    """A row: parts (amount, state) to the scale of `most`."""
    shown = [(amount, state, "", False) for amount, state in parts if amount]
    rest = most - sum(amount for amount, _ in parts)
    return pictures.bar([*shown, (rest, NOTHING, "", False)] if rest else shown, label)


def _rows(results, write, *columns):
    """A bar for each allocator. columns: (field, state of the cells)"""
    amounts = {
        name: [(getattr(result, field), state) for field, state in columns]
        for name, result in results.items()
    }
    most = max(sum(amount for amount, _ in parts) for parts in amounts.values()) or 1
    return [_bar(f"{name}: {write(results[name])}", most, *amounts[name]) for name in results]


def _locks(result):
    if result.locks in (0, result.calls):
        return f"{plural(result.locks, 'lock')}, one for {'each' if result.locks else 'no'} call"
    apart = result.calls / result.locks
    written = f"{apart:.1f}" if apart < 10 else f"{apart:,.0f}"
    return f"{plural(result.locks, 'lock')}, one for {written} calls"


def _memory(result):
    parts = (result.asked, result.inside, result.outside)
    asked, inside, outside = map(about, parts)
    return f"{about(result.peak)} = {asked} asked for + {inside} inside + {outside} outside"


def _faults(result):
    return plural(result.faults, "page fault")


def scoreboard_picture(results, gogc=100):
    """The picture of {allocator: Score}."""
    calls = next(iter(results.values())).calls
    told = [f"{name} {result.locks:,}" for name, result in results.items()]
    sentence = f"Locks taken in {calls:,} calls: {', '.join(told)}."
    collections = plural(results["Go"].collections, "collection")
    floors = [
        pictures.floor(
            "mcentral", "locks", "taken by all threads", _rows(results, _locks, ("locks", IN_USE))
        ),
        pictures.floor(
            "mheap",
            "memory",
            "when it was highest. Filled: asked for; hatched: waste inside of blocks; empty: "
            "waste outside, in no block",
            _rows(results, _memory, ("asked", IN_USE), ("inside", THIRD), ("outside", FREE)),
            f"Go, GOGC {gogc}: {collections}",
        ),
        pictures.floor(
            "frames",
            "page faults",
            "first touches of 4 KiB, and those after memory went back",
            _rows(results, _faults, ("faults", IN_USE)),
        ),
    ]
    return pictures.picture("scores", sentence, floors, _words(results))


def _words(results):
    head = "allocator", "calls", "locks", "memory", "asked for", "inside", "outside", "page faults"
    rows = [(*head, "collections")]
    for name, result in results.items():
        calls, locks, *memory, faults, collections = result
        told = [f"{calls:,}", f"{locks:,}", *map(about, memory), f"{faults:,}", collections]
        rows.append((name, *told))
    return rows


class ScoreGrid(Grid):
    """Its bars are to scale, whatever is written above them."""

    _css = STYLE + (HERE / "scoreboard.css").read_text()


class Keys(anywidget.AnyWidget):
    """Nothing to see: it keeps the keys of the form from JupyterLab."""

    _esm = esm("scoreboard.js")

    def __init__(self):
        super().__init__()
        self.layout.display = "none"


class Scoreboard(ipywidgets.VBox):
    """Choose who asks for what; see what it costs in each allocator.

    pattern   one of memkit.malloc.scoreboard.PATTERNS; sizes: "16-4096", or "24 100 4096"
    threads   1, 2, 4, 8 or 16; gogc: 25, 50, 100, 200 or 400, for Go alone
    """

    def __init__(self, pattern="steady", sizes="16-4096", threads=1, gogc=100):
        super().__init__()
        self.add_class("mk-scoreboard")
        self.grid = ScoreGrid()
        try:
            _one_of("pattern", pattern, PATTERNS)
            _one_of("threads", threads, THREADS)
            _one_of("gogc", gogc, GOGC)
            if not isinstance(sizes, str):
                what = type(sizes).__name__
                raise ValueError(f'sizes must be text such as "16-4096", not {what}.')
        except ValueError as problem:
            self.grid.picture = pictures.error(str(problem))
            self.children = [self.grid]
            return
        self.pattern = ipywidgets.Dropdown(
            options=[(f"{name}: {text}", name) for name, text in PATTERNS.items()],
            value=pattern,
            description="workload",
            style=WIDE,
        )
        self.sizes = ipywidgets.Text(
            sizes, description="sizes, bytes", continuous_update=False, style=WIDE
        )
        self.threads, self.gogc = (
            ipywidgets.Dropdown(options=options, value=value, description=name, style=WIDE)
            for name, value, options in (("threads", threads, THREADS), ("GOGC", gogc, GOGC))
        )
        for name in ("pattern", "sizes", "threads", "gogc"):
            field = getattr(self, name)
            field.add_class(f"mk-{name}")
            field.observe(self._draw, "value")
        form = ipywidgets.HBox([self.pattern, self.sizes, self.threads, self.gogc, Keys()])
        form.add_class("mk-form")
        self.children = [form, self.grid]
        self._draw()

    def _draw(self, change=None):
        chosen = self.pattern.value, self.sizes.value, self.threads.value, self.gogc.value
        try:
            self.grid.picture = scoreboard_picture(scores(*chosen), self.gogc.value)
        except ValueError as problem:
            self.grid.picture = pictures.error(str(problem))
