"""The stage: the one widget that shows pictures. It plays a film in the browser, without Python.

A long film is made in slices, between other work of the kernel, and each is sent as it comes.
"""

import asyncio
import os
import re
import time
from pathlib import Path

import ipywidgets
import traitlets
from IPython import get_ipython

from memkit import pictures
from memkit.pictures import still
from memkit.pictures.film import encode
from memkit.widgets.bundle import Drawn, bundle, component

SITE = "https://memkit.github.io/memkit/"  # what `make site` makes, published
SLICE = 0.05  # s of making pictures, until the kernel may do something else


class View(ipywidgets.VBox):
    """A box around a `stage`. Where no widget can be shown, its output is what the stage shows."""

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle and {**bundle, **self.stage.still()}


class Stage(Drawn):
    """Shows film number `film` of `total` steps, and stands at `index`; at first, at `start`, or
    where it stood in the film before: -1.

    pieces   what has been made of the film (see memkit.pictures.film)
    names    CSS classes, a text for each pane
    closer   tier of a floor -> number of the pane that its button opens; opened: such a tier, or ""
    heading  a line above; first: kinds of step to which "next" goes rather than to others
    letters  key -> what it does: the message {"act": ...}
    address  where the course's site shows the same; "" where it does not
    picked   the part that the learner has picked; refusal: a red sentence about what was asked for
    """

    _esm = component("stage")
    film = traitlets.Int().tag(sync=True)
    pieces = traitlets.List(traitlets.Bytes()).tag(sync=True)
    total = traitlets.Int().tag(sync=True)
    start = traitlets.Int().tag(sync=True)
    index = traitlets.Int().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    closer = traitlets.Dict().tag(sync=True)
    opened = traitlets.Unicode().tag(sync=True)
    heading = traitlets.Unicode().tag(sync=True)
    first = traitlets.List(traitlets.Unicode()).tag(sync=True)
    letters = traitlets.Dict().tag(sync=True)
    picked = traitlets.Unicode().tag(sync=True)
    refusal = traitlets.Unicode().tag(sync=True)
    address = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits):
        bundle()
        super().__init__(address=address(), **traits)
        self.add_class("mk-stage")
        self.on_msg(self._heard)
        self._events, self._draws, self._made, self._making = [], [], 0, None
        self._blank = True  # there is no picture, at most a message

    @traitlets.validate("index")
    def _inside(self, proposal):
        """A page may still speak of the film before this one."""
        return max(0, min(proposal["value"], self.total - 1))

    def show(self, events, draws, index=0):
        """A new film: a text for each step, and for each pane its draw(i) -> picture.

        index: where it begins. None: where the page stands, of which Python may not know yet.
        """
        stays, index = index is None, self.index if index is None else index
        self._stop()
        self._events, self._draws, self._made = list(events), list(draws), 0
        self._blank = False
        pieces = self._slices()
        with self.hold_sync():
            self.film += 1
            self.pieces = pieces
            self.total, self.index, self.refusal = len(self._events), index, ""
            self.start = -1 if stays else self.index
        self._go_on()

    def put(self, *panes):
        """A film of one step: a picture for each pane."""
        self.show([""], [lambda i, picture=picture: picture for picture in panes])
        self._blank = all(picture["kind"] == "message" for picture in panes)

    def refuse(self, sentence):
        """A red sentence; the last picture stays, and where there is none, it is the picture."""
        if self._blank:
            self.put(pictures.error(sentence))
        else:
            self.refusal = sentence

    def extend(self, events):
        """More steps of this film; it moves to the last one. Nothing that was made is made anew."""
        self._events += events
        if self._making is None:
            for piece in self._slices():
                self._add(piece)
        with self.hold_sync():
            self.total, self.refusal = len(self._events), ""
            self.index = self.total - 1
        self._go_on()

    def _slices(self):
        """The next piece; all of them where nobody waits for it."""
        pieces = [self._slice()]
        while self._made < len(self._events) and not watched():
            pieces.append(self._slice())
        return pieces

    def _slice(self):
        """Make a piece of the film: as many steps as SLICE allows, one at least."""
        start, end = self._made, time.monotonic() + SLICE
        panes = [[] for _ in self._draws]
        while self._made < len(self._events):
            for pane, draw in zip(panes, self._draws, strict=True):
                pane.append(draw(self._made))
            self._made += 1
            if time.monotonic() > end:
                break
        return encode(self._events[start : self._made], panes)

    def _add(self, piece):
        """Send one piece, and it alone, to those who look on; others get the whole state."""
        if watched():
            self.pieces.append(piece)
            self._send_piece(len(self.pieces) - 1)
        else:
            self.pieces = [*self.pieces, piece]

    def _send_piece(self, k):
        self.send({"film": self.film, "piece": k}, [self.pieces[k]])

    def _heard(self, _, content, buffers):
        """A page that came late, while pieces were on their way, asks for them."""
        if "want" in content:
            for k in range(content["want"], len(self.pieces)):
                self._send_piece(k)

    def _go_on(self):
        """Make what is still missing, between other work."""
        if self._making is None and self._made < len(self._events):
            self._making = asyncio.get_running_loop().create_task(self._rest())

    async def _rest(self):
        while self._made < len(self._events):
            await asyncio.sleep(0)
            self._add(self._slice())
        self._making = None

    def _stop(self):
        if self._making is not None:
            self._making.cancel()
        self._making = None

    def still(self):
        """What is shown now in a form that needs no widget: a MIME bundle."""
        hidden = set(self.closer.values())
        panes = [draw(self.index) for n, draw in enumerate(self._draws) if n not in hidden]
        where = f"Step {self.index + 1} of {self.total}." if self.total > 1 else ""
        said = " ".join(still.sentence(picture) for picture in panes)
        return {"text/plain": said, "text/html": still.html(panes, where)}

    def close(self):
        self._stop()
        super().close()


def watched():
    """Is there a loop, and somebody before the page?

    Who executes a notebook to export it can be asked nothing, and keeps what traits are set to,
    but no messages.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return _asked().get("content", {}).get("allow_stdin", True)


def address():
    """Where the course's site shows the cell that runs; "" where it is in none of the chapters."""
    notebook = Path(os.environ.get("JPY_SESSION_NAME", "")).stem
    cell = _asked().get("metadata", {}).get("cellId", "")
    known = cell and re.match(r"\d\d-", notebook)
    return f"{SITE}notebooks/{notebook}.html#{cell}" if known else ""


def _asked():
    """The message that the kernel works on, in Jupyter's protocol; empty without a kernel."""
    return getattr(get_ipython(), "get_parent", dict)() or {}
