"""Chapter 10: survivors, another pacer, what barriers shade, the slots after a sweep.

Survivors, barriers and slots are drawn as the chapter draws a collection; the pacer as bars to
scale: one for each length that its rule speaks of.
"""

from memkit.trace import plural, size
from memkit.widgets import pictures
from memkit.widgets.answers.marking import marking
from memkit.widgets.collector import CollectorGrid
from memkit.widgets.collector_run import letters
from memkit.widgets.pictures import IN_USE, NOTHING, RESERVED, THIRD

GRIDS = dict.fromkeys(("survivors", "shaded", "handed_out"), CollectorGrid)
MIB = 1 << 20


def _listed(names, none="nothing"):
    """A, B and C."""
    names = [str(name) for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or none


# 1. What survives?


def survivors(answer, pointers, roots):
    """What the answer leaves out is freed; names of no object are told at the end."""
    names = sorted(pointers)
    numbers = {name: number for number, name in enumerate(names)}
    points_to = [[numbers[to] for to in pointers[name]] for name in names]
    freed = [numbers[name] for name in names if name not in answer]
    strange = [name for name in answer if name not in pointers]

    def some(found):
        return _listed(names[number] for number in found)

    played = list(marking(freed, points_to, [numbers[name] for name in roots], letters, some))
    end = played.pop()
    if strange:
        end["sentence"] = f"{end['sentence'][:-1]}; no object is called {_listed(strange[:4])}."
    yield from [*played, end]


# 2. A pacer with another rule


def _bytes(nbytes):
    """A size, and to the byte where it has been rounded: two answers differ in words too."""
    exact = nbytes < MIB or nbytes * 4 % MIB == 0
    return size(nbytes) if exact else f"{size(nbytes)} ({nbytes:,} bytes)"


def _length(whole, label, nbytes, state, behind=0, claimed=False):
    """A bar of `nbytes`, to scale; the last `behind` of them are hatched."""
    shown = max(0, min(whole, nbytes))
    second = max(0, min(shown, behind))
    parts = [(shown - second, state), (second, THIRD), (whole - shown, NOTHING)]
    parts = [(share, look, "", False) for share, look in parts if share]
    if claimed:  # a line at its end, or at the edge that it lies beyond
        at = max(0, [look != NOTHING for _, look, *_ in parts].count(True) - 1)
        parts[at] = (*parts[at][:3], 1.0 if shown else 0.0)
        label += "" if shown == nbytes else ", beyond the edge"
    return pictures.bar(parts, label=f"{label}: {_bytes(nbytes)}")


def _beside(claim, one, other):
    """How the claim stands to the larger one of two lengths."""
    off = claim - max(one, other)
    if not off:
        return "the larger of the two lengths"
    return f"{_bytes(abs(off))} {'below' if off < 0 else 'above'} the larger of the two lengths"


def pace(answer, marked, stacks, gogc, runway):
    """The two lengths that the goal is made from, and the goal; the same for the trigger."""
    goal, begin = answer
    grown, least = marked + (marked + stacks) * gogc // 100, 4 * MIB * gogc // 100
    whole = max(grown, least) * 5 // 4
    growth = f"alive, and hatched {gogc} % of that and of {size(stacks)} of stacks"
    lengths = [
        _length(whole, growth, grown, IN_USE, grown - marked),
        _length(whole, f"the least goal, 4 MiB \u00b7 {gogc} / 100", least, RESERVED),
    ]
    told = f"{size(marked)} are alive, {size(stacks)} are stacks, and GOGC is {gogc}."
    claim = _length(whole, "the goal", goal, IN_USE, claimed=True)
    ends = f"the goal is {_bytes(goal)}, {_beside(goal, grown, least)}."
    middle = (marked + goal) // 2
    before = [
        _length(whole, f"a runway of {size(runway)} before the goal", goal - runway, IN_USE),
        _length(whole, "the middle between alive and goal", middle, RESERVED),
    ]
    begins = f"a collection begins at {_bytes(begin)}, {_beside(begin, goal - runway, middle)}."
    trigger = _length(whole, "the trigger", begin, IN_USE, claimed=True)
    alive = f"{size(marked)} alive, and hatched the rest up to the goal"
    note = "the larger of two lengths"
    steps = (
        (told, [("goal", note, lengths)]),
        (ends, [("goal", note, [*lengths, claim])]),
        (begins, [
            ("goal", "by then marking should be over",
             [_length(whole, alive, goal, IN_USE, goal - marked)]),
            ("trigger", note, [*before, trigger]),
        ]),
    )  # fmt: skip
    for i, (sentence, parts) in enumerate(steps):
        words = [bar["label"].rsplit(": ", 1) for _, _, bars in parts for bar in bars]
        floors = [pictures.floor("mheap", *part) for part in parts]
        yield pictures.picture(i, sentence, floors, [("what", "how much"), *words])


def _sheet(i, sentence, words, **more):
    """A picture of collector.js with nothing in it but `more`."""
    picture = pictures.picture(i, sentence, [], words)
    return picture | {
        "phase": "mark", "barrier": "on", "unit": "object", "heap": "", "queue": [],
        "roots": [], "nodes": [], "edges": [], "columns": 1, "rows": 1,
        "spans": [], "rest": 0, "caption": "", "legend": "",
    } | more  # fmt: skip


# 3. What does the barrier shade?

SEES = {
    "deletion": "the overwritten pointer",
    "insertion": "the new pointer",
    "hybrid": "the overwritten pointer, then the new one",
}


def _events(barrier, slots, marked, writes):
    """For each write what the rule shades, and all that an answer may mean by it."""
    now, done = dict(slots), {*marked, None}
    for slot, value in writes:
        old, now[slot] = now[slot], value
        seen = {"deletion": [old], "insertion": [value], "hybrid": [old, value]}[barrier]
        shades = [name for name in dict.fromkeys(seen) if name not in done]
        done.update(shades)
        yield shades, [old, value] + [slots[slot]] * (slots[slot] not in (old, value))


def _dealt(answer, events):
    """The items of the answer for each write: those of the rule, or others that it touches."""
    later, at, dealt = [name for shades, _ in events for name in shades], 0, []
    for shades, touched in events:
        rest, later = answer[at:], later[len(shades) :]
        n = len(shades) if rest[: len(shades)] == shades else 0
        if n < len(shades) or rest[n : n + 1] != later[:1]:  # it leaves the rule here
            touched = [*touched]
            for name in rest[:n]:
                touched.remove(name)
            while n < min(2, len(rest)) and rest[n] in touched:
                touched.remove(rest[n])
                n += 1
            n = n or int(rest[:1] != later[:1] and shades != [])
        dealt.append(rest[:n])
        at += n
    dealt[-1] += answer[at:]
    return dealt


def shaded(answer, barrier, slots, marked, writes):
    """Slots and writes are as they are; which objects turn grey, the answer says."""
    events, now, queue = list(_events(barrier, slots, marked, writes)), dict(slots), []
    names = sorted({*slots.values(), *marked, *(value for _, value in writes)} - {None})
    for i, claimed in enumerate(_dealt(answer, events)):
        slot, value = writes[i]
        old, now[slot] = now[slot], value
        queue += claimed
        nodes = []
        for row, name in enumerate(names):
            times, before = queue.count(name), name in marked
            look = "grey" if times else "black" if before else "white"
            word = "twice" if times + before > 1 else look
            node = {"name": name, "column": 0, "row": row, "look": look, "word": word}
            nodes.append(node | {"lost": False, "touched": name in claimed})
        rows = [[f"{key} \u2192 {to or 'nil'}", to or ""] for key, to in now.items()]
        boxes = ((f"{slot} held", [[old or "nil", old or ""]], True), ("slots", rows, False))
        sentence = f"{slot} held {old or 'nil'} and gets {value or 'nil'}: "
        sentence += f"the barrier shades {_listed(claimed[:8])}"
        again = [node["name"] for node in nodes if node["touched"] and node["word"] == "twice"]
        sentence += f", though {_listed(again)} was marked by then" if again else ""
        strange = [name for name in claimed[:8] if name not in names]
        sentence += f"; no object is called {_listed(strange)}" if strange else ""
        waits = [str(name) for name in queue[:40]]
        words = [("what", "now"), (f"{slot} held", old or "nil")]
        words += [(f"slot {key}", to or "nil") for key, to in now.items()]
        words += [("queue", ", ".join(waits) or "empty")]
        words += [(node["name"], node["word"]) for node in nodes]
        yield _sheet(
            i,
            f"{sentence}.",
            words,
            barrier=barrier,
            queue=waits,
            roots=[
                {"title": title, "said": "", "rows": rows, "touched": touched}
                for title, rows, touched in boxes
            ],
            nodes=nodes,
            rows=len(names),
            caption=f"{barrier}: shades {SEES[barrier]}, unless it is nil or marked already",
            legend="empty: white \u00b7 hatched: grey by the barrier \u00b7 filled: marked before",
        )


# 4. What does a sweep leave, and who gets it?

FRESH = 3  # new spans drawn


def _turns(spans):
    """When each span is asked: those that had a free slot before, then the full ones."""
    asked = sorted(range(len(spans)), key=lambda k: ("." not in spans[k], k))
    names = ("first", "second", "third", "fourth")
    return {k: names[turn] if turn < 4 else f"as number {turn + 1}" for turn, k in enumerate(asked)}


def _got(i, item, spans, cells):
    """What it means that allocation i gets that slot: drawn into the cells, and in words."""
    if item is None:
        return f"allocation {i} gets nothing"
    k, slot = item
    said = f"allocation {i} gets slot {slot:,} of span {k:,}"
    if not 0 <= k < len(spans) + FRESH:
        return f"{said}, and there is no such span"
    if not 0 <= slot < len(spans[0]):
        return f"{said}, which has only slots 0 to {len(spans[0]) - 1}"
    free = sum(cell[1] == "free" for n in range(len(spans)) for cell in cells[n])
    cell = cells.setdefault(k, [["", "free", False] for _ in spans[0]])[slot]
    name, look, _ = cell
    cell[:] = [f"{name}\u00b7{i}" if look == "black" else str(i), "black", True]
    if k < len(spans):
        said += f", asked {_turns(spans)[k]}"
        was = {"L": "an object lives in it", "D": "its object is dead", "": "it was free"}
        return f"{said}: {was.get(name, 'it is in use by now')}"
    said += ", a new one"
    said += f", with {plural(free, 'free slot')} left in others" if free else ""
    return said if look == "free" else f"{said}: it is in use by now"


def handed_out(answer, spans, n):
    """The spans after marking; then an allocation a step, in the slot that the answer says."""
    turns = _turns(spans)
    looks = {"L": ["L", "black"], "D": ["D", "white"], ".": ["", "free"]}
    cells = {k: [[*looks[state], False] for state in span] for k, span in enumerate(spans)}
    sentence = f"marking is over, nothing is swept, and {plural(n, 'object')} will be allocated"
    for i in range(n + 1):
        if i:
            for row in cells.values():
                for cell in row:
                    cell[1:] = ["free" if cell[1] == "white" else cell[1], False]
            sentence = _got(i, answer[i - 1] if i <= len(answer) else None, spans, cells)
        if i == n and len(answer) > n:
            sentence += f"; the answer goes on: {plural(len(answer) - n, 'slot')} more"
        drawn, words = [], [("span", "slots", "turn")]
        for k, row in sorted(cells.items()):
            old = k < len(spans)
            note = "new" if not old else "had a free slot" if "." in spans[k] else "was full"
            note += f", asked {turns[k]}" if old else ""
            marks = (
                "".join("1" if state == "L" else "0" for state in spans[k])
                if old
                else "0" * len(row)
            )
            drawn.append({
                "title": f"span {k}", "note": note, "cells": [list(cell) for cell in row],
                "more": False, "bits": [["mark bits", marks]], "touched": False,
            })  # fmt: skip
            words.append((f"span {k}", " ".join(cell[0] or "free" for cell in row), note))
        yield _sheet(
            i,
            f"{sentence}.",
            words,
            phase="sweep",
            barrier="off",
            spans=drawn,
            caption="L: lives · D: dead · a number: given to that allocation",
            legend="filled: in use · empty: not swept yet · dashed: free",
        )
