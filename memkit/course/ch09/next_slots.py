"""Which slots the next objects get once a span is swept."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import room
from .page_runs import named

PLACES = 8  # as many places at least in a row of slots


class Object(NamedTuple):
    """The slot that the next object gets."""

    slot: int


def rule(
    alloc_bits, marks, freeindex, count, *, old=False, begins=False, step=1, live="1", died=""
):
    """`old`: by the alloc bits, `begins`: at freeindex, `died`: only slots that were in use, or
    whose alloc bit is set."""
    looked = alloc_bits if old else marks
    for slot in range(len(looked))[freeindex if begins else 0 :][::step]:
        used = not died or alloc_bits[slot] == "1" or (died == "used" and slot < freeindex)
        if looked[slot] != live and used and count:
            count -= 1
            yield Object(slot)


def answer(moments):
    return [moment.slot for moment in moments]


SWEEP = "turns the mark bits into the alloc bits and sets `freeindex` to 0"
IDEAS = (
    Idea(
        "before_the_sweep",
        "the slots that were free before the sweep. Sweeping turns the mark bits into alloc bits.",
        SWEEP,
        old=True,
    ),
    Idea(
        "from_freeindex",
        "going on at the old freeindex, {freeindex}. A sweep sets it back to 0.",
        SWEEP,
        begins=True,
    ),
    Idea(
        "from_the_top",
        "taking the highest free slot first. Objects fill a span from slot 0 upward.",
        "the slots that the next `count` objects get, in order",
        step=-1,
    ),
    Idea(
        "dead_slots_only",
        """using only the slots again whose objects died. Those that were free before are free
        still.""",
        SWEEP,
        died="used",
    ),
    Idea(
        "alloc_bits_of_the_dead",
        """taking slots whose alloc bit is set. Below freeindex all were in use, and what was free
        before is free still.""",
        SWEEP,
        died="bits",
    ),
    Idea(
        "marked_slots",
        "taking the slots that are marked. A mark says that the object lives.",
        "The collector has set the mark bit of every live object",
        live="0",
    ),
)


def case(random):
    nelems = random.randint(1, 14)
    alloc_bits = [random.choice("01") for _ in range(nelems)]
    freeindex = random.randint(1, nelems)
    used = [i for i in range(nelems) if i < freeindex or alloc_bits[i] == "1"]
    alive = random.sample(used, random.randint(1, len(used)))
    marks = "".join("1" if i in alive else "0" for i in range(nelems))
    return "".join(alloc_bits), marks, freeindex, random.randint(1, nelems)


def domain(alloc_bits, marks, freeindex, count):
    """Bits of one length, and no object marked that was not there."""
    n = len(marks)
    used = [slot < freeindex or alloc_bits[slot] == "1" for slot in range(n)]
    return (
        len(alloc_bits) == n
        and set(alloc_bits + marks) <= {"0", "1"}
        and 1 <= freeindex <= n
        and 1 <= count <= n
        and all(there or mark == "0" for there, mark in zip(used, marks, strict=True))
    )


def simpler(alloc_bits, marks, freeindex, count):
    """A slot less, in both strings."""
    for slot in range(len(marks)):
        for index in (freeindex, freeindex - 1):
            bits = (text[:slot] + text[slot + 1 :] for text in (alloc_bits, marks))
            yield *bits, index, min(count, len(marks) - 1)


# The scene


def _bits_row(looks, texts=(), touched=None):
    """A row with a box for each slot; what is touched may lie behind the last one."""
    beyond = touched is not None and touched >= len(looks)
    looks = [*looks, *[NOTHING] * max(beyond, PLACES - len(looks))]
    texts = [*texts, *[""] * (len(looks) - len(texts))]
    here = min(touched, looks.index(NOTHING)) if beyond else touched
    if beyond:
        texts[here] = "beyond the end"
    parts = [(1, look, texts[slot], slot == here) for slot, look in enumerate(looks)]
    names = (("filled", IN_USE), ("hatched", THIRD), ("dashed", RESERVED))
    told = [
        f"{name}: {' '.join(str(slot) for slot, look in enumerate(looks) if look == state)}"
        for name, state in names
        if state in looks
    ]
    return pictures.bar(parts, caption=" · ".join(told) or "all empty")


def _span(i, sentence, slots, alloc, marks, freeindex, touched=None, new=(), told=""):
    """A span's slots and bitmaps, as SpanView has them; `new` are the slots of new objects."""
    n = len(slots)
    texts = [f"{slot}: new" if slot in new else str(slot) for slot in range(n)]
    alloc = [RESERVED if slot < freeindex else IN_USE * int(alloc[slot]) or FREE for slot in slots]
    pointer = ["▲" if slot == freeindex else "" for slot in slots]
    at = f"▲ freeindex {freeindex}" if freeindex < n else f"freeindex {freeindex}: the end"
    below = "filled: in use; dashed: below freeindex, not looked at again" if freeindex else ""
    marked = [IN_USE * int(mark) or FREE for mark in marks]
    floors = [
        pictures.floor(
            "mcache",
            "slots",
            told,
            [_bits_row(slots.values(), texts, touched)],
            acting=touched is not None,
        ),
        pictures.floor(
            "mcache", "allocBits", below or "filled: in use", [_bits_row(alloc, pointer)], at
        ),
        pictures.floor("mcache", "gcmarkBits", "filled: reachable", [_bits_row(marked)]),
    ]
    return drawn(i, f"{sentence}.", *floors)


