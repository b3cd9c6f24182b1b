"""Read a hand-in from stdin; write its cells to stdout as one line of JSON, of bounded size.

The file may be a hundred megabytes, or no notebook at all: it is read here, where memory and time
are bounded, and only what counts goes out: the sources, without outputs and attachments.
"""

import json
import sys

LONGEST_CELL = 200_000  # characters; a longer one is left out
MOST = 500  # cells
LONGEST = 2_000_000  # characters of all cells together


def read(text):
    """{"cells": [[type, name, source], ...]} of a notebook, or {"broken": what is wrong}."""
    if not text.strip():
        return {"broken": "the file is empty"}
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        found = [cell for cell in map(_cell, cells) if cell]
    except MemoryError:
        return {"broken": "the file is too large"}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {"broken": "the file is not a Jupyter notebook"}
    room, kept = LONGEST, []
    for kind, name, source in found[:MOST]:
        room -= len(source)
        if len(source) > LONGEST_CELL or room < 0:
            source = f"# {len(source):,} characters: too long to be graded"
        kept.append([kind, name, source])
    return {"cells": kept}


def _cell(cell):
    source, kind = cell.get("source", ""), cell.get("cell_type")
    if kind not in ("code", "markdown"):
        return None
    if type(source) is list:
        source = "".join(source)
    marks = cell.get("metadata", {}).get("nbgrader", {})
    name = marks.get("grade_id") or cell.get("id") or ""
    return kind, str(name)[:100], str(source)


if __name__ == "__main__":
    print('{"ready": true}', flush=True)
    try:
        answer = read(sys.stdin.buffer.read().decode("utf-8-sig"))
    except MemoryError:
        answer = {"broken": "the file is too large"}
    except UnicodeDecodeError:
        answer = {"broken": "the file is not a Jupyter notebook"}
    print(json.dumps(answer))
