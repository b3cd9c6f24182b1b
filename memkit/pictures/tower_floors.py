"""The floors of the tower, a function each: TowerState and Path in, (floor, points) out.

points   [row, cell] of the floor where the thread passes, in order
window   a part of a row that is too long to be shown whole: it begins at a multiple of its length
"""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import PAGE, hex, plural, size
from memkit.pictures import tiers
from memkit.pictures.language import FREE, IN_USE, RESERVED, THIRD
from memkit.pictures.tlb import walk_back

HEAP_PAGES = 128  # pages of 8 KiB that are drawn, and of 4 KiB
PAGES = 48
ENTRIES = 8  # entries drawn of each page table
MAX_FRAMES = 192  # above that: so many around the frame of the address, and the last ones
LAST_FRAMES = 48
KINDS = {  # letter of a frame: what it stands for
    IN_USE: "filled: memory of this process",
    THIRD: "hatched: shared by several",
    "O": "O: of another process",
    "F": "F: a page of a file",
    "Z": "Z: the page of zeros",
    "T": "T: a page table",
}
PAGE_KINDS = {
    IN_USE: "filled: in a frame",
    THIRD: "hatched: in a frame that others have too",
    "S": "S: in swap",
    "Z": "Z: the page of zeros",
    FREE: "empty: no memory yet",
    RESERVED: "dashed: no access",
}


class Path(NamedTuple):
    """What a story has touched so far.

    heap    {"slot": (p, slot), "set": ..., "pages": (first, n), "address": ...}, as in tiers
    va      the address it is about, or None
    walked  the page tables were used on its way
    """

    spanclass: int | None
    heap: dict
    va: int | None
    walked: bool


def window(at, n, length):
    """First and last-plus-one of `length` of `n` things, so that `at` is among them."""
    first = max(0, min(at, n - 1)) // length * length
    return first, min(n, first + length)


def cut(row, first, stop):
    """Only the cells first .. stop - 1 of a row of cells."""

    def inside(spans):
        moved = [[max(a, first) - first, min(b, stop) - first] for a, b in spans]
        return [span for span in moved if span[0] < span[1]]

    row = {**row, "cells": row["cells"][first:stop]}
    if "unit" in row:
        unit = row["unit"]
        base = unit["base"] is not None and unit["base"] + first * unit["size"]
        row["unit"] = {**unit, "first": unit["first"] + first, "base": base or None}
    if "tells" in row:
        texts = {tuple(one[:2]): one[2] for one in row["tells"]}
        told = [(inside([span]), text) for span, text in texts.items()]
        row["tells"] = [[*span, text] for spans, text in told for span in spans]
    return {**row, "touched": inside(row["touched"]), "boxes": inside(row["boxes"])}


def legend(cells, kinds):
    """What the kinds of cells that occur stand for."""
    return " · ".join(text for kind, text in kinds.items() if kind in cells)


# The allocator: the floors of chapter 09


def mcache(state, path, acting):
    more = path.spanclass, path.heap, acting
    floor, points = tiers.mcache_floor(state.heap, *more, whole=False)
    return floor, [point[1:] for point in points]


def mcentral(state, path, acting):
    floor, points = tiers.mcentral_floor(state.heap, path.spanclass, path.heap, acting)
    note = "whole spans" if path.spanclass is None else f"spans of span class {path.spanclass}"
    return {**floor, "note": note}, [point[1:] for point in points]


def mheap(state, path, acting):
    floor, points = tiers.mheap_floor(state.heap, path.heap, acting)
    at = [point[2] for point in points]
    row, n = floor["rows"][0][0], state.heap.pages.npages
    first, stop = window(at[0] if at else 0, n, HEAP_PAGES)
    row = {**cut(row, first, stop), "per": 0, "high": 44}
    if stop - first < n:
        row["caption"] += f"; pages {first:,} to {stop - 1:,} are shown"
    return {**floor, "rows": [[row]]}, [(0, page - first) for page in at]


# The kernel's side


def process_of(state):
    """The ProcessState of the tower's own process; None once it has exited."""
    return next((p for p in state.machine.processes if p.pid == state.pid), None)


def page_cell(state, process, va):
    """One character for a page of 4 KiB."""
    info = process.pages.get(va)
    if info is None:
        vma = next((vma for vma in process.vmas if vma.start <= va < vma.end), None)
        return FREE if vma and vma.prot != "---" else RESERVED
    if info.swapped:
        return "S"
    if state.machine.frames[info.pfn].kind == "zero":
        return "Z"
    return IN_USE if len(state.machine.frames[info.pfn].owners) < 2 else THIRD