def scene(says, moments, alloc_bits, marks, freeindex, count):
    """The sweep as it is; then each object gets the slot that the answer says."""
    n = len(marks)
    used = {slot for slot in range(n) if slot < freeindex or alloc_bits[slot] == "1"}
    live = [slot for slot in range(n) if marks[slot] == "1"]
    looks = {s: IN_USE if s in live else THIRD if s in used else FREE for s in range(n)}
    sentence = f"before the sweep: {plural(len(used), 'slot')} in use, {len(live)} marked"
    told = "filled: marked; hatched: in use, but not marked"
    yield _span(0, sentence, looks, alloc_bits, marks, freeindex, told=told)
    looks = {slot: IN_USE if slot in live else FREE for slot in range(n)}
    sentence = "the sweep: the mark bits become the alloc bits, and freeindex is 0"
    yield _span(1, sentence, looks, marks, "0" * n, 0, told="filled: live; empty: free")
    new, freeindex = {}, 0
    for i in range(1, count + 1):
        slot = says[i - 1] if i <= len(says) else None
        free = [s for s in range(freeindex, n) if s not in live and s not in new]
        if slot is None:
            sentence = f", though slot {free[0]} is free" if free else ": the span is full"
            sentence = f"object {i} gets no slot{sentence}"
        else:
            sentence = f"object {i} gets slot {slot:,}"
            skipped = [s for s in free if s < slot]
            if not 0 <= slot < n:
                sentence += f", but the span has the slots 0 to {n - 1}"
            elif slot in new:
                sentence += f", which object {new[slot]} has"
            elif slot in live:
                sentence += ", where a live object is"
            elif slot < freeindex:
                sentence += ", below freeindex"
            elif skipped:
                sentence += f"; {named('slot', skipped)} free, and passed by"
            if 0 <= slot < n:
                new[slot], looks[slot] = i, IN_USE
                freeindex = max(freeindex, slot + 1)
        told = "filled: live, or a new object; empty: free"
        yield _span(i + 1, sentence, looks, marks, "0" * n, freeindex, slot, new, told)


next_slots = room(
    __name__,
    "the slots after a sweep",
    edges=(
        ("0", "0", 1, 1),
        ("0", "1", 1, 1),
        ("0000", "0100", 3, 1),
        ("0000", "0100", 3, 3),
        ("0010", "1010", 2, 2),
        ("1111", "1111", 4, 1),
        ("0000", "0010", 3, 4),
    ),
)
