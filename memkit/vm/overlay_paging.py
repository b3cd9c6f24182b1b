"""The same program without a plan: demand paging, beside overlays.

The modules lie one after another in a virtual address space as large as the program, and whenever
control enters a module (call or return) all its pages are used in order. A page that is in no frame
faults and is read from disk; when the frames are full, the oldest ("fifo") or the least recently
used ("lru") page goes. There is no illegal call: any module may call any other.
"""

from typing import NamedTuple

from memkit.checks import instance, one_of, whole
from memkit.vm.overlay import RETURN, IllegalCall, Overlay, called


class PagedRun(NamedTuple):
    """Faults of each call (the start, that is the root, first), in all, and the bytes read."""

    faults: tuple
    total: int
    nbytes: int
    nframes: int


class Comparison(NamedTuple):
    """One call sequence both ways. rows: (what, bytes loaded, bytes paged in), the start first.

    why: the sentence if overlays cannot run the sequence; its rows then stop at that call.
    """

    rows: tuple
    overlay_nbytes: int
    paged_nbytes: int
    why: str


def run_paged(program, calls, page_size=4096, nframes=None, policy="lru"):
    """Demand paging with `nframes` frames (None: as many as hold what the overlay needs)."""
    instance("program", program, Overlay)
    calls = called(calls)
    page_size = whole("page_size", page_size, 1, 1 << 30)
    if nframes is None:
        nframes = -(-program.memory // page_size)
    nframes = whole("nframes", nframes, 1, 1 << 24)
    one_of("policy", policy, ("lru", "fifo"))
    spans, start = {}, 0
    for name, place in program.places.items():
        end = start + place.end - place.start
        spans[name] = range(start // page_size, -(-end // page_size))
        start = end
    frames, faults = {}, []  # a dict keeps its order: the first page is the next to go
    for name in _entered(program, calls):
        missed = 0
        for page in spans[name]:
            if page not in frames:
                missed += 1
                if len(frames) == nframes:
                    del frames[next(iter(frames))]
            elif policy == "lru":
                del frames[page]
            frames.setdefault(page)
        faults.append(missed)
    return PagedRun(tuple(faults), sum(faults), sum(faults) * page_size, nframes)


def _entered(program, calls):
    """The modules that control enters, the root first."""
    stack = [program.root]
    yield program.root
    for name in calls:
        if name == RETURN:
            if len(stack) == 1:
                raise ValueError(f"{program.root} has nobody to return to.")
            stack.pop()
        else:
            program.path(name)  # says so if there is no such module
            stack.append(name)
        yield stack[-1]


def compare_with_paging(program, calls, page_size=4096, nframes=None, policy="lru"):
    """Run `calls` from the start as overlays and under demand paging -> Comparison."""
    calls = called(calls)
    paged = run_paged(program, calls, page_size, nframes, policy)
    program = Overlay(program.tree)
    loaded, why = [program.nbytes], ""
    try:
        for name in calls:
            loaded += [call.nbytes for call in program.run([name])]
    except IllegalCall as error:
        why = str(error)
    read = [n * page_size for n in paged.faults]
    both = zip(("start", *calls), loaded, read, strict=False)
    return Comparison(tuple(both), program.nbytes, paged.nbytes, why)
