"""The tiers: mcache, mcentral, mheap and the address space, and the path an allocation takes."""

from memkit import pictures
from memkit.checks import hex, plural, size
from memkit.golang import PAGE_SIZE
from memkit.golang.heap.sizeclass import NUM_SPAN_CLASSES, SPAN_CLASSES
from memkit.pictures.language import ABSENT, FILLED, FREE, IN_USE, NOTHING, RESERVED
from memkit.pictures.span import SETS, find, on_its_way, places, slots_caption

BEGINS = ("mallocgc", "zero", "mark", "scavenge")  # the events that open a story
COLLECTION = ("mark", "sweep", "span freed", "flush")
TIER = {  # whose doing an event is
    **dict.fromkeys(("mallocgc", "zero", "tiny", "span full", "slot", "flush"), "mcache"),
    **dict.fromkeys(("refill", "partial", "no partial", "sweep", "mark"), "mcentral"),
    **dict.fromkeys(
        (
            "grow",
            "page cache",
            "page cache fill",
            "page heap",
            "span",
            "large",
            "span freed",
            "scavenge",
        ),
        "mheap",
    ),
    **dict.fromkeys(("heap grow", "mmap", "madvise", "munmap", "out of memory"), "space"),
}
MAX_PS = 4  # Ps that have a row
MAX_SPANS = 12  # spans drawn of one set
MAX_STORY = 30  # lines of the story
MCACHE, MCENTRAL, MHEAP, SPACE = range(4)
WAY = len(SETS)  # the mcentral's row below its sets: the span on its way


def story_range(steps, i):
    """start, stop of the story that step i belongs to: one allocation, one collection."""

    def begins(k):
        event = steps[k].event
        return event in BEGINS or (event == "flush" and steps[k - 1].event not in COLLECTION)

    start = i
    while start and not begins(start):
        start -= 1
    stop = i + 1
    while stop < len(steps) and not begins(stop) and stop - start < 500:
        stop += 1
    return start, stop


