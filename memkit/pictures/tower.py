"""The tower: one address from the mcache to its frame, through every floor of a golang.Tower.

story    the steps of one allocation, one write, one collection
lens     the same steps as the GoHeap alone would have recorded them
closer   the view of a floor's own chapter, for the step that is shown
"""

from dataclasses import replace

from memkit import pictures
from memkit.checks import PAGE
from memkit.golang.process.tower import TowerState
from memkit.pictures import tiers, tower_floors
from memkit.pictures.process_fields import Fixed
from memkit.pictures.span import draw_span
from memkit.pictures.tower_floors import Path
from memkit.pictures.walk import microscope_picture
from memkit.trace import Step
from memkit.vm import Machine, PageTable, PhysicalMemory

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


def begins(steps, k):
    """Does step k open a story?"""
    step, before = steps[k], steps[k - 1]
    if step.event in (*tiers.BEGINS, "gc start", "fork", "exit"):
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
    passed = heap.keys() & {"slot", "set", "pages", "address"}
    place = None if va is None or passed else span_at(state.heap, va)
    if place:  # no allocation, only a write: where the object lies
        span, p = place
        spanclass = span.spanclass
        heap["pages"] = ((span.base - state.heap.pages.base) // tiers.PAGE_SIZE, span.npages)
        if p is not None:
            heap["slot"] = (p, min((va - span.base) // span.elemsize, span.nelems - 1))
            heap["p"] = p
    return Path(spanclass, heap, va, walked)


# The picture, and the closer ones


def tower_picture(steps, i):
    """Step i: six floors, the thread through what its story has touched, the story."""
    step, (start, stop) = steps[i], story_range(steps, i)
    path, tier = path_of(steps, i, start), TIER.get(step.event)
    nslots = 1 + max((s.state.machine.swap[-1] for s in steps if s.state.machine.swap), default=-1)
    makers = [getattr(tower_floors, name) for name in OPENS]
    floors, thread = [], []
    for k, (name, maker) in enumerate(zip(OPENS, makers, strict=True)):
        more = (nslots,) if name == "frames" else ()
        floor, points = maker(step.state, path, tier == name, *more)
        floors.append({**floor, "opens": OPENS[name]})
        thread += [(k, *point) for point in points]
    lines = tiers.story(steps, i, start, stop) if len(steps) > 1 else []
    words = tiers.floor_words(floors)
    return pictures.picture(i, str(step), floors, words, thread, lines)


def process_step(steps, i):
    """Step i as chapter 04's picture wants it: the machine, and the address it is about."""
    step, detail = steps[i], dict(steps[i].detail)
    va = path_of(steps, i, story_range(steps, i)[0]).va
    if va is not None and not detail.keys() & {"va", "addr"}:
        detail |= {"pid": step.state.pid, "va": va}
    return Step(step.event, detail, step.state.machine, step.words)


def fixed_of(state):
    """What no step of a process tells: the layout is that of any process of such a machine."""
    return Fixed.of(Machine(16, scheme=state.scheme).spawn())


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
    path = path_of(steps, i, story_range(steps, i)[0])
    va = steps[i].state.heap.pages.base if path.va is None else path.va
    table = page_table(steps[i].state)
    return {**microscope_picture(table, va, "write", number=str), "step": i}


def beneath(step):
    """The step with the TowerState that its own state may hold, as a collector's does."""
    below = getattr(step.state, "below", None)
    return replace(step, state=below) if isinstance(below, TowerState) else step


def not_of_a_tower(steps):
    """What is wrong with steps of another model, in one sentence; "" if nothing is."""
    other = next((step.state for step in steps if not isinstance(step.state, TowerState)), None)
    if other is None:
        return ""
    return (
        "The tower needs what `with record(tower) as steps:` collects of a golang.Tower, "
        f"and these steps hold a {type(other).__name__}."
    )
