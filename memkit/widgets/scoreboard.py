"""Scoreboard: one workload through free list, ptmalloc, TCMalloc and Go, and what it cost each."""

import re
from functools import lru_cache

from memkit.pictures.scoreboard import scoreboard_picture
from memkit.scoreboard import ALLOCATORS, LARGEST, PATTERNS, score, workload
from memkit.widgets import form
from memkit.widgets.stage import Stage, View

THREADS = (1, 2, 4, 8, 16)
GOGC = (25, 50, 100, 200, 400)
MOST_SIZES = 4096  # of a range; of a longer one every second, third, ... size is taken


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
    return score(ALLOCATORS[name], _work(pattern, sizes, threads), gogc)


def scores(pattern="steady", sizes="16-4096", threads=1, gogc=100):
    """{allocator: Score} of one workload, for all four. Only Go asks for `gogc`."""
    return {
        name: _score(name, pattern, sizes, threads, gogc if name == "Go" else 100)
        for name in ALLOCATORS
    }


class Scoreboard(View):
    """Choose who asks for what; see what it costs in each allocator.

    pattern   one of memkit.scoreboard.PATTERNS; sizes: "16-4096", or "24 100 4096"
    threads   1, 2, 4, 8 or 16; gogc: 25, 50, 100, 200 or 400, for Go alone
    """

    def __init__(self, pattern="steady", sizes="16-4096", threads=1, gogc=100):
        super().__init__()
        self.add_class("mk-live")
        self.add_class("mk-scoreboard")
        self.stage = Stage()
        try:
            _one_of("pattern", pattern, PATTERNS)
            _one_of("threads", threads, THREADS)
            _one_of("gogc", gogc, GOGC)
            if not isinstance(sizes, str):
                what = type(sizes).__name__
                raise ValueError(f'sizes must be text such as "16-4096", not {what}.')
        except ValueError as problem:
            self.stage.refuse(str(problem))
            self.children = [self.stage]
            return
        patterns = [(f"{name}: {text}", name) for name, text in PATTERNS.items()]
        self.pattern = form.choice("workload", patterns, pattern)
        self.sizes = form.text("sizes, bytes", sizes)
        self.threads = form.choice("threads", THREADS, threads)
        self.gogc = form.choice("GOGC", GOGC, gogc)
        for name in ("pattern", "sizes", "threads", "gogc"):
            field = getattr(self, name)
            field.add_class(f"mk-{name}")
            field.observe(self._draw, "value")
        line = form.line(self.pattern, self.sizes, self.threads, self.gogc)
        self.children = [line, self.stage]
        self._draw()

    def _draw(self, change=None):
        chosen = (
            self.pattern.value,
            form.plain(self.sizes.value),
            self.threads.value,
            self.gogc.value,
        )
        try:
            self.stage.put(scoreboard_picture(scores(*chosen), self.gogc.value))
        except ValueError as problem:
            self.stage.refuse(form.refusal(problem, sizes="sizes"))
