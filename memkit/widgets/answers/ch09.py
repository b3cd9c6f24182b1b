"""Chapter 09: slots after a sweep, the slot of an address, the sets of an mcentral, runs of pages.

A span is drawn as SpanView draws it, mcache, mcentral and mheap as TiersView does.
"""

from memkit.course.plain import text
from memkit.golang import PAGE_SIZE
from memkit.trace import hex, plural, size
from memkit.widgets import pictures
from memkit.widgets.answers.page_runs import BLOCK, blocks, named, run, verdict
from memkit.widgets.answers.places import around, strip
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.widgets.span import SETS
from memkit.widgets.tiers import floor_words

PLACES = 8  # as many places at least in a row of slots
SMALL = 4  # spans of fewer pages ask the page cache


def _drawn(i, sentence, floors, thread=()):
    return pictures.picture(i, f"{sentence}.", floors, floor_words(floors), thread)


# 1. The slots after a sweep


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
                sentence += f"; {named('slot', skipped)} free, and passed by"
            if 0 <= slot < n:
                new[slot], looks[slot] = i, IN_USE
                freeindex = max(freeindex, slot + 1)
        told = "filled: live, or a new object; empty: free"
        yield _span(i + 1, sentence, looks, marks, "0" * n, freeindex, slot, new, told)


# 2. Whose address is this?


def _claimed(answer, address, spans):
    """The slot that an answer names: (start, end, name), None if it has no place; its sentence."""
    if answer is None:
        return None, "the address points into no slot"
    number, slot = answer
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


def owner(answer, address, spans):
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
    yield _drawn(0, f"{hex(address)} lies {where}", floors)
    place, said = _claimed(answer, address, spans)
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
        yield _drawn(i, sentence, [*floors, floor])


# 3. The refill


def _level(free):
    """The look of a span: the fuller the fewer free slots it has."""
    return str(max(1, 9 - 2 * free)) if free else IN_USE


def _sets(sets, swept, at):
    """The four sets side by side. swept: {set: how many of its spans}; the others are hatched."""
    rows = []
    for name in SETS:
        known, looks, free = swept.get(name, len(sets[name])), "", []
        for k, n in enumerate(sets[name]):
            looks += THIRD if k >= known else _level(n)
            free.append("?" if k >= known else str(n))
        touched = [(at[1], at[1] + 1)] if at and at[0] == name else []
        told = f"free slots: {' '.join(free)}" if free else "none"
        rows.append(pictures.row(looks or RESERVED, name, told, touched, big=True))
    return rows


