"""A collection: roots, objects and pointers while a Collector marks and sweeps; the spans below.

white   empty           not found yet
grey    hatched         found, and its pointers not looked at: it waits in the queue
black   filled          found and looked into
freed   dashed          its slot is free
lost    double outline  in reach, and not found: only where the write barrier is missing
"""

from memkit import pictures
from memkit.checks import plural, size
from memkit.golang.gc.greentea import by_span
from memkit.pictures.collector_run import in_step, lost_in, phase_of
from memkit.trace import Step

MOST_OBJECTS = 24  # drawn as a graph
MOST_POINTERS = 6  # of a stack
MOST_SPANS = 4
MOST_SLOTS = 20
LEAST_SLOTS = 8
LEGEND = "empty: white · hatched: grey · filled: black · dashed: freed"


def touched_by(step):
    """The addresses that a step is about."""
    detail = step.detail
    found = {detail.get(key) for key in ("address", "value", "old", "new")}
    for key in ("objects", "shaded", "lost"):
        if isinstance(detail.get(key), tuple):
            found.update(detail[key])
    return found - {None}


def nodes_of(run, i, touched, lost):
    """The objects of step i, and those that are gone: a dict each, by name."""
    state = run.steps[i].state
    colours = {obj.address: obj.colour for obj in state.objects}
    nodes = {}
    for address, name in run.names[i].items():
        colour = colours.get(address, "freed")
        column, row = run.places[name]
        nodes[name] = {
            "name": name,
            "column": column,
            "row": row,
            "look": colour,
            "word": "lost" if address in lost else colour,
            "lost": address in lost,
            "touched": address in touched,
        }
    return nodes


def edges_of(run, i, nodes):
    """[from, to, touched, dangling] of each pointer, by name."""
    step, edges = run.steps[i], []
    for obj in step.state.objects:
        for slot, pointer in enumerate(obj.pointers):
            to = run.name(i, pointer)
            if to in nodes:
                here = step.event == "store" and step.detail.get("address") == obj.address
                written = here and step.detail["slot"] == slot
                edges.append([run.name(i, obj.address), to, written, nodes[to]["look"] == "freed"])
    return edges


def roots_of(run, i):
    """The globals and the stacks: their pointers, and whether they have been scanned."""
    step = run.steps[i]
    state = step.state

    def said(scanned):
        return ("scanned" if scanned else "waits") if state.phase == "mark" else ""

    roots = [
        {
            "title": "globals",
            "said": said(state.globals_scanned),
            "rows": [[f"{name} \u2192 {run.name(i, at)}", run.name(i, at)]
                     for name, at in state.globals] or [["none", ""]],
            "touched": step.event == "scan globals" or "name" in step.detail,
        }
    ]  # fmt: skip
    for g, stack in enumerate(state.stacks):
        names = [run.name(i, pointer) for pointer in stack.pointers]
        rows = [[name, name] for name in names[-MOST_POINTERS:]] or [["empty", ""]]
        if len(names) > MOST_POINTERS:
            rows.insert(0, [f"{len(names) - MOST_POINTERS} more", ""])
        mine = step.event == "scan stack" and step.detail["root"] == g
        roots.append(
            {
                "title": f"stack {g}",
                "said": said(stack.scanned),
                "rows": rows,
                "touched": mine or step.detail.get("g") == g,
            }
        )
    return roots


