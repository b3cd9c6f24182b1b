"""How many slots a span has, in three eras of Go."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural, size
from memkit.golang import PAGE_SIZE
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.floors import drawn
from ..scenes.to_scale import bar
from ..task import at_the_end, room

CLOSE = 160  # bytes drawn of the end of a span's slots, and at least 4 slots
BEYOND = 2  # slots drawn behind the end of a span


class Room(NamedTuple):
    """What a span gives up, in words, how many bytes that are, and the slots of what is left."""

    why: str
    taken: int
    nelems: int


def rule(
    elemsize, npages, noscan, minor, *, scans=False, pages=0, bitmap=(22, 512), marks=(26, 16, 512),
    whose="all",
):  # fmt: skip
    """`scans`: the value of noscan with a bitmap, `pages`: those that it maps, `bitmap`, `marks`:
    since which Go, and for which slots, `whose`: spans that have mark bits."""
    left = npages * PAGE_SIZE
    why = f"{plural(npages, 'page')} of 8 KiB for slots of {size(elemsize)}"
    yield Room(why, 0, left // elemsize)
    why, taken = f"slots of {size(elemsize)} have headers", 0
    if minor < bitmap[0]:
        why = f"Go 1.{minor} has none in spans"
    elif noscan != scans and scans is not None:
        why = "no object holds a pointer"
    elif elemsize <= bitmap[1]:
        taken = (pages or npages) * PAGE_SIZE // 64
        why = f"a bit for each word says where pointers are: {size(taken)}"
    left -= taken
    yield Room(why if taken else f"no pointer bits: {why}", taken, left // elemsize)
    has = {"no bitmap": not taken, "pointers": not noscan}.get(whose, True)
    taken = 128 * (has and minor >= marks[0] and marks[1] <= elemsize <= marks[2])
    why = f"not for slots of {size(elemsize)}"
    why = f"Go 1.{minor} keeps them elsewhere" if minor < marks[0] else why
    why = "mark bits for the collector: 128 B" if taken else f"no mark bits: {why}"
    yield Room(why, taken, (left - taken) // elemsize)


answer = at_the_end("nelems")

POINTERS = "a span whose objects hold pointers (`noscan` is `False`)"
BITMAP = "gives up 1/64 of its bytes for a bitmap"
MARKS = "every span whose `elemsize` is 16 to 512 gives up 128 bytes more"
IDEAS = (
    Idea(
        "span_by_size",
        "the span divided by the size. That was right up to Go 1.21; since then bitmaps take room.",
        BITMAP,
        bitmap=(99, 0),
        marks=(99, 0, 0),
    ),
    Idea(
        "bitmap_for_all",
        "a pointer bitmap in every span. Where no object holds a pointer, there are none to find.",
        POINTERS,
        scans=None,
    ),
    Idea(
        "noscan_inverted",
        "taking `noscan` for its opposite. It says that objects hold no pointers: no bitmap then.",
        POINTERS,
        scans=True,
    ),
    Idea(
        "bitmap_of_one_page",
        "a pointer bitmap of 128 bytes always. It has a bit for every word of all the pages.",
        BITMAP,
        pages=1,
    ),
    Idea(
        "bitmap_below_512",
        "no pointer bitmap for slots of 512 bytes. Only larger ones do without.",
        "whose `elemsize` is at most 512",
        bitmap=(22, 511),
    ),
    Idea(
        "bitmap_for_large",
        "a pointer bitmap for slots above 512 bytes. Objects that large have headers.",
        "whose `elemsize` is at most 512",
        bitmap=(22, 1 << 40),
    ),
    Idea(
        "marks_for_all",
        "the 128 bytes of mark bits in every span. Only slots of 16 to 512 bytes have them there.",
        MARKS,
        marks=(26, 0, 1 << 40),
    ),
    Idea(
        "marks_too_early",
        "the mark bits since Go 1.22. Those 128 bytes came with the new collector, in Go 1.26.",
        "Since Go 1.26",
        marks=(22, 16, 512),
    ),
    Idea(
        "either_of_the_two",
        "the mark bits only where there is no pointer bitmap. They are 128 bytes more.",
        MARKS,
        whose="no bitmap",
    ),
    Idea(
        "marks_of_pointers",
        "the mark bits only where objects hold pointers. Every object is marked, with or without.",
        MARKS,
        whose="pointers",
    ),
)


def case(random):
    elemsize = random.choice((8, 16, 512, 520, random.randrange(8, 1025, 8)))
    return elemsize, random.randint(1, 4), random.random() < 0.5, random.randint(19, 27)


def domain(elemsize, npages, noscan, minor):
    return (
        8 <= elemsize <= 1024
        and not elemsize % 8
        and 1 <= npages <= 4
        and type(noscan) is bool
        and 19 <= minor <= 27
    )


# The scene


def scene(says, moments, elemsize, npages, noscan, minor):
    """The span; what is set aside for pointer bits, and for mark bits; then the answer's slots."""
    whole = npages * PAGE_SIZE
    note = f"{plural(npages, 'page')}, objects {'without' if noscan else 'with'} pointers"
    aside, steps = [], []
    for name, moment in zip(("", "pointer bits", "mark bits"), moments, strict=True):
        aside += [f"{size(moment.taken)} of {name}"] if moment.taken else []
        steps.append((moment.why, sum(one.taken for one in moments[: len(steps) + 1]), aside[:]))
    room = whole - steps[-1][1]
    fits = moments[-1].nelems
    said = f"{claimed.count(says)} slots of {size(elemsize)}"
    if says > fits:
        where = ["in the bitmaps"] * bool(aside)
        where += ["beyond the end"] * (says * elemsize > whole)
        said += f": {claimed.count(says - fits)} too many, {' and '.join(where)}"
    elif says < fits:
        left = claimed.size(room - says * elemsize)
        said += f": {claimed.count(fits - says)} too few, {left} are left"
    else:
        rest = room - fits * elemsize
        said += f" leave {size(rest)}, too few for one more" if rest else " fill the room exactly"
    for i, (why, taken, named) in enumerate([*steps, (said, *steps[-1][1:])]):
        parts = [(whole - taken, FREE), (taken, THIRD)]
        told = f"hatched: {' and '.join(named)}" if named else "all of it for slots"
        floors = [
            pictures.floor("mheap", "span", note, [bar(parts, whole, "", told)], f"Go 1.{minor}")
        ]
        floors += [_end_of_span(says, elemsize, room, whole)] if i == len(steps) else []
        yield drawn(i, f"{why}.", *floors)


