"""A request, the slot it gets, and what of that is not asked for; the same of every size, as a saw.

tooth    (first, last, slot, shared): the requests of first to last bytes get a slot of so many;
         shared: a block that several tiny objects share
"""

from functools import lru_cache

from memkit import pictures
from memkit.checks import plural, size
from memkit.golang import MAX_SMALL_REQUEST, PAGE_SIZE, size_class
from memkit.golang.heap.mspan import SpanState
from memkit.golang.heap.sizeclass import TINY_SIZE
from memkit.pictures.language import IN_USE, THIRD
from memkit.pictures.span import behind, end_caption

LARGEST = 1 << 16  # bytes: how far the saw goes
TICKS = (1, 8, 32, 128, 512, 2048, 8192, 32768)
TITLE = "Waste is worst just above a class: the part of a slot that is not asked for"


def unasked(request, shape):
    """Share of its slot, in %, that a request of so many bytes does not ask for."""
    return 100 * (shape.elemsize - request) / shape.elemsize


@lru_cache
def teeth(noscan=True):
    """All requests up to LARGEST, in order, as teeth."""
    made, first = [], 1
    while first <= LARGEST:
        shape = size_class(first, noscan)
        last = shape.elemsize - shape.header
        if shape.index:
            last = min(last, MAX_SMALL_REQUEST)
        tiny = noscan and first < TINY_SIZE
        last = TINY_SIZE - 1 if tiny else min(last, LARGEST)
        made.append((first, last, shape.elemsize, tiny))
        first = last + 1
    return made


def saw_picture(request, noscan):
    """What each request up to LARGEST does not ask for of its slot, and where this one stands."""
    return {
        "kind": "saw",
        "step": request,
        "title": TITLE,
        "x_label": "request (log scale)",
        "ticks": [size(tick) for tick in TICKS],
        "teeth": [list(tooth) for tooth in teeth(noscan)],
        "request": request if 1 <= request <= LARGEST else 0,
        "most": LARGEST,
        "words": class_words(noscan),
    }


@lru_cache
def class_words(noscan):
    """The classes as a table of text."""
    rows = [["class", "slot", "span", "slots", "requests", "not asked for, at most"]]
    for first, last, slot, shared in teeth(noscan):
        shape = size_class(first, noscan)
        if shape.index and not shared:
            span, worst = size(shape.npages * PAGE_SIZE), unasked(first, shape)
            asked = f"{first:,} to {last:,} B"
            rows.append([shape.index, size(slot), span, shape.nelems, asked, f"{worst:.3g} %"])
    return [[str(text) for text in row] for row in rows]


def size_class_picture(request, noscan):
    """How a request of so many bytes is served. ValueError for a request that is none."""
    shape = size_class(request, noscan)
    if request == 0:
        return pictures.empty("0 B need no memory: all such objects share one address.")
    spanclass = 2 * shape.index + bool(noscan)
    over = shape.elemsize - shape.header - request
    share = f"{unasked(request, shape):.3g} %"
    name, rest = f"class {shape.index}", f"{size(over)} left over"
    if shape.index == 0:
        pages = plural(shape.npages, "page")
        sentence = f"{size(request)} is above 32,760 B: a large object, {pages} of its own: "
        sentence += f"{share} of them is not asked for."
        name = "large object"
    elif noscan and request < TINY_SIZE:
        sentence = (
            f"{size(request)} without pointers is tiny: several such objects share a block of 16 B."
        )
        rest = f"{size(over)} left for others"
    else:
        sentence = (
            f"{size(request)} gets a slot of {size(shape.elemsize)}, {name}: "
            f"{share} of the slot is not asked for."
        )
    parts = [(shape.header, "-", f"{shape.header} B header", False)] if shape.header else []
    parts.append((request, IN_USE, f"{size(request)} asked for", False))
    if over:
        parts.append((over, THIRD, rest, False))
    full = (1 << shape.nelems) - 1
    span = SpanState(
        0, shape.npages, spanclass, shape.elemsize, shape.nelems, shape.header,
        shape.nelems, shape.nelems, full, full, 0, 0, False, 0,
    )  # fmt: skip
    reserve, waste = behind(span)
    tail = [(reserve / shape.elemsize, THIRD), (waste / shape.elemsize, "-")]
    slots = pictures.row(
        "." * shape.nelems,
        caption=f"{plural(shape.nelems, 'slot')} of {size(shape.elemsize)}. {end_caption(span)}.",
        tail=tail,
        unit=("slot", 0),
        wide=True,
        high=30,
    )
    floors = [
        pictures.floor(
            "mcache", "the slot", f"{name}, span class {spanclass}", [pictures.bar(parts)]
        ),
        pictures.floor("mheap", "its span", plural(shape.npages, "page") + " of 8 KiB", [slots]),
    ]
    words = [
        ("what", "how much"),
        *((what, size(nbytes)) for nbytes, _, what, _ in parts),
        ("slot", f"{size(shape.elemsize)}, {name}"),
        ("its span", slots["caption"]),
    ]
    return pictures.picture(request, sentence, floors, words)
