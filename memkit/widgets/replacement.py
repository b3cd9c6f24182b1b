"""ReplacementLab: a reference string, frames and a policy; frames over time; every memory size.

side     one policy with its frames; a second one runs the same string in lock-step
choice   a policy as the menu names it: one of POLICIES, or CLOCK with other bits
"""

import re
from functools import partial

import ipywidgets

from memkit.trace import Step
from memkit.vm import POLICIES, simulate
from memkit.widgets import pictures
from memkit.widgets.chart import COLOURS, Chart
from memkit.widgets.frames import FramesGrid, frames_picture, run_policy
from memkit.widgets.player import Player

CHOICES = {name: (name, {}) for name in POLICIES} | {
    "clock, bit 0 on load": ("clock", {"bit_on_load": 0}),
    "clock, 2 bits": ("clock", {"bits": 2}),
    "clock, 3 bits": ("clock", {"bits": 3}),
}
NOBODY = "nobody"
MOST_FRAMES = 8
MOST_REFS = 200
MOST_PAGE = 999
ACCENT = "#e8710a"
WIDE = {"description_width": "initial"}


def parsed(text):
    """(pages, writes) of a string such as "1 2 3w 1". ValueError, one sentence, for another."""
    words = re.split(r"[\s,]+", text.strip(" \t\n,"))
    if words == [""]:
        raise ValueError("The string is empty: write page numbers, such as 1 2 3 4 1 2 5.")
    for word in words:
        if not re.fullmatch(r"[0-9]{1,9}w?", word) or int(word.rstrip("w")) > MOST_PAGE:
            raise ValueError(
                f"The string must be page numbers from 0 to {MOST_PAGE}, a write with a w after "
                f"it, such as 1 2 3w, and {word[:20]!r} is none."
            )
    if len(words) > MOST_REFS:
        raise ValueError(
            f"The string must have at most {MOST_REFS} references, and this one has {len(words)}."
        )
    return [int(word.rstrip("w")) for word in words], [word.endswith("w") for word in words]


def checked_choice(name, choice):
    if not isinstance(choice, str) or choice not in CHOICES:
        raise ValueError(f"{name} must be one of {'; '.join(CHOICES)}, not {choice!r}.")
    return choice


def checked_frames(name, nframes):
    if type(nframes) is not int or not 1 <= nframes <= MOST_FRAMES:
        raise ValueError(f"{name} must be a number from 1 to {MOST_FRAMES}, not {nframes!r}.")
    return nframes


def moments(runs):
    """The steps of runs in lock-step, as one list: its events are what "next" can jump to."""
    if len(runs) == 1:
        return runs[0].steps
    told = []
    for both in zip(*(run.steps for run in runs), strict=True):
        first, second = (step.event for step in both)
        event = f"both {first}" if first == second else "they differ"
        told.append(Step(event, {}, tuple(step.state for step in both)))
    return told


# The faults of every memory size


def fault_curve(pages, writes, choice):
    """Faults with 1, 2, ... frames, up to all the pages of the string."""
    policy, options = CHOICES[choice]
    sizes = range(1, max(2, len(set(pages))) + 1)
    return [simulate(pages, n, policy, writes, **options).faults for n in sizes]


def anomalies(curve):
    """[(frames, faults, faults with one more)] where one frame more makes more faults."""
    pairs = zip(curve, curve[1:], strict=False)
    return [(n, less, more) for n, (less, more) in enumerate(pairs, 1) if more > less]


def finding(curves):
    """What the curves show, in a sentence."""
    for choice, curve in curves.items():
        for n, less, more in anomalies(curve):
            return f"{choice}: {less} faults with {n} frames, {more} with {n + 1}: Belady's anomaly"
    return "On this string no frame more ever makes more faults"