def span_row(run, i, span, touched):
    """A span with its slots, and its mark and scan bits."""
    state, step = run.steps[i].state, run.steps[i]
    inside = {}
    for obj in state.objects:
        if obj.span == span.base:
            inside.setdefault((obj.address - span.base) // span.elemsize, obj)
    last = max(span.allocated.bit_length(), LEAST_SLOTS - 1) + 1
    shown = min(span.nelems, last, MOST_SLOTS)
    cells = []
    for slot in range(shown):
        obj = inside.get(slot)
        used = span.allocated >> slot & 1
        look = obj.colour if obj else "white" if used else "free"
        name = run.name(i, obj.address) if obj else ""
        cells.append([name, look, bool(obj) and obj.address in touched])
    kind = "no pointers" if span.noscan else "pointers"
    note = f"{plural(span.nelems, 'slot')} of {size(span.elemsize)}, {kind}"
    if phase_of(state) == "sweep":
        note += " · swept" if span.swept else " · not swept yet"
    bits = [["mark bits", pictures.bits(span.marks, shown, "1", "0")]]
    if state.unit == "span" and by_span(span):
        bits.append(["scan bits", pictures.bits(span.scans, shown, "1", "0")])
    return {
        "title": f"span {run.spans[span.base]}",
        "note": note,
        "cells": cells,
        "more": span.nelems > shown,
        "bits": bits,
        "touched": span.base in (step.detail.get("base"), step.detail.get("address"))
        and step.event in ("scan span", "sweep", "partial"),
    }


def queue_of(run, i):
    """What waits to be scanned, in its turn."""
    state = run.steps[i].state
    waits = ["globals" if root == "globals" else f"stack {root}" for root in state.roots]
    small = {span.base for span in state.spans if state.unit == "span" and by_span(span)}
    for address in state.queue:
        waits.append(f"span {run.spans[address]}" if address in small else run.name(i, address))
    return waits


def barrier_words(state):
    if state.phase != "mark":
        return "off"
    return "on" if state.barrier else "missing"


def summary(run, i, nodes):
    """How many objects of each colour, in a sentence."""
    looks = [node["look"] for node in nodes.values()]
    there = [look for look in looks if look != "freed"]
    counts = [f"{there.count(look)} {look}" for look in ("white", "grey", "black")]
    text = f"{plural(len(there), 'object')}: {', '.join(counts)}"
    if "freed" in looks:
        text += f"; {looks.count('freed')} freed"
    lost = [name for name, node in nodes.items() if node["lost"]]
    return text + (f"; lost: {', '.join(lost)}" if lost else "") + "."


def collector_picture(run, i):
    """Step i of a Run: phase and barrier, roots and objects, the queue, the spans."""
    step = run.steps[i]
    state = step.state
    touched = touched_by(step)
    nodes = nodes_of(run, i, touched, lost_in(state))
    few = len(run.places) <= MOST_OBJECTS
    roots, edges = roots_of(run, i), edges_of(run, i, nodes)
    used = [span for span in state.spans if span.base in run.spans]
    spans = [span_row(run, i, span, touched) for span in used[:MOST_SPANS]]
    told = summary(run, i, nodes)
    if not few:
        told += f" More than {MOST_OBJECTS} objects: their spans are drawn, and no pointers."
    shown = nodes if few else {}
    words = words_of(run, i, shown, roots, edges, spans)
    picture = pictures.picture(i, run.sentence(i), [], words)
    return picture | {
        "kind": "collector",
        "phase": phase_of(state),
        "barrier": barrier_words(state),
        "unit": state.unit,
        "heap": f"collections: {state.cycle}",
        "roots": roots if few else [],
        "nodes": list(shown.values()),
        "edges": edges if few else [],
        "columns": 1 + max((place[0] for place in run.places.values()), default=0),
        "rows": 1 + max((place[1] for place in run.places.values()), default=0),
        "queue": queue_of(run, i),
        "spans": spans,
        "rest": max(0, len(used) - MOST_SPANS),
        "caption": told,
        "legend": LEGEND,
    }


def words_of(run, i, nodes, roots, edges, spans):
    """The same as a table."""
    state = run.steps[i].state
    rows = [("what", "now", "points to")]
    rows.append(("phase", f"{phase_of(state)}; write barrier {barrier_words(state)}", ""))
    rows.append(("queue", ", ".join(queue_of(run, i)) or "empty", ""))
    for root in roots:
        rows.append((root["title"], root["said"], ", ".join(text for text, _ in root["rows"])))
    for name, node in nodes.items():
        to = ", ".join(target for source, target, *_ in edges if source == name)
        rows.append((name, node["word"], to))
    for span in spans:
        bits = " · ".join(f"{what} {digits}" for what, digits in span["bits"])
        rows.append((span["title"], f"{span['note']} · {bits}", ""))
    return rows


def told(runs):
    """The steps of one Run or two, whose state is a place in each run."""
    if len(runs) == 1:
        return [Step(step.event, {}, (i,)) for i, step in enumerate(runs[0].steps)]
    pairs, steps, before = in_step(*(run.steps for run in runs)), [], (-1, -1)
    for pair in pairs:
        moved = next((side for side in (0, 1) if pair[side] != before[side]), 0)
        steps.append(Step(runs[moved].steps[pair[moved]].event, {}, pair))
        before = pair
    return steps
