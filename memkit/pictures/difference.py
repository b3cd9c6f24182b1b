"""What differs between two pictures of a moment, marked in both: parts have a field `differs`.

ranges    of a row of cells, of a block's shadow: [start, stop) of what is not the other's
True      of a bar, a block, an object, a page, an area; of a heap over time, where it has another
          size now, and of its lines; of a cell that is a list, as its last item

Only pictures of one kind are compared. Two have a field `differs` of their own, too: frames over
time ranges of the lines `marks` and `out` below them, a ward whether its report is another.
"""

from itertools import groupby, zip_longest


def marked(one, other):
    """Both pictures, their parts marked where they differ."""
    if one == other or one.get("kind") != other.get("kind") or one.get("kind") not in KINDS:
        return one, other
    mark = KINDS[one["kind"]]
    return {**one, **mark(one, other)}, {**other, **mark(other, one)}


def _floors(picture, other):
    pairs = zip_longest(picture["floors"], other["floors"][: len(picture["floors"])])
    floors = [
        {**floor, "rows": _lines(floor["rows"], beside["rows"] if beside else [])}
        for floor, beside in pairs
    ]
    return {"floors": floors}


def _lines(lines, others):
    pairs = zip_longest(lines, others[: len(lines)], fillvalue=[])
    return [
        [_row(*rows) for rows in zip_longest(line, beside[: len(line)])] for line, beside in pairs
    ]


def _row(row, other):
    if row == other:
        return row
    if "bar" in row:
        return {**row, "differs": True}
    if "growth" in row:
        other = other or {}
        same = row["caption"] == other.get("caption")
        chart = _growth(row["growth"], other.get("growth"))
        return {**row, "growth": chart, **({} if same else {"differs": True})}
    return {**row, "differs": _ranges(_filled(row), _filled(other or {}))}


def _growth(chart, other):
    """The lines that have another value now, and whether the heap has another size."""

    def now(line):
        return line["look"], line["text"], line["at"][-1][1]

    there = [now(line) for line in other["lines"]] if other else []
    lines = [line if now(line) in there else {**line, "differs": True} for line in chart["lines"]]
    same = other and chart["points"][-1] == other["points"][-1]
    return {**chart, "lines": lines, **({} if same else {"differs": True})}


def _filled(row):
    """The cells of a row and how full they are; none where there is a bar, or nothing."""
    fills = row.get("fills", {})
    return [(cell, fills.get(i)) for i, cell in enumerate(row.get("cells", ""))]


def _heap(picture, other):
    """A block is another's if it lies there, holds the same, and was found or looked at as well."""
    fields = ("at", "size", "live", "name", "asked", "number", "found", "touched")
    return {"blocks": _unlike(picture["blocks"], other["blocks"], fields)}


def _ward(picture, other):
    blocks = [
        {**block, "differs": _ranges(block["letters"], (beside or {}).get("letters", ""))}
        for block, beside in _beside(picture["blocks"], other["blocks"])
    ]
    code = _beside(picture["code"], other["code"])
    lines = [line if line == there else {**line, "differs": True} for line, there in code]
    return {"blocks": blocks, "code": lines, "differs": picture["report"] != other["report"]}


def _process(picture, other):
    def of_row(row, beside):
        cells = _cells(row["cells"], (beside or {}).get("cells", []))
        same = beside and all(row[name] == beside[name] for name in ("name", "at", "size", "prot"))
        return {**row, "cells": cells, **({} if same else {"differs": True})}

    columns = [
        {**column, "rows": [of_row(*rows) for rows in _beside(column["rows"], rows["rows"])]}
        for column, rows in _beside(picture["columns"], other["columns"], {"rows": []})
    ]
    strips = [
        {**strip, "cells": _cells(strip["cells"], beside["cells"])}
        for strip, beside in _beside(picture["strips"], other["strips"], {"cells": []})
    ]
    return {"columns": columns, "strips": strips}


def _cells(cells, others):
    pairs = _beside(cells, others)
    same = [there and all(cell[k] == there[k] for k in ("state", "text")) for cell, there in pairs]
    return [cell if is_same else {**cell, "differs": True}
            for cell, is_same in zip(cells, same, strict=True)]  # fmt: skip


def _frames(picture, other):
    rows = []
    for row, beside in _beside(picture["rows"], other["rows"], {"cells": []}):
        pairs = _beside(row["cells"], beside["cells"])
        rows.append({**row, "cells": [_listed(cell, there, 1) for cell, there in pairs]})
    under = {name: _ranges(picture[name], other[name]) for name in ("marks", "out")}
    return {"rows": rows, "differs": under}


def _collector(picture, other):
    nodes = _unlike(picture["nodes"], other["nodes"], ("name", "look", "lost"))
    known = {tuple(edge[:2]) for edge in other["edges"]}
    edges = [edge if tuple(edge[:2]) in known else [*edge, True] for edge in picture["edges"]]
    spans = []
    for span, beside in _beside(picture["spans"], other["spans"], {"cells": []}):
        pairs = _beside(span["cells"], beside["cells"])
        spans.append({**span, "cells": [_listed(cell, there, 2) for cell, there in pairs]})
    return {"nodes": nodes, "edges": edges, "spans": spans}


def _overlays(picture, other):
    """A block is another's if the same lies there, as long, and as far as it is needed."""
    fields = ("name", "bottom", "top", "first", "last", "state")
    none = {"plan": [], "blocks": []}
    panels = [
        {**panel, **{part: _unlike(panel[part], beside[part], fields) for part in none}}
        for panel, beside in _beside(picture["panels"], other["panels"], none)
    ]
    return {"panels": panels}


KINDS = {
    "floors": _floors,
    "heap": _heap,
    "ward": _ward,
    "process": _process,
    "frames": _frames,
    "overlays": _overlays,
    "collector": _collector,
}


def _beside(parts, others, none=None):
    """Each part with the other picture's in its place, or with `none`."""
    return list(zip_longest(parts, others[: len(parts)], fillvalue=none))


def _unlike(parts, others, fields):
    """The parts, marked where the other picture has none of which all these fields are the same."""
    known = [tuple(part[name] for name in fields) for part in others]
    return [
        part if tuple(part[name] for name in fields) in known else {**part, "differs": True}
        for part in parts
    ]


def _listed(cell, other, compared):
    """A cell that is a list: its first `compared` items must be the same."""
    same = other is not None and list(cell[:compared]) == list(other[:compared])
    return cell if same else [*cell, True]


def _ranges(cells, others):
    """[start, stop) of the cells that are not the others', which follow each other."""
    places = [i for i, cell in enumerate(cells) if i >= len(others) or others[i] != cell]
    groups = groupby(enumerate(places), lambda pair: pair[1] - pair[0])
    found = [[place for _, place in group] for _, group in groups]
    return [[run[0], run[-1] + 1] for run in found]
