"""A picture where nothing can draw it: plain HTML of its floors and its words, and a sentence."""

from html import escape

from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD

SIGNS = {IN_USE: "■", FREE: "□", RESERVED: "┄", THIRD: "▨", NOTHING: "\u2007"}
MOST_CELLS = 256  # of a row, in the still


def sentence(picture):
    """What is said of a picture, or in place of one."""
    said = (picture.get(name) for name in ("error", "sentence", "empty"))
    return next(filter(None, said), "")


def html(pictures, where=""):
    """The pictures below each other. `where`: which step they show, in words."""
    parts = [f"<p>{escape(where)}</p>"] if where else []
    for picture in pictures:
        parts.append(f"<p><strong>{escape(sentence(picture))}</strong></p>")
        parts += map(_floor, picture.get("floors", ()))
        if "words" in picture:
            parts.append(
                f"<details><summary>in words</summary>{_table(picture['words'])}</details>"
            )
    return "\n".join(parts)


def _floor(floor):
    head = " · ".join(filter(None, (floor["title"], floor["note"], floor["count"])))
    lines = [_row(row) for line in floor["rows"] for row in line]
    return f"<p>{escape(head)}</p>\n<pre>{escape(chr(10).join(filter(None, lines)))}</pre>"


def _row(row):
    """A row in text: a sign for each cell, where they are few; a bar's parts side by side."""
    if "bar" in row:
        drawn = " | ".join(part["text"] for part in row["bar"] if part["text"])
    elif "growth" in row:
        drawn = " | ".join(line["text"] for line in row["growth"]["lines"])
    else:
        cells = row["cells"]
        drawn = "".join(SIGNS.get(cell, cell) for cell in cells[:MOST_CELLS])
        drawn += " …" if len(cells) > MOST_CELLS else ""
    told = filter(str.strip, (row["label"], drawn, row["beside"], row["caption"]))
    return "\n".join(told)


def _table(words):
    lines = []
    for n, line in enumerate(words):
        tag = "td" if n else "th"
        lines.append("".join(f"<{tag}>{escape(str(text))}</{tag}>" for text in line))
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"
