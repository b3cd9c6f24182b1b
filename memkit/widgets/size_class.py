"""SizeClassView: a request, the slot it gets, and what is wasted; a chart of all 67 classes."""

from functools import lru_cache

import ipywidgets

from memkit.golang import CLASSES, MAX_SMALL_REQUEST, PAGE_SIZE, size_class
from memkit.golang.mspan import SpanState
from memkit.trace import plural, size
from memkit.widgets import pictures
from memkit.widgets.grid import Grid
from memkit.widgets.pictures import IN_USE, THIRD
from memkit.widgets.slider import Slider
from memkit.widgets.span import behind, end_caption

LARGEST = 1 << 16  # bytes: how far the slider goes
TITLE = "Waste is worst just above a class"
MOST = 1 << 40  # bytes


def span_waste(request, shape):
    """Share of a full span, in %, that nobody asked for if all its objects ask for `request` B."""
    return 100 * (1 - request * shape.nelems / (shape.npages * PAGE_SIZE))


@lru_cache
def waste_curve(noscan=True):
    """Waste at the smallest and the largest request of each class: (requests, percents).

    As requests are served: without pointers the smallest class is never asked for, and with
    pointers a header takes part of the slot.
    """
    requests, percents, first = [], [], 1
    shape = size_class(1, noscan)
    for request in range(1, MAX_SMALL_REQUEST + 1):
        above = size_class(request + 1, noscan)
        if above != shape:
            requests += [first, request]
            percents += [span_waste(first, shape), span_waste(request, shape)]
            first, shape = request + 1, above
    return requests, percents


def class_words():
    """The 67 classes as a table of text."""
    rows = [("class", "slot", "span", "slots", "waste at best", "waste at worst")]
    below = 0
    for shape in CLASSES:
        worst, best = span_waste(below + 1, shape), span_waste(shape.elemsize, shape)
        below = shape.elemsize
        span = size(shape.npages * PAGE_SIZE)
        rows.append(
            (
                shape.index,
                size(shape.elemsize),
                span,
                shape.nelems,
                f"{best:.1f} %",
                f"{worst:.1f} %",
            )
        )
    return rows


def size_class_picture(request, noscan):
    """How a request of so many bytes is served. ValueError for a request that is none."""
    shape = size_class(request, noscan)
    if request == 0:
        return pictures.empty("0 B need no memory: all such objects share one address.")
    spanclass = 2 * shape.index + bool(noscan)
    over = shape.elemsize - shape.header - request
    share = 100 * (shape.elemsize - request) / shape.elemsize
    if shape.index == 0:
        pages = plural(shape.npages, "page")
        sentence = f"{size(request)} is above 32,760 B: a large object, {pages} of its own."
        name = "large object"
    elif noscan and request < 16:
        sentence = (
            f"{size(request)} without pointers is tiny: several such objects share a block of 16 B."
        )
        name = f"class {shape.index}"
    else:
        sentence = (
            f"{size(request)} gets a slot of {size(shape.elemsize)}, class {shape.index}: "
            f"{share:.0f} % of the slot is not asked for."
        )
        name = f"class {shape.index}"
    parts = [(shape.header, "-", f"{shape.header} B header", False)] if shape.header else []
    parts.append((request, IN_USE, f"{size(request)} asked for", False))
    if over:
        parts.append((over, THIRD, f"{size(over)} wasted", False))
    full = (1 << shape.nelems) - 1
    span = SpanState(
        0, shape.npages, spanclass, shape.elemsize, shape.nelems, shape.header,
        shape.nelems, shape.nelems, full, full, 0, 0, False, 0,
    )  # fmt: skip
    reserve, waste = behind(span)
    tail = [(reserve / shape.elemsize, THIRD), (waste / shape.elemsize, "-")]
    slots = pictures.row(
        "." * shape.nelems,
        caption=f"{plural(shape.nelems, 'slot')} of {size(shape.elemsize)}. {end_caption(span)}.",
        tail=tail,
        wide=True,
    )
    floors = [
        pictures.floor(
            "mcache", "the slot", f"{name}, span class {spanclass}", [pictures.bar(parts)]
        ),
        pictures.floor("mheap", "its span", plural(shape.npages, "page") + " of 8 KiB", [slots]),
    ]
    words = class_words()
    return pictures.picture(request, sentence, floors, words)


