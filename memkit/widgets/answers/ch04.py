"""Chapter 04: an access, a call on areas, the faults of a fork, a deep recursion.

Each is drawn as the chapter draws a process: its areas from top to bottom, the frames below.
"""

from memkit.trace import hex, plural
from memkit.vm.layouts import LAYOUTS
from memkit.vm.vma import PAGE
from memkit.widgets.answers.maps import page_row, process_map
from memkit.widgets.process_fields import Fixed
from memkit.widgets.process_map import ProcessGrid
from memkit.widgets.process_picture import cell, hole, kernel_rows, row

GRIDS = dict.fromkeys(("access", "change", "faults", "recursion"), ProcessGrid)
GAP = 256  # pages
MOST = 12  # cells of an area, areas of an answer
KINDS = {"r": "read", "w": "write", "x": "fetch"}
FORKED = (
    "rw- or r--: what the entry of the page allows · a number: its frame · hatched: others have "
    "that frame too · Z: the page of zeros"
)


def access(answer, address, kind, areas):
    """Is an area there, does it allow this: MAPERR says no to the first, ACCERR to the second."""
    here = next((area for area in areas if area[0] <= address < area[1]), None)
    below = [area for area in areas if area[1] <= address]
    what, at = f"{KINDS[kind]} at {hex(address)}", hex(address)
    told = [f"a {what}"]

    def shown(sentence, state, verdict=""):
        """The page in this state; in a hole it is drawn only where the answer sees an area."""
        rows, top = [], LAYOUTS["x86_64"].user_end
        if address >= top:
            rows = kernel_rows(Fixed((), "", top, 0xFFFF800000000000, 1 << 64), "")
        for start, end, rights in [*reversed(areas), (0, 0, "")]:
            if end < top:
                rows.append(hole("", end, top))
            if rights:
                cells = [
                    cell("", state if on else "none", on)
                    for on in (va == address // PAGE * PAGE for va in range(start, end, PAGE))
                ]
                rows.append(row("area", "", "area", start, end, prot=rights, cells=cells))
            top = start
        edges = [1 << 64, *(int(line["at"], 16) for line in rows)]
        for line, end, start in zip(rows, edges, edges[1:], strict=False):
            if start <= address < end:
                line["touched"], line["note"] = True, f"◂ {verdict or what}"
                if not here and state != "none":
                    line["cells"] = [cell("", state, True)]
        return process_map(sentence, [("the process", (), False, rows)], told)

    yield shown(f"a {what}: is an area there?", "none")
    if here:
        fact = f"{at} lies in an area, {hex(here[0])} to {hex(here[1])}"
    elif below:
        fact = f"{at} lies in no area: the one below it ends at {hex(below[-1][1])}"
    else:
        fact = f"{at} lies in no area, and none begins below it"
    mapped = answer in ("served", "ACCERR")
    but = ", yet" if mapped == (here is None) else ", so"
    told.append(("is an area there?", "yes" if mapped else f"no: SIGSEGV, {answer[:40]}"))
    claimed = "none" if here else "more"
    if not mapped:
        yield shown(f"{fact}{but} the answer is {answer[:40]}.", "none", answer[:40])
        return
    yield shown(
        f"{fact}{but} {'its rights decide' if here else 'it counts as mapped'}.",
        claimed,
        "mapped",
    )
    fact = f"a {KINDS[kind]} needs {kind}, the area is {here[2]}" if here else "no area allows this"
    served = answer == "served"
    but = ", yet" if served != bool(here and kind in here[2]) else ", so"
    told.append((f"does it allow {kind}?", "yes: served" if served else "no: SIGSEGV, ACCERR"))
    end = "served" if served else "ACCERR"
    yield shown(f"{fact}{but} it is {end}.", "own" if served else claimed, end)


def _listed(areas, now=None, note=""):
    """The rows of a list of areas in pages, the last one on top; holes between them."""
    rows, top = [], None
    for start, end, rights in [*reversed(areas), (0, 0, None)]:
        if top is None or end < top:
            on = now is not None and end <= now and (top is None or now < top)
            cells = [cell(str(now), "more", True)] if on else []
            rows.append(page_row("free", "free", end, top and top - end, "", on, note, cells))
        if rights is not None:
            pages = range(start, end) if end - start <= MOST else ()
            cells = [cell(str(page), "none", page == now) for page in pages]
            rows.append(
                page_row("area", "area", start, end - start, rights, now in pages, note, cells)
            )
        top = start
    return rows


def _rights(areas, page):
    return next((rights for start, end, rights in areas if start <= page < end), None)


def _shown(areas):
    """A list of areas as the task writes it."""
    said = ", ".join(f"({start}, {end}, {rights})" for start, end, rights in areas[:MOST])
    return (said or "nothing") + (" ..." if len(areas) > MOST else "")


def change(answer, areas, first, end, rights):
    """Page by page upwards, as the answer leaves each; at the end its areas as they stand."""
    error, after = answer[0] and str(answer[0])[:40], answer[1]
    before = {page: old for start, stop, old in areas for page in range(start, stop)}
    name = "munmap" if rights is None else f"mprotect to {rights}"
    title = f"{name}, pages {first} to {end - 1}" if end - first > 1 else f"{name}, page {first}"
    cuts = {stop for start, stop, _ in areas} | {start for start, _, _ in areas}
    now, gap, returned = dict(before), None, []

    def shown(sentence, listed, page=None, note=""):
        columns = [
            ("before", [title], False, _listed(areas)),
            ("after it" if page is None else "so far", returned, True, _listed(listed, page, note)),
        ]
        legend = "a number in a box: a page · in front of a row: the first page of it"
        return process_map(sentence, columns, (), legend)

    for page in range(first, end):
        old = before.get(page)
        new = _rights(after, page)
        where = f"page {page}" if gap is None else f"behind the hole at {gap}, page {page}"
        if old is None:
            did = "is not mapped either" if gap is not None else f"is not mapped: {error}"
            if gap is None and error is None:
                did = "is not mapped: no error, it is passed over"
            if gap is None:
                gap = page
                returned = [f"returns {error}"]
            where = f"page {page}"
            did += "" if new is None else f", and it gets {new}"
        elif new is None:
            did = "is unmapped"
        elif new == old:
            did = f"has {old} already" if new == rights else f"stays {old}"
        else:
            did = f"becomes {new}"
        now.pop(page, None)
        if new is not None:
            now[page] = new
        listed, edges = [], cuts | {first, page + 1}
        for at in sorted(now):
            if listed and listed[-1][1:] == (at, now[at]) and at not in edges:
                listed[-1] = (listed[-1][0], at + 1, now[at])
            else:
                listed.append((at, at + 1, now[at]))
        yield shown(f"{where} {did}.", listed, page, f"◂ {did}")
    returned = [f"returns {error}"]
    said = f"it returns {error}, {plural(len(after), 'area')} in the end: {_shown(after)}"
    for page in sorted(before.keys() - range(first, end)):
        new = _rights(after, page)
        if new != before[page]:
            said += f"; page {page}, outside of the range, is {new or 'gone'}"
            break
    yield shown(f"{said}.", after[:MOST])


def faults(answer, events):
    """Entries and frames, changed as the answer says at each access; frame 0 is that of zeros."""
    tables, asked, taken = {"A": {}}, 0, 0  # process -> page -> (frame, writable)
    nframes = 1 + sum(does in ("read", "write") for _, does, _ in events)
    counts = {}  # faults
    for i, (who, does, what) in enumerate(events):
        table, at = tables[who], None
        if does == "fork":
            tables[who] = {page: (frame, False) for page, (frame, _) in table.items()}
            tables[what] = dict(tables[who])
            said = f"{who} forks {what}: the same entries, read-only for both"
        elif does == "exit":
            del tables[who]
            said = f"{who} ends, and its entries with it"
        else:
            at, word = what, answer[asked][:40] if asked < len(answer) else "nothing"
            asked += 1
            fact = _entry(tables, who, at)
            gets = {
                "none": f"the {does} goes through",
                "zeros": "a fault maps the page of zeros",
                "fresh": f"a fault takes frame {taken + 1}",
                "copy": f"a fault copies it into frame {taken + 1}",
                "sole": "a fault makes the entry writable",
            }.get(word, "which is none of the five")
            said = f"{who} {does}s page {at} ({fact}): {word}, {gets}"
            counts[who] = counts.get(who, 0) + (word in ("zeros", "fresh", "copy", "sole"))
            if word == "zeros":
                table[at] = 0, False
            elif word in ("fresh", "copy"):
                table[at] = taken, _ = taken + 1, True
            elif word == "sole" and at in table:
                table[at] = table[at][0], True
        columns = []
        for name in tables:
            number = plural(counts.get(name, 0), "fault")
            rows = [_entry_row(tables, name, page, (name, at) == (who, page)) for page in (1, 0)]
            columns.append((f"process {name}", [number], name == who, rows))
        now = tables[who].get(at) if at is not None else None
        strip = _frames(tables, nframes, now and now[0])
        yield process_map(f"{i}: {said}.", columns, (), FORKED, [strip])


def _users(tables, frame):
    return [name for name in tables if any(frame == held for held, _ in tables[name].values())]


def _entry(tables, who, page):
    """What the page table has for this page, in words."""
    frame, writable = tables[who].get(page, (None, False))
    if not frame:
        return "untouched" if frame is None else "the page of zeros, read-only"
    others = [name for name in _users(tables, frame) if name != who]
    shared = f"{' and '.join(others) or 'nobody else'} {'have' if len(others) > 1 else 'has'} it"
    return f"frame {frame}, {'writable' if writable else 'read-only'}, {shared}"


def _entry_row(tables, who, page, now):
    frame, writable = tables[who].get(page, (None, False))
    if frame is None:
        box, rights = cell("", "none", now), ""
    else:
        alone = frame and len(_users(tables, frame)) == 1
        box = cell(str(frame or "Z"), "own" if alone else "shared", now)
        rights = "rw-" if writable else "r--"
    return page_row("area", f"page {page}", "", 0, rights, now, cells=[box])


def _frames(tables, nframes, now):
    """The strip of frames: the page of zeros, then those that can be taken."""
    cells = [cell("Z", "shared", now == 0, label="0")]
    for frame in range(1, nframes):
        users = _users(tables, frame)
        state = ("none", "own", "shared")[min(len(users), 2)]
        cells.append(cell("+".join(users), state, frame == now, label=str(frame)))
    return {"title": "frames", "note": "and whose they are", "cells": cells}


def recursion(answer, top, limit, frame, below):
    """Call by call, until one is not served. The stack grows as far as the answer lets it."""
    calls, end = answer
    first, stop, rights = below
    gap = 0 if rights == "---" else GAP
    for call in range(1, top // frame + 1):
        page, served = top - call * frame, call <= calls
        if first <= page < stop:
            fact = f"in the area below, which is {rights}"
        elif page < first:
            fact = "behind the area below"
        else:
            fact = f"stack {top - page:,} of at most {limit:,} pages"
            fact += f", free below {page - stop:,} of at least {gap}"
        gets = "served" if served else end or "nothing"
        told = [
            f"call {call} writes page {page}",
            ("the stack then has", f"{plural(top - page, 'page')} of at most {limit:,}"),
            ("free below it are", f"{max(page - stop, 0):,} pages of at least {gap}"),
            ("the call gets", gets),
        ]
        said = f"call {call} writes page {page} ({fact}): {gets}"
        if call == 1 and calls < 0:
            said += f", as {calls:,} calls are served"
        if call == top // frame and calls > call:
            said += f"; no page is left for the {calls - call:,} calls more"
        low = page if served else page + frame
        rows = _stack(top, low, top - limit, below, gap, page, f"◂ call {call}: {gets}")
        legend = "not to scale · in front of a row: the first page of it"
        yield process_map(f"{said}.", [("the process", (), False, rows)], told, legend)
        if not served:
            return


def _stack(top, low, limit, below, gap, page, note):
    """The rows from the stack down, which now begins at page `low`; that page is noted."""
    first, stop, rights = below
    guard = stop + gap
    rows = [("area", "stack", top, low, "rw-"), ("free", "free", low, max(limit, guard), "")]
    rows.append(("free", "beyond the limit", min(low, limit), guard, ""))
    rows.append(("guard", "guard gap", min(low, guard), stop, ""))
    rows.append(("area", "reserved" if rights == "---" else "memory", stop, first, rights))
    rows.append(("free", "free", first, 0, ""))
    drawn = []
    for kind, name, start, end, prot in rows:
        if start > end:
            now = (end <= page < start) and not any(line["touched"] for line in drawn)
            drawn.append(page_row(kind, name, end, start - end, prot, now, note))
    return drawn