def _end_of_span(says, elemsize, room, whole):
    """The last slots that fit, and what lies behind them; below, the slots of the answer there."""
    fits = room // elemsize
    first = max(0, fits - max(4, CLOSE // elemsize))
    there = fits - first
    behind = [(room - fits * elemsize, RESERVED), (whole - room, THIRD)]
    behind = [(n / elemsize, look) for n, look in behind] + [(BEYOND, NOTHING)]
    after = sum(cells for cells, _ in behind)
    told = f"room for {plural(fits, 'slot')}"
    told += f", dashed: {size(room % elemsize)}, too few for one" if room % elemsize else ""
    told += ", hatched: bitmaps" if whole > room else ""
    filled = max(0, min(says - first, there + int(after)))
    cells = IN_USE * filled + FREE * (there - filled)
    caption = ""
    if says < fits:
        caption = f"outlined: room for {claimed.count(fits - says)} more"
    elif says > fits:
        caption = f"outlined: {claimed.count(says - fits)} too many"
        hidden = says - first - filled
        caption += f", {claimed.count(hidden)} of them not drawn" if hidden else ""
    look = {"wide": True, "high": 28}
    rest, here = [(there + after - len(cells), NOTHING)], [sorted((there, filled))]
    rows = [
        pictures.row(FREE * there, told, tail=behind, **look),
        pictures.row(cells, "slots of the answer", caption, here, tail=rest, **look),
    ]
    return pictures.floor("mcache", "the end of it", f"from slot {first:,} on", rows, acting=True)


slots = room(
    __name__,
    "the slots of a span",
    edges=(
        (64, 1, False, 27),
        (64, 1, True, 27),
        (64, 1, True, 25),
        (8, 1, True, 26),
        (8, 1, False, 26),
        (16, 1, True, 26),
        (512, 1, True, 26),
        (64, 1, False, 21),
        (64, 3, False, 22),
        (8, 4, False, 22),
        (512, 1, False, 22),
        (576, 1, True, 26),
        (1024, 1, False, 26),
    ),
)
