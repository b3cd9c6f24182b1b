"""ReplacementLab: a reference string, frames and a policy; frames over time; every memory size.

side     one policy with its frames; a second one runs the same string in lock-step
choice   a policy as the menu names it: one of POLICIES, or CLOCK with other bits
trace    refs in an array, or read by read_trace: of a long one the beginning is shown
"""

from collections.abc import Mapping
from functools import partial

import ipywidgets

from memkit import pictures
from memkit.checks import whole
from memkit.pictures.frames import differ, frames_picture, run_policy
from memkit.trace import Step
from memkit.vm import POLICIES, miss_curve
from memkit.vm.references import references
from memkit.vm.replacement import policy_name
from memkit.widgets import form
from memkit.widgets.chart import COLOURS, Chart
from memkit.widgets.player import Player

VARIANTS = {
    "clock, bit 0 on load": ("clock", {"bit_on_load": 0}),
    "clock, 2 bits": ("clock", {"bits": 2}),
    "clock, 3 bits": ("clock", {"bits": 3}),
}


class Choices(Mapping):
    """What the menu offers, as POLICIES is now: choice -> (policy, options)."""

    def __getitem__(self, choice):
        return VARIANTS[choice] if choice in VARIANTS else (choice, POLICIES[choice] and {})

    def __iter__(self):
        yield from POLICIES
        yield from VARIANTS

    def __len__(self):
        return len(POLICIES) + len(VARIANTS)


CHOICES = Choices()
NOBODY = "nobody"
MOST_FRAMES = 8
MOST_REFS = 200
BESIDE = 12  # references that are seen in half the width
MOST_PAGE = 999
ACCENT = "#e8710a"


def parsed(text):
    """(pages, writes) of a string such as "1 2 3w 1". ValueError, one sentence, for another."""
    pages, writes = references(form.plain(text), "The string")
    if not pages:
        raise ValueError("The string is empty: write page numbers, such as 1 2 3 4 1 2 5.")
    if len(pages) > MOST_REFS:
        raise ValueError(
            f"The string must have at most {MOST_REFS} references, and this one has {len(pages):,}."
        )
    for n, page in enumerate(pages, 1):
        if len(str(page)) > len(str(MOST_PAGE)):
            raise ValueError(
                f"The string must have page numbers up to {MOST_PAGE}, or names as short, and "
                f"reference {n} is {str(page)[:20]}."
            )
    return pages, writes or [False] * len(pages)


def written(refs):
    """(refs as the form shows them, what it leaves out in a sentence or "")."""
    if isinstance(refs, str):
        return refs, ""
    long = len(refs) if hasattr(refs, "__array__") else 0
    piece, told = refs[:MOST_REFS] if long else refs, []
    pages, writes = references(piece, "The string" if isinstance(refs, (list, tuple)) else "refs")
    if long > MOST_REFS:
        told.append(f"The first {MOST_REFS} of {long:,} references.")
    if long and any(len(str(page)) > len(str(MOST_PAGE)) for page in pages):
        place = {page: n for n, page in enumerate(dict.fromkeys(pages))}
        told.append(f"Pages are numbered by their first use; page 0 is {pages[0]:#x}.")
        pages = [place[page] for page in pages]
    marks = ["w" if write else "" for write in writes or [False] * len(pages)]
    words = [f"{page}{mark}" for page, mark in zip(pages, marks, strict=True)]
    return words[0] + "," if len(words) == 1 else " ".join(words), " ".join(told)


def checked_choice(name, choice):
    if isinstance(choice, str) and choice in CHOICES:
        return choice
    try:
        return policy_name(choice)
    except ValueError:
        allowed = "; ".join(CHOICES)
        raise ValueError(f"{name} must be one of {allowed}, not {choice!r}.") from None


def checked_frames(name, nframes):
    return whole(name, nframes, 1, MOST_FRAMES)


def moments(runs):
    """The steps of runs in lock-step, as one list: its events are what "next" can jump to."""
    if len(runs) == 1:
        return runs[0].steps
    told = []
    for t, both in enumerate(zip(*(run.steps for run in runs), strict=True)):
        event = "they differ" if differ(runs, t) else f"both {both[0].event}"
        told.append(Step(event, {}, tuple(step.state for step in both)))
    return told


# The faults of every memory size


def fault_curve(pages, writes, choice):
    """Faults with 1, 2, ... frames, up to all the pages of the string."""
    policy, options = CHOICES[choice]
    return miss_curve(pages, None, policy, writes, **options)[1:].tolist()


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
    """Run `refs` (text, a list, an array or a trace) through frames, and change all of it.

    beside    a second policy in lock-step, with `beside_frames` frames; None: nobody
    Keys: those of the player; Tab goes through the form, Enter takes the string.
    """

    def __init__(self, refs, nframes=3, policy="fifo", beside=None, beside_frames=None):
        super().__init__([])
        self.add_class("mk-replacement")
        try:
            choices = [checked_choice("policy", policy), NOBODY]
            sizes = [checked_frames("nframes", nframes)] * 2
            if beside is not None:
                choices[1] = checked_choice("beside", beside)
            if beside_frames is not None:
                sizes[1] = checked_frames("beside_frames", beside_frames)
            text, told = written(refs)
        except ValueError as problem:
            self._say(pictures.error(str(problem)))
            return
        self.left_out = ipywidgets.Label(told)
        self.chart = ipywidgets.VBox()
        self.chart.add_class("mk-curves")
        self._make(text, choices, sizes)
        self._run()

    def _make(self, text, choices, sizes):
        """The form, above the pictures."""
        self.refs = form.text("reference string", text)
        self.policy = form.choice("policy", list(CHOICES), choices[0])
        self.beside = form.choice("beside it", [NOBODY, *CHOICES], choices[1])
        numbers = range(1, MOST_FRAMES + 1)
        self.nframes, self.beside_frames = (form.choice("frames", numbers, n) for n in sizes)
        fields = (self.refs, self.policy, self.nframes, self.beside, self.beside_frames)
        names = ("refs", "policy", "nframes", "policy", "nframes")
        for field, name in zip(fields, names, strict=True):
            field.add_class(f"mk-{name}")
            field.observe(self._run, "value")
        forms = [form.line(*fields[:1]), form.line(*fields[1:])]
        self.children = [*forms, self.left_out, self.stage, self.chart]

    def _run(self, change=None):
        """Run what the form says; where that cannot be, one red sentence."""
        if change and change["owner"] is self.refs:
            self.left_out.value = ""
        self.left_out.layout.display = "" if self.left_out.value else "none"
        chosen = [(self.policy.value, self.nframes.value)]
        if self.beside.value != NOBODY:
            chosen.append((self.beside.value, self.beside_frames.value))
        self.beside_frames.disabled = len(chosen) == 1
        try:
            pages, writes = parsed(self.refs.value)
        except ValueError as problem:
            self.stage.refuse(str(problem))
            return
        runs = [run_policy(pages, writes, n, *CHOICES[name], name) for name, n in chosen]
        # Side by side where both have room.
        short = len(pages) <= BESIDE and not any(run.kept[0].hand is not None for run in runs)
        self.stage.names = ["mk-side"] * 2 if short else []
        beside = [*runs[1:], runs[0]] if len(runs) > 1 else [None]
        self.draws = [partial(_draw, *pair) for pair in zip(runs, beside, strict=True)]
        self._show(moments(runs), None)
        curves = {name: fault_curve(pages, writes, name) for name, _ in chosen}
        self.chart.children = [curve_chart(curves, chosen)]


def _draw(run, beside, steps, i):
    return frames_picture(run, i, beside)
