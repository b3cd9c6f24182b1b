"""The language of the pictures: plain dicts, made by pure functions, drawn in the browser.

kind      of a picture, says who draws it: floors, overlays, process, frames, heap, collector,
          ward, saw, message
picture   what one step looks like: a sentence, floors, the thread of light, the same in words
floor     one tier: title, note, count, rows
row       cells, one character each, with label, caption, touched ranges; or a bar of parts; or a
          heap over time (growth.py)

A cell is one character:  # in use   . free   - reserved   / a third state   (space) nothing
                          % filled as far as `fills` says   _ a place where none is
                          A-Z 0-9 a sign in an empty cell
"""

IN_USE, FREE, RESERVED, THIRD, NOTHING = "#", ".", "-", "/", " "
FILLED, ABSENT = "%", "_"


def bits(mask, n, one=IN_USE, zero=FREE):
    """n cells from a bit mask, bit 0 first."""
    if n <= 0:
        return ""
    text = f"{mask & ((1 << n) - 1):0{n}b}"[::-1]
    return text.replace("0", "\0").replace("1", one).replace("\0", zero)


def overlay(cells, start, stop, state):
    """`cells` with start .. stop - 1 in another state."""
    start, stop = max(0, start), min(stop, len(cells))
    return cells if start >= stop else cells[:start] + state * (stop - start) + cells[stop:]


def letters(k):
    """The name of the k-th thing, from 0: A ... Z, AA, AB ..."""
    return (letters(k // 26 - 1) if k > 25 else "") + chr(65 + k % 26)


def row(
    cells,
    label="",
    caption="",
    touched=(),
    boxes=(),
    mark=None,
    tail=(),
    beside="",
    per=0,
    high=56,
    wide=False,
    big=False,
    unit=None,
    tells=(),
    fills=(),
    means=(),
    inline=False,
):
    """A row of cells.

    touched, boxes   ranges [start, stop): outlined in the accent, or dashed
    mark             (cell, text): a pointer below that cell; in several lines, a bar before it
    tail             [(cells, state)]: what follows the cells, as wide as that many of them
    per              lines hold a multiple of so many cells; 0 = as many as fit
    high             px the lines may take; cells shrink until they fit
    wide, big        stretch the row to the full width; cells for whole spans
    unit             what a cell is, as the cursor says it: ("slot", first number), or with the
                     first cell's address and the bytes of each: ("slot", 0, 0xC000000000, 48)
    tells            (start, stop, text): what the cursor says of these cells, besides their state
    fills            {cell: share}: of each `%` the share that is filled, 0 to 1
    means            {cell: words}: what the cursor says of a state, where it means more than usual
    inline           the label stands before the cells, not above them
    """
    made = {
        "cells": cells,
        "label": label,
        "caption": caption,
        "touched": [list(span) for span in touched],
        "boxes": [list(span) for span in boxes],
        "mark": {"at": mark[0], "text": mark[1]} if mark else None,
        "tail": [{"cells": n, "state": state} for n, state in tail if n > 0],
        "beside": beside,
        "per": per,
        "high": high,
        "wide": wide,
        "big": big,
    }
    if unit:
        name, first, base, nbytes = (*unit, None, 0)[:4]
        made["unit"] = {"name": name, "first": first, "base": base, "size": nbytes}
    if tells:
        made["tells"] = [list(one) for one in tells]
    if fills:
        made["fills"] = {at: round(share, 4) for at, share in dict(fills).items()}
    if means:
        made["means"] = dict(means)
    if inline:
        made["inline"] = True
    return made


def bar(parts, label="", caption=""):
    """A bar of parts (share, state, text, touched[, says]), to scale: as wide as their shares say.

    text      stands below the part, or outside, at a line, where the part has no room for it
    touched   True: all of the part; a number from 0 to 1: a place in it
    says      what the cursor says of it, where that is not its text
    """
    names = ("share", "state", "text", "touched", "says")
    parts = [dict(zip(names, part, strict=False)) for part in parts]
    return {"bar": parts, "label": label, "caption": caption, "beside": "", "mark": None}


def floor(tier, title, note, rows, count="", acting=False, opens=""):
    """One tier. `rows` is a list of rows; a list within it stands side by side.

    opens   the name of a closer view, on a button
    """
    lines = [list(line) if isinstance(line, (list, tuple)) else [line] for line in rows]
    return {
        "tier": tier,
        "title": title,
        "note": note,
        "count": count,
        "acting": acting,
        "opens": opens,
        "rows": lines,
    }


def picture(step, sentence, floors, words, thread=(), story=(), look=""):
    """A whole picture of floors.

    step     number of the step shown, from 0
    thread   [floor, row, cell] in order, the rows of a floor counted one by one; None ends a line
    story    (number, sentence, "past" | "now" | "later")
    words    the text twin: a list of rows of text, the first one the heading
    look     CSS classes for where it is drawn
    """
    return {
        "kind": "floors",
        "look": look,
        "step": step,
        "sentence": sentence,
        "floors": floors,
        "thread": [point and list(point) for point in thread],
        "story": [list(line) for line in story],
        "words": [[str(text) for text in line] for line in words],
    }


def empty(sentence):
    """What is shown while there is nothing to show."""
    return {"kind": "message", "step": "empty", "empty": sentence}


def error(sentence):
    """One red sentence that says what to change."""
    return {"kind": "message", "step": "error", "error": sentence}
