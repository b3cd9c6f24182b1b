"""What a view's stage shows: its film, as a browser unpacks it."""

import json

from memkit.pictures.film import decode


def film(view):
    """(events, panes) of all that has been made so far."""
    events, panes = [], None
    for piece in view.stage.pieces:
        more, pictures = decode(piece)
        events += more
        panes = pictures if panes is None else [a + b for a, b in zip(panes, pictures, strict=True)]
    return events, panes


def on_stage(view, pane=0):
    """The picture of the step at which the stage stands."""
    return film(view)[1][pane][view.stage.index]


def npanes(view):
    return len(film(view)[1])


def red(view):
    """The red sentence that one reads; "" for none."""
    return view.stage.refusal or on_stage(view).get("error", "")


def plain(picture):
    """A picture as it is after its way to the browser: tuples are lists."""
    return json.loads(json.dumps(picture))
