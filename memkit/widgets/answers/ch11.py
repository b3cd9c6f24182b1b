"""Chapter 11: spans, areas, faults and resident pages of a Go program, one surprise explained.

The floors of the tower: the program, its spans, the areas of the heap, pages and frames.
"""

from memkit.course.plain import text
from memkit.golang import PAGE_SIZE
from memkit.trace import hex, plural, size
from memkit.vm.vma import PAGE
from memkit.widgets import pictures
from memkit.widgets.answers.blocks import blocks_bar, pages_bar, story_floor
from memkit.widgets.answers.counted import amount_bar, counted_row, told
from memkit.widgets.answers.program import Heap
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED
from memkit.widgets.tiers import floor_words

MIB = 1 << 20
BASE = 0xC000000000  # where Go's heap begins


def _drawn(i, sentence, floors):
    return pictures.picture(i, sentence, floors, floor_words(floors))


# 1. How many spans


def spans(answer, requests):
    """A request at each step; a span that the answer has no room for is hatched."""
    heap, made = Heap(requests), []
    for i in range(len(requests) + 1):
        ended = i == len(requests)
        if ended:
            sentence = f"all requests are served: {plural(answer, 'span')} in all"
        else:
            number, slot = heap.place(i)
            made.append(slot == 0)
            sentence = f"{heap.name(i)}: slot {slot} of a span that is there"
            if made[-1]:
                why = "the first span of its kind" if not number else "the span is full"
                why = "large, a span for itself" if not heap.kinds[i][0] else why
                sentence = f"{heap.name(i)}: {why}, {told(sum(made), answer, 'span')}"
        count = counted_row(made, answer, "span", len(requests), ended)
        floors = [
            heap.floor(range(len(requests)), i),
            pictures.floor("mcache", "slots", "of the newest span of a kind", heap.span_rows(i)),
            pictures.floor("mheap", "spans", "filled: the request makes a new one", [count]),
        ]
        yield _drawn(i, f"{sentence}.", floors)


# 2. How large the areas are


