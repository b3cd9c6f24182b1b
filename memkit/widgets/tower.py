"""TowerView: one address from the mcache to its frame, through every floor of a golang.Tower.

story    the steps of one allocation, one write, one collection
lens     the same steps as the GoHeap alone would have recorded them
closer   the view of a floor's own chapter, for the step that is shown
"""

from memkit.golang.tower import Tower, TowerState
from memkit.trace import Step, plural, size
from memkit.vm import PageTable, PhysicalMemory
from memkit.vm.vma import PAGE
from memkit.widgets import pictures, tiers, tower_floors
from memkit.widgets.grid import HERE, STYLE, Grid
from memkit.widgets.pictures import FREE, IN_USE, RESERVED
from memkit.widgets.player import Player, not_steps
from memkit.widgets.span import draw_span
from memkit.widgets.tower_floors import Path
from memkit.widgets.walk import microscope_picture

FAULT = "page fault"
PLACED = ("slot", "tiny", "large")  # an object has its address
USED = ("walk", "entry", "written")  # the tables were read
TIER = {
    **tiers.TIER,
    **dict.fromkeys(("mark bits",), "mheap"),
    **dict.fromkeys(("fork", "exit"), "space"),
    **dict.fromkeys(("tlb miss", "walk", "entry"), "table"),
    **dict.fromkeys((FAULT, "evict", "written"), "frames"),
}
OPENS = {  # floor: the closer view that its button opens
    "mcache": "span",
    "mcentral": "tiers",
    "mheap": "tiers",
    "space": "areas",
    "table": "walk",
    "frames": "walk",
}
CELLS = 64  # of one area, in the closer view
MOST_AREAS = 12


# A story and its path


def begins(steps, k):
    """Does step k open a story?"""
    step, before = steps[k], steps[k - 1]
    if step.event in (*tiers.BEGINS, "fork", "exit"):
        return True
    if step.event == "flush":
        return before.event not in tiers.COLLECTION
    if step.event == "write":  # that of `new` belongs to its allocation
        while k > 1 and steps[k - 1].event in (FAULT, "evict"):
            k -= 1
        placed = steps[k - 1]
        return not (placed.event in PLACED and placed.detail["address"] == step.detail["address"])
    return step.event in (FAULT, "evict") and before.event in ("new", "written")


def story_range(steps, i):
    """start, stop of the story that step i belongs to."""
    start = i
    while start and not begins(steps, start):
        start -= 1
    stop = i + 1
    while stop < len(steps) and not begins(steps, stop) and stop - start < 500:
        stop += 1
    return start, stop


def lens(steps):
    return [Step(step.event, step.detail, step.state.heap, step.words) for step in steps]


def address_of(steps, pid):
    """(va, walked) after these steps of one story: the address they are about."""
    va, walked = None, False
    for step in steps:
        detail = step.detail
        if step.event in (*PLACED, "write", "mark bits"):
            va, walked = detail["address"], False
        elif step.event in USED:
            va, walked = detail["address"], True
        elif step.event == FAULT and detail["pid"] == pid:
            same = va is not None and va // PAGE == detail["va"] // PAGE
            va, walked = va if same else detail["va"], True
    return va, walked


def span_at(heap, va):
    """(span, P or None) of a HeapState for an address; None where no span lies."""
    held = [(span, p) for p, proc in enumerate(heap.procs) for span in proc.alloc.values()]
    kept = [(span, None) for row in heap.central.values() for spans in row for span in spans]
    inside = (
        place
        for place in held + kept
        if 0 <= va - place[0].base < place[0].npages * tiers.PAGE_SIZE
    )
    return next(inside, None)


