"""A collection: roots, objects and pointers while a Collector marks and sweeps; the spans below.

white   not found yet
grey    found, and its pointers not looked at: it waits in the queue
black   found and looked into
freed   its slot is free: dashed
lost    in reach, and not found, only where the write barrier is missing: a double outline
"""

from memkit import pictures
from memkit.checks import plural, size
from memkit.golang.gc.greentea import by_span
from memkit.pictures.collector_run import MOST_OBJECTS, in_step, lost_in, phase_of
from memkit.trace import Step

MOST_POINTERS = 6  # of a stack
MOST_SPANS = 4
MOST_SLOTS = 20
LEAST_SLOTS = 8
WAITS = "waits for the other run"


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
    """[from, to, touched, dangling, way] of each pointer, by name."""
    step, edges = run.steps[i], []
    for obj in step.state.objects:
        for slot, pointer in enumerate(obj.pointers):
            to = run.name(i, pointer)
            if to in nodes:
                here = step.event == "store" and step.detail.get("address") == obj.address
                written = here and step.detail["slot"] == slot
                source, freed = run.name(i, obj.address), nodes[to]["look"] == "freed"
                edges.append([source, to, written, freed, run.lanes.ways[source, to]])
    return edges


def roots_of(run, i):
    """The globals and the stacks: whether they have been scanned, and [words, to, way] of each
    pointer."""
    step = run.steps[i]
    state = step.state

    def said(scanned):
        return ("scanned" if scanned else "waits") if state.phase == "mark" else ""

    def pointing(rows, none):
        rows = [[words, to, run.lanes.ways.get((None, to))] for words, to in rows]
        return rows or [[none, "", None]]

    roots = [
        {
            "title": "globals",
            "said": said(state.globals_scanned),
            "rows": pointing(
                [
                    (f"{name} \u2192 {run.name(i, at)}", run.name(i, at))
                    for name, at in state.globals
                ],
                "none",
            ),
            "touched": step.event == "scan globals" or "name" in step.detail,
        }
    ]
    for g, stack in enumerate(state.stacks):
        names = [run.name(i, pointer) for pointer in stack.pointers]
        rows = pointing([(name, name) for name in names[-MOST_POINTERS:]], "empty")
        if len(names) > MOST_POINTERS:
            rows.insert(0, [f"{len(names) - MOST_POINTERS} more", "", None])
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


def span_row(run, i, span, touched, few):
    """A span with its slots, and its mark and scan bits; the colours in letters where no graph
    has them in words."""
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
    if not few:
        letters = "".join(look[0] if name else " " for name, look, _ in cells)
        bits.insert(0, ["colours", letters])
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


def telling(nodes, edges, roots):
    """What the cursor says of each object: its colour, whom it holds and who holds it."""
    held = {name: [] for name in nodes}
    for root in roots:
        for _, to, *_ in root["rows"]:
            if to in held and root["title"] not in held[to]:
                held[to].append(root["title"])
    holds = {name: [] for name in nodes}
    for source, to, *_ in edges:
        holds[source].append(to)
        held[to].append(source)
    for name, node in nodes.items():
        by = ", ".join(held[name]) or "nobody"
        node["says"] = f"{name}, {node['word']}: points to {', '.join(holds[name]) or 'nothing'}"
        node["says"] += f" · held by {by}"


def collector_picture(run, i, waits=False):
    """Step i of a Run: phase and barrier, roots and objects, the queue, the spans.

    waits   the run stands still at this step, while the one beside it goes on
    """
    step = run.steps[i]
    state = step.state
    touched = set() if waits else touched_by(step)
    nodes = nodes_of(run, i, touched, lost_in(state))
    few = len(run.places) <= MOST_OBJECTS
    roots, edges = roots_of(run, i), edges_of(run, i, nodes) if few else []
    used = [span for span in state.spans if span.base in run.spans]
    spans = [span_row(run, i, span, touched, few) for span in used[:MOST_SPANS]]
    if waits:  # what it touched was before
        for part in [*roots, *spans]:
            part["touched"] = False
        for edge in edges:
            edge[2] = False
    told = summary(run, i, nodes)
    if not few:
        told += f" More than {MOST_OBJECTS} objects: their spans are drawn, and no pointers."
    shown = nodes if few else {}
    telling(shown, edges, roots)
    words = words_of(run, i, shown, roots, edges, spans)
    picture = pictures.picture(i, WAITS if waits else run.sentence(i), [], words)
    return picture | {
        "kind": "collector",
        "waits": waits,
        "phase": phase_of(state),
        "barrier": barrier_words(state),
        "unit": state.unit,
        "roots": roots if few else [],
        "nodes": list(shown.values()),
        "edges": edges,
        "down": run.lanes.down,
        "across": run.lanes.across,
        "queue": queue_of(run, i),
        "spans": spans,
        "rest": max(0, len(used) - MOST_SPANS),
        "caption": told,
    }


def words_of(run, i, nodes, roots, edges, spans):
    """The same as a table."""
    state = run.steps[i].state
    rows = [("what", "now", "points to")]
    rows.append(("phase", f"{phase_of(state)}; write barrier {barrier_words(state)}", ""))
    rows.append(("queue", ", ".join(queue_of(run, i)) or "empty", ""))
    for root in roots:
        rows.append((root["title"], root["said"], ", ".join(text for text, *_ in root["rows"])))
    for name, node in nodes.items():
        to = ", ".join(target for source, target, *_ in edges if source == name)
        rows.append((name, node["word"], to))
    for span in spans:
        bits = " · ".join(f"{what} {digits}" for what, digits in span["bits"])
        rows.append((span["title"], f"{span['note']} · {bits}", ""))
    return rows


def told(runs):
    """The steps of one Run or two; their state is (step, whether it waits) of each run."""
    if len(runs) == 1:
        return [Step(step.event, {}, ((i, False),)) for i, step in enumerate(runs[0].steps)]
    pairs, steps, before = in_step(*(run.steps for run in runs)), [], (-1, -1)
    for pair in pairs:
        waits = [here == there for here, there in zip(pair, before, strict=True)]
        moved = waits.index(False)
        state = tuple(zip(pair, waits, strict=True))
        steps.append(Step(runs[moved].steps[pair[moved]].event, {}, state))
        before = pair
    return steps
