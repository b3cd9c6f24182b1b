"""A part of a collection, drawn as the chapter draws one; objects in a sentence."""

from memkit import pictures


def listed(names):
    """A, B and C."""
    names = [str(name) for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "nothing"


def sheet(i, sentence, words, **more):
    """A picture of collector.js with nothing in it but `more`."""
    return pictures.picture(i, sentence, [], words) | {
        "kind": "collector",
        "phase": "mark", "barrier": "on", "unit": "object", "heap": "", "queue": [],
        "roots": [], "nodes": [], "edges": [], "columns": 1, "rows": 1,
        "spans": [], "rest": 0, "caption": "", "legend": "",
    } | more  # fmt: skip
