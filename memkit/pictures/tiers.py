"""The tiers: mcache, mcentral, mheap and the address space, and the path an allocation takes."""

from memkit import pictures
from memkit.checks import hex, plural, size
from memkit.golang import PAGE_SIZE
from memkit.pictures.language import FREE, IN_USE, RESERVED
from memkit.pictures.span import SETS, find, slots_caption

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
    """
    state = steps[i].state
    path = {}
    for step in steps[i if steps[start].event in ("mark", "scavenge", "flush") else start : i + 1]:
        detail = step.detail
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
    if "address" in path and "pages" in path:
        path["address"] = state.pages.base + path["pages"][0] * PAGE_SIZE
    return path


def mcache_floor(state, spanclass, path, acting):
    p, slot = path.get("slot", (0, None))
    shown = list(range(min(MAX_PS, len(state.procs))))
    if p not in shown:
        shown[-1] = p
    rows = []
    for q in shown:
        proc = state.procs[q]
        span = proc.alloc.get(spanclass)
        at = None if "slot" not in path or q != p else slot
        if span is None:
            dashed = [(0, 1)] if "slot" in path and q == p else []
            what = (
                f"P{q} holds no span of class {spanclass}"
                if spanclass is not None
                else f"P{q} holds {plural(len(proc.alloc), 'span')}"
            )
            if spanclass in (0, 1):
                what = f"P{q}: large objects pass by, no mcache holds their spans"
            rows.append(pictures.row(RESERVED, beside=what, touched=dashed))
            continue
        if "slot" in path and q == p and at is None:
            at = span.nelems - 1
        caption = f"P{q}: {slots_caption(span)} · P{q} holds {plural(len(proc.alloc), 'span')}"
        if spanclass == 5 and proc.tiny:
            caption += f" · tiny block {hex(proc.tiny)}: {proc.tinyoffset} of 16 B taken"
        rows.append(
            pictures.row(
                pictures.bits(span.allocated, span.nelems),
                caption=caption,
                touched=[] if at is None else [(at, at + 1)],
                high=52 if len(shown) == 1 else 28,
            )
        )
    counts = state.counts
    point = (MCACHE, shown.index(p), max(0, _first_touched(rows[shown.index(p)])))
    return (
        pictures.floor(
            "mcache",
            "mcache",
            "one for each P, no lock",
            rows,
            f"served {max(0, counts['hits']):,} of {counts['mallocs']:,}",
            acting,
        ),
        point if "slot" in path else None,
    )


def _first_touched(row):
    return row["touched"][0][0] if row["touched"] else 0


def mcentral_floor(state, spanclass, path, acting):
    central = state.central.get(spanclass, ((), (), (), ()))
    rows = []
    for k, (name, spans) in enumerate(zip(SETS, central, strict=True)):
        cells = "".join(_level(span) for span in spans[:MAX_SPANS]) or RESERVED
        more = f"and {len(spans) - MAX_SPANS:,} more" if len(spans) > MAX_SPANS else ""
        if not spans:
            more = "ask below" if k == 0 and path.get("set") == "no partial" else "none"
        at = [(0, 1)] if k == 0 and "set" in path else []
        rows.append(
            pictures.row(
                cells,
                label=f"{name}: {len(spans):,}" if spans else name,
                beside="" if spans else more,
                caption=more if spans else "",
                touched=at,
                big=True,
            )
        )
    counts = state.counts
    note = "whole spans that no P holds"
    if spanclass is not None:
        note = f"span class {spanclass}: " + note
    found = counts["from_partial"] + counts["from_sweep"]
    text = f"{plural(counts['refills'], 'refill')}, {found:,} found here"
    floor = pictures.floor("mcentral", "mcentral", note, [rows], text, acting)
    return floor, (MCENTRAL, 0, 0) if "set" in path else None


def _level(span):
    """A span as a cell: filled as far as its slots are in use."""
    if span.alloc_count >= span.nelems:
        return IN_USE
    return (
        str(min(8, max(1, round(9 * span.alloc_count / span.nelems)))) if span.alloc_count else FREE
    )


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
        caption += f", {cached:,} free in page caches (dashed: the 64 pages that a P took)"
    marks = [(path["pages"][0], sum(path["pages"]))] if "pages" in path else []
    counts = state.counts
    text = f"{plural(counts['grows'], 'span')} made, {counts['large']:,} large"
    row = pictures.row(cells, caption=caption, touched=marks, boxes=boxes, per=64, high=108)
    floor = pictures.floor("mheap", "mheap", "pages of 8 KiB, first fit", [row], text, acting)
    return floor, (MHEAP, 0, path["pages"][0]) if "pages" in path else None


def space_floor(state, path, acting):
    areas = [vma for vma in state.vmas if "Go" in vma.name]
    parts, point = [], None
    for k, vma in enumerate(areas):
        here = False
        if vma.start <= path.get("address", -1) < vma.end:
            place = (path["address"] - vma.start) / (vma.end - vma.start)
            here = min(0.97, max(0.03, place))
            point = (SPACE, 0, k + here)
        length = size(vma.end - vma.start)
        reserved = vma.prot.startswith("---")
        text = f"{hex(vma.start)} " + (f"{length} reserved" if reserved else f"{length} read-write")
        parts.append((vma.end - vma.start, RESERVED if reserved else IN_USE, text, here))
    row = (
        pictures.bar(parts)
        if parts
        else pictures.row("", caption="nothing mapped for the heap yet")
    )
    text = f"grew {plural(state.counts['heap_grows'], 'time')}"
    note = "addresses, no memory spent yet"
    return pictures.floor("space", "address space", note, [row], text, acting), point


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
    thread = [point for _, point in drawn if point]
    lines = story(steps, i, start, stop) if len(steps) > 1 else []
    return pictures.picture(i, str(step), floors, floor_words(floors), thread, lines)


def floor_words(floors):
    """The floors as a table: a line for each of their rows."""
    rows = [("tier", "what", "count so far")]
    for floor in floors:
        for line in floor["rows"]:
            for row in line:
                told = [part["text"] for part in row["bar"]] if "bar" in row else []
                text = " · ".join(
                    filter(None, [row["label"], row["beside"], row["caption"], *told])
                )
                rows.append((floor["title"], text, floor["count"]))
    return rows
