"""The picture of a process: its address space from top to bottom, its pages, the frames below.

row     a piece of the address space: an area, a hole, the guard gap, the kernel; not to scale
strip   small boxes: the pages of an area, lowest address first, or the frames of the machine
own     a page whose frame nobody else has; shared: others have it too, as after a fork
"""

from memkit.checks import PAGE, UNITS, hex, plural, size
from memkit.pictures.fork import fork_picture
from memkit.pictures.process_fields import area_name, fields_at, frame_told, pages_of, told
from memkit.vm.vma import GUARD_GAP

MOST_CELLS = (12, 7)  # in the strip of an area, of one process and of two side by side
MOST_FRAMES = 64
MOST_PROCESSES = 2  # side by side
LEGEND = (
    "filled: a frame of its own, with its number · hatched: others have it too · Z: the page of "
    "zeros · S: in swap · empty: no memory yet · an address is the lower edge of its row"
)
FORK_LEGEND = (
    "hatched: shared until one of them writes · filled: a frame of its own · a line leads from a "
    "page to its frame: its number, who has it"
)
HINT = "Pick an area, a number or a frame, by a click or with ↓ and ↑: which field holds it?"
FRAMES_LEGEND = (
    "1, 2: memory of that process · 1+2: of both until one writes · F: a page of a file · "
    "T: a page table · Z: the page of zeros · empty: free"
)


# Strips


def cell(text, state, touched=False, key="", label=""):
    return {"text": text, "state": state, "touched": touched, "key": key, "label": label}


def page_cell(info, frames):
    """(text, state) of a page: which frame, and is it alone there?"""
    if info.swapped:
        return "S", "swap"
    if not info.present:
        return "", "none"
    kind = frames[info.pfn].kind
    if kind == "zero":
        return "Z", "shared"
    return str(info.pfn), "own" if info.exclusive and kind == "anon" else "shared"


