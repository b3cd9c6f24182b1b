"""Frames over time: what memory held after each reference, and what the policy knows of it.

column   a reference       row   a frame       F a fault, h a hit, w a page that was written to
run      one policy on one string, with its frames
kept     what the policy remembers: a queue, counters, CLOCK's bits and hand
"""

from typing import NamedTuple

from memkit.trace import plural, record
from memkit.vm import ResidentSet, policies
from memkit.widgets.grid import HERE, STYLE, Grid, esm

COLUMNS = (24, 24, 24, 18, 14)  # so many references are shown at once, by characters in a cell
ORDINALS = ("1st", "2nd", "3rd", *(f"{n}th" for n in range(4, 21)))


class FramesGrid(Grid):
    """Draws `picture`, as `frames_picture` makes it."""

    _esm = esm("cells.js", "sheet.js", "frames.js")
    _css = STYLE + (HERE / "frames.css").read_text()


# What a policy keeps


class Kept(NamedTuple):
    """What a policy knows at a moment: its name, a text for each frame, and CLOCK's own."""

    name: str
    notes: tuple
    counts: tuple = ()
    hand: int | None = None


def _queue(policy, pages):
    order = list(policy.queue)
    if isinstance(policy, policies.Mru):
        order.reverse()
    place = {page: ORDINALS[n] for n, page in enumerate(order)}
    return "goes", [place.get(page, "") for page in pages]


def _uses(policy, pages):
    return "uses", [str(policy.uses.get(page, "")) for page in pages]


def _aged(policy, pages):
    notes = [
        f"{policy.counter[page]:08b} +{policy.referenced[page]:d}" if page in policy.counter else ""
        for page in pages
    ]
    return "counter + bit", notes


def _lists(policy, pages):
    notes = []
    for page in pages:
        on = "active" if page in policy.active else "inactive" if page in policy.inactive else ""
        used = on and (policy.active | policy.inactive)[page]
        notes.append(on + (", used" if used else ""))
    return "list", notes


def _next_uses(policy, pages):
    known = policy.resident
    notes = [
        "" if page not in known else "never" if known[page] == float("inf") else
        f"at {known[page] + 1}" for page in pages
    ]  # fmt: skip
    return "used next", notes


def _ages(policy, pages):
    notes = []
    for page in pages:
        age = f"{policy.uses + 1 - policy.last[page]}" if page in policy.last else ""
        notes.append(f"{age}, idle" if age and policy.idle(page) else age)
    return "used ago", notes


KEEPERS = (
    (policies.Fifo, _queue),
    (policies.Lfu, _uses),
    (policies.Aging, _aged),
    (policies.WorkingSet, _ages),
    (policies.TwoLists, _lists),
    (policies.Opt, _next_uses),
)


def kept(memory):
    """What the policy of a ResidentSet keeps now, frame by frame."""
    policy, pages = memory.policy, memory.frames
    if isinstance(policy, policies.Clock):
        held = zip(policy.count, policy.pages, strict=True)
        counts = tuple(None if page is None else count for count, page in held)
        return Kept("bit" if policy.most == 1 else "count", (), counts, policy.hand)
    for kind, notes in KEEPERS:
        if isinstance(policy, kind):
            name, texts = notes(policy, pages)
            return Kept(name, tuple(texts))
    return Kept("", ("",) * memory.nframes)


# A run, and a picture of each of its steps


class Run(NamedTuple):
    """Steps, and what the policy kept before the first and after each of them."""

    name: str
    nframes: int
    steps: list
    kept: list


def run_policy(pages, writes, nframes, policy, options, name):
    """Run a string; `name` is how the picture calls the policy with its options."""
    if policy == "opt":
        options = {"refs": pages}
    memory = ResidentSet(nframes, policy, **options)
    known = [kept(memory)]
    with record(memory) as steps:
        for page, write in zip(pages, writes, strict=True):
            memory.access(page, write)
            known.append(kept(memory))
    return Run(name, nframes, steps, known)


