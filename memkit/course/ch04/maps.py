"""Maps of a process of the kind "process", made of a task's numbers, with no machine."""

from memkit.checks import plural
from memkit.pictures.process import row

EDGES = "an address is the lower edge of its row"


def process_map(sentence, columns, told=(), legend=EDGES, strips=()):
    """A picture of areas in columns. columns: (name, its numbers, acting, rows);
    told: nothing, or a title, then (what, how it is)."""
    words = [("process", "from", "what", "rights", "size", "note", "its pages")]
    drawn = []
    for name, numbers, acting, rows in columns:
        heads = [["", text] for text in (name, *numbers) if text]
        drawn.append({"acting": acting, "numbers": heads, "rows": rows})
        for line in rows:
            pages = ", ".join(one["text"] or "empty" for one in line["cells"])
            place = [line[field] for field in ("at", "name", "prot", "size", "note")]
            words.append((name, *place, pages))
    for what, how in told[1:]:
        words.append((what, how, "", "", "", "", ""))
    for strip in strips:
        held = ", ".join(f"{c['label']}: {c['text'] or 'free'}" for c in strip["cells"])
        words.append((strip["title"], held, "", "", "", "", ""))
    lines = [[what, "", how] for what, how in told[1:]]
    beside = {"title": told[0], "lines": lines} if told else {}
    return {
        "kind": "process",
        "sentence": sentence,
        "columns": drawn,
        "strips": list(strips),
        "legend": [legend, ""],
        "thread": [],
        "told": beside,
        "words": [[str(text) for text in line] for line in words],
    }


def page_row(kind, name, at, npages, rights="", now=False, note="", cells=()):
    """A row in pages; `note` stands there if something happens here `now`."""
    note, many = note if now else "", plural(npages, "page") if npages else ""
    return row(kind, "", name, 0, 0, at=str(at), size=many, prot=str(rights), cells=list(cells),
               touched=now, note=note)  # fmt: skip
