"""SizeClassView: a request, the slot it gets, and what is wasted; a chart of all 67 classes."""

from memkit.checks import size
from memkit.golang import CLASSES, MAX_SMALL_REQUEST, size_class
from memkit.pictures.size_class import size_class_picture, span_waste, waste_curve
from memkit.widgets import form
from memkit.widgets.slider import Slider
from memkit.widgets.stage import Stage, View

LARGEST = 1 << 16  # bytes: how far the slider goes
TITLE = "Waste is worst just above a class"
MOST = 1 << 40  # bytes


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
        request = int(form.plain(text).replace(",", "").replace("_", ""))
    except ValueError:
        raise ValueError(f"The request must be a whole number of bytes, not {text!r}.") from None
    if request > MOST:
        raise ValueError(
            "The request must be 1 TiB or less: that is more than any machine here has."
        )
    return request


class SizeClassView(View):
    """A request of so many bytes: its class, slot and waste; "in words" lists all 67 classes."""

    def __init__(self, request=33, noscan=True):
        self.request = form.text("request, bytes", str(request), live=True)
        self.slider = Slider("size", slider_stops(), size)
        self.noscan = form.tick("without pointers (noscan)", noscan)
        self.stage = Stage()
        self.chart, self.line, self.dot = waste_chart()
        line = form.line(self.request, self.slider, self.noscan)
        super().__init__([line, self.stage, self.chart])
        self.add_class("mk-live")
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
            self.stage.put(size_class_picture(request, noscan))
        except ValueError as problem:
            self.stage.refuse(str(problem))
            return
        if request in self.slider.stops:
            self.slider.at = self.slider.stops.index(request)
        shape = size_class(request, noscan)
        with self.line.hold_sync():
            self.line.x, self.line.y = waste_curve(noscan)
        with self.dot.hold_sync():
            self.dot.x = [min(max(request, 1), LARGEST)]
            self.dot.y = [span_waste(request, shape) if request else 0.0]