def path_of(steps, i, start):
    """The Path of a story up to step i."""
    state = steps[i].state
    heap = tiers.touched(lens(steps[start : i + 1]), i - start, 0)
    va, walked = address_of(steps[start : i + 1], state.pid)
    classes = (s.detail["spanclass"] for s in reversed(steps[: i + 1]) if "spanclass" in s.detail)
    spanclass = next(classes, None)
    place = None if va is None or heap else span_at(state.heap, va)
    if place:  # no allocation, only a write: where the object lies
        span, p = place
        spanclass = span.spanclass
        heap["pages"] = ((span.base - state.heap.pages.base) // tiers.PAGE_SIZE, span.npages)
        if p is not None:
            heap["slot"] = (p, min((va - span.base) // span.elemsize, span.nelems - 1))
    return Path(spanclass, heap, va, walked)


# The picture, and the closer ones


def tower_picture(steps, i, opened=""):
    """Step i: six floors, the thread through what its story has touched, the story."""
    step, (start, stop) = steps[i], story_range(steps, i)
    path, tier = path_of(steps, i, start), TIER.get(step.event)
    nslots = 1 + max((s.state.machine.swap[-1] for s in steps if s.state.machine.swap), default=-1)
    makers = [getattr(tower_floors, name) for name in OPENS]
    floors, thread = [], []
    for k, (name, maker) in enumerate(zip(OPENS, makers, strict=True)):
        more = (nslots,) if name == "frames" else ()
        floor, points = maker(step.state, path, tier == name, *more)
        floors.append({**floor, "opens": OPENS[name], "opened": opened == name})
        thread += [(k, *point) for point in points]
    lines = tiers.story(steps, i, start, stop) if len(steps) > 1 else []
    words = tiers.floor_words(floors)
    return pictures.picture(i, str(step), floors, words, thread, lines)


def areas_picture(step, i):
    """Every area of the process, to itself: how much of it has memory."""
    process = tower_floors.process_of(step.state)
    if process is None:
        return {**pictures.empty("The process has exited: it has no areas."), "step": i}
    rows, words = [], [("area", "size", "in frames", "in swap")]
    for vma in process.vmas[:MOST_AREAS]:
        infos = [(va, info) for va, info in process.pages.items() if vma.start <= va < vma.end]
        here = sum(info.present for _, info in infos)
        length = vma.end - vma.start
        told = (str(vma).rstrip(), size(length), here, len(infos) - here)
        rows.append(
            pictures.row(
                _area_cells(vma, [va for va, info in infos if info.present]),
                label=" ".join(told[0].split()),
                caption=f"{told[1]}: {plural(here, 'page')} in frames, {told[3]:,} in swap",
                high=24,
            )
        )
        words.append(told)
    note = f"a row each, to scale in itself: up to {CELLS} cells"
    floor = pictures.floor("space", "areas", note, rows, f"{len(process.vmas)} in all")
    pages = process.stats.resident_pages
    told = f"{plural(len(process.vmas), 'area')}, {plural(pages, 'page')} of memory behind them."
    return pictures.picture(i, told, [floor], words)


def _area_cells(vma, present):
    """The area in up to CELLS equal parts, each filled as far as it has memory."""
    npages = (vma.end - vma.start) // PAGE
    n = min(CELLS, npages)
    per = npages / n
    counts = [0] * n
    for va in present:
        counts[int((va - vma.start) // PAGE / per)] += 1
    none = RESERVED if vma.prot.startswith("---") else FREE
    full = [count / per for count in counts]
    return "".join(
        none if not part else IN_USE if part >= 1 else str(max(1, round(8 * part))) for part in full
    )


def page_table(state):
    """The page tables of a TowerState, in a memory of their own -> PageTable."""
    frames = state.machine.frames
    memory = PhysicalMemory(len(frames), state.scheme.page_bytes)
    for pfn, frame in enumerate(frames):
        if frame.kind != "free" and pfn != state.tables.root:
            memory.claim(pfn)
    for _, pfn, data in state.tables.tables:
        memory.write(pfn * state.scheme.page_bytes, data)
    return PageTable(state.scheme, memory, root=state.tables.root)


def closer_picture(steps, i, tier):
    """The view of the floor's own chapter, for step i."""
    if tier == "mcache":
        return draw_span(lens(steps[: i + 1]), i)
    if tier in ("mcentral", "mheap"):
        start, stop = story_range(steps, i)
        return {**tiers.tiers_picture(lens(steps[:stop]), i), "story": []}
    if tier == "space":
        return areas_picture(steps[i], i)
    path = path_of(steps, i, story_range(steps, i)[0])
    va = steps[i].state.heap.pages.base if path.va is None else path.va
    return {**microscope_picture(page_table(steps[i].state), va, "write"), "step": i}


class TowerGrid(Grid):
    """The grid with the tower's own sizes."""

    _css = STYLE + (HERE / "tower.css").read_text()


class TowerView(Player):
    """Six floors at each step: give it what record(tower) collected, or the Tower itself.

    Keys: those of the player; Tab reaches the floors' buttons, Enter opens a floor and closes it.
    """

    def __init__(self, steps):
        if isinstance(steps, Tower):
            told = f"A Go heap in process {steps.process.pid}, as it is now."
            steps = [Step("state", {}, steps.snapshot(), told)]
        wrong = not_steps(steps) or _not_of_a_tower(steps)
        super().__init__([] if wrong else steps)
        self.add_class("mk-tower")
        self.grids = [TowerGrid(), TowerGrid()]
        self.draws = (self._tower, self._closer)
        self.children = [self.grids[0], self.controls, self.grids[1]]
        self.grids[0].add_class("mk-six")
        self.grids[0].observe(self._open, "opened")
        self.grids[1].layout.display = "none"
        if wrong:
            self.controls.layout.display = "none"
            self._put([pictures.error(wrong)] * 2)
        else:
            self._redraw()

    def _show(self, steps, index):
        """As the player does, but what `n` looks for first is the next page fault."""
        super()._show(steps, index)
        kinds = self.controls.kinds
        if FAULT not in kinds:
            return
        order = [FAULT, *(kind for kind in kinds if kind != FAULT)]
        place = {kind: k for k, kind in enumerate(order)}
        with self.controls.hold_sync():
            self.controls.kinds = order
            self.controls.kind_of = [place[step.event] for step in self.steps]

    def _tower(self, steps, i):
        return tower_picture(steps, i, self.grids[0].opened)

    def _closer(self, steps, i):
        opened = self.grids[0].opened
        return closer_picture(steps, i, opened) if opened else pictures.empty("No floor is open.")

    def _open(self, change):
        self.grids[1].layout.display = "" if change["new"] else "none"
        self._redraw()


def _not_of_a_tower(steps):
    """What is wrong with steps of another model, in one sentence; "" if nothing is."""
    other = next((step.state for step in steps if not isinstance(step.state, TowerState)), None)
    if other is None:
        return ""
    return (
        "The tower needs what `with record(tower) as steps:` collects of a golang.Tower, "
        f"and these steps hold a {type(other).__name__}."
    )