def strip(process, vma, frames, touched=None, most=MOST_CELLS[0]):
    """The pages of an area as cells: many alike in a row are one cell with their number."""
    known, runs, at = pages_of(process, vma), [], vma.start
    for va, info in [*sorted(known.items()), (vma.end, None)]:
        if va > at:
            runs.append([("", "none"), (va - at) // PAGE, False])
        if info:
            runs.append([page_cell(info, frames), 1, va == touched])
        at = va + PAGE
    if len(runs) > most:
        runs = _joined(runs)
    cells = []
    for (text, state), n, on in runs:
        if state == "none" and n <= 3:
            cells += [cell("", state)] * n
        else:
            cells.append(cell(f"{n:,} pages" if n > 1 else text, state, on))
    return cells if len(cells) <= most else [*cells[: most - 1], cell("…", "more")]


def _joined(runs):
    """Runs of pages with the same state become one, whatever their frames."""
    joined = []
    for (text, state), n, on in runs:
        if joined and joined[-1][0][1] == state and not on and not joined[-1][2]:
            joined[-1][1] += n
        else:
            joined.append([(text, state), n, on])
    return joined


def frame_cell(pfn, frame, touched):
    pids = sorted({pid for pid, _ in frame.owners})
    who = "+".join(map(str, pids))
    key, label = f"frame {pfn}", str(pfn)
    if frame.kind == "free":
        return cell("", "none", touched, key, label)
    if frame.kind == "table":
        return cell(f"T{who}", "table", touched, key, label)
    if frame.kind == "zero":
        return cell("Z", "shared", touched, key, label)
    letter = "F" if frame.kind == "file" else ""
    return cell(letter + who, "shared" if letter or len(pids) > 1 else "own", touched, key, label)


def frames_strip(state, touched):
    """Every frame of a small machine; of a large one those in use."""
    frames = list(enumerate(state.frames))
    used = [(pfn, frame) for pfn, frame in frames if frame.kind != "free"]
    shown = frames if len(frames) <= MOST_FRAMES else used[:MOST_FRAMES]
    note = f"{len(used)} of {plural(len(frames), 'frame')} in use"
    if len(shown) < len(frames):
        note += f", {'all' if len(shown) == len(used) else f'the first {len(shown)}'} shown"
    cells = [frame_cell(pfn, frame, pfn == touched) for pfn, frame in shown]
    return {"title": "frames", "note": note, "cells": cells}


# Rows


def about(nbytes):
    """A size of which only the first digits matter: 2.7 GiB, 127 MiB."""
    for unit, scale in UNITS:
        if nbytes >= scale:
            return f"{nbytes / scale:.{0 if nbytes >= 100 * scale else 1}f}".removesuffix(".0") + (
                f" {unit}"
            )
    return f"{nbytes} B"


def row(kind, key, name, start, end, **more):
    """`start` is what stands at its lower edge."""
    given = {
        "kind": kind, "key": key, "name": name, "size": size(end - start), "at": hex(start),
        "prot": "", "cells": [], "share": None, "marks": "", "note": "", "touched": False,
    }  # fmt: skip
    return {**given, **more}


def hole(who, start, end, name="free", note=""):
    return row("free", f"{who} free {hex(start)}", name, start, end, size=about(end - start),
               note=note)  # fmt: skip


def hole_rows(who, start, end, above):
    """The rows of what lies free between two areas; below a stack its guard gap comes first."""
    rows = []
    if above is not None and above.grows_down:
        guard = max(start, end - GUARD_GAP)
        rows.append(row("guard", f"{who} guard {hex(guard)}", "guard gap", guard, end,
                        note="stays empty"))  # fmt: skip
        end = guard
    if end > start:
        rows.append(hole(who, start, end))
    return rows


def kernel_rows(fixed, who):
    rows = [row("kernel", f"{who} kernel", "kernel", fixed.kernel_start, fixed.top,
                size=about(fixed.top - fixed.kernel_start),
                note="not for the process")]  # fmt: skip
    if fixed.kernel_start > fixed.user_end:
        note = "needs more than 48 bits" if fixed.top > 1 << 32 else ""
        rows.append(hole(who, fixed.user_end, fixed.kernel_start, "no addresses", note))
    return rows


def space_rows(process, fixed, frames, touched, fields, changed=(), most=MOST_CELLS[0]):
    """The address space of a ProcessState, top first. touched: a va, changed: an address range."""
    who, rows, top, above = process.pid, kernel_rows(fixed, process.pid), fixed.user_end, None
    names = {}
    for field in fields:
        if field.struct == "mm_struct" and isinstance(field.value, int):
            names.setdefault(field.value, []).append(field.field)
    for vma in reversed(process.vmas):
        if top > vma.end:
            rows += hole_rows(who, vma.end, top, above)
        cells = strip(process, vma, frames, touched, most)
        on = touched is not None and vma.start <= touched < vma.end
        if changed:
            on |= vma.start < changed[1] and changed[0] < vma.end
        rows.append(row("area", f"{who} area {hex(vma.start)}", area_name(vma, fixed), vma.start,
                        vma.end, prot=vma.prot + ("s" if vma.shared else ""), cells=cells,
                        touched=on))  # fmt: skip
        top, above = vma.start, vma
    rows += hole_rows(who, 0, top, above)
    for line in rows:
        here = names.get(int(line["at"], 16), ()) if line["at"] != "0x0" else ()
        if line["kind"] == "free" and "brk" in here:
            line["note"] = "↑ heap · ↓ mappings"
        line["marks"] = ", ".join(name for name in here if not name.endswith("_vm"))
    return rows


def header(process):
    """The numbers above a process, each with the field that holds it."""
    stats, who = process.stats, process.pid
    parent = f", child of {process.parent}" if process.parent else ""
    return [
        [f"{who} field pid", f"process {who}{parent}"],
        [f"{who} field min_flt", plural(stats.minor_faults, "minor fault")],
        [f"{who} field maj_flt", plural(stats.major_faults, "major fault")],
        [f"{who} field rss_stat", f"{plural(stats.resident_pages, 'page')} in frames"],
        [f"{who} field pgtables_bytes", f"{size(stats.page_table_bytes)} of tables"],
    ]


# The whole


def sentence(step):
    text = str(step)
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else text + "."


def shown_processes(step):
    """The oldest process, and beside it the one that acts or else the youngest."""
    processes = step.state.processes
    if len(processes) <= MOST_PROCESSES:
        return processes
    actors = (step.detail.get("child"), step.detail.get("pid"))
    beside = next((p for pid in actors for p in processes[1:] if p.pid == pid), processes[-1])
    return processes[0], beside


def _touched(step):
    """(process, va, pfn, changed range) that the step is about, each None where it is not."""
    detail, processes = step.detail, step.state.processes
    process = next((p for p in processes if p.pid == detail.get("pid")), None)
    va = detail.get("va")
    if va is not None and process:
        va = va // PAGE * PAGE
        info = process.pages.get(va)
        return process, va, info.pfn if info else None, None
    addr = detail.get("addr")
    if addr is not None:
        end = addr + detail.get("length", 0)
        if step.event == "brk":
            addr, end = addr - 1, addr
        holds = [
            p for p in processes
            if p.brk == end or any(v.start < end and addr < v.end for v in p.vmas)
        ]  # fmt: skip
        process = process or (holds[-1] if holds else None)
        return process, None, None, (addr, end)
    return process, None, detail.get("pfn"), None


def process_picture(step, i, fixed):
    """Step i of a recorded machine; `holds` says of each part which fields hold it."""
    state = step.state
    process, va, pfn, changed = _touched(step)
    columns, holds, words = [], {}, [("process", "from", "area", "rights", "size", "its pages")]
    shown = shown_processes(step)
    for one in shown:
        acting = process is not None and one.pid == process.pid
        fields = fields_at(fixed, one, state.frames)
        rows = space_rows(
            one,
            fixed,
            state.frames,
            va if acting else None,
            fields,
            changed if acting else (),
            MOST_CELLS[len(shown) > 1],
        )
        holds |= _holds(one, fixed, fields, rows)
        columns.append({"acting": acting, "numbers": header(one), "rows": rows})
        for line in rows:
            place = [line[name] for name in ("at", "name", "prot", "size")]
            words.append([one.pid, *place, _in_words(line["cells"])])
    fork = None
    if len(shown) == 2:
        copied = "copy on write" in step.detail.get("what", "")
        fork, folded = fork_picture(
            shown, fixed, state.frames, process and process.pid, va, changed, copied
        )
        holds |= {key: folded for key, *_ in fork["folded"]}
    strips = [frames_strip(state, pfn)]
    if state.swap or state.counts["writebacks"]:
        slots = [cell(str(slot), "swap") for slot in state.swap]
        swap = f"{plural(len(slots), 'page')} on disk, by slot"
        strips.append({"title": "swap", "note": swap, "cells": slots})
    legend = f"{strips[0]['note']} · {FORK_LEGEND}" if fork else LEGEND
    thread = [f"{process.pid} page", f"frame {pfn}"] if va is not None and pfn is not None else []
    cells = strips[0]["cells"]
    holds |= {c["key"]: frame_told(int(c["label"]), state.frames[int(c["label"])]) for c in cells}
    return {
        "kind": "process",
        "step": i,
        "sentence": sentence(step),
        "columns": columns,
        "fork": fork,
        "strips": strips,
        "legend": [legend + _not_shown(len(state.processes) - len(shown)), FRAMES_LEGEND],
        "thread": thread,
        "holds": holds,
        "hint": HINT,
        "words": [[str(text) for text in line] for line in words],
    }


def _holds(process, fixed, fields, rows):
    """{key: what holds it} of all that can be picked of a process."""
    keys = [key for key, _ in header(process)] + [line["key"] for line in rows]
    keys += [f"{process.pid} at {line['at']}" for line in rows]
    return {key: told(process, fixed, fields, key.partition(" ")[2]) for key in keys}


def _not_shown(n):
    verb = "process is" if n == 1 else "processes are"
    return f" · {n} more {verb} not shown" if n > 0 else ""


def _in_words(cells):
    """A strip as text: "frame 3, 2 shared, 30 none"."""
    said = []
    for one in cells:
        if one["state"] == "none":
            said.append(one["text"] + " untouched" if one["text"] else "1 page untouched")
        elif one["state"] == "more":
            said.append("and more")
        elif one["state"] == "swap":
            said.append("in swap")
        else:
            where = f"frame {one['text']}" if one["text"].isdecimal() else one["text"]
            said.append(f"{where} ({'its own' if one['state'] == 'own' else 'shared'})")
    return ", ".join(said)
