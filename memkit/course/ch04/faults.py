"""The faults of a fork, as mm/memory.c has them.

The area has been written to before, so that fork copies all of its entries.
"""

from typing import NamedTuple

from memkit.checks import plural
from memkit.pictures.process import cell

from ..ideas import Idea
from ..task import room
from .maps import page_row, process_map

FORKED = (
    "rw- or r--: what the entry of the page allows · a number: its frame · hatched: others have "
    "that frame too · Z: the page of zeros"
)
PROCESSES, PAGES = 3, 2


class Event(NamedTuple):
    """What an access gets, and process -> page -> (frame, writable); frame 0 is that of zeros."""

    word: str
    tables: dict


def rule(
    events,
    *,
    zeros=True,
    zero_page="fresh",
    once=False,
    eager=False,
    parent_too=True,
    alone="sole",
    frees=True,
    stays=False,
    inherits=True,
    every="",
):
    """`frees`: who ends gives its frames up, `stays`: the entry of a sole one is read-only,
    `inherits`: a child has the page of zeros, `every`: said of what is no access."""
    tables, frames, ended = {"A": {}}, 0, {}
    for who, does, what in events:
        table, word = tables[who], every
        frame, writable = table.get(what, (None, False))
        if does == "exit":
            ended[who] = tables.pop(who)
        elif does == "fork" and eager:
            tables[what] = {
                page: (-frames - f, w) if f else (f, w) for page, (f, w) in table.items()
            }
            frames += len(table)
        elif does == "fork":
            forked = {page: (f, False) for page, (f, _) in table.items()}
            tables[what] = {page: held for page, held in forked.items() if held[0] or inherits}
            if parent_too:
                tables[who] = forked
        elif frame is not None and (once or does == "read" or writable):
            word = "none"
        elif does == "read" and zeros:
            word, table[what] = "zeros", (0, False)
        else:
            others = len(_users(tables if frees else {**ended, **tables}, frame, what)) > 1
            word = "fresh" if frame is None else "copy" if others else alone
            if frame == 0 and zero_page != "any other":
                word = zero_page
            if word in ("fresh", "copy"):
                frame = frames = frames + 1
            table[what] = frame, word != "sole" or not stays
        yield Event(word, {name: dict(held) for name, held in tables.items()})


def _users(tables, frame, page):
    return [name for name in tables if tables[name].get(page, (None,))[0] == frame]


def answer(moments):
    return [moment.word for moment in moments if moment.word]


READ = "a read of an untouched page maps the page of zeros"
WRITE = "a write to an untouched page, or to the page of zeros, gets a new frame"
FORK = "copies all entries of the page table, and makes them read-only for both"
SOLE = "a write finds that nobody else has the frame any more, and only makes the entry writable"
IDEAS = (
    Idea(
        "first_read_fresh",
        """giving a frame at the first read. What was never written is zero: one page of zeros
        serves all who only read, and a frame comes with the first write.""",
        READ,
        zeros=False,
    ),
    Idea(
        "zeros_are_copied",
        "copying the page of zeros. Who writes to it gets a new frame, which is zero already.",
        WRITE,
        zero_page="copy",
    ),
    Idea(
        "zeros_are_a_frame",
        "taking the page of zeros for a frame like any other. Who writes to it gets a new frame.",
        WRITE,
        zero_page="any other",
    ),
    Idea(
        "once_only",
        "taking no fault once the page is there. Its entry may be read-only: then a write faults.",
        FORK,
        once=True,
    ),
    Idea(
        "fork_copies",
        """letting both write on after a fork, as if it had copied memory. It copies the entries,
        read-only for both; a page is copied at the first write to it.""",
        FORK,
        eager=True,
    ),
    Idea(
        "parent_goes_on",
        """letting the parent write on as before. The fork makes its entries read-only too, or the
        child would see what it writes.""",
        FORK,
        parent_too=False,
    ),
    Idea(
        "sole_is_free",
        """writing without a fault once nobody else has the frame. The entry is still read-only;
        only the fault finds out that it need not be.""",
        SOLE,
        alone="none",
    ),
    Idea(
        "sole_copies",
        "copying a frame that nobody else has any more. Then the entry is only made writable.",
        SOLE,
        alone="copy",
    ),
    Idea(
        "the_dead_keep",
        "counting a process that has ended. Its entries went with it.",
        '`("B", "exit", None)` ends it',
        frees=False,
    ),
    Idea(
        "sole_each_time",
        "leaving the entry read-only after `sole`. It is writable then, and no fault comes again.",
        SOLE,
        stays=True,
    ),
    Idea(
        "zeros_not_copied",
        "giving a child no entry for the page of zeros. A fork copies that one, too.",
        FORK,
        inherits=False,
    ),
    Idea(
        "forks_are_told",
        "answering for forks and exits, too. Asked are the reads and writes.",
        "at each read and write",
        every="none",
    ),
)


def case(random):
    """At most three processes at a time, and two pages."""
    alive, names, events = ["A"], list("MLKJIHGFEDCB"), []
    for _ in range(random.randint(2, 12)):
        who, draw = random.choice(alive), random.random()
        if draw < 0.2 and len(alive) < PROCESSES:
            alive.append(names.pop())
            events.append((who, "fork", alive[-1]))
        elif draw > 0.85 and len(alive) > 1:
            alive.remove(who)
            events.append((who, "exit", None))
        else:
            events.append((who, random.choice(("read", "write", "write")), random.randrange(PAGES)))
    return (events,)


