"""Chapter 09: slots after a sweep, the slot of an address, the sets of an mcentral, runs of pages.

A span is drawn as SpanView draws it, mcache, mcentral and mheap as TiersView does.
"""

from memkit.trace import plural
from memkit.widgets import pictures
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.widgets.tiers import floor_words

PLACES = 8  # as many places at least in a row of slots


def _drawn(i, sentence, floors, thread=()):
    return pictures.picture(i, f"{sentence}.", floors, floor_words(floors), thread)


# 1. The slots after a sweep


def _bits_row(looks, texts=(), touched=None, caption=""):
    """A row with a box for each slot; what is touched may lie behind the last one."""
    beyond = touched is not None and touched >= len(looks)
    looks = [*looks, *[NOTHING] * max(beyond, PLACES - len(looks))]
    texts = [*texts, *[""] * (len(looks) - len(texts))]
    here = min(touched, looks.index(NOTHING)) if beyond else touched
    if beyond:
        texts[here] = "beyond the end"
    parts = [(1, look, texts[slot], slot == here) for slot, look in enumerate(looks)]
    return pictures.bar(parts, caption=caption)


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
    return _drawn(i, sentence, floors)


def next_slots(answer, alloc_bits, marks, freeindex, count):
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
        slot = answer[i - 1] if i <= len(answer) else None
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
                sentence += f"; {_named('slot', skipped)} free, and passed by"
            if 0 <= slot < n:
                new[slot], looks[slot] = i, IN_USE
                freeindex = max(freeindex, slot + 1)
        told = "filled: live, or a new object; empty: free"
        yield _span(i + 1, sentence, looks, marks, "0" * n, freeindex, slot, new, told)


def _named(noun, numbers):
    """slot 3 is; slots 3 and 4 are; slots 3, 4, 5 and 6 are."""
    if len(numbers) == 1:
        return f"{noun} {numbers[0]} is"
    return f"{noun}s {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"
