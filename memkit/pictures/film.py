"""A film: the pictures of a recording, made once and packed, so that they are sent once.

event   the kind of a step, which a player can jump to
pane    the pictures of all steps, one for each; a film has a pane or several
piece   some steps in a row, deflated JSON: {"events": [...], "panes": [[...], ...], "shared": ...};
        a film is all its pieces joined
shared  the lines of the pictures' words, and what their parts hold (see process), each once: they
        repeat from step to step, at a distance that deflate does not see
"""

import json
import zlib

from memkit import pictures
from memkit.trace import Step

NOTHING = "Nothing recorded yet: let the model work inside `with record(model) as steps:`."


def encode(events, panes):
    """One piece, as bytes: a text for each step, and for each pane as many pictures.

    `words` are lines of texts; what a picture `holds` are pairs (title, lines) of tuples; all else
    is plain.
    """
    shared = {}

    def place(thing):
        return shared.setdefault(thing, len(shared))

    def packed(picture):
        picture = dict(picture)
        if "words" in picture:
            picture["words"] = [place(tuple(line)) for line in picture["words"]]
        if "holds" in picture:
            picture["holds"] = {key: place(told) for key, told in picture["holds"].items()}
        return picture

    piece = {"events": list(events), "panes": [[packed(one) for one in pane] for pane in panes]}
    piece["shared"] = list(shared)
    return zlib.compress(json.dumps(piece, ensure_ascii=False, separators=(",", ":")).encode())


def decode(piece):
    """(events, panes) of one piece; tuples have become lists."""
    piece = json.loads(zlib.decompress(piece))
    shared = piece["shared"]
    for picture in (picture for pane in piece["panes"] for picture in pane):
        if "words" in picture:
            picture["words"] = [shared[place] for place in picture["words"]]
        if "holds" in picture:
            picture["holds"] = {key: shared[place] for key, place in picture["holds"].items()}
    return piece["events"], piece["panes"]


def not_steps(steps):
    """What is wrong with `steps`, in one sentence; "" if nothing is."""
    if not isinstance(steps, (list, tuple)) or not all(isinstance(step, Step) for step in steps):
        return (
            "The steps must be what `with record(model) as steps:` collects, "
            f"not {type(steps).__name__}."
        )
    return ""


def drawn(draw, steps, i):
    """The picture of step i, or the red sentence that stands for it."""
    try:
        return draw(steps, i)
    except ValueError as problem:
        return pictures.error(str(problem))
    except Exception as problem:  # a player that raised would be dead without a word
        name = type(problem).__name__
        return pictures.error(f"Step {i} ({steps[i].event}) cannot be drawn: {name}: {problem}.")
