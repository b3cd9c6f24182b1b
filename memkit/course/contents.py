"""The table of contents: the chapters, the questions that each asks, and its tasks."""

from importlib import import_module
from typing import NamedTuple

from .task import Task


class Chapter(NamedTuple):
    """number: "03"; questions: their names in questions.toml, as the chapter asks them."""

    number: str
    title: str
    questions: tuple

    def tasks(self):
        """The tasks of its exercise, in order: {name: Task}. The first page has none."""
        if self.number == "00":
            return {}
        module = import_module(f"memkit.course.ch{self.number}")
        return {name: thing for name, thing in vars(module).items() if isinstance(thing, Task)}


CHAPTERS = (
    Chapter("00", "Start here", ("arena",)),
    Chapter(
        "01", "From overlays to virtual memory", ("overlay-growth", "paging-reads", "worked-reads")
    ),
    Chapter("02", "Paging and the MMU", ("walk", "stale", "worked-walk")),
    Chapter("03", "Memory as a cache of disk", ("lru-frames", "loop", "thrash", "worked-distance")),
    Chapter("04", "A process in memory", ("fork-faults", "stack-grows", "worked-fork")),
    Chapter("05", "Memory problems", ("heap-fit", "double-free", "worked-join")),
    Chapter("06", "TCMalloc", ("slow-start", "no-cache", "worked-list")),
    Chapter("07", "Why Go wrote its own", ("go-patients", "go-slice", "go-locks", "worked-goal")),
    Chapter("08", "mspan and size classes", ("slots", "worked-tiny")),
    Chapter("09", "mcache, mcentral, mheap", ("hits", "hole", "worked-pages")),
    Chapter(
        "10", "The garbage collector", ("gc-pair", "gc-lost", "gogc", "gc-kernel", "worked-pace")
    ),
    Chapter("11", "From new to a frame", ("span-faults", "gc-swap", "worked-resident")),
)
