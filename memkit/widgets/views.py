"""The views of recordings that need no more than a player: which picture, of what."""

from memkit import pictures
from memkit.checks import plural
from memkit.golang.heap.malloc import HeapState
from memkit.golang.heap.mspan import SpanState
from memkit.pictures.film import not_steps
from memkit.pictures.overlays import overlay_picture, overlay_run
from memkit.pictures.span import alone, draw_span, moments, span_picture
from memkit.pictures.tcmalloc import tcmalloc_picture
from memkit.pictures.tiers import tiers_picture
from memkit.pictures.tiny import placements, tiny_picture
from memkit.pictures.tlb import tlb_picture
from memkit.trace import Step, record
from memkit.vm import MMU, IllegalCall, Overlay, run_paged
from memkit.widgets.player import Player


class SpanView(Player):
    """A span's slots, bitmaps and end. Give it recorded steps, or one span's SpanState.

    Its steps are those at which a span changes.
    """

    def __init__(self, steps):
        if isinstance(steps, SpanState):
            super().__init__(alone(steps), lambda s, i: span_picture(s[i].state, i, s[i].words))
        else:
            super().__init__(steps, draw_span)
        self.add_class("mk-span")

    def _show(self, steps, index):
        if not not_steps(steps) and all(isinstance(step.state, HeapState) for step in steps):
            steps = moments(steps)
            index = min(index, len(steps) - 1)
        super()._show(steps, index)


class TinyView(Player):
    """The blocks that tiny objects share, byte by byte. Give it the steps of a GoHeap.

    Its steps are those at which a tiny object is placed.
    """

    def __init__(self, steps):
        super().__init__(steps if not_steps(steps) else placements(steps), tiny_picture)
        self.add_class("mk-tiny")


class TiersView(Player):
    """The tiers of the Go allocator at each step. Give it recorded steps, or one HeapState."""

    def __init__(self, steps):
        if isinstance(steps, HeapState):
            mallocs = plural(steps.counts["mallocs"], "allocation")
            steps = [Step("state", {}, steps, f"The heap after {mallocs}.")]
        super().__init__(steps, tiers_picture)
        self.add_class("mk-tiers")


class TLBView(Player):
    """The TLB of `mmu` at each step of a recording made with `record(mmu)`."""

    def __init__(self, mmu, steps):
        if isinstance(mmu, MMU):
            scheme = mmu.table.scheme
            lru = mmu.tlb is not None and mmu.tlb.replacement == "lru"
            super().__init__(steps, lambda steps, i: tlb_picture(scheme, steps, i, lru))
        else:
            super().__init__([])
            what = type(mmu).__name__
            self._say(pictures.error(f"The TLB view needs an MMU and its steps, not {what}."))
        self.add_class("mk-tlb")


class TCMallocView(Player):
    """The three floors of a TCMalloc at each of the recorded steps."""

    def __init__(self, steps):
        super().__init__(steps, tcmalloc_picture)
        self.add_class("mk-tcmalloc")


class OverlayView(Player):
    """Runs `calls` (names of modules, and "return") through an Overlay, step by step.

    page_size, nframes: the paging beside it, see vm.run_paged. A call that the tree forbids is
    the last step, with the reason.
    """

    def __init__(self, program, calls, page_size=4096, nframes=None):
        try:
            calls = checked(calls)
            run = run_paged(program, calls, page_size, nframes)
            fresh = Overlay(program.tree)
            with record(fresh) as steps:
                ran(fresh, calls)
        except ValueError as problem:
            super().__init__([])
            self._say(pictures.error(f"This cannot be run as overlays: {problem}"))
        else:
            both = overlay_run(fresh, steps, run, page_size)
            super().__init__(steps, lambda steps, i: overlay_picture(both, i))
        self.add_class("mk-overlay")


def checked(calls):
    """The calls as a list. ValueError for what is none, or empty."""
    if isinstance(calls, str) or not hasattr(calls, "__iter__"):
        raise ValueError(f'calls must be a list of names and "return", not {calls!r}.')
    calls = list(calls)
    if not calls:
        raise ValueError('calls is empty: name a module to call, as in ["parse", "return"].')
    return calls


def ran(program, calls):
    """Run the calls; an illegal one ends the run, and its step says why."""
    try:
        program.run(calls)
    except IllegalCall:
        pass