def story(steps, i, start, stop):
    """The lines (number, sentence, when) around step i, at most MAX_STORY."""
    first = max(start, min(i - MAX_STORY // 2, stop - MAX_STORY))
    last = min(stop, first + MAX_STORY)
    when = {True: "past", False: "later"}
    return [
        (k - start + 1, str(steps[k]), "now" if k == i else when[k < i]) for k in range(first, last)
    ]


def touched(steps, i, start):
    """What the allocation has touched up to step i: {"slot": ..., "pages": (first, n), ...}.

    A collection touches so much that only step i itself counts.
    p       the P that asks
    waits   it asks for a span, and its mcache holds none until that arrives
    span    the SpanState that is on its way
    """
    state = steps[i].state
    path = {}
    for step in steps[i if steps[start].event in ("mark", "scavenge", "flush") else start : i + 1]:
        detail = step.detail
        path["p"] = detail.get("p", path.get("p", 0))
        if step.event in ("span full", "flush"):
            path["slot"] = (detail["p"], None)
        elif step.event == "slot":
            path["slot"] = (detail["p"], detail["slot"])
        elif step.event == "tiny":
            span = state.procs[detail["p"]].alloc.get(5)
            path["slot"] = (detail["p"], (detail["address"] - span.base) // 16 if span else None)
        elif step.event in ("refill", "partial", "no partial"):
            path["set"] = step.event
        elif step.event in ("page cache", "page heap"):
            path["pages"] = (detail["page"], detail["npages"])
        elif step.event == "page cache fill":
            path["pages"] = (detail["page"], 64)
        elif step.event in ("span", "sweep", "span freed"):
            span = find(state, detail["base"])
            npages = detail.get("npages") or (span[0].npages if span else 1)
            path["pages"] = ((detail["base"] - state.pages.base) // PAGE_SIZE, npages)
        elif step.event == "mmap":
            path["address"] = detail["addr"]
        if step.event in ("refill", "slot", "out of memory"):
            path["waits"] = step.event == "refill"
    if "address" in path and "pages" in path:
        path["address"] = state.pages.base + path["pages"][0] * PAGE_SIZE
    path["span"] = on_its_way(steps, i)
    return path


def share(span):
    """How much of a span is in use, from 0 to 1, as a row's `fills` have it."""
    return span.alloc_count / span.nelems


def span_words(span):
    """span 0xc000002000, class 5, no pointers: 17 of 168 slots of 48 B in use"""
    index = span.spanclass // 2
    name = f"class {index}" if index else "large"
    return (
        f"span {hex(span.base)}, {name}, {'no' if span.noscan else 'with'} pointers: "
        f"{span.alloc_count:,} of {plural(span.nelems, 'slot')} of {size(span.elemsize)} in use"
    )


def strips(proc, spanclass, asked, waits):
    """All span classes of a P, a cell each: how full the span is that its mcache holds.

    Two rows, with pointers and without; `asked`: spanclass is outlined, and not only dashed;
    `waits`: that span has left.
    """
    rows = []
    for noscan, label in enumerate(("with pointers", "without")):
        held = {
            c // 2: span
            for c, span in proc.alloc.items()
            if c % 2 == noscan and not (waits and c == spanclass)
        }
        here = []
        if spanclass is not None and spanclass % 2 == noscan:
            here = [(spanclass // 2, spanclass // 2 + 1)]
        rows.append(
            pictures.row(
                "".join(FILLED if k in held else ABSENT for k in range(NUM_SPAN_CLASSES // 2)),
                label=label,
                touched=here if asked else (),
                boxes=() if asked else here,
                unit=("class", 0),
                means={FILLED: "", ABSENT: "no span held"},
                tells=[(k, k + 1, span_words(span)) for k, span in held.items()],
                fills={k: share(span) for k, span in held.items()},
                high=10,  # one line, however narrow
                wide=True,
                inline=True,
            )
        )
    return rows


def slots_row(state, q, spanclass, path, high):
    """The slots of the span that Pq holds of a class, or the place where it would be."""
    p, slot = path.get("slot", (None, None))
    proc, asks = state.procs[q], p == q
    span = None if asks and path.get("waits") else proc.alloc.get(spanclass)
    if span is None:
        marked, cells = [(0, 1)] if asks else [], ABSENT
        what = f"P{q} holds {plural(len(proc.alloc), 'span')}"
        if spanclass in (0, 1):
            what = f"P{q}: large objects pass by, no mcache holds their spans"
        elif spanclass is not None:
            shape = SPAN_CLASSES[spanclass]
            what = f"P{q} holds no span of span class {spanclass}; one has "
            what += f"{plural(shape.nelems, 'slot')} of {size(shape.elemsize)}"
            cells *= shape.nelems
        return pictures.row(cells, caption=what, touched=marked, high=high)
    if asks and slot is None:
        slot = span.nelems - 1
    caption = f"P{q}: {slots_caption(span)}"
    if spanclass == 5 and proc.tiny:
        caption += f" · tiny block {hex(proc.tiny)}: {proc.tinyoffset} of 16 B taken"
    return pictures.row(
        pictures.bits(span.allocated, span.nelems),
        caption=caption,
        touched=[(slot, slot + 1)] if asks else [],
        unit=("slot", 0, span.base, span.elemsize),
        high=high,
    )


def mcache_floor(state, spanclass, path, acting, whole=True):
    """`whole`: all span classes of the P that asks, and not only its slots of one."""
    p, waits = path.get("p", 0), path.get("waits", False)
    shown = list(range(min(MAX_PS, len(state.procs))))
    if p not in shown:
        shown[-1] = p
    small = spanclass is not None and spanclass > 1
    asked = "slot" in path and small
    rows = strips(state.procs[p], spanclass if small else None, asked, waits) if whole else []
    points = [(MCACHE, spanclass % 2, spanclass // 2)] if whole and asked else []
    high = 40 if len(shown) == 1 else 28
    slots = [slots_row(state, q, spanclass, path, high) for q in shown]
    if "slot" in path:
        k = shown.index(p)
        points.append((MCACHE, len(rows) + k, slots[k]["touched"][0][0]))
    rows += slots
    counts = state.counts
    held = len(state.procs[p].alloc) - (waits and spanclass in state.procs[p].alloc)
    note = f"P{p}: {held} of {NUM_SPAN_CLASSES} span classes hold a span"
    served = f"served {counts['hits'] + waits:,} of {counts['mallocs']:,}"
    return pictures.floor("mcache", "mcache", note, rows, served, acting), points


def mcentral_floor(state, spanclass, path, acting):
    central = state.central.get(spanclass, ((), (), (), ()))
    rows, asked = [], path.get("set") in ("refill", "no partial")
    for k, (name, spans) in enumerate(zip(SETS, central, strict=True)):
        some = spans[:MAX_SPANS]
        more = f"and {len(spans) - MAX_SPANS:,} more" if len(spans) > MAX_SPANS else ""
        if not spans:
            more = "ask below" if k == 0 and path.get("set") == "no partial" else "none"
        at = [(0, 1)] if k == 0 and asked else []
        rows.append(
            pictures.row(
                FILLED * len(some) or RESERVED,
                label=f"{name}: {len(spans):,}" if spans else name,
                beside="" if spans else more,
                caption=more if spans else "",
                touched=at,
                fills={n: share(span) for n, span in enumerate(some)},
                tells=[(n, n + 1, span_words(span)) for n, span in enumerate(some)],
                means={RESERVED: "no span"},
                big=True,
            )
        )
    counts, span = state.counts, path.get("span")
    passed = span is not None or path.get("set") == "partial"
    way = pictures.row(
        FILLED if span else RESERVED,
        label="on its way",
        beside=f"{hex(span.base)}, {span.alloc_count:,} of {plural(span.nelems, 'slot')} in use"
        if span
        else "no span",
        touched=[(0, 1)] if passed else [],
        tells=[(0, 1, span_words(span))] if span else (),
        fills={0: share(span)} if span else (),
        means={RESERVED: "no span"},
        big=True,
        inline=True,
    )
    note = "whole spans that no P holds"
    if spanclass is not None:
        note = f"span class {spanclass}: " + note
    found = counts["from_partial"] + counts["from_sweep"]
    text = f"{plural(counts['refills'], 'refill')}, {found:,} found here"
    floor = pictures.floor("mcentral", "mcentral", note, [rows, way], text, acting)
    points = [(MCENTRAL, 0, 0)] if asked else []
    return floor, points + [(MCENTRAL, WAY, 0)] * passed


def mheap_floor(state, path, acting):
    pages = state.pages
    cells = pictures.bits(pages.free, pages.npages, FREE, IN_USE)
    boxes, cached = [], 0
    for proc in state.procs:
        if not proc.pcache:
            continue
        first = (proc.pcache_base - pages.base) // PAGE_SIZE
        for page in range(first, first + 64):  # a page freed since is free, but not cached
            if proc.pcache >> page - first & 1:
                cells = cells[:page] + RESERVED + cells[page + 1 :]
        boxes.append((first, first + 64))
        cached += proc.pcache.bit_count()
    free = pages.free.bit_count()
    if pages.npages:
        in_use = pages.npages - free - cached
        caption = f"{in_use:,} of {plural(pages.npages, 'page')} in use, {free:,} free"
    else:
        caption = "no pages yet: the first request makes the heap grow"
    if cached:
        caption += f", {cached:,} in page caches (dashed: the 64 that a P took)"
    marks = [(path["pages"][0], sum(path["pages"]))] if "pages" in path else []
    counts = state.counts
    text = f"{plural(counts['spans_made'], 'span')} made, {counts['large']:,} large"
    row = pictures.row(
        cells,
        caption=caption,
        touched=marks,
        boxes=boxes,
        unit=("page", 0, pages.base, PAGE_SIZE),
        tells=page_tells(state, path.get("span")),
        means={RESERVED: "free, in a page cache"},
        per=64,
        high=56,
    )
    floor = pictures.floor("mheap", "mheap", "pages of 8 KiB, first fit", [row], text, acting)
    return floor, [(MHEAP, 0, path["pages"][0])] if "pages" in path else []


def page_tells(state, moving):
    """Of the pages of each span: which it is, and where."""
    spans = [(span, where) for span, _, where in places(state)]
    spans += [(moving, "on its way")] * (moving is not None)
    tells = {}
    for span, where in spans:
        first = (span.base - state.pages.base) // PAGE_SIZE
        kind = f"{size(span.elemsize)} slots, {'no' if span.noscan else 'with'} pointers"
        tells.setdefault(first, (first, first + span.npages, f"{kind}, {where}"))
    return tells.values()


def space_floor(state, path, acting):
    areas = [vma for vma in state.vmas if "Go" in vma.name]
    parts, points, sums = [], [], {"read-write": 0, "reserved": 0}
    for k, vma in enumerate(areas):
        here = False
        if vma.start <= path.get("address", -1) < vma.end:
            # a place of its own, even at the left edge: 0 would be none
            here = max(1e-6, (path["address"] - vma.start) / (vma.end - vma.start))
            points = [(SPACE, 0, k + here)]
        nbytes = vma.end - vma.start
        what = "reserved" if vma.prot.startswith("---") else "read-write"
        sums[what] += nbytes
        parts.append((nbytes, RESERVED if what == "reserved" else IN_USE, "", here))
        parts[-1] += (f"{hex(vma.start)}, {size(nbytes)} {what}",)
    note = "nothing is mapped for the heap yet"
    if areas:
        note = f"{hex(areas[0].start)}: "
        note += ", ".join(f"{size(nbytes)} {what}" for what, nbytes in sums.items() if nbytes)
    text = f"grew {plural(state.counts['heap_grows'], 'time')}"
    row = pictures.bar(parts or [(1, NOTHING, "", False)])
    return pictures.floor("space", "address space", note, [row], text, acting), points


def tiers_picture(steps, i):
    """Step i: the four tiers, the thread through what its allocation touched, its story."""
    step = steps[i]
    state = step.state
    start, stop = story_range(steps, i)
    spanclass = next(
        (s.detail["spanclass"] for s in reversed(steps[: i + 1]) if "spanclass" in s.detail), None
    )
    path = touched(steps, i, start)
    tier = TIER.get(step.event)
    drawn = [
        mcache_floor(state, spanclass, path, tier == "mcache"),
        mcentral_floor(state, spanclass, path, tier == "mcentral"),
        mheap_floor(state, path, tier == "mheap"),
        space_floor(state, path, tier == "space"),
    ]
    floors = [floor for floor, _ in drawn]
    thread = [point for _, points in drawn for point in points]
    lines = story(steps, i, start, stop) if len(steps) > 1 else []
    picture = pictures.picture(i, str(step), floors, floor_words(floors), thread, lines)
    return picture | {"journeys": journeys(steps, i, path, drawn[MCACHE][1])}


def journeys(steps, i, path, points):
    """[from, to] of a span that step i moved; points: where the thread passes the mcache."""
    step, now, before = steps[i], path["span"], on_its_way(steps, i - 1) if i else None
    way, held = (MCENTRAL, WAY, 0), points[-1:]
    if now and not before:
        _, tier, where = find(steps[i - 1].state, now.base) or (None, "mheap", "")
        if tier == "mheap":
            return [[(MHEAP, 0, path["pages"][0]), way]]
        name = where.rpartition(", ")[2]
        return [[(MCENTRAL, SETS.index(name), 0), way]] if name in SETS else []
    if before and not now and step.event == "slot":
        return [[way, *held]]
    return []


def floor_words(floors):
    """The floors as a table: a line for each of their rows."""
    rows = [("tier", "what", "count so far")]
    for floor in floors:
        for line in floor["rows"]:
            for row in line:
                bar = row["bar"] if "bar" in row else []
                told = [part.get("says") or part["text"] for part in bar]
                text = " · ".join(
                    filter(None, [row["label"], row["beside"], row["caption"], *told])
                )
                rows.append((floor["title"], text, floor["count"]))
    return rows
