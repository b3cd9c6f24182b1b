"""SizeClassView: a request, its slot, what of that is not asked for; the saw of all sizes."""

from memkit.checks import size
from memkit.golang import CLASSES, MAX_SMALL_REQUEST
from memkit.pictures.size_class import LARGEST, saw_picture, size_class_picture
from memkit.widgets import form
from memkit.widgets.slider import Slider
from memkit.widgets.stage import Stage, View

MOST = 1 << 40  # bytes


def slider_stops():
    """Requests worth a stop: all up to 64 B, the two sides of each class, the first large one."""
    stops = set(range(1, 65)) | {LARGEST, MAX_SMALL_REQUEST, MAX_SMALL_REQUEST + 1}
    for shape in CLASSES:
        stops |= {shape.elemsize, shape.elemsize + 1}
    return sorted(stops)


def checked_request(text):
    """The request as an int. ValueError, in one sentence, for anything else."""
    try:
        request = int(form.plain(text).replace(",", "").replace("_", ""))
    except ValueError:
        raise ValueError(f"The request must be a whole number of bytes, not {text!r}.") from None
    if not 0 <= request <= MOST:
        raise ValueError(
            f"The request must be 0 B to 1 TiB, more than any machine here has, not {request:,}."
        )
    return request


class SizeClassView(View):
    """A request of so many bytes: its class, its slot, and where it stands among all sizes.

    A click on the saw, or Enter where its cursor stands, is a request of that size.
    """

    def __init__(self, request=33, noscan=True):
        self.request = form.text("request, bytes", str(request), live=True)
        self.slider = Slider("size", slider_stops(), size)
        self.noscan = form.tick("without pointers (noscan)", noscan)
        self.stage = Stage()
        line = form.line(self.request, self.slider, self.noscan)
        super().__init__([line, self.stage])
        self.add_class("mk-live")
        self.add_class("mk-size-class")
        self.request.add_class("mk-request")
        self.request.observe(self._draw, "value")
        self.noscan.observe(self._draw, "value")
        self.slider.observe(self._slide, "at")
        self.stage.observe(self._pick, "picked")
        self._draw()

    def _slide(self, change):
        self.request.value = str(self.slider.value)

    def _pick(self, change):
        if change["new"]:
            self.request.value = change["new"]
            self.stage.picked = ""  # so that the same size can be picked again

    def _draw(self, change=None):
        noscan = self.noscan.value
        try:
            request = checked_request(self.request.value)
            self.stage.put(size_class_picture(request, noscan), saw_picture(request, noscan))
        except ValueError as problem:
            self.stage.refuse(str(problem))
            return
        if request in self.slider.stops:
            self.slider.at = self.slider.stops.index(request)