def curve_chart(curves, sizes):
    """A Chart of {choice: faults}; triangles mark anomalies, orange rings the sizes shown.

    sizes   [(choice, frames)]
    """
    import bqplot  # brings pandas along: only who looks at a chart pays for it

    longest = max(map(len, curves.values()))
    across = list(range(1, longest + 1))
    chart = Chart(finding(curves), across, curves, "frames", "faults")
    figure = chart.children[0]
    scales = figure.marks[0].scales
    every = -(-longest // 24)
    figure.axes[0].tick_values = [float(n) for n in across[::every]]
    figure.axes[0].tick_format = figure.axes[1].tick_format = "d"
    marks = []
    for colour, curve in zip(COLOURS, curves.values(), strict=False):
        worse = [(n + 1, more) for n, _, more in anomalies(curve)]
        if worse:
            x, y = ([float(value) for value in values] for values in zip(*worse, strict=True))
            look = {"marker": "triangle-up", "colors": [colour], "default_size": 260}
            marks.append(bqplot.Scatter(x=x, y=y, scales=scales, **look))
    here = [(float(n), float(curves[name][n - 1])) for name, n in sizes if n <= longest]
    if here:
        x, y = map(list, zip(*here, strict=True))
        look = {"colors": [ACCENT], "default_size": 150, "fill": False, "stroke_width": 3}
        marks.append(bqplot.Scatter(x=x, y=y, scales=scales, **look))
    figure.marks = [*figure.marks, *marks]
    return chart


class ReplacementLab(Player):
    """Run `refs` (text, or a list of page numbers) through frames, and change all of it.

    beside    a second policy in lock-step, with `beside_frames` frames; None: nobody
    Keys: those of the player; Tab goes through the form, Enter takes the string.
    """

    def __init__(self, refs, nframes=3, policy="fifo", beside=None, beside_frames=None):
        super().__init__([])
        self.add_class("mk-replacement")
        self.grids = [FramesGrid(), FramesGrid()]
        try:
            choices = [checked_choice("policy", policy), NOBODY]
            sizes = [checked_frames("nframes", nframes)] * 2
            if beside is not None:
                choices[1] = checked_choice("beside", beside)
            if beside_frames is not None:
                sizes[1] = checked_frames("beside_frames", beside_frames)
            if not isinstance(refs, (str, list, tuple)):
                raise ValueError(
                    f"refs must be text such as '1 2 3 1', or a list, not {type(refs).__name__}."
                )
        except ValueError as problem:
            self._refuse(problem)
            self.children = self.grids[:1]
            return
        text = refs if isinstance(refs, str) else " ".join(map(str, refs))
        self.chart = ipywidgets.VBox()
        self._make(text, choices, sizes)
        self._run()

    def _make(self, text, choices, sizes):
        """The form, above the pictures."""
        self.refs = ipywidgets.Text(
            text, description="references", continuous_update=False, style=WIDE
        )
        self.policy, self.beside = (
            ipywidgets.Dropdown(options=names, value=choice, description=said, style=WIDE)
            for names, choice, said in (
                (list(CHOICES), choices[0], "policy"),
                ([NOBODY, *CHOICES], choices[1], "beside it"),
            )
        )
        self.nframes, self.beside_frames = (
            ipywidgets.Dropdown(
                options=range(1, MOST_FRAMES + 1), value=n, description="frames", style=WIDE
            )
            for n in sizes
        )
        fields = (self.refs, self.policy, self.nframes, self.beside, self.beside_frames)
        names = ("refs", "policy", "nframes", "policy", "nframes")
        for field, name in zip(fields, names, strict=True):
            field.add_class(f"mk-{name}")
            field.observe(self._run, "value")
        forms = [ipywidgets.HBox(fields[:1]), ipywidgets.HBox(fields[1:])]
        for form in forms:
            form.add_class("mk-form")
        self.children = [*forms, *self.grids, self.controls, self.chart]

    def _run(self, change=None):
        """Run what the form says; where that cannot be, one red sentence."""
        chosen = [(self.policy.value, self.nframes.value)]
        if self.beside.value != NOBODY:
            chosen.append((self.beside.value, self.beside_frames.value))
        self.beside_frames.disabled = len(chosen) == 1
        try:
            pages, writes = parsed(self.refs.value)
        except ValueError as problem:
            self._refuse(problem)
            self.chart.children = []
            return
        runs = [run_policy(pages, writes, n, *CHOICES[name], name) for name, n in chosen]
        self.draws = [partial(_draw, run) for run in runs]
        self.grids[1].layout.display = "" if len(runs) > 1 else "none"
        self._show(moments(runs), min(self.index, len(pages) - 1))
        curves = {name: fault_curve(pages, writes, name) for name, _ in chosen}
        self.chart.children = [curve_chart(curves, chosen)]

    def _refuse(self, problem):
        self.draws = ()
        self._show([], 0)
        self.controls.layout.display = "none"
        self.grids[0].picture = pictures.error(str(problem))
        self.grids[1].layout.display = "none"


def _draw(run, steps, i):
    return frames_picture(run, i)
