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
PAGES = 32
ENTRIES = 8  # entries drawn of each page table
MAX_FRAMES = 192  # above that: so many around the frame of the address, and the last ones
LAST_FRAMES = 48
KINDS = {  # letter of a frame: what it stands for
    IN_USE: "filled: of this process",
    THIRD: "hatched: shared",
    "O": "O: another's",
    "F": "F: a page of a file",
    "Z": "Z: the page of zeros",
    "T": "T: table",
}
PAGE_KINDS = {
    IN_USE: "filled: in a frame",
    THIRD: "hatched: in a shared one",
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


def meanings(cells, kinds):
    """The same for the cursor: what a cell is, without how it looks."""
    return {kind: text.partition(": ")[2] for kind, text in kinds.items() if kind in cells}


# The allocator: the floors of chapter 09


def mcache(state, path, acting):
    """The slots of the P that asks; where there is one P, its words stand in the head."""
    more = path.spanclass, path.heap, acting
    floor, points = tiers.mcache_floor(state.heap, *more, whole=False)
    rows = [row for line in floor["rows"] for row in line]
    if len(rows) == 1:
        floor["note"], rows[0]["caption"] = rows[0]["caption"].removeprefix("P0: "), ""
    for row in rows:
        row["high"] = 28
    return floor, [point[1:] for point in points]


def mcentral(state, path, acting):
    """The four sets, and beside them the span on its way."""
    floor, points = tiers.mcentral_floor(state.heap, path.spanclass, path.heap, acting)
    sets, (way,) = floor["rows"]
    for row in sets:
        row["label"], _, number = row["label"].partition(": ")
        row["beside"] = row["beside"] or number
    moving = path.heap.get("span")
    way |= {"inline": False, "beside": f"to P{path.heap.get('p', 0)}" if moving else "none"}
    note = "whole spans" if path.spanclass is None else f"spans of span class {path.spanclass}"
    return {**floor, "note": note, "rows": [[*sets, way]]}, [point[1:] for point in points]


def mheap(state, path, acting):
    floor, points = tiers.mheap_floor(state.heap, path.heap, acting)
    at = [point[2] for point in points]
    row, n = floor["rows"][0][0], state.heap.pages.npages
    first, stop = window(at[0] if at else 0, n, HEAP_PAGES)
    note = row["caption"].partition(", ")[0]
    if stop - first < n:
        note += f", {first:,} to {stop - 1:,} shown" if first else f", {stop} shown"
    row = {**cut(row, first, stop), "high": 28, "caption": ""}
    return {**floor, "note": note, "rows": [[row]]}, [(0, page - first) for page in at]


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
    tells = [
        (k, k + 1, f"frame {info.pfn}")
        for k in range(PAGES)
        if (info := process.pages.get((first + k) * PAGE)) and info.present
    ]
    pages = pictures.row(
        cells,
        label=f"4 KiB pages from {hex(first * PAGE)} · {legend(cells, PAGE_KINDS)}",
        touched=[] if at is None else [(at, at + 1)],
        unit=("page", first, first * PAGE, PAGE),
        tells=tells,
        means=meanings(cells, PAGE_KINDS),
        high=22,
        big=True,
    )
    points = [point[1:] for point in points]
    whole = sum(part["share"] for part in floor["rows"][0][0]["bar"])
    mapped = sum(part["share"] for part in floor["rows"][0][0]["bar"] if part["state"] == IN_USE)
    floor["note"] = f"{size(mapped)} of {size(whole)} read-write"
    floor["rows"] = [*floor["rows"], [pages]]
    floor["count"] = f"{size(stats.resident_pages * PAGE)} resident"
    if stats.swapped_pages:
        floor["count"] += f", {plural(stats.swapped_pages, 'page')} in swap"
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
            line.append(pictures.row(RESERVED * ENTRIES, label=label, high=22))
            continue
        step = steps[level]
        first, stop = window(index, 1 << scheme.index_bits[level], ENTRIES)
        cells = "".join(_entry_cell(scheme, level, rows[step.table], k) for k in range(first, stop))
        at = index - first
        touched = [(at, at + 1)] if on_the_way else []
        tells = [(at, at + 1, entry_words(step))]
        more = {"touched": touched, "unit": ("entry", first), "tells": tells, "high": 22}
        line.append(pictures.row(cells, label=entry_words(step), **more))
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


def held(frame):
    """Who owns a frame, in words: the pages of processes, or which table it is."""
    if frame.kind == "table":
        return ", ".join(f"of process {pid}" for pid, _ in frame.owners)
    pages = [f"page {hex(va)} of process {pid}" for pid, va in frame.owners]
    return ", ".join(pages[:4]) + (f" and {len(pages) - 4} more" if len(pages) > 4 else "")


def frames(state, path, acting, nslots):
    """All frames, or those around the one in use and the last; below them `nslots` of swap."""
    machine, process, pfn = state.machine, process_of(state), None
    if path.walked and path.va is not None and process:
        info = process.pages.get(path.va // PAGE * PAGE)
        pfn = info.pfn if info and info.present else None
    cells = "".join(frame_cell(frame, state.pid) for frame in machine.frames)
    free, n = cells.count(FREE), len(cells)
    caption = f"{legend(cells, KINDS)} · empty: free"
    boxes = []
    if not free and machine.next_victim is not None:
        boxes = [(machine.next_victim, machine.next_victim + 1)]
        caption += " · dashed frame: its page goes next"
    row = pictures.row(
        cells,
        caption=caption,
        touched=[] if pfn is None else [(pfn, pfn + 1)],
        boxes=boxes,
        unit=("frame", 0),
        tells=[(k, k + 1, held(frame)) for k, frame in enumerate(machine.frames) if frame.owners],
        means=meanings(cells, KINDS),
        high=44,
        big=True,
    )
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
    note = f"{n - free:,} of {plural(n, 'frame')} of 4 KiB in use"
    floor = pictures.floor("frames", "frames", note, lines, count, acting)
    return floor, [] if pfn is None else [point]
