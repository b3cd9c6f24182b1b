"""One chart: up to three lines over one axis, labelled directly, with the numbers beside it."""

import math
from html import escape

import ipywidgets

COLOURS = ("#3b82c4", "#8b63c9", "#2f9e6e")  # mcache, mcentral, mheap: they pass in both themes
MAX_ROWS = 70


class Chart(ipywidgets.VBox):
    """Lines over the numbers `x`.

    title    the finding, in one sentence
    series   dict: label -> numbers, as many as x
    x_label, y_label   with units; log_x, log_y: shown on a logarithmic scale
    write    how a number is written: checks.size for bytes
    Raises ValueError for no series, for more than three, or for one of another length.
    """

    def __init__(self, title, x, series, x_label, y_label, log_x=False, log_y=False, write=None):
        import bqplot  # brings pandas along: only who looks at a chart pays for it

        x = list(x)
        if not 1 <= len(series) <= len(COLOURS) or any(len(ys) != len(x) for ys in series.values()):
            raise ValueError("series must be one to three lists of numbers, each as long as x.")
        across = (bqplot.LogScale if log_x else bqplot.LinearScale)()
        xs = [float(value) for value in x]  # bqplot sends ints in 32 bits
        low = min(min(ys) for ys in series.values())
        top = max(max(ys) for ys in series.values())
        # room for the labels above the lines
        if log_y:
            up = bqplot.LogScale(min=low / 4, max=4 * top)
        else:
            up = bqplot.LinearScale(min=0, max=1.2 * top or 1)
        scales = {"x": across, "y": up}
        marks = []
        for k, (colour, (label, ys)) in enumerate(zip(COLOURS, series.items(), strict=False)):
            at, below = _clearest(list(series.values()), k, up.min, up.max, log_y)
            # Under a line that climbs there is room on its right, unless the chart ends there.
            right = below and at < min(len(x) - 3, 0.85 * len(x))
            line = {"scales": scales, "colors": [colour]}
            dots = {"marker": "circle"} if len(x) <= MAX_ROWS else {}
            marks.append(bqplot.Lines(x=xs, y=[*map(float, ys)], stroke_width=2, **dots, **line))
            marks.append(
                bqplot.Label(
                    x=[xs[at]],
                    y=[float(ys[at])],
                    text=[label],
                    align="start" if right else "end",
                    y_offset=20 if below else -14,
                    default_size=14,
                    **line,
                )
            )
        ticks = {"tick_values": x, "tick_format": "d"} if log_x and len(x) <= 16 else {}
        rungs = {}
        if write:
            powers = [1 << n for n in range(0, 64, 4) if low / 4 <= 1 << n <= 4 * top]
            ticks = {"tick_values": xs, "tick_labels": {str(at): write(at) for at in x}}
            rungs = {
                "tick_values": [*map(float, powers)],
                "tick_labels": {str(at): write(at) for at in powers},
            }
        text = {"tick_style": {"font-size": "14px"}}
        left = 92 if write else 74
        axes = [
            bqplot.Axis(
                scale=across, label=x_label, grid_lines="none", label_offset="38px", **ticks, **text
            ),
            bqplot.Axis(
                scale=up,
                label=y_label,
                orientation="vertical",
                label_offset=f"{left - 26}px",
                **rungs,
                **text,
            ),
        ]
        figure = bqplot.Figure(
            marks=marks if len(series) > 1 else marks[:1],
            axes=axes,
            title=title,
            fig_margin={"top": 46, "bottom": 58, "left": left, "right": 32},
            animation_duration=0,
            display_toolbar=False,
            layout={"height": "320px", "width": "100%", "min_width": "0"},
        )
        figure.add_class("mk-chart")
        super().__init__([figure, ipywidgets.HTML(_table(x, series, x_label, y_label, write))])
        self.add_class("mk-chart-box")


def _clearest(series, k, low, high, log=False):
    """Where series k is farthest from the others, so that its label can be read -> (i, below).

    below   the label would touch a line above it, and there is more room under its own
    """
    if log:
        low, high = math.log(low), math.log(high)
        series = [[math.log(y) for y in ys] for ys in series]
    n = len(series[k])
    others = [ys for i, ys in enumerate(series) if i != k]
    room = [min((abs(ys[i] - series[k][i]) for ys in others), default=0) for i in range(n)]
    at = max(range(n // 3, n), key=lambda i: (room[i], i))
    y = series[k][at]
    over = min([ys[at] for ys in others if ys[at] >= y], default=math.inf) - y
    under = y - max([ys[at] for ys in others if ys[at] < y] + [low])
    return at, over < min(under, (high - low) / 9)


def _turns(rows, k):
    """Is row k an end, or does one of its lines bend there?"""
    if k in (0, len(rows) - 1):
        return True
    before, here, after = rows[k - 1 : k + 2]
    sides = zip(before[1:], here[1:], after[1:], strict=True)
    return any((b - a) * (c - b) <= 0 and (a, c) != (b, b) for a, b, c in sides)


def _table(x, series, x_label, y_label, write):
    """The same numbers as a table that opens on demand."""
    x_label, y_label = (label.removesuffix(" (log scale)") for label in (x_label, y_label))
    head = "".join(f"<th>{escape(str(name))}</th>" for name in (x_label, *series))
    rows = list(zip(x, *series.values(), strict=True))
    if len(rows) > MAX_ROWS:
        rows = [row for k, row in enumerate(rows) if _turns(rows, k)]
    body = "".join(
        "<tr>"
        + "".join(f"<td>{write(value) if write else f'{value:,.6g}'}</td>" for value in row)
        + "</tr>"
        for row in rows[:MAX_ROWS]
    )
    return (
        f'<details class="mk-words"><summary>in words: {escape(y_label)}</summary>'
        f"<table><tr>{head}</tr>{body}</table></details>"
    )
