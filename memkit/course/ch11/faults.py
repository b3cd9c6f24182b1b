"""How many page faults the first writes of a program and of the runtime take."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import PAGE, plural
from memkit.golang import PAGE_SIZE, size_class
from memkit.pictures.language import FREE, IN_USE

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import at_the_end, room
from .program import Heap, counts
from .program import case as case  # as this room's own
from .program import domain as domain


class Request(NamedTuple):
    """The pages of its span that a request's writes find missing, and those there after them."""

    new: list
    there: set
    faults: int


def rule(requests, *, marks=512, whole=False, split=True, page=PAGE, tight=False, plain=False):
    """`marks`: the largest slots of a span with mark bits, `whole`: all of an object is written,
    `tight`: without the rest of each slot, `plain`: as if no object held pointers."""
    used, there = {}, set()
    for nbytes, pointers in requests:
        shape = size_class(nbytes, noscan=plain or not pointers)
        kind = shape.index, pointers and split
        n = used[kind] = used.get(kind, -1) + 1
        number, slot = divmod(n, shape.nelems)
        start = slot * (nbytes if tight else shape.elemsize)
        end = start + shape.header + nbytes if whole else start + 1
        pages = {*range(start // page, (end - 1) // page + 1)}
        if shape.elemsize <= marks:
            pages.add(shape.npages * PAGE_SIZE // page - 1)
        new = [p for p in sorted(pages) if (kind, number, p) not in there]
        there |= {(kind, number, p) for p in new}
        here = {p for *span, p in there if span == [kind, number]}
        yield Request(new, here, len(there))


answer = at_the_end("faults")

MARKS = "Where `elemsize` is at most 512, the runtime also clears mark bits"
FIRST = "The program writes to the first byte of each object"
IDEAS = (
    Idea(
        "no_marks",
        """missing what the runtime writes itself: in the last page of 4096 bytes of a new span of
        slots up to 512 bytes, where the mark bits lie.""",
        MARKS,
        marks=0,
    ),
    Idea(
        "whole_objects",
        """touching every page of an object. The program writes to its first byte only, and fresh
        memory from the kernel is zero already.""",
        FIRST,
        whole=True,
    ),
    Idea(
        "one_fault_each",
        "counting a fault for each object. A second object in a page that is there faults no more.",
        "each one at its first write",
        instead=len,
    ),
    Idea(
        "marks_everywhere",
        "clearing mark bits in every span. Only one of slots up to 512 bytes has them at its end.",
        MARKS,
        marks=1 << 40,
    ),
    Idea(
        "marks_below_512",
        "leaving out slots of exactly 512 bytes. Their spans have mark bits, too.",
        MARKS,
        marks=511,
    ),
    Idea(
        "one_behind_the_other",
        "packing objects by their own bytes. Each has a slot of `elemsize` bytes, header and all.",
        "lies in the slot that begins `n * elemsize` bytes behind",
        tight=True,
    ),
    Idea(
        "pages_of_go",
        "counting Go's pages of 8192 bytes. The kernel's have 4096, and it is they that fault.",
        "Pages of the kernel have 4096 bytes",
        page=PAGE_SIZE,
    ),
    Idea(
        "pointers_among_others",
        "letting objects with and without pointers share a span. They never do.",
        "`requests` is as in task 1",
        split=False,
    ),
    Idea(
        "no_headers",
        """asking for the class as if no object held pointers. Above 512 bytes they cost a header of
        8, and perhaps the next class: noscan=not pointers.""",
        "`requests` is as in task 1",
        plain=True,
    ),
    Idea(
        "marks_in_all_slots",
        "clearing mark bits in all spans of slots. Those of more than 512 bytes have none.",
        MARKS,
        marks=1 << 15,
    ),
)


def _what(new, slot):
    pages = " and ".join(f"page {page}" for page in new) + " of the span fault"
    what = pages + "s" * (len(new) == 1) if new else "its page is there"
    return what if slot else f"a new span, {what}"


def scene(says, moments, requests):
    """A request at each step, its span, and how many faults the answer has after it."""
    heap, before = Heap(requests), 0
    for i, (moment, now) in enumerate(zip(moments, says, strict=True)):
        shape, slot = heap.shapes[i], heap.place(i)[1]
        right = (now, now - before) == (moment.faults, len(moment.new))
        before, told = now, f"{plural(now, 'fault')} so far"
        what = f"{_what(moment.new, slot)}; " if right else ""
        npages = shape.npages * PAGE_SIZE // PAGE
        row = pictures.row(
            "".join(IN_USE if page in moment.there else FREE for page in range(npages)),
            caption=f"pages of 4 KiB below their slots · {len(moment.there)} of {npages} written",
            touched=[(page, page + 1) for page in moment.new],
            wide=True,
        )
        slots = heap.slots_row(i, slot + 1, True, shape.elemsize <= 512)
        yield drawn(
            i,
            f"{heap.name(i)}: {what}{told}.",
            heap.floor(i),
            pictures.floor("mcache", "span", "the one of this request, to scale", [slots, row]),
            pictures.floor("frames", "faults", "more at each request", [counts(says, i, told)]),
        )


faults = room(
    __name__,
    "faults of first writes",
    edges=tuple(
        (requests,)
        for requests in (
            *([(48, False)], [(512, False)], [(1024, False)], [(48, False), (48, True)]),
            *([(48, False)] * 2, [(2048, False)] * 2, [(8192, False)] * 2, [(40000, False)] * 2),
            *([(2000, False)] * 3, [(1024, True)] * 5, [(1000, True), (1024, True)]),
            *([(512, False)] * 9, [(512, False)] * 16),
        )
    ),
    along="requests",
)
