"""How many bytes of a batch's spans hold no data."""

from itertools import combinations
from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural, size
from memkit.golang import PAGE_SIZE
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.floors import drawn
from ..scenes.to_scale import bar
from ..task import room

KINDS = {  # of bytes that hold no data
    "lost in slots (hatched)": "what is lost in slots",
    "empty slots": "the empty slots",
    "tail (dashed)": "the tails",
}


class Span(NamedTuple):
    """A span's objects, and its bytes without data: in their slots, in empty slots, in the tail."""

    objects: int
    lost: tuple


def rule(size, count, elemsize, npages, *, inside=1, empty=1, tail=1, marks=0, one_more=False):
    """`one_more`: there is always one that is not full, `marks`: bytes that are no slots."""
    room = npages * PAGE_SIZE
    nelems = (room - marks * (16 <= elemsize <= 512)) // elemsize
    for first in range(0, count + one_more, nelems):
        here = min(nelems, count - first)
        inner, slots = here * (elemsize - size) * inside, (nelems - here) * elemsize
        yield Span(here, (inner, slots * empty, (room - nelems * elemsize) * tail))


def answer(moments):
    return sum(sum(moment.lost) for moment in moments)


def _over_the_ends(size, count, elemsize, npages):
    return -(-count * elemsize // (npages * PAGE_SIZE)) * npages * PAGE_SIZE - count * size


DATA = "how many bytes of all these spans hold no object's data"
WHOLE = "the slots come in whole spans"
IDEAS = (
    Idea(
        "rounding_only",
        "counting what is lost inside slots only. The tails and the empty slots are taken, too.",
        DATA,
        empty=0,
        tail=0,
    ),
    Idea(
        "without_empty_slots",
        "forgetting the empty slots of the last span. The whole span has left the page heap.",
        WHOLE,
        empty=0,
    ),
    Idea("without_tails", "forgetting what is left behind the slots. It is lost.", WHOLE, tail=0),
    Idea(
        "spans_without_tail",
        "packing the slots over the end of a span. No object lies in two spans: each has its tail.",
        "No object lies in two spans",
        instead=_over_the_ends,
    ),
    Idea(
        "slots_lost_only",
        "counting from the slots' size. The object has {size} of its {elemsize} bytes, no more.",
        DATA,
        inside=0,
    ),
    Idea(
        "mark_bits",
        "setting 128 bytes aside for mark bits, as Go 1.26 does. Here all of a span is for slots.",
        "As in Go 1.21, all of a span is for slots",
        marks=128,
    ),
    Idea(
        "one_span_more",
        "taking one span more where the last one is just full. The next object would need it.",
        WHOLE,
        one_more=True,
    ),
)


def case(random):
    npages = random.randint(1, 4)
    elemsize = random.randrange(8, npages * PAGE_SIZE // 2, 8)
    nelems = npages * PAGE_SIZE // elemsize
    count = random.choice((1, nelems, nelems + 1, random.randint(1, 3 * nelems)))
    return elemsize - random.randrange(min(elemsize, 64)), count, elemsize, npages


def domain(nbytes, count, elemsize, npages):
    return (
        1 <= npages <= 4
        and 8 <= elemsize <= npages * PAGE_SIZE // 2
        and not elemsize % 8
        and 1 <= nbytes <= elemsize
        and 1 <= count <= 3 * (npages * PAGE_SIZE // elemsize)
    )


# The scene


def _kinds(lost):
    """Parts of a bar: lost in slots, empty slots, tail."""
    return list(zip(lost, (THIRD, FREE, RESERVED), strict=True))


def _told(lost):
    return ", ".join(f"{kind} {size(n)}" for kind, n in zip(KINDS, lost, strict=True))


def _missing(says, sums):
    """Which kinds an answer that is too small leaves out, if it is just these."""
    kinds = [(n, what) for n, what in zip(sums, KINDS.values(), strict=True) if n]
    for many in range(1, len(kinds)):
        for left_out in combinations(kinds, many):
            if sum(sums) - says == sum(n for n, _ in left_out):
                return f", as if without {' and '.join(what for _, what in left_out)}"
    return ""


def scene(says, moments, nbytes, count, elemsize, npages):
    """Span by span, what holds no data; at the end all of it, and as much as the answer says."""
    room, rows = npages * PAGE_SIZE, []
    note = f"{plural(room // elemsize, 'slot')} of {size(elemsize)} each; filled: data"
    for i, (here, lost) in enumerate(moments):
        told = f"span {i + 1}: {plural(here, 'object')} of {size(nbytes)} · {_told(lost)}"
        rows.append(bar([(here * nbytes, IN_USE), *_kinds(lost)], room, told))
        said = f"Span {i + 1} holds {plural(here, 'object')}: "
        said += f"{size(sum(lost))} of its {size(room)} hold no data"
        yield drawn(i, f"{said}.", pictures.floor("mheap", "spans", note, rows[:]))
    sums = [sum(n) for n in zip(*(moment.lost for moment in moments), strict=True)]
    total = sum(sums)
    shown = max(0, min(says, 2 * total))
    claim = [(shown, IN_USE), (total - shown, NOTHING, "", 0 <= says < total)]
    if says > total:
        claim = [(total, IN_USE), (shown - total, IN_USE, "", True)]
    whole, told = max(total, shown, 1), f"the answer: {claimed.size(says)}"
    told += ", cut off here" if says > shown else ""
    truth = f"these spans: {size(total)} · {_told(sums)}"
    said = f"The answer is {claimed.size(says)}: "
    if says == total:
        said += "all that holds no data"
    else:
        said += f"{claimed.size(abs(says - total))} too {'little' if says < total else 'much'}"
        spans, rest = divmod(abs(says - total), room)
        said += _missing(says, sums) or ("" if rest else f", the size of {plural(spans, 'span')}")
    bars = [bar(_kinds(sums), whole, truth), bar(claim, whole, told)]
    waste = pictures.floor("frames", "no data", "all of it, and what the answer says", bars)
    yield drawn(len(rows), f"{said}.", pictures.floor("mheap", "spans", note, rows), waste)


batch_waste = room(
    __name__,
    "the waste of a batch",
    edges=(
        (5, 1, 8, 1),
        (33, 169, 48, 1),
        (33, 170, 48, 1),
        (33, 171, 48, 1),
        (1300, 7, 1408, 2),
        (3000, 5, 3072, 1),
    ),
)
