"""OverlayView: a program in overlays, call by call, and the same calls under demand paging."""

from memkit.trace import record, size
from memkit.vm import IllegalCall, Overlay, compare_with_paging
from memkit.widgets import pictures
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED
from memkit.widgets.player import Player

ENTERS = ("run", "return")  # the steps at which control enters a module


def branches(program):
    """The root-to-leaf paths, each a tuple of Place, in the order of the tree."""
    parents = {place.parent for place in program.places.values()}
    leaves = [name for name in program.places if name not in parents]
    return [[program.places[name] for name in program.path(leaf)] for leaf in leaves]


def _part(place, resident, loaded):
    state = IN_USE if place.name in resident else RESERVED
    text = f"{place.name} {size(place.end - place.start)}"
    return place.end - place.start, state, text, place.name == loaded


def memory_floor(program, state, loaded):
    """What lies in memory now, to scale."""
    places = [program.places[name] for name in state.resident]
    parts = [_part(place, state.resident, loaded) for place in places]
    rest = program.memory - places[-1].end
    if rest:
        parts.append((rest, FREE, f"{size(rest)} free", False))
    note = f"{size(program.memory)} for a program of {size(program.total)}"
    count = f"runs: {state.stack[-1]}"
    caption = "call stack: " + " → ".join(state.stack)
    return pictures.floor("frames", "memory", note, [pictures.bar(parts, caption=caption)], count)


def plan_floor(program, state, loaded):
    """Every branch of the tree, to the same scale: what takes turns with what."""
    rows = []
    for branch in branches(program):
        parts = [_part(place, state.resident, loaded) for place in branch]
        if rest := program.memory - branch[-1].end:
            parts.append((rest, NOTHING, "", False))
        rows.append(pictures.bar(parts))
    heavy = " → ".join(program.heaviest_path)
    note = f"one line a branch; the heaviest, {heavy}, decides how much memory is needed"
    return pictures.floor("space", "the plan", note, rows)


def cost_floor(rows, entered):
    """Bytes read from disk so far, both ways, as bars of one scale."""
    overlay = sum(row[1] for row in rows[: entered + 1])
    paged = sum(row[2] for row in rows[: entered + 1])
    most = max(sum(row[1] for row in rows), sum(row[2] for row in rows), 1)
    lines = [
        pictures.bar(
            [
                (max(done, most / 100), IN_USE, f"{what}: {size(done)}", False),
                (max(most - done, most / 100), NOTHING, "", False),
            ]
        )
        for what, done in (("overlays", overlay), ("demand paging", paged))
    ]
    note = "paging reads only pages that are not in a frame, and asks nobody for a plan"
    return pictures.floor("mheap", "read from disk", note, lines)


class OverlayView(Player):
    """Runs `calls` (names of modules, and "return") through an Overlay, step by step.

    page_size, nframes: the paging beside it, see vm.run_paged. A call that the plan forbids is
    the last step, with the reason.
    """

    def __init__(self, program, calls, page_size=4096, nframes=None):
        try:
            calls = list(calls)
            rows = compare_with_paging(program, calls, page_size, nframes).rows
            self.program = Overlay(program.tree)
            with record(self.program) as steps:
                self._run(calls)
        except (ValueError, TypeError, AttributeError) as problem:
            super().__init__([])
            self._put([pictures.error(f"This cannot be run as overlays: {problem}")])
            self.add_class("mk-overlay")
            return
        entered = [sum(s.event in ENTERS for s in steps[: i + 1]) for i in range(len(steps))]

        def draw(steps, i):
            return overlay_picture(self.program, rows, steps, i, entered[i])

        super().__init__(steps, draw)
        self.add_class("mk-overlay")

    def _run(self, calls):
        try:
            self.program.run(calls)
        except IllegalCall:
            pass  # the last step says why


def overlay_picture(program, rows, steps, i, entered):
    """Step i: memory, the plan, and what was read so far, both ways."""
    step = steps[i]
    loaded = step.detail.get("module") if step.event == "load" else None
    floors = [
        memory_floor(program, step.state, loaded),
        plan_floor(program, step.state, loaded),
        cost_floor(rows, min(entered, len(rows) - 1)),
    ]
    words = [("module", "at", "size", "in memory", "loads")]
    for name, loads in step.state.loads:
        place = program.places[name]
        here = "yes" if name in step.state.resident else "no"
        words.append((name, place.start, size(place.end - place.start), here, loads))
    words.append(("read from disk", "", size(step.state.nbytes), "", ""))
    return pictures.picture(i, str(step), floors, words)
