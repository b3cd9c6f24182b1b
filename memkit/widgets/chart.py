"""One chart: up to three lines over one axis, labelled directly, with the numbers beside it."""

from html import escape

import ipywidgets

COLOURS = ("#3b82c4", "#8b63c9", "#2f9e6e")  # mcache, mcentral, mheap: they pass in both themes
MAX_ROWS = 70


class Chart(ipywidgets.VBox):
    """Lines over the numbers `x`.

    title    the finding, in one sentence
    series   dict: label -> numbers, as many as x
    x_label, y_label   with units; log_x: x is shown on a logarithmic scale
    Raises ValueError for no series, for more than three, or for one of another length.
    """

    def __init__(self, title, x, series, x_label, y_label, log_x=False):
        import bqplot  # brings pandas along: only who looks at a chart pays for it

        x = list(x)
        if not 1 <= len(series) <= len(COLOURS) or any(len(ys) != len(x) for ys in series.values()):
            raise ValueError("series must be one to three lists of numbers, each as long as x.")
        across = (bqplot.LogScale if log_x else bqplot.LinearScale)()
        top = max(max(ys) for ys in series.values())
        up = bqplot.LinearScale(min=0, max=1.2 * top or 1)  # room for the labels above the lines
        scales = {"x": across, "y": up}
        marks = []
        for k, (colour, (label, ys)) in enumerate(zip(COLOURS, series.items(), strict=False)):
            at = _clearest(list(series.values()), k)
            line = {"scales": scales, "colors": [colour]}
            marks.append(bqplot.Lines(x=x, y=list(ys), stroke_width=2, marker="circle", **line))
            marks.append(
                bqplot.Label(
                    x=[x[at]],
                    y=[ys[at]],
                    text=[label],
                    align="end",
                    y_offset=-14,
                    default_size=14,
                    **line,
                )
            )
        ticks = {"tick_values": x, "tick_format": "d"} if log_x and len(x) <= 16 else {}
        text = {"tick_style": {"font-size": "14px"}}
        axes = [
            bqplot.Axis(
                scale=across, label=x_label, grid_lines="none", label_offset="38px", **ticks, **text
            ),
            bqplot.Axis(
                scale=up, label=y_label, orientation="vertical", label_offset="48px", **text
            ),
        ]
        figure = bqplot.Figure(
            marks=marks if len(series) > 1 else marks[:1],
            axes=axes,
            title=title,
            fig_margin={"top": 46, "bottom": 58, "left": 74, "right": 32},
            animation_duration=0,
            layout={"height": "320px", "width": "100%", "min_width": "0"},
        )
        figure.add_class("mk-chart")
        super().__init__([figure, ipywidgets.HTML(_table(x, series, x_label, y_label))])
        self.add_class("mk-chart-box")


def _clearest(series, k):
    """Where series k is farthest from the others: there its label can be read."""
    n = len(series[k])
    others = [ys for i, ys in enumerate(series) if i != k]
    room = [min((abs(ys[i] - series[k][i]) for ys in others), default=0) for i in range(n)]
    return max(range(n // 3, n), key=lambda i: (room[i], i))


def _table(x, series, x_label, y_label):
    """The same numbers as a table that opens on demand."""
    head = "".join(f"<th>{escape(str(name))}</th>" for name in (x_label, *series))
    rows = zip(x, *series.values(), strict=True)
    body = "".join(
        "<tr>" + "".join(f"<td>{value:,.6g}</td>" for value in row) + "</tr>"
        for row in list(rows)[:MAX_ROWS]
    )
    return (
        f'<details class="mk-words"><summary>in words: {escape(y_label)}</summary>'
        f"<table><tr>{head}</tr>{body}</table></details>"
    )
