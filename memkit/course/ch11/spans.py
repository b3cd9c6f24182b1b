"""How many spans a program's objects take."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.golang import size_class

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import at_the_end, room
from .program import Heap, counts
from .program import case as case  # as this room's own
from .program import domain as domain


class Request(NamedTuple):
    """Why a request makes a span, "" where it makes none, and how many there are after it."""

    why: str
    spans: int


def rule(requests, *, split=True, alone=True, rounded=True, full=True, plain=False):
    """`split`: by pointers, `alone`: a large object has a span for itself, `plain`: its class is
    that of objects without pointers."""
    taken, spans = {}, 0
    for nbytes, pointers in requests:
        shape = size_class(nbytes, noscan=plain or not pointers)
        by = shape.index if rounded or not shape.index else nbytes
        kind = by, pointers and split
        slot = taken.get(kind, 0)
        taken[kind], why = slot + 1, ""
        if not shape.index and alone:
            why = "large, a span for itself"
        elif not slot:
            why = "the first span of its kind"
        elif shape.index and slot % shape.nelems == 0 and full:
            why = "the span is full, so a new one"
        spans += bool(why)
        yield Request(why, spans)


answer = at_the_end("spans")

SLOTS = "in `nelems` how many objects a span of it holds"
ONE = "A span holds objects of one class, all with pointers or all without"
IDEAS = (
    Idea(
        "one_each",
        "giving each object a span. The next object of a class takes the next slot of its span.",
        SLOTS,
        instead=len,
    ),
    Idea(
        "mixed_kinds",
        """putting objects with and without pointers into one span. The collector skips a span
        without pointers as a whole, so they never share one.""",
        ONE,
        split=False,
    ),
    Idea(
        "one_for_all_large",
        "putting all large objects into one span. Each has a span for itself.",
        "a large object (`index` 0) has a span for itself",
        alone=False,
    ),
    Idea(
        "one_for_each_size",
        "giving each number of bytes spans of its own. What counts is the class.",
        ONE,
        rounded=False,
    ),
    Idea(
        "never_full",
        "never filling a span. Once `nelems` objects are in it, the next one needs a new span.",
        SLOTS,
        full=False,
    ),
    Idea(
        "headers_forgotten",
        """asking for the class as if no object held pointers. Above 512 bytes they cost a header of
        8, and perhaps the next class: noscan=not pointers.""",
        "`size_class(bytes, noscan=not pointers)` tells the class",
        plain=True,
    ),
)


def scene(says, moments, requests):
    """A request at each step, and how many spans the answer has after it."""
    heap, before = Heap(requests), 0
    for i, (moment, now) in enumerate(zip(moments, says, strict=True)):
        slot = heap.place(i)[1]
        why = moment.why or f"slot {slot} of a span that is there"
        right = (now, now - before) == (moment.spans, bool(moment.why))
        before, told = now, f"{plural(now, 'span')} so far"
        yield drawn(
            i,
            f"{heap.name(i)}: {why}; {told}." if right else f"{heap.name(i)}: {told}.",
            heap.floor(i),
            pictures.floor("mcache", "slots", "of the newest span of a kind", heap.span_rows(i)),
            pictures.floor("mheap", "spans", "new ones at each request", [counts(says, i, told)]),
        )


spans = room(
    __name__,
    "spans of a program",
    edges=tuple(
        (requests,)
        for requests in (
            *([(48, False)], [(48, False)] * 2, [(48, False), (48, True)]),
            *([(40, False), (48, False)], [(40000, False)] * 2, [(40000, False), (40000, True)]),
            *(
                [(8192, False)] * 2,
                [(2048, False)] * 3,
                [(2048, False)] * 5,
                [(1024, False), (1024, True)] * 2,
            ),
            [(48, False)] * 169,
        )
    ),
    along="requests",
)
