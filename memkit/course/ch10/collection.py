"""A part of a collection, drawn as the chapter draws one; objects in a sentence."""

from memkit import pictures
from memkit.pictures.lanes import Lanes


def listed(names):
    """A, B and C."""
    names = [str(name) for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "nothing"


def sheet(i, sentence, words, nodes=(), roots=(), **more):
    """A picture of collector.js with nothing in it but `more`: objects below each other, to which
    only roots point."""
    names = [node["name"] for node in nodes]
    lanes = Lanes({name: (0, row) for row, name in enumerate(names)}, {(None, to) for to in names})
    rooms = {"column": 0, "lost": False, "touched": False}
    nodes = [rooms | {"row": row, "says": f"{node['name']}, {node['word']}"} | node
             for row, node in enumerate(nodes)]  # fmt: skip
    roots = [
        root | {"rows": [[told, to, lanes.ways.get((None, to))] for told, to in root["rows"]]}
        for root in roots
    ]
    return pictures.picture(i, sentence, [], words) | {
        "kind": "collector", "waits": False,
        "phase": "mark", "barrier": "on", "unit": "object", "queue": [],
        "roots": roots, "nodes": nodes, "edges": [], "down": lanes.down, "across": lanes.across,
        "spans": [], "rest": 0, "caption": "",
    } | more  # fmt: skip