def refill(answer, partial_swept, partial_unswept, full_swept, full_unswept, budget):
    """The spans are swept in their order, as many as the answer says; then it says which one."""
    source, count = answer
    sets = dict(zip(SETS, (partial_swept, full_swept, partial_unswept, full_unswept), strict=True))
    waiting = [(name, k) for name in SETS[2:] for k in range(len(sets[name]))]
    swept, found = dict.fromkeys(SETS[2:], 0), [("partial swept", 0)] if partial_swept else []

    def step(i, sentence, at=None, got=(RESERVED, "has no free slot"), grows=False):
        """at: the span that is touched; got: what the mcache has then, and that in words."""
        held = pictures.row(got[0], beside=got[1], touched=[(0, 1)], big=True)
        look, asked, new = (FREE, "a new span", [(0, 1)]) if grows else (RESERVED, "not asked", [])
        row = pictures.row(look, beside=asked, touched=new, big=True)
        note, told = "filled: in use; hatched: not swept", f"swept {sum(swept.values())}"
        line = _sets(sets, swept, at)
        told += f", budget {budget}"
        floors = [
            pictures.floor("mcache", "mcache", "asks for a span", [held]),
            pictures.floor("mcentral", "mcentral", note, [line], told, at is not None),
            pictures.floor("mheap", "mheap", "makes new spans", [row], acting=grows),
        ]
        return _drawn(i, sentence, floors, [(0, 0, 0), (1, SETS.index(at[0]), at[1])] if at else ())

    first = f"the mcache asks: {plural(len(partial_swept), 'partial swept span')}"
    yield step(0, first, ("partial swept", 0))
    for i, (name, k) in enumerate(waiting[: max(0, count)], start=1):
        why = f", beyond the budget of {budget}" if i > budget else ""
        why = ", though a swept span has a free slot" if found else why
        swept[name], free = k + 1, sets[name][k]
        found += [(name, k)] if free else []
        yield step(i, f"sweep {i}, {name}{why}: {plural(free, 'free slot')}", (name, k))
    i, left = max(0, min(count, len(waiting))), len(waiting) - max(0, count)
    at, got = None, (RESERVED, "has no span yet")
    if source == "grow":
        got = FREE, "a new span"
        sentence = "the heap grows: nothing is left to sweep"
        if found:
            sentence = f"the heap grows, though a span of {found[0][0]} has a free slot"
        elif left > 0:
            sentence = "the heap grows: the budget is spent"
            if count < budget:
                sentence = f"the heap grows, though {plural(left, 'span')} could be swept"
    elif source not in sets:
        sentence = f"the span comes from {text(source, 20)}, which is no set"
    elif not sets[source]:
        sentence = f"the span comes from {source}, which is empty"
    else:
        at = next((span for span in found if span[0] == source), (source, 0))
        free, known = sets[source][at[1]], swept.get(source, 1)
        told = (plural(free, "free slot") if free else "no free slot") if known else "not swept yet"
        got = (_level(free) if known else THIRD), told
        sentence = f"the span comes from {source}: {told}"
    sentence += f"; {plural(count, 'span')} swept"
    sentence += f", but only {len(waiting)} could be" if left < 0 else ""
    yield step(i + 1, sentence, at, got, source == "grow")


# 4. Page cache or page heap?


def take_pages(answer, free, cache, npages):
    """Cache and heap as the rule asks them; which pages the span gets, the answer says."""
    heap, cache, i = {p for p, bit in enumerate(free) if bit == "1"}, set(cache), 0
    small = npages < SMALL

    def step(sentence, claim=()):
        owned = {page // BLOCK * BLOCK for page in cache}
        held = "".join(FREE if page in cache else NOTHING for page in range(len(free)))
        cells = "".join(FREE if page in heap else IN_USE for page in range(len(free)))
        for page in cache:
            cells = pictures.overlay(cells, page, page + 1, RESERVED)
        mine = [page for page in claim if page in cache]
        above = (
            blocks(held, mine, owned) if cache else pictures.row(RESERVED, beside="empty", big=True)
        )
        note = f"for spans of fewer than {SMALL} pages, no lock"
        told = "filled: in use; dashed: in the page cache"
        floors = [
            pictures.floor("mcache", "page cache", note, [above], plural(len(cache), "page")),
            pictures.floor("mheap", "page heap", told, [blocks(cells, claim)], f"{len(heap)} free"),
        ]
        return _drawn(i, sentence, floors)

    asked = "the page cache" if small else "the page heap at once"
    yield step(f"a span of {plural(npages, 'page')} asks {asked}")
    if small and heap and not cache:
        first = min(heap) // BLOCK * BLOCK
        cache = heap & set(range(first, first + BLOCK))
        heap, i = heap - cache, i + 1
        yield step(
            f"the page cache is empty and takes what is free of {run(first, BLOCK)}: "
            f"page {min(cache)} is the lowest free one"
        )
    right = None
    for whose, pages in (("page cache", cache if small else ()), ("page heap", heap)):
        fits = (p for p in sorted(pages) if pages.issuperset(range(p, p + npages)))
        first = next(fits, None)
        right = right or (first is not None and (whose, first)) or None
    if small and (not right or right[0] == "page heap"):
        i += 1
        none = f"{npages} pages in a row" if npages > 1 else "page"
        yield step(f"the page cache has no {none}: the page heap is asked")
    claim = () if answer is None else range(max(0, answer), min(64, answer + npages))
    i += 1
    yield step(verdict(answer, npages, len(free) - 1, heap, cache, right), claim)