def space(state, path, acting):
    """The areas of the heap to scale, and below them the pages around the address."""
    va = path.va
    shown = path.heap if va is None else {**path.heap, "address": va}
    floor, points = tiers.space_floor(state.heap, shown, acting)
    process = process_of(state)
    if process is None:
        row = pictures.row("", caption="the process has exited: no areas, no pages")
        return {**floor, "note": "areas and their pages", "rows": [[row]]}, []
    base = state.heap.pages.base
    first, _ = window((base if va is None else va) // PAGE, 1 << 36, PAGES)
    cells = "".join(page_cell(state, process, (first + k) * PAGE) for k in range(PAGES))
    at = None if va is None else va // PAGE - first
    stats = process.stats
    caption = f"{plural(stats.resident_pages, 'page')} of the process in frames"
    if stats.swapped_pages:
        caption += f", {stats.swapped_pages:,} in swap"
    pages = pictures.row(
        cells,
        label=f"pages of 4 KiB from {hex(first * PAGE)} on",
        caption=f"{caption} · {legend(cells, PAGE_KINDS)}",
        touched=[] if at is None else [(at, at + 1)],
        high=44,
        big=True,
    )
    points = [point[1:] for point in points]
    floor = {**floor, "note": "areas and their pages", "rows": [*floor["rows"], [pages]]}
    floor["count"] = f"{size(stats.resident_pages * PAGE)} resident"
    return floor, points + ([] if at is None else [(len(points) and 1, at)])


def entry_words(step):
    """PTE[0] → 1: the entry names frame 1."""
    if step.kind in ("table", "page"):
        end = f" → {step.pfn}"
    else:
        end = ": in swap" if step.entry else ": empty"
    return f"{step.name}[{step.index}]{end}"


def table(state, path, acting):
    """One table a level, side by side: the entries around the one on the way of the address."""
    scheme = state.scheme
    va = state.heap.pages.base if path.va is None else path.va
    steps, rows = walk_back(scheme, state.tables, va), {}
    for _, pfn, data in state.tables.tables:
        rows[pfn] = data
    on_the_way, line, points = path.walked and path.va is not None, [], []
    indexes, _ = scheme.split(va)
    for level, (name, index) in enumerate(zip(scheme.names, indexes, strict=True)):
        if level >= len(steps):
            label = f"{name}[{index}]: no table"
            line.append(pictures.row(RESERVED * ENTRIES, label=label, high=26))
            continue
        step = steps[level]
        first, stop = window(index, 1 << scheme.index_bits[level], ENTRIES)
        cells = "".join(_entry_cell(scheme, level, rows[step.table], k) for k in range(first, stop))
        at = index - first
        touched = [(at, at + 1)] if on_the_way else []
        line.append(pictures.row(cells, label=entry_words(step), touched=touched, high=26))
        points += [(level, at)] if on_the_way else []
    text = f"{scheme.levels} levels, {plural(len(rows), 'table')}"
    note = "an entry → a frame"
    return pictures.floor("table", "page tables", note, [line], text, acting), points


def _entry_cell(scheme, level, data, index):
    at = index * scheme.pte_bytes
    entry = int.from_bytes(data[at : at + scheme.pte_bytes], "little")
    if scheme.kind(level, entry) in ("table", "page"):
        return IN_USE
    return "S" if entry else FREE


def frame_cell(frame, pid):
    """One character for a frame, as the process `pid` sees it."""
    if frame.kind in ("anon", "file"):
        pids = {owner for owner, _ in frame.owners}
        if len(pids) > 1:
            return THIRD
        if pids and pid not in pids:
            return "O"
        return "F" if frame.kind == "file" else IN_USE
    return {"table": "T", "zero": "Z"}.get(frame.kind, FREE)


def frames(state, path, acting, nslots):
    """All frames, or those around the one in use and the last; below them `nslots` of swap."""
    machine, process, pfn = state.machine, process_of(state), None
    if path.walked and path.va is not None and process:
        info = process.pages.get(path.va // PAGE * PAGE)
        pfn = info.pfn if info and info.present else None
    cells = "".join(frame_cell(frame, state.pid) for frame in machine.frames)
    free, n = cells.count(FREE), len(cells)
    caption = f"{n - free:,} of {plural(n, 'frame')} in use · {legend(cells, KINDS)} · empty: free"
    boxes = []
    if not free and machine.next_victim is not None:
        boxes = [(machine.next_victim, machine.next_victim + 1)]
        caption += " · dashed frame: its page goes next"
    touched = [] if pfn is None else [(pfn, pfn + 1)]
    row = pictures.row(cells, caption=caption, touched=touched, boxes=boxes, high=64, big=True)
    rows, point = [row], (0, pfn)
    if n > MAX_FRAMES + LAST_FRAMES:
        end = n - LAST_FRAMES
        first, stop = window(min(pfn or 0, end - 1), end, MAX_FRAMES)
        label = f"frames {first:,} to {stop - 1:,}"
        near = {**cut(row, first, stop), "label": label, "caption": ""}
        last = {**cut(row, end, n), "label": f"frames {end:,} to {n - 1:,}"}
        rows = [near, last]
        point = (1, pfn - end) if (pfn or 0) >= end else (0, (pfn or 0) - first)
    if nslots:
        used = "".join("S" if slot in machine.swap else FREE for slot in range(nslots))
        label = f"swap: {plural(len(machine.swap), 'slot')} in use"
        rows.append(pictures.row(used, label=label, high=44, big=True))
    count = f"{free:,} free"
    if machine.counts["evictions"]:
        count += f", {plural(machine.counts['evictions'], 'eviction')}"
    lines = [[row] for row in rows]
    floor = pictures.floor("frames", "frames", "physical, 4 KiB each", lines, count, acting)
    return floor, [] if pfn is None else [point]