def domain(events):
    """Each name is given once; one process is left at the end."""
    alive, given = {"A"}, {"A"}
    for who, does, what in events:
        fits = {
            "read": what in range(PAGES),
            "write": what in range(PAGES),
            "exit": what is None and len(alive) > 1,
            "fork": what not in given and len(alive) < PROCESSES and str(what).isupper(),
        }
        if who not in alive or not fits.get(does):
            return False
        if does == "fork":
            alive.add(what)
            given.add(what)
        elif does == "exit":
            alive.remove(who)
    return len(events) > 0


# The scene

WORDS = {
    "none": "the {does} goes through",
    "zeros": "a fault maps the page of zeros",
    "fresh": "a fault takes frame {frame}",
    "copy": "a fault copies it into frame {frame}",
    "sole": "a fault makes the entry writable",
}


def scene(says, moments, events):
    """What each access gets; why, and what becomes of the entries, where it is right."""
    tables, right, counts = {"A": {}}, [], {}
    nframes = 1 + sum(does in ("read", "write") for _, does, _ in events)
    for i, ((who, does, what), moment, told) in enumerate(zip(events, moments, says, strict=True)):
        page = what if does in ("read", "write") else None
        if does == "fork":
            said = f"{who} forks {what}: the same entries, read-only for both"
        elif does == "exit":
            said = f"{who} ends, and its entries with it"
        else:
            word = told[len(right)][:40] if len(right) < len(told) else "nothing"
            said = f"{who} {does}s page {page} ({_entry(tables, who, page)}): {word}"
            right.append(moment.word)
            if told == right:
                said += f", {WORDS[word].format(does=does, frame=moment.tables[who][page][0])}"
        if told == right or page is None:
            tables = moment.tables
        if told != right:
            many = " ..." if len(told) > nframes else ""
            said += f"; the answer so far: {', '.join(w[:40] for w in told[:nframes])}{many}"
        if page is not None and moment.word != "none":
            counts[who] = counts.get(who, 0) + 1
        columns = []
        for name in tables:
            rows = [_entry_row(tables, name, at, (name, page) == (who, at)) for at in (1, 0)]
            faults = [plural(counts.get(name, 0), "fault")] if told == right else []
            columns.append((f"process {name}", faults, name == who, rows))
        now = tables[who].get(page, (None,))[0] if page is not None else None
        strip = _frames(tables, nframes, now)
        yield process_map(f"{i}: {said}.", columns, (), FORKED, [strip])
        tables = moment.tables


def _entry(tables, who, page):
    """What the page table has for this page, in words."""
    frame, writable = tables[who].get(page, (None, False))
    if not frame:
        return "untouched" if frame is None else "the page of zeros, read-only"
    others = [name for name in _users(tables, frame, page) if name != who]
    shared = f"{' and '.join(others) or 'nobody else'} {'have' if len(others) > 1 else 'has'} it"
    return f"frame {frame}, {'writable' if writable else 'read-only'}, {shared}"


def _entry_row(tables, who, page, now):
    frame, writable = tables[who].get(page, (None, False))
    box, rights = cell("", "none", now), ""
    if frame is not None:
        alone = frame and len(_users(tables, frame, page)) == 1
        box = cell(str(frame or "Z"), "own" if alone else "shared", now)
        rights = "rw-" if writable else "r--"
    return page_row("area", f"page {page}", "", 0, rights, now, cells=[box])


def _frames(tables, nframes, now):
    """The strip of frames: the page of zeros, then those that can be taken."""
    cells = [cell("Z", "shared", now == 0, label="0")]
    for frame in range(1, nframes):
        users = [
            name for name, held in tables.items() if frame in [one for one, _ in held.values()]
        ]
        state = ("none", "own", "shared")[min(len(users), 2)]
        cells.append(cell("+".join(users), state, frame == now, label=str(frame)))
    return {"title": "frames", "note": "and whose they are", "cells": cells}


faults = room(
    __name__,
    "the faults of a fork",
    edges=(
        ([("A", "write", 0), ("A", "fork", "B"), ("A", "write", 0)],),
        ([("A", "write", 0), ("A", "fork", "B"), ("B", "write", 0), ("A", "write", 0)],),
        ([("A", "write", 0), ("A", "fork", "B"), ("B", "exit", None), ("A", "write", 0)],),
        ([("A", "read", 0), ("A", "write", 0)],),
        ([("A", "read", 0), ("A", "fork", "B"), ("A", "write", 0)],),
        ([("A", "read", 0), ("A", "fork", "B"), ("B", "read", 0)],),
        ([("A", "write", 0), ("A", "fork", "B"), ("B", "exit", None), *[("A", "write", 0)] * 2],),
        (
            [
                ("A", "write", 0),
                ("A", "fork", "B"),
                ("A", "fork", "C"),
                ("C", "exit", None),
                ("A", "write", 0),
            ],
        ),
        (
            [
                ("A", "write", 0),
                ("A", "fork", "B"),
                ("B", "write", 0),
                ("A", "fork", "C"),
                ("B", "write", 0),
            ],
        ),
    ),
    along="events",
)
