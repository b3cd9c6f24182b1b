"""The JavaScript of all widgets (web/), which reaches a page once and not with each widget.

Drawn       a widget that is drawn by a part of the bundle
component   what such a widget has as `_esm`: it waits for its part of the bundle
bundle      the widget that carries it, one for a kernel; it shows nothing
"""

from hashlib import sha256
from pathlib import Path

import anywidget
import traitlets

FILE = Path(__file__).parent / "web" / "bundle.js"
# Two kernels on one page may have two versions of it: each has a place of its own.
NAME = f"memkit-{sha256(FILE.read_bytes()).hexdigest()[:12]}"


class Bundle(anywidget.AnyWidget):
    """Puts the components on the page, in the place called `name`."""

    _esm = FILE
    name = traitlets.Unicode(NAME).tag(sync=True)


class Drawn(anywidget.AnyWidget):
    """Its class has all its traits: anywidget would make another class for each widget."""

    _anywidget_id = traitlets.Unicode().tag(sync=True)

    @traitlets.default("_anywidget_id")
    def _named_as_its_class(self):
        return f"{type(self).__module__}.{type(self).__name__}"

    def add_traits(self, **traits):
        if missing := {name: made for name, made in traits.items() if not self.has_trait(name)}:
            super().add_traits(**missing)


_living = None


def bundle():
    """The kernel's Bundle: made anew where it was closed."""
    global _living
    if _living is None or _living.comm is None:
        _living = Bundle()
    return _living


def component(name):
    """The `_esm` of a widget that is drawn by this component of the bundle."""
    # Without blanks, since each widget brings it along.
    code = (
        f'const p=globalThis["{NAME}"]??={{}};'
        "p.ready??=new Promise(go=>p.resolve=go);"
        f"export default async()=>(await p.ready).{name}()"
    )
    return traitlets.Unicode(code).tag(sync=True)
