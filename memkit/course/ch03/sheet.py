"""Frames over time, as the chapter draws them: a column for each reference."""

MOST = 24  # columns
USED, KEPT, FREE, LATER = "loaded", "kept", "free", "later"


def sheet(i, title, sentence, labels, refs, rows, marks=(), out=(), kept="", **more):
    """A picture of frames at column i.

    labels   what the line above is called, the marks, and the line below
    rows     (label, [(text, kind)] of each column so far, a note, whether it is touched)
    """
    refs, marks, out = list(map(str, refs)), list(marks), list(out)
    first = max(0, i + 1 - MOST)
    later = [("", LATER)] * (min(len(refs), first + MOST) - i - 1)
    drawn = [
        {"label": label, "cells": cells[first:] + later, "note": note, "next": False, "touched": at}
        for label, cells, note, at in rows
    ]
    words = [(labels[0], *(row[0] for row in rows), *filter(None, labels[1:]))]
    for t in range(i + 1):
        under = [line[t] for line in (marks, out) if line]
        words.append((refs[t], *(row[1][t][0] for row in rows), *under))
    return {
        "kind": "frames",
        "title": title, "note": "", "count": "", "caption": "", "sentence": sentence,
        "labels": labels, "refs": refs[first : first + MOST], "now": i - first, "kept": kept,
        "rows": drawn, "marks": marks[first:], "out": out[first:],
        "words": [list(line) for line in words],
    } | more  # fmt: skip


def item(answer, i):
    """Item i of an answer as text, however short it is."""
    return str(answer[i]) if i < len(answer) else "nothing"
