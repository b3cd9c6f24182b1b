"""OverlayView: a program in overlays, call by call, and the same calls under demand paging."""

from memkit.trace import plural, record, size
from memkit.vm import IllegalCall, Overlay, run_paged
from memkit.widgets import pictures
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.widgets.player import Player

NARROW = 0.08  # share of a bar from which on a part has room for its words
LETTER = 0.009  # share that one letter takes: short words have room in less
MAX_CELLS = 48  # cells for the pages of one module
PER_LINE = 5  # modules side by side


def branches(program):
    """The root-to-leaf paths, each a tuple of Place, in the order of the tree."""
    parents = {place.parent for place in program.places.values()}
    leaves = [name for name in program.places if name not in parents]
    return [[program.places[name] for name in program.path(leaf)] for leaf in leaves]


def entered(program, steps, i):
    """The modules that control has entered up to step i; paging also runs what overlays forbid."""
    names = [program.root]
    for step in steps[: i + 1]:
        key = {"run": "module", "return": "to", "illegal call": "callee"}.get(step.event)
        if key:
            names.append(step.detail[key])
    return names


def page_spans(program, page_size):
    """The pages of each module, all modules one after another: {name: range}."""
    spans, start = {}, 0
    for name, place in program.places.items():
        end = start + place.end - place.start
        spans[name] = range(start // page_size, -(-end // page_size))
        start = end
    return spans


def pages_in_frames(spans, names, nframes):
    """What is in memory after these modules ran, with LRU: the last `nframes` pages used."""
    pages = set()
    for name in reversed(names):
        for page in reversed(spans[name]):
            pages.add(page)
            if len(pages) == nframes:
                return pages
    return pages


def fitted_bar(parts, caption=""):
    """A bar; the words of parts too narrow for them go into the caption."""
    whole = sum(part[0] for part in parts)
    shown = []
    for share, look, text, touched in parts:
        room = share >= min(NARROW, LETTER * len(text)) * whole
        shown.append((share, look, text if room else "", touched))
    rest = [part[2] for part, kept in zip(parts, shown, strict=True) if part[2] != kept[2]]
    return pictures.bar(shown, caption=" · ".join(filter(None, [caption, *rest])))


def memory_floor(program, step, loaded):
    """What lies in memory now, to scale."""
    state, parts, lost = step.state, [], set()
    if step.event == "illegal call":  # what must stay, and has no place beside the callee
        lost = {name for module in state.stack for name in program.path(module)}
        lost -= set(program.path(step.detail["callee"]))
    for place in (program.places[name] for name in state.resident):
        text = f"{place.name} {size(place.end - place.start)}"
        look = THIRD if place.name in lost else IN_USE
        text += ", would be lost" if place.name in lost else ""
        parts.append((place.end - place.start, look, text, place.name in loaded))
    rest = program.memory - program.places[state.resident[-1]].end
    if rest:
        parts.append((rest, FREE, f"{size(rest)} free", False))
    loads = plural(sum(n for _, n in state.loads), "load")
    return pictures.floor(
        "frames",
        "overlays: memory",
        f"{size(program.memory)} for a program of {size(program.total)}",
        [fitted_bar(parts, "call stack: " + " → ".join(state.stack))],
        f"{loads}, {size(state.nbytes)}",
    )


def tree_rows(program, look, told, touched=(), most=0):
    """The tree: each module once, at its place in memory, its branches below one another.

    look, told   a module's state and its words, by its name
    most         bytes that a row is wide, if more than the program needs
    """
    rows, drawn = [], set()
    for branch in branches(program):
        parts = []
        for name, start, end, *_ in branch:
            if name in drawn:
                parts.append((end - start, NOTHING, "", False))
            else:
                parts.append((end - start, look(name), told(name), name in touched))
            drawn.add(name)
        if rest := max(program.memory, most) - branch[-1].end:
            parts.append((rest, NOTHING, "", False))
        rows.append(fitted_bar(parts))
    return rows


def plan_floor(program, step, loaded):
    """The tree, and what of it is in memory."""
    resident, needs = step.state.resident, ()
    if step.event in ("call", "illegal call"):
        needs = [name for name in program.path(step.detail["callee"]) if name not in resident]

    def told(name):
        place = program.places[name]
        return f"{name} {size(place.end - place.start)}" + (", to load" if name in needs else "")

    rows = tree_rows(program, lambda name: IN_USE if name in resident else RESERVED, told, loaded)
    heavy = " → ".join(program.heaviest_path)
    note = f"filled: in memory, dashed: on disk; {heavy} decides how much memory it takes"
    return pictures.floor("space", "overlays: the tree", note, rows)


def _pages(pages, frames):
    """One module's pages as cells; of many, a cell stands for several, filled by their share."""
    each = -(-len(pages) // MAX_CELLS)
    cells = ""
    for first in range(0, len(pages), each):
        group = pages[first : first + each]
        here = sum(page in frames for page in group)
        part = "0" if not here else str(min(8, max(1, 9 * here // len(group))))
        cells += IN_USE if here == len(group) else RESERVED if not here else part
    return cells


def paging_floor(program, step, names, run, page_size):
    """The same program under demand paging: which of its pages are in frames."""
    spans = page_spans(program, page_size)
    frames = pages_in_frames(spans, names, run.nframes)
    now = names[-1] if step.event in ("run", "return", "illegal call") else None
    rows = []
    for name, pages in spans.items():
        cells = _pages(pages, frames)
        rows.append(
            pictures.row(
                cells,
                label=f"{name}: {plural(len(pages), 'page')}",
                touched=[(0, len(cells))] if name == now else [],
                high=48,
            )
        )
    lines = [rows[k : k + PER_LINE] for k in range(0, len(rows), PER_LINE)]
    lines[-1] += [pictures.bar([]) for _ in range(PER_LINE - len(lines[-1])) if len(lines) > 1]
    faults = run.faults[len(names) - 1]
    lines.append(pictures.bar([], caption=_paged(now, len(spans.get(now, ())), faults)))
    total = sum(run.faults[: len(names)])
    return pictures.floor(
        "table",
        "demand paging",
        f"{plural(run.nframes, 'frame')} of {size(page_size)}; no plan, any module may call any",
        lines,
        f"{plural(total, 'fault')}, {size(total * page_size)}",
    )


def _paged(name, used, faults):
    if name is None:
        return "Nothing is used or read in this step."
    return f"{name} uses {plural(used, 'page')}; {faults} of them must be read from disk."


def disk_floor(overlay, paged, most):
    """Bytes read from disk so far, both ways, as bars of one scale."""
    rows = []
    for what, done in (("overlays", overlay), ("demand paging", paged)):
        parts = [(done, IN_USE, "", False), (most - done, NOTHING, "", False)]
        rows.append(pictures.bar([part for part in parts if part[0]], f"{what}: {size(done)}"))
    return pictures.floor("disk", "read from disk", "so far", rows)


def overlay_picture(program, steps, i, run, page_size):
    """Step i: memory, the tree, the pages beside it, and what was read so far, both ways."""
    step = steps[i]
    loaded = [step.detail["module"]] if step.event == "load" else ()
    names = entered(program, steps, i)
    paged = sum(run.faults[: len(names)]) * page_size
    most = max(steps[-1].state.nbytes, run.nbytes)
    floors = [
        memory_floor(program, step, loaded),
        plan_floor(program, step, loaded),
        paging_floor(program, step, names, run, page_size),
        disk_floor(step.state.nbytes, paged, most),
    ]
    words = [("module", "at", "size", "in memory", "loads")]
    for name, loads in step.state.loads:
        place = program.places[name]
        here = "yes" if name in step.state.resident else "no"
        words.append((name, place.start, size(place.end - place.start), here, loads))
    words.append(("read as overlays", "", size(step.state.nbytes), "", ""))
    words.append(("read by paging", "", size(paged), "", f"{sum(run.faults[: len(names)])} faults"))
    return pictures.picture(i, str(step), floors, words)


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
            self._put([pictures.error(f"This cannot be run as overlays: {problem}")])
            self.controls.layout.display = "none"
        else:
            super().__init__(
                steps, lambda steps, i: overlay_picture(fresh, steps, i, run, page_size)
            )
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