def passed(run, i):
    """The frames whose bit or count the hand took down in step i."""
    before, after, step = run.kept[i].counts, run.kept[i + 1].counts, run.steps[i]
    if not after or step.event == "hit":
        return []
    own = step.detail["frame"]
    down = [
        at for at, (was, now) in enumerate(zip(before, after, strict=True))
        if at != own and was is not None and now < was
    ]  # fmt: skip
    return sorted([*down, own] if before[own] else down)


def sentence(run, i):
    """What happened in step i, with CLOCK's hand."""
    down = [str(at) for at in passed(run, i)]
    told = ""
    if down:
        frames = "frame " + down[0] if len(down) == 1 else (
            "frames " + ", ".join(down[:-1]) + " and " + down[-1]
        )  # fmt: skip
        verb = "cleared the bit of" if run.kept[i].name == "bit" else "counted down"
        told = f"; the hand {verb} {frames}"
    return f"Reference {i + 1}, {run.steps[i]}{told}."


def _notes(run, i):
    """A text for each frame: what the policy keeps, and how the hand changed it."""
    now = run.kept[i + 1]
    if now.hand is None:
        return now.notes
    own, down, notes = run.steps[i].detail["frame"], passed(run, i), []
    for at, count in enumerate(now.counts):
        text = "" if count is None else str(count)
        if at in down and at != own:
            text = f"{run.kept[i].counts[at]} → {text}"
        notes.append(text + (" ◀ hand" if at == now.hand else ""))
    return notes


def _cell(run, t, at):
    """(text, kind) of frame `at` after step t."""
    step = run.steps[t]
    page = step.state.frames[at]
    if page is None:
        return "", "free"
    text = f"{page}w" if page in step.state.dirty else str(page)
    if at != step.detail["frame"]:
        return text, "kept"
    return text, "used" if step.event == "hit" else "loaded"


def frames_picture(run, i):
    """Step i: all frames after each reference so far, what was evicted, who goes next."""
    state = run.steps[i].state
    refs, notes = [str(step.detail["page"]) for step in run.steps], _notes(run, i)
    written = any(step.state.dirty for step in run.steps)
    columns = COLUMNS[max(map(len, refs)) + written]
    first = i // columns * columns
    shown = range(first, min(first + columns, len(run.steps)))
    rows = [
        {
            "label": f"frame {at}",
            "cells": [_cell(run, t, at) if t <= i else ("", "later") for t in shown],
            "note": notes[at],
            "next": page is not None and page == state.next_victim,
            "touched": run.steps[i].detail["frame"] == at,
        }
        for at, page in enumerate(state.frames)
    ]
    marks = ["h" if step.event == "hit" else "F" for step in run.steps[: i + 1]]
    gone = [step.detail.get("victim") for step in run.steps[: i + 1]]
    out = ["" if page is None else str(page) for page in gone]
    caption = "thick: loaded by a fault"
    if state.next_victim is not None:
        caption += f" · dashed: page {state.next_victim} goes next"
    if state.dirty or state.writebacks:
        caption += f" · w: written to, {plural(state.writebacks, 'write-back')} so far"
    if len(shown) < len(run.steps):
        caption += f" · references {first + 1} to {shown[-1] + 1} of {len(run.steps)}"
    words = [("reference", "page", "fault or hit", "evicted", *(row["label"] for row in rows))]
    for t in range(i + 1):
        frames = [_cell(run, t, at)[0] or "empty" for at in range(run.nframes)]
        words.append((str(t + 1), refs[t], "fault" if marks[t] == "F" else "hit", out[t], *frames))
    return {
        "step": i,
        "sentence": sentence(run, i),
        "title": run.name,
        "note": plural(run.nframes, "frame"),
        "count": f"{plural(state.faults, 'fault')}, {plural(state.hits, 'hit')}",
        "labels": ["page", "fault?", "evicted"],  # of the lines above and below the frames
        "refs": refs[first : shown[-1] + 1],
        "now": i - first,
        "kept": run.kept[i + 1].name,
        "rows": rows,
        "marks": marks[first:],
        "out": out[first:],
        "caption": caption,
        "words": words,
    }
