"""The grid: the one widget that draws a picture (see pictures.py)."""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent
STYLE = (HERE / "style.css").read_text()


def esm(*names):
    """The JavaScript module that these files make together."""
    return "\n".join((HERE / name).read_text() for name in names)


class Grid(anywidget.AnyWidget):
    """Draws `picture`, a dict as the functions of pictures.py make it, and its words.

    opened   the tier of the floor that the learner has opened, of those that can be; or ""
    """

    _esm = esm("cells.js", "grid.js")
    _css = STYLE
    picture = traitlets.Dict().tag(sync=True)
    opened = traitlets.Unicode().tag(sync=True)

    def __init__(self, picture=None):
        super().__init__(picture=picture or {})
        self.add_class("mk-grid")