def areas(answer, blocks):
    """A block at each step; at the end the answer's two areas below the true ones."""
    unit, arena = 4 * MIB, 64 * MIB
    used = mapped = end = 0
    for i, block in enumerate([*blocks, None]):
        new_arenas, free = 0, mapped - used
        if block is None:
            sentence = f"{size(answer[0])} can be read and written"
            sentence += f", {size(answer[1])} are only reserved"
        else:
            nbytes = block * MIB
            sentence = f"block {i + 1}, {size(nbytes)}: it lies in the {size(free)} left over"
            if nbytes > free:
                grown = -(-nbytes // unit) * unit
                new_arenas = max(0, -(-grown // arena)) if mapped + grown > end else 0
                mapped, end = mapped + grown, end + new_arenas * arena
                sentence = f"block {i + 1}, {size(nbytes)}: {size(free)} are left over, too few"
                sentence = sentence if free else f"block {i + 1}, {size(nbytes)}: nothing is free"
                sentence += f", so the heap grows by {size(grown)}"
                many = plural(new_arenas, "arena")
                sentence += f" and {many} of 64 MiB {'is' if new_arenas == 1 else 'are'} reserved"
                sentence = sentence if new_arenas else sentence.partition(" and ")[0]
            used += nbytes
        sofar = blocks[: i + 1]
        parts = [(n * MIB, IN_USE, _name(n, end), k == i) for k, n in enumerate(sofar)]
        parts += [(mapped - used, FREE, "", False), (end - mapped, NOTHING, "", False)]
        heap = pictures.bar(
            [part for part in parts if part[0]],
            caption=f"{size(used)} in use, {size(mapped - used)} left over · "
            f"grown by whole 4 MiB to {size(mapped)}",
        )
        floors = [
            pictures.floor("mheap", "heap", "its blocks, to scale; empty: left over", [heap]),
            _areas_floor(answer, mapped, end, block is None),
        ]
        yield _drawn(i, f"{sentence}.", floors)


def _name(mebibytes, whole):
    return f"{mebibytes} MiB" if mebibytes * MIB * 16 > whole else ""


def _areas_floor(answer, mapped, end, ended):
    """The two areas of the heap, and at the end those that the answer claims."""

    def line(readable, reserved, label, touched=False):
        shown = max(0, min(readable, end))
        rest = max(0, min(reserved, end - shown))
        parts = [(shown, IN_USE, "", touched), (rest, RESERVED, "", False)]
        parts = [*parts, (end - shown - rest, NOTHING, "", False)]
        told = f"{size(readable)} read-write · {size(reserved)} reserved (dashed)"
        if shown != readable or rest != reserved:
            told += " · not all of it can be drawn here"
        return pictures.bar([part for part in parts if part[0]], label, told)

    rows = [
        line(
            mapped,
            end - mapped,
            f"from {hex(BASE)} on, {plural(end // (64 * MIB), 'arena')} of 64 MiB",
        )
    ]
    if ended:
        rows.append(line(*answer, "in the answer", touched=True))
    return pictures.floor("space", "address space", "the areas of the heap", rows)


# 3. How many page faults


def faults(answer, requests):
    """A write at each step, the runtime's and the program's; a fault too many is hatched."""
    heap = Heap(requests)
    writes, there, faulted = [], set(), []
    for i, shape in enumerate(heap.shapes):
        number, slot = heap.place(i)
        last = shape.npages * PAGE_SIZE // PAGE - 1
        if not slot and shape.index and shape.elemsize <= 512:
            writes.append((i, None, last))
        at = (
            slot * shape.elemsize + shape.header
        )  # a header lies in the same page: slots are aligned
        writes.append((i, at, at // PAGE))
    columns = [None if at is None else i for i, at, _ in writes]  # None: the runtime
    for n in range(len(writes) + 1):
        ended = n == len(writes)
        i, at, page = writes[min(n, len(writes) - 1)]
        span = heap.kinds[i], heap.place(i)[0] if heap.kinds[i][0] else i
        if ended:
            sentence = f"all is written: {plural(answer, 'fault')} in all"
        else:
            faulted.append((span, page) not in there)
            there.add((span, page))
            sentence = f"{heap.name(i)}: its first byte lies in page {page} of the span"
            if at is None:
                sentence = f"{heap.name(i)}: the span is new, the runtime writes to its last page"
            here = told(sum(faulted), answer, "fault") if faulted[-1] else "which is there"
            sentence += f", {here}"
        shape = heap.shapes[i]
        npages = shape.npages * PAGE_SIZE // PAGE
        pages = "".join(IN_USE if (span, k) in there else FREE for k in range(npages))
        taken = heap.place(i)[1] + (at is not None)
        marks = bool(shape.index) and shape.elemsize <= 512
        row = pictures.row(
            pages,
            caption=f"pages of 4 KiB below their slots · {pages.count(IN_USE)} of {npages} written",
            touched=[] if ended else [(page, page + 1)],
            wide=True,
        )
        count = counted_row(faulted, answer, "fault", len(writes), ended)
        note = "a write in each column; a letter for each kind of span, R: by the runtime"
        floors = [
            {**heap.floor(columns, n), "note": note},
            pictures.floor(
                "mcache",
                "span",
                "the one of this write, to scale",
                [heap.slots_row(i, taken, at is not None and not ended, marks), row],
            ),
            pictures.floor("frames", "faults", "filled: the write faults", [count]),
        ]
        yield _drawn(n, f"{sentence}.", floors)


# 4. Resident pages at five points


def resident(answer, events):
    """An event at each step; the pages in frames are as they are, the number is the answer's."""
    blocks, dead, clean, there, end = {}, [], set(), set(), 0
    for i, (verb, name, npages) in enumerate(events):
        on, written = [], set()
        if verb == "new":
            at = 0
            for start, length in sorted(blocks.values()):
                if start - at >= npages:
                    break
                at = max(at, start + length)
            blocks[name] = (at, npages)
            pages = set(range(at, at + npages))
            recycled = {page for page in pages if page < end} - clean
            written = pages if recycled else set()
            clean, end, on = clean - pages, max(end, at + npages), [name]
            sentence = f"new {name}, {plural(npages, 'page')}"
            why = "fresh from the kernel: zero already, so nothing is written"
            if recycled:
                why = f"{name} lies where a block was before: all of it is cleared, so written"
        elif verb == "touch":
            at, on = blocks[name][0], [name]
            written = set(range(at, at + npages))
            sentence = f"the program writes to {plural(npages, 'page')} of {name}"
            why = "a page gets a frame when it is written for the first time"
        elif verb == "drop":
            dead, on = [*dead, name], [name]
            sentence = f"{name} is dropped"
            why = "no page is freed before a collection"
        else:
            gone, dead = dead, []
            for one in gone:
                del blocks[one]
            freed = f"the pages of {' and '.join(gone)} are free" if gone else "nothing is freed"
            sentence, why = f"gc, {freed}", "free pages keep their frames"
            if verb == "release":
                used = {page for at, n in blocks.values() for page in range(at, at + n)}
                clean = set(range(end)) - used
                there -= clean
                sentence, why = f"release, {freed}", "free pages give their frames back"
        there |= written
        claim = answer[i] if i < len(answer) else None
        ends = claim is None
        sentence += ": " + (
            "no number in the answer" if ends else f"{plural(claim, 'page')} resident"
        )
        whole = max(1, end)
        count = amount_bar(
            len(there), claim or 0, whole, "in frames", write=lambda n: plural(n, "page")
        )
        heap = blocks_bar(blocks, dead, on, end)
        floors = [
            story_floor(events, i),
            pictures.floor("mheap", "heap", "its blocks, to scale; hatched: dropped", [heap]),
            pictures.floor(
                "space",
                "pages",
                "filled: in a frame; outlined: written now",
                [pages_bar(there, written, end, why)],
            ),
            pictures.floor("frames", "resident", "to the same scale", [count]),
        ]
        yield _drawn(i, f"event {i + 1}, {sentence}.", floors)


# 5. One surprise explained

REASONS = (  # in use more, the same but for noise, less; in each line the same for resident
    ("recycled and cleared", "addresses only", "addresses only"),
    ("touched", "nothing", "given back"),
    ("touched", "free, but kept", "given back"),
)
HOW = ("more", "the same", "less")


def explain(answer, in_use, resident):
    """The two changes, one at each step, lead to a place in the table; the answer fills its own."""
    changes = (in_use, resident)
    at = [1 if abs(n) <= MIB else 0 if n > 0 else 2 for n in changes]
    whole = max(*map(abs, changes), 2 * MIB)
    facts = []
    for what, n, how in zip(("in use", "resident"), changes, at, strict=True):
        change = f"{size(abs(n))} {'less' if n < 0 else 'more'}" if n else "no change"
        facts.append(f"{what}: {change}" + (", within the noise" if n and how == 1 else ""))
    for step in range(3):
        known = at[: step + 1]
        sentence = facts[min(step, 1)]
        if step == 2:
            sentence = f"in use {HOW[at[0]]}, resident {HOW[at[1]]}: {answer}"
            if not any(answer in row for row in REASONS):
                sentence = f"{text(answer)} is none of the six reasons"
        bars = [_change(n, whole, fact) for n, fact in zip(changes, facts, strict=True)]
        table = []
        for r, row in enumerate(REASONS):
            parts = []
            for c, reason in enumerate(row):
                look = IN_USE if step == 2 and reason == answer else FREE
                told = f"resident {HOW[c]}: {reason}"
                parts.append((1, look, told, known in ([r], [r, c])))
            table.append(pictures.bar(parts, f"in use {HOW[r]}"))
        note = "outlined: where the numbers lead; filled: where the answer belongs"
        scale = "left of the middle less, right of it more; dashed: up to 1 MiB, noise"
        floors = [
            pictures.floor("space", "changes", scale, bars[: step + 1]),
            pictures.floor("frames", "reasons", note, table),
        ]
        yield _drawn(step, f"{sentence}.", floors)


def _change(n, whole, caption):
    """A change to scale around the middle, where the noise is."""
    blank = (whole - MIB, NOTHING, "", False)
    if abs(n) <= MIB:
        parts = [blank, (2 * MIB, RESERVED, "", 0.5 + n / (2.2 * MIB)), blank]
    else:
        parts = [blank, (MIB, RESERVED, "", False), (abs(n), IN_USE, "", False)]
        parts.append((whole - abs(n), NOTHING, "", False))
        parts = parts if n > 0 else parts[::-1]
    return pictures.bar([part for part in parts if part[0]], caption=caption)