def waste_chart():
    """The bqplot figure, the line of all requests, and the mark of the current one."""
    import bqplot  # brings pandas along: only who looks at the chart pays for it

    x = bqplot.LogScale(min=1, max=LARGEST)
    y = bqplot.LinearScale(min=0, max=100)
    requests, percents = waste_curve()
    line = bqplot.Lines(
        x=requests, y=percents, scales={"x": x, "y": y}, colors=["#3b82c4"], stroke_width=1.5
    )
    dot = bqplot.Scatter(
        x=[requests[0]],
        y=[percents[0]],
        scales={"x": x, "y": y},
        colors=["#e8710a"],
        default_size=120,
    )
    figure = bqplot.Figure(
        marks=[line, dot],
        axes=[
            bqplot.Axis(
                scale=x,
                label="request, bytes (log scale)",
                tick_values=[8, 32, 128, 512, 2048, 8192, 32768],
                tick_format="d",
                grid_lines="none",
                label_offset="38px",
                tick_style={"font-size": "14px"},
            ),
            bqplot.Axis(
                scale=y,
                orientation="vertical",
                label="span not asked for, %",
                tick_values=[0, 25, 50, 75, 100],
                tick_style={"font-size": "14px"},
                label_offset="44px",
            ),
        ],
        title=TITLE,
        fig_margin={"top": 46, "bottom": 58, "left": 70, "right": 24},
        animation_duration=0,
        display_toolbar=False,
        layout={"height": "300px", "width": "100%", "min_width": "0"},
    )
    figure.add_class("mk-chart")
    return figure, line, dot


def slider_stops():
    """Requests worth a stop: all up to 64 B, the two sides of each class, the first large one."""
    stops = set(range(1, 65)) | {LARGEST, MAX_SMALL_REQUEST, MAX_SMALL_REQUEST + 1}
    for shape in CLASSES:
        stops |= {shape.elemsize, shape.elemsize + 1}
    return sorted(stops)


def checked_request(text):
    """The request as an int. ValueError, in one sentence, for anything else."""
    try:
        request = int(str(text).replace(",", "").replace("_", "").strip())
    except ValueError:
        raise ValueError(f"The request must be a whole number of bytes, not {text!r}.") from None
    if request > MOST:
        raise ValueError(
            "The request must be 1 TiB or less: that is more than any machine here has."
        )
    return request


class SizeClassView(ipywidgets.VBox):
    """A request of so many bytes: its class, slot and waste; "in words" lists all 67 classes."""

    def __init__(self, request=33, noscan=True):
        wide = {"description_width": "initial"}
        self.request = ipywidgets.Text(str(request), description="request, bytes", style=wide)
        self.slider = Slider("size", slider_stops(), size)
        self.noscan = ipywidgets.Checkbox(
            bool(noscan), description="without pointers (noscan)", indent=False
        )
        self.grid = Grid()
        self.chart, self.line, self.dot = waste_chart()
        controls = ipywidgets.HBox([self.request, self.slider, self.noscan])
        controls.add_class("mk-form")
        super().__init__([controls, self.grid, self.chart])
        self.add_class("mk-size-class")
        self.request.add_class("mk-request")
        self.request.observe(self._draw, "value")
        self.noscan.observe(self._draw, "value")
        self.slider.observe(self._slide, "at")
        self._draw()

    def _slide(self, change):
        self.request.value = str(self.slider.value)

    def _draw(self, change=None):
        noscan = self.noscan.value
        try:
            request = checked_request(self.request.value)
            self.grid.picture = size_class_picture(request, noscan)
        except ValueError as problem:
            self.grid.picture = pictures.error(str(problem))
            return
        if request in self.slider.stops:
            self.slider.at = self.slider.stops.index(request)
        shape = size_class(request, noscan)
        with self.line.hold_sync():
            self.line.x, self.line.y = waste_curve(noscan)
        with self.dot.hold_sync():
            self.dot.x = [min(max(request, 1), LARGEST)]
            self.dot.y = [span_waste(request, shape) if request else 0.0]
