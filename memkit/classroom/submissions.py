"""The hand-ins in a folder or a zip: what each is, of which exercise, and when it came.

names   what the name of a file or folder tells       unpack   what there is, and its bytes

What lies beside a student's notebook and is none is no hand-in. What cannot be opened is a HandIn,
too, and says why.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from .names import NOTEBOOK, exercise_in, platform, shown, time_in, whose, without_zip
from .unpack import Room, Unreadable, copy, head, unpacked

SCRATCH = re.compile(r"untitled|\d\d-[a-z]", re.I)  # what may lie beside a student's work
COPIED = 60  # seconds: files written that close together were copied, which tells no order


@dataclass
class HandIn:
    student: str
    exercise: str | None  # "ch01", by its name; the batch finds out which it is
    origin: str  # what it was called in the folder or zip, fit to be printed
    path: Path | None  # where its bytes are now; None where there are none to be had
    broken: str = ""  # why it cannot be graded, and what to do, where that is nobody's work
    timestamp: str = ""  # when it was handed in, "2026-11-20 13:45:07"; "LATE"; "" for unknown
    number: tuple | None = None  # grows from one attempt of a student to the next, where known
    written: float | None = None  # when the file was, in seconds since 1970
    notes: list = field(default_factory=list)  # what a teacher should know of it
    wrong: str = ""  # why it is no notebook: the student's work, as it is
    read: tuple | None = None  # what batch.read() has got of it, unless that is much
    recognised: bool = False  # whether its cells told which exercise it is of
    line: str = ""  # what became of it


def find(folder, shelf):
    """The HandIns of a folder or zip, notebooks copied to the folder `shelf`; by student.

    ValueError where there is nothing to be found. OSError where a copy cannot be written: that is
    no hand-in's fault.
    """
    try:
        folder = Path(folder).expanduser()
    except RuntimeError as wrong:
        raise ValueError(f"SUBMISSIONS={shown(folder)}: {wrong}") from None
    places = (shelf / str(number) for number in count())
    entries = unpacked(folder, places)
    around = folder.name if folder.is_dir() else folder.stem
    found = _sort_in(_unwrapped(entries, around), places)
    if not found:
        raise ValueError(
            f"SUBMISSIONS={shown(folder)} holds no notebook (*.ipynb), nor any other work."
        )
    return found


def _unwrapped(entries, around):
    """The entries without the folders and zips around all hand-ins, that are nobody's name."""
    while wraps := _wraps(
        [e.parts for e in entries if _is_work(e)] or [e.parts for e in entries], around
    ):
        entries = [
            replace(e, parts=e.parts[1:]) if e.parts[0] in wraps and len(e.parts) > 1 else e
            for e in entries
        ]
    return entries


def _is_work(entry):
    return bool(NOTEBOOK.fullmatch(entry.name)) or entry.name.lower().endswith(".zip")


def _wraps(paths, around):
    """The first parts of these paths that are only a folder or zip around hand-ins."""
    inside = defaultdict(list)
    for parts in paths:
        named = len(parts) > 1 and not platform(parts[0]) and platform(parts[1])
        inside[parts[0]].append(named)
    wraps = {first for first, named in inside.items() if all(named)}
    if wraps != set(inside):
        # Beside hand-ins with plain names: a name with a number in it cannot be one of theirs.
        wraps = {first for first in wraps if all(n.get("id") for n in inside[first])}
    if wraps or len(inside) != 1 or any(len(parts) == 1 for parts in paths):
        return wraps
    (first,) = inside
    seconds = {parts[1] for parts in paths}
    own = without_zip(first).casefold() == around.casefold()
    work = [parts for parts in paths if not SCRATCH.match(parts[-1])]
    alone = (len(work) or len(paths)) == 1 and not (own and not SCRATCH.match(min(seconds)))
    if alone or platform(first) or any(map(exercise_in, seconds)):
        return set()
    return {first}


def _sort_in(entries, places):
    """The HandIns, by student; what lies beside a notebook and is none is no hand-in."""
    theirs, times = defaultdict(list), {}
    for entry in entries:
        if entry.name == "timestamp.txt" and entry.room is None:
            times[entry.parts[:-1]] = time_in(head(entry, 100).decode(errors="replace"))
        elif not _is_side(entry):
            theirs[whose(entry.parts)[0]].append(entry)
    found = []
    for student in sorted(theirs):
        work = [entry for entry in theirs[student] if entry.broken or _is_notebook(entry)]
        work = [_taken(entry, places, times) for entry in work]
        read = [hand_in for hand_in in work if not hand_in.broken]
        for hand_in in read:
            hand_in.notes = [f"{other.origin}: {other.broken}" for other in work if other.broken]
        found += read or work or [_no_notebook(theirs[student])]
    return found


def _is_side(entry):
    """Whether a platform put this there, and no student."""
    found = platform(entry.parts[0]) or {}
    if _is_work(entry):
        return False
    return (
        found.get("kind") == "onlinetext"  # Moodle: what was typed into a form
        # Blackboard's own note on an attempt
        or ("exercise" in found and "rest" in found and not found["rest"] and _is_text(entry))
        or entry.parts == ("index.html",)  # Brightspace: a list of all
        or entry.name == "timestamp.txt"
    )


def _is_text(entry):
    return entry.name.lower().endswith(".txt")


def _is_notebook(entry):
    """Whether this is a notebook, by its name or, under a name that says little, by its text."""
    if entry.name.lower().endswith(".ipynb"):
        return True
    begin = head(entry, 1 << 16).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return begin.startswith(b"{") and any(
        word in begin for word in (b'"cells"', b'"nbformat"', b'"worksheets"')
    )


def _taken(entry, places, times):
    """The HandIn of a notebook, copied, or of what cannot be read."""
    student, exercise, timestamp, number = whose(entry.parts)
    if not timestamp and not platform(entry.parts[0]):
        folders = [entry.parts[:n] for n in range(len(entry.parts) - 1, 0, -1)]
        timestamp = next((times[folder] for folder in folders if folder in times), "")
    path, broken = next(places), entry.broken
    if not broken:
        try:
            copy(entry, path, entry.room or Room())
        except Unreadable as wrong:
            path, broken = None, str(wrong)
    origin = shown("/".join(entry.parts))
    return HandIn(
        student,
        exercise,
        origin,
        None if broken else path,
        broken,
        timestamp,
        number,
        entry.written,
    )


def _no_notebook(entries):
    """The HandIn of a student who handed in other files, and no notebook."""
    student, exercise, timestamp, number = whose(entries[0].parts)
    names = ", ".join(shown(entry.name) for entry in entries[:3])
    more = f" and {len(entries) - 3} more" if len(entries) > 3 else ""
    broken = f"no notebook, only {names}{more}; ask for the .ipynb"
    return HandIn(
        student, exercise, shown("/".join(entries[0].parts)), None, broken, timestamp, number
    )


def last(attempts, contents):
    """The one of these HandIns that came last, or None where nothing tells.

    `contents` has something for each that is equal where the files are.
    """
    for told in (
        [attempt.timestamp if attempt.timestamp[:1].isdigit() else "" for attempt in attempts],
        [attempt.number for attempt in attempts],
        [attempt.written for attempt in attempts],
    ):
        if all(told):
            latest = max(told)
            place = told.index(latest)
            others = [t for t, c in zip(told, contents, strict=True) if c != contents[place]]
            before = max(others, default=None)
            if before is None or latest > (before + COPIED if type(before) is float else before):
                return attempts[place]
    return attempts[0] if len(set(contents)) == 1 else None
