"""Into which slot of which span an address points."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import hex, plural, size
from memkit.golang import PAGE_SIZE
from memkit.pictures.language import FREE, NOTHING, THIRD

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import room
from .places import around, strip

HEAP = 0xC000000000


class Span(NamedTuple):
    """A span that is looked at, and the slot of it that the address points into, or None."""

    number: int
    slot: int


def rule(address, spans, *, tail=False, within=True, page=False, last=0):
    """`tail`: counts as slots, `within`: an object, `page`: offsets are those in a page."""
    for number, (base, npages, elemsize, nelems) in enumerate(spans):
        end = base + (npages * PAGE_SIZE if tail else elemsize * nelems)
        inside = base <= address < end + last and (within or not (address - base) % elemsize)
        offset = address % PAGE_SIZE if page else address - base
        yield Span(number, offset // elemsize if inside else None)
        if inside:
            return


def answer(moments):
    *_, last = moments
    return None if last.slot is None else (last.number, last.slot)


TAIL = "what is left behind the last of the `nelems` slots belongs to no object"
INTO = "must know which object it points into"
IDEAS = (
    Idea(
        "slots_of_the_tail",
        """counting slots in the tail of the span too. A span has nelems slots; the rest of it is
        lost, or holds its bitmaps.""",
        TAIL,
        tail=True,
    ),
    Idea(
        "first_byte_only",
        "finding an object by its first byte only. A pointer may point into the middle of one.",
        INTO,
        within=False,
    ),
    Idea(
        "offset_in_page",
        "counting from the start of the page. Slots are counted from the base of the span.",
        "The slots begin at `base`",
        page=True,
    ),
    Idea(
        "one_byte_more",
        "taking the byte behind the last slot for a part of it. It belongs to no slot of the span.",
        TAIL,
        last=1,
    ),
)


def case(random):
    spans, page = [], random.randint(0, 3)
    for _ in range(random.randint(1, 3)):
        npages = random.randint(1, 3)
        elemsize = random.choice(
            (48, 80, 416, 1408, random.randrange(8, npages * PAGE_SIZE + 1, 8))
        )
        room = npages * PAGE_SIZE - (128 if elemsize <= 512 else 0)
        spans.append((HEAP + page * PAGE_SIZE, npages, elemsize, room // elemsize))
        page += npages + random.choice((0, 0, 1, 2))
    base, npages, elemsize, nelems = random.choice(spans)
    slot = base + random.randrange(nelems) * elemsize
    end = base + npages * PAGE_SIZE
    address = random.choice(
        (slot, slot + random.randrange(elemsize), end - 1, end, random.randrange(base, end + 9999))
    )
    return address, spans


def domain(address, spans):
    """Spans in order, on page boundaries, whose slots fit."""
    ends = [HEAP, *(base + npages * PAGE_SIZE for base, npages, _, _ in spans)]
    return (
        spans
        and HEAP <= address <= ends[-1] + 9999
        and all(
            base % PAGE_SIZE == 0
            and base >= end
            and elemsize >= 8
            and elemsize % 8 == 0
            and 1 <= nelems <= npages * PAGE_SIZE // elemsize
            and nelems >= (npages * PAGE_SIZE - 128) // elemsize
            for end, (base, npages, elemsize, nelems) in zip(ends, spans, strict=False)
        )
    )


def simpler(address, spans):
    """All a page lower, one span with slots of 8192 bytes, or the address at an edge."""
    yield address - PAGE_SIZE, [(base - PAGE_SIZE, *rest) for base, *rest in spans]
    for base, npages, elemsize, nelems in spans:
        for at in (base, base + 8, base + elemsize, base + nelems * elemsize, base + PAGE_SIZE):
            yield at, spans
        for size_ in (8192, 3072, 48):
            n = npages * PAGE_SIZE // size_ - (2 if size_ == 48 else 0)
            for at in (address, base + 8, base + size_, base + n * size_, base + PAGE_SIZE):
                yield at, [(base, npages, size_, n)]


# The scene


def _claimed(says, address, spans):
    """The slot that an answer names: (start, end, name), None if it has no place; its sentence."""
    if says is None:
        return None, "the address points into no slot"
    number, slot = says
    said = f"the address points into slot {slot:,} of span {number:,}"
    if not 0 <= number < len(spans):
        return None, f"{said}, but there are {plural(len(spans), 'span')}, counted from 0"
    base, npages, elemsize, nelems = spans[number]
    start = base + slot * elemsize
    if not 0 <= slot < nelems:
        said += f", but its slots are 0 to {nelems - 1:,}"
    else:
        said += f": {hex(start)} to {hex(start + elemsize - 1)}"
        said += "" if start <= address < start + elemsize else ", and it is not in there"
    inside = base <= start < base + npages * PAGE_SIZE
    return (start, start + elemsize, f"slot {slot}") if inside else None, said


def scene(says, moments, address, spans):
    """The span and the offset are as they are; into which slot that is, the answer says."""
    pieces, found = [], None
    for number, (base, npages, _elemsize, _nelems) in enumerate(spans):
        end = base + npages * PAGE_SIZE
        for at in range(base, end, PAGE_SIZE):
            name = f"span {number} {hex(base)}" if at == base else ""
            pieces.append((at, at + PAGE_SIZE, FREE, name, False))
        found = number if base <= address < end else found
    if found is None:
        pieces += around(address, None, None)
    where = f"in span {found}" if found is not None else "in no span"
    note = "pages of 8 KiB; orange: the address"
    rows = [strip(sorted(pieces), address, True)]
    floors = [pictures.floor("space", "addresses", note, rows, hex(address))]
    yield drawn(0, f"{hex(address)} lies {where}.", *floors)
    place, said = _claimed(says, address, spans)
    title, note, sentence = "around it", "no span is here", "no span, no slots"
    if found is not None:
        base, npages, elemsize, nelems = spans[found]
        title = f"span {found}"
        note = f"{plural(nelems, 'slot')} of {size(elemsize)}; not to scale; hatched: no slot"
        sentence = f"{size(address - base)} behind the base, and a slot has {size(elemsize)}"
    for i, shown in enumerate((None, place), start=1):
        pieces = around(address, spans[found] if found is not None else None, shown)
        rows = [strip(pieces, address)]
        if i == 2:
            sentence = said
            answered = [
                (start, end, THIRD if look == THIRD else FREE, place[2], True)
                if place and start == place[0]
                else (start, end, NOTHING, "", False)
                for start, end, look, *_ in pieces
            ]
            rows.append(strip(answered, caption="" if place else "the answer: no slot"))
        floor = pictures.floor("mcache", title, note, rows, acting=i == 2)
        yield drawn(i, f"{sentence}.", *floors, floor)


owner = room(
    __name__,
    "whose address is this?",
    edges=(
        (HEAP, [(HEAP, 1, 48, 168)]),
        (HEAP + 112, [(HEAP, 1, 48, 168)]),
        (HEAP + 8063, [(HEAP, 1, 48, 168)]),
        (HEAP + 8064, [(HEAP, 1, 48, 168)]),
        (HEAP + 8191, [(HEAP, 1, 48, 168)]),
        (HEAP + 8192, [(HEAP, 1, 48, 168)]),
        (HEAP + 8192, [(HEAP, 2, 1408, 11)]),
        (HEAP, [(HEAP + 8192, 1, 48, 168)]),
        (HEAP + 8192, [(HEAP, 1, 8192, 1), (HEAP + 8192, 1, 48, 168)]),
        (HEAP + 8191, [(HEAP, 1, 8192, 1), (HEAP + 8192, 1, 48, 168)]),
    ),
)
