"""Chapter 03: working sets, LRU stacks, frames under two bits, two memories under FIFO.

Each is drawn as the chapter draws frames over time: a column for each reference.
"""

from memkit.trace import plural
from memkit.widgets.frames import FramesGrid

GRIDS = dict.fromkeys(("sizes", "distances", "second_chance", "anomaly"), FramesGrid)
MOST = 24  # columns


def _sheet(i, title, sentence, labels, refs, rows, marks=(), out=(), kept="", **more):
    """A picture of frames.js at column i. rows: (label, texts, kinds, note), "" an empty cell."""
    first = max(0, i + 1 - MOST)
    drawn = []
    for label, texts, kinds, note, touched in rows:
        cells = list(zip(texts, kinds, strict=True))[first:]
        cells += [("", "later")] * (min(len(refs), first + MOST) - first - len(cells))
        drawn.append(
            {"label": label, "cells": cells, "note": note, "next": False, "touched": touched}
        )
    words = [(labels[0], *(row[0] for row in rows), *filter(None, labels[1:]))]
    for t in range(i + 1):
        under = [list(line)[t] for line in (marks, out) if line]
        words.append((refs[t], *(row[1][t] for row in rows), *under))
    return {
        "title": title, "note": "", "count": "", "caption": "", "sentence": sentence,
        "labels": labels, "refs": refs[first : first + MOST], "now": i - first, "kept": kept,
        "rows": drawn, "marks": list(marks)[first:], "out": list(out)[first:],
        "words": [[str(text) for text in line] for line in words],
    } | more  # fmt: skip


def _at(answer, i):
    """Item i of an answer as text, however short it is."""
    return str(answer[i]) if i < len(answer) else "nothing"


def sizes(answer, refs, tau):
    pages = sorted(set(refs))
    for i, page in enumerate(refs):
        windows = [refs[max(0, t + 1 - tau) : t + 1] for t in range(i + 1)]
        rows = []
        for one in pages:
            inside = [one in window for window in windows]
            kinds = [
                "loaded" if one == refs[t] else "kept" if there else "free"
                for t, there in enumerate(inside)
            ]
            texts = [str(one) if there else "" for there in inside]
            rows.append((f"page {one}", texts, kinds, "", one == page))
        sentence = f"place {i}, page {page}: {_at(answer, i)} in the working set."
        yield _sheet(
            i,
            "working set",
            sentence,
            ["used", "", "size"],
            list(map(str, refs)),
            rows,
            out=[_at(answer, t) for t in range(i + 1)],
            note=f"the pages of the last {plural(tau, 'reference')}",
            caption="thick: used now · filled: in the window",
        )


def distances(answer, refs, process):
    names = [f"{owner}{page}" for owner, page in refs]
    stacks = [list(dict.fromkeys(reversed(names[:t]))) for t in range(len(refs))]
    turn = [sum(owner == process for owner, _ in refs[:t]) for t in range(len(refs))]
    told = [_at(answer, turn[t]) if owner == process else "" for t, (owner, _) in enumerate(refs)]
    for i, name in enumerate(names):
        rows = []
        for depth in range(max(map(len, stacks)) or 1):
            texts = [stack[depth] if depth < len(stack) else "" for stack in stacks[: i + 1]]
            kinds = ["kept" if text else "free" for text in texts]
            here = texts[i] == name
            kinds[i] = "loaded" if here else kinds[i]
            rows.append((f"depth {depth + 1}", texts, kinds, "", here))
        who = f"distance {told[i]}" if told[i] else f"{process} is not asked"
        yield _sheet(
            i,
            "LRU stack",
            f"place {i}, page {name}: {who}.",
            ["uses", "", "distance"],
            names,
            rows,
            out=told[: i + 1],
            note="as it is before the reference, last used first",
            caption="thick: where the page is found",
        )


