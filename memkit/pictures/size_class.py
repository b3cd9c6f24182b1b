"""A request, the slot it gets, and what is wasted; a chart of all 67 classes."""

from functools import lru_cache

from memkit import pictures
from memkit.checks import plural, size
from memkit.golang import CLASSES, MAX_SMALL_REQUEST, PAGE_SIZE, size_class
from memkit.golang.heap.mspan import SpanState
from memkit.pictures.language import IN_USE, THIRD
from memkit.pictures.span import behind, end_caption


def span_waste(request, shape):
    """Share of a full span, in %, that nobody asked for if all its objects ask for `request` B."""
    return 100 * (1 - request * shape.nelems / (shape.npages * PAGE_SIZE))


@lru_cache
def waste_curve(noscan=True):
    """Waste at the smallest and the largest request of each class: (requests, percents).

    As requests are served: without pointers the smallest class is never asked for, and with
    pointers a header takes part of the slot.
    """
    requests, percents, first = [], [], 1
    shape = size_class(1, noscan)
    for request in range(1, MAX_SMALL_REQUEST + 1):
        above = size_class(request + 1, noscan)
        if above != shape:
            requests += [first, request]
            percents += [span_waste(first, shape), span_waste(request, shape)]
            first, shape = request + 1, above
    return requests, percents


def class_words():
    """The 67 classes as a table of text."""
    rows = [("class", "slot", "span", "slots", "waste at best", "waste at worst")]
    below = 0
    for shape in CLASSES:
        worst, best = span_waste(below + 1, shape), span_waste(shape.elemsize, shape)
        below = shape.elemsize
        span = size(shape.npages * PAGE_SIZE)
        rows.append(
            (
                shape.index,
                size(shape.elemsize),
                span,
                shape.nelems,
                f"{best:.1f} %",
                f"{worst:.1f} %",
            )
        )
    return rows


def size_class_picture(request, noscan):
    """How a request of so many bytes is served. ValueError for a request that is none."""
    shape = size_class(request, noscan)
    if request == 0:
        return pictures.empty("0 B need no memory: all such objects share one address.")
    spanclass = 2 * shape.index + bool(noscan)
    over = shape.elemsize - shape.header - request
    share = 100 * (shape.elemsize - request) / shape.elemsize
    if shape.index == 0:
        pages = plural(shape.npages, "page")
        sentence = f"{size(request)} is above 32,760 B: a large object, {pages} of its own."
        name = "large object"
    elif noscan and request < 16:
        sentence = (
            f"{size(request)} without pointers is tiny: several such objects share a block of 16 B."
        )
        name = f"class {shape.index}"
    else:
        sentence = (
            f"{size(request)} gets a slot of {size(shape.elemsize)}, class {shape.index}: "
            f"{share:.0f} % of the slot is not asked for."
        )
        name = f"class {shape.index}"
    parts = [(shape.header, "-", f"{shape.header} B header", False)] if shape.header else []
    parts.append((request, IN_USE, f"{size(request)} asked for", False))
    if over:
        parts.append((over, THIRD, f"{size(over)} wasted", False))
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
        wide=True,
    )
    floors = [
        pictures.floor(
            "mcache", "the slot", f"{name}, span class {spanclass}", [pictures.bar(parts)]
        ),
        pictures.floor("mheap", "its span", plural(shape.npages, "page") + " of 8 KiB", [slots]),
    ]
    words = class_words()
    return pictures.picture(request, sentence, floors, words)
