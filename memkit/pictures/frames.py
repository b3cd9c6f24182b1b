"""Frames over time: what memory held after each reference, and what the policy knows of it.

column   a reference       row   a frame       F a fault, h a hit, w a page that was written to
run      one policy on one string, with its frames
kept     what the policy remembers: a queue, counters, CLOCK's bits and hand
clock    the frames in a ring, of a policy with a hand: what it counts there, and the hand's way
only     the columns in which the page of a frame is in no frame of the run beside it
"""

from typing import NamedTuple

from memkit.checks import plural
from memkit.trace import record
from memkit.vm import ResidentSet

COLUMNS = (24, 24, 24, 18, 14)  # so many references are shown at once, by characters in a cell


class Kept(NamedTuple):
    """What a policy knows at a moment (see policies): a word for it, a text for each frame; of a
    policy with a hand the frame it points to, and a count for each frame in the place of texts."""

    name: str
    notes: tuple
    counts: tuple = ()
    hand: int | None = None


def kept(memory):
    """What the policy of a ResidentSet keeps now, frame by frame."""
    policy = memory.policy
    name, hand = getattr(policy, "keeps", ""), getattr(policy, "hand", None)
    notes = [policy.note(page) if name and page is not None else None for page in memory.frames]
    if hand is not None:
        return Kept(name, (), tuple(notes), hand)
    return Kept(name, tuple("" if note is None else str(note) for note in notes))


# A run, and a picture of each of its steps


class Run(NamedTuple):
    """Steps, what the policy kept before the first and after each of them, and all in words.

    longest   characters of what it keeps of a frame, at most
    """

    name: str
    nframes: int
    steps: list
    kept: list
    words: list
    longest: int


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
    longest = max(len(note) for now in known for note in (now.name, *now.notes))
    return Run(name, nframes, steps, known, _words(steps, nframes), longest)


def _words(steps, nframes):
    """A heading, and for each reference a line."""
    lines = [
        ("reference", "page", "fault or hit", "evicted", *map("frame {}".format, range(nframes)))
    ]
    for t, step in enumerate(steps):
        frames = [_cell(step, at)[0] or "empty" for at in range(nframes)]
        what, gone = "hit" if step.event == "hit" else "fault", step.detail.get("victim")
        out = "" if gone is None else str(gone)
        lines.append((str(t + 1), str(step.detail["page"]), what, out, *frames))
    return lines


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


def clock(run, i):
    """The ring at step i; None for a policy without a hand.

    way    so many frames the hand has gone on, from `hand` backwards
    """
    before, now = run.kept[i], run.kept[i + 1]
    if now.hand is None:
        return None
    step, n, down = run.steps[i], run.nframes, passed(run, i)
    own, way = step.detail["frame"], 0
    if step.detail.get("victim") is not None:  # it stops behind the frame that it has emptied
        way = (own - before.hand) % n + 1 + n * (own in down)
    frames = []
    for at, count in enumerate(now.counts):
        text = "" if count is None else str(count)
        was = f"{before.counts[at]}→" if at in down and at != own else ""
        page, kind = _cell(step, at)
        frames.append({"page": page, "kind": kind, "count": was + text})
    return {"hand": now.hand, "way": way, "frames": frames}


def differ(runs, t):
    """Does what only one of two runs holds change at reference t? Then another page went, or one
    of them had to load a page that the other had."""

    def apart(t):
        one, other = (set(run.steps[t].state.frames) - {None} for run in runs)
        return one ^ other

    return apart(t) != (apart(t - 1) if t else set())


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


def _cell(step, at):
    """(text, kind) of frame `at` after a step."""
    page = step.state.frames[at]
    if page is None:
        return "", "free"
    text = f"{page}w" if page in step.state.dirty else str(page)
    if at != step.detail["frame"]:
        return text, "kept"
    return text, "used" if step.event == "hit" else "loaded"


def _room(runs):
    """What stands beside the columns, the same for all: characters, or "clock" for a ring."""
    ring = any(run.kept[0].hand is not None for run in runs)
    return "clock" if ring else max(run.longest for run in runs)


def frames_picture(run, i, beside=None):
    """Step i: all frames after each reference so far, what was evicted, who goes next.

    beside   a Run of the same string: what is in this memory alone is marked
    """
    state = run.steps[i].state
    refs, notes = [str(step.detail["page"]) for step in run.steps], _notes(run, i)
    written = any(step.state.dirty for step in run.steps)
    columns = COLUMNS[max(map(len, refs)) + written]
    first = i // columns * columns
    shown = range(first, min(first + columns, len(run.steps)))
    alone = [
        set(run.steps[t].state.frames) - set(beside.steps[t].state.frames) - {None}
        for t in range(first, i + 1)
    ] if beside else []  # fmt: skip
    rows = [
        {
            "label": f"frame {at}",
            "cells": [_cell(run.steps[t], at) if t <= i else ("", "later") for t in shown],
            "note": notes[at],
            "next": page is not None and page == state.next_victim,
            "touched": run.steps[i].detail["frame"] == at,
            "only": [
                t for t, pages in enumerate(alone) if run.steps[first + t].state.frames[at] in pages
            ],
        }
        for at, page in enumerate(state.frames)
    ]
    marks = ["h" if step.event == "hit" else "F" for step in run.steps[: i + 1]]
    gone = [step.detail.get("victim") for step in run.steps[: i + 1]]
    out = ["" if page is None else str(page) for page in gone]
    caption = "thick: loaded by a fault"
    caption += " · violet: in this memory alone" if beside else ""
    if state.next_victim is not None:
        caption += f" · dashed: page {state.next_victim} goes next"
    if state.dirty or state.writebacks:
        caption += f" · w: written to, {plural(state.writebacks, 'write-back')} so far"
    if len(shown) < len(run.steps):
        caption += f" · references {first + 1} to {shown[-1] + 1} of {len(run.steps)}"
    return {
        "kind": "frames",
        "step": i,
        "sentence": sentence(run, i),
        "title": run.name,
        "note": plural(run.nframes, "frame"),
        "count": f"{plural(state.faults, 'fault')}, {plural(state.hits, 'hit')}",
        "labels": ["page", "fault?", "evicted"],  # of the lines above and below the frames
        "refs": refs[first : shown[-1] + 1],
        "now": i - first,
        "kept": run.kept[i + 1].name,
        "clock": clock(run, i),
        "room": _room([run, beside] if beside else [run]),
        "rows": rows,
        "marks": marks[first:],
        "out": out[first:],
        "caption": caption,
        "words": run.words[: i + 2],
    }