def second_chance(answer, refs, frames):
    """The bits and the hand obey the rule; who goes is what the answer says."""
    pages, bits, hand, asked = [], [], 0, 0
    columns, marks, out = [], [], []
    for i, page in enumerate(refs):
        said, gone, passed = "hit, its bit used is set", "", []
        now = pages.index(page) if page in pages else None
        if now is not None:
            bits[now] |= 2
        elif len(pages) < frames:
            now, said = len(pages), f"fault, it is loaded into frame {len(pages)}"
            pages.append(page)
            bits.append(0)
        else:
            while bits[hand]:
                passed.append(str(pages[hand]))
                bits[hand] >>= 1
                hand = (hand + 1) % frames
            gone, asked = _at(answer, asked), asked + 1
            if gone in map(str, pages):
                now = [*map(str, pages)].index(gone)
                said = f"fault, page {gone} goes"
                pages[now], bits[now] = page, 0
                hand = (hand + 1) % frames
            else:
                said = f"fault, and {gone} goes"
                said += "" if gone == "nothing" else ", which is in no frame"
        if i == len(refs) - 1 and len(answer) > asked:
            said += f"; after the end {_at(answer, asked)} goes"
        held = [*map(str, pages), *[""] * (frames - len(pages))]
        kinds = ["kept" if text else "free" for text in held]
        if now is not None:
            kinds[now] = "used" if said.startswith("hit") else "loaded"
        columns.append((held, kinds))
        marks.append("h" if said.startswith("hit") else "F")
        out.append(gone if gone != "nothing" else "?")
        rows = []
        for at in range(frames):
            note = f"{bits[at]:02b}" if at < len(bits) else ""
            note += " ◀ hand" if at == hand else ""
            texts, looks = zip(*((held[at], kinds[at]) for held, kinds in columns), strict=True)
            rows.append((f"frame {at}", texts, looks, note, at == now))
        yield _sheet(
            i,
            "second chance",
            f"place {i}, page {page}: {said}.",
            ["page", "fault?", "evicted"],
            list(map(str, refs)),
            rows,
            marks,
            out,
            "used, before",
            note=plural(frames, "frame"),
            caption="thick: loaded by a fault"
            + (f" · the hand passed by page {', '.join(passed)}" if passed else ""),
        )


def anomaly(answer, refs, frames):
    """Both memories as they are; the answer names the place, and at the end the two counts."""
    memories, columns = ([], []), []
    faults = [0, 0]
    place = answer[2] if answer and len(answer) > 2 else None
    for i, page in enumerate(refs):
        missed = []
        for k, queue in enumerate(memories):
            missed.append(page not in queue)
            faults[k] += missed[k]
            if missed[k]:
                queue[:] = [*queue, page][-(frames + k) :]
        columns.append((list(memories[0]), list(memories[1]), missed))
        rows = []
        for k, name in enumerate(("small", "large")):
            for at in range(frames + k):
                texts = [str(c[k][at]) if at < len(c[k]) else "" for c in columns]
                kinds = [
                    "free" if not text else "used" if text == str(refs[t]) else "kept"
                    for t, text in enumerate(texts)
                ]
                own = texts[i] == str(page) and not missed[k]
                rows.append((f"{name} {at + 1}", texts, kinds, "", own))
        said = " and ".join(
            f"{'fault' if lost else 'hit'} with {plural(frames + k, 'frame')}"
            for k, lost in enumerate(missed)
        )
        if place == i:
            said += "; this place is named as the proof"
        if i == len(refs) - 1:
            end = "no anomaly" if answer is None else f"faults {answer[0]} and {answer[1]}"
            said += f". The answer: {end}"
        yield _sheet(
            i,
            "two memories",
            f"place {i}, page {page}: {said}.",
            ["page", "", "proof"],
            list(map(str, refs)),
            rows,
            out=["▲" if t == place else "" for t in range(i + 1)],
            note="FIFO, first loaded first",
            count=f"{faults[0]} and {plural(faults[1], 'fault')}",
        )
