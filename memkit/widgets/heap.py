"""HeapLab: one region and its free list, request by request; two allocators on the same requests.

request    +40 asks for 40 bytes and names its block A, B, C ... in turn; -B frees block B
moment     one step of the model; of two sides the one that is done waits for the other
"""

import re
from functools import partial

from memkit import pictures
from memkit.malloc.textbook.freelist import FITS, ORDERS
from memkit.pictures.heap import heap_picture, in_step, run_heap, told
from memkit.pictures.language import letters
from memkit.widgets import form
from memkit.widgets.player import Player

CHOICES = (*FITS, "buddy")
NOBODY = "nobody"
MOST_REQUESTS = 60
LARGEST = 1 << 20
OPTIONS = ("fit", "order", "coalesce")


def parsed(text):
    """[(name, bytes or None)] of a string such as "+40 +24 -A": None frees. ValueError, one
    sentence, for another, and for a block that is freed twice or never came."""
    words = re.split(r"[\s,]+", form.plain(text).strip(" \t\n,"))
    if words == [""]:
        raise ValueError("The requests are empty: write some, such as +40 +24 -A.")
    requests, live, count = [], set(), 0
    for word in words:
        if re.fullmatch(r"\+[0-9]{1,7}", word) and 1 <= int(word) <= LARGEST:
            requests.append((letters(count), int(word)))
            live.add(letters(count))
            count += 1
        elif word.upper().removeprefix("-") in live and word.startswith("-"):
            live.remove(word[1:].upper())
            requests.append((word[1:].upper(), None))
        elif re.fullmatch(r"-[A-Za-z]{1,2}", word):
            raise ValueError(
                f"The requests free block {word[1:].upper()} where there is no such block, or none "
                "any more: blocks are A, B, C in the order in which they are asked for."
            )
        else:
            raise ValueError(
                f"The requests must be such as +40 (1 to {LARGEST:,} bytes) and -A (free block A), "
                f"and {word[:20]!r} is neither."
            )
    if len(requests) > MOST_REQUESTS:
        raise ValueError(
            f"The requests must be at most {MOST_REQUESTS}, and these are {len(requests)}."
        )
    return requests


def checked(options):
    """fit, order and coalesce of a dict, all of them; ValueError for others."""
    allowed = {"fit": CHOICES, "order": ORDERS, "coalesce": (True, False)}
    for name, value in options.items():
        if name not in allowed:
            raise ValueError(f"beside must be a dict of fit, order and coalesce, not {name!r}.")
        if not any(value is one or value == one for one in allowed[name]):
            words = ", ".join(map(str, allowed[name]))
            raise ValueError(f"{name} must be one of {words}, not {value!r}.")
    return options


class HeapLab(Player):
    """Run `requests` ("+40 +24 -A", or a list of such words) in a region, and change all of it.

    size, header, align   of the region, as FreeList takes them
    fit, order, coalesce  as FreeList takes them; "buddy" for a buddy system (the size a power of 2)
    beside                a dict of these three for a second side; what it leaves out is as above
    Keys: those of the player; Tab goes through the form, Enter takes the requests.
    """

    def __init__(
        self,
        requests,
        size=256,
        fit="first",
        order="address",
        coalesce=True,
        beside=None,
        header=0,
        align=1,
    ):
        super().__init__([])
        self.add_class("mk-heap-lab")
        self.region = {"size": size, "header": header, "align": align}
        mine = {"fit": fit, "order": order, "coalesce": coalesce}
        try:
            if not isinstance(requests, (str, list, tuple)):
                raise ValueError(
                    "requests must be text such as '+40 -A', or a list of such words, "
                    f"not {type(requests).__name__}."
                )
            if not isinstance(beside, (dict, type(None))):
                raise ValueError(
                    "beside must be a dict such as {'fit': 'best'}, or None, "
                    f"not {type(beside).__name__}."
                )
            other = {**checked(mine), **checked(beside or {})}
        except ValueError as problem:
            self._say(pictures.error(str(problem)))
            return
        text = requests if isinstance(requests, str) else " ".join(map(str, requests))
        self._make(text, mine, other, beside is not None)
        self._run()

    def _make(self, text, mine, other, both):
        """The form, above the pictures."""
        self.requests = form.text("requests", text)
        self.fit = form.choice("fit", CHOICES, mine["fit"])
        beside = other["fit"] if both else NOBODY
        self.beside = form.choice("beside it", (NOBODY, *CHOICES), beside)
        self.order, self.beside_order = (
            form.choice("list by", ORDERS, side["order"]) for side in (mine, other)
        )
        self.coalesce, self.beside_coalesce = (
            form.tick("coalesce", side["coalesce"]) for side in (mine, other)
        )
        lines = (
            (self.requests,),
            (self.fit, self.order, self.coalesce),
            (self.beside, self.beside_order, self.beside_coalesce),
        )
        names = ("requests", *OPTIONS, *OPTIONS)
        for field, name in zip(sum(lines, ()), names, strict=True):
            field.add_class(f"mk-{name}")
            field.observe(self._run, "value")
        self.children = [*(form.line(*line) for line in lines), self.stage]

    def _run(self, change=None):
        """Run what the form says; where that cannot be, one red sentence."""
        sides = [(self.fit.value, self.order.value, self.coalesce.value)]
        if self.beside.value != NOBODY:
            sides.append((self.beside.value, self.beside_order.value, self.beside_coalesce.value))
        self.order.disabled = self.coalesce.disabled = self.fit.value == "buddy"
        alone = self.beside.value in (NOBODY, "buddy")
        self.beside_order.disabled = self.beside_coalesce.disabled = alone
        try:
            requests = parsed(self.requests.value)
            runs = [run_heap(requests, *side, **self.region) for side in sides]
        except ValueError as problem:
            self.stage.refuse(str(problem))
            return
        moments = in_step(runs)
        self.draws = [partial(_draw, *side) for side in zip(runs, moments, strict=True)]
        self.stage.names = ["mk-side"] * len(runs) if len(runs) > 1 else []
        self._show(told(moments), None)


def _draw(run, moments, steps, i):
    return heap_picture(run, moments, i)
