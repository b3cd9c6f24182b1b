"""How many pages of a heap are in frames after each event."""

from itertools import groupby
from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, IN_USE, NOTHING, THIRD

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.counted import amount_bar
from ..scenes.floors import drawn
from ..scenes.to_scale import bar
from ..task import room

FRESH = "fresh from the kernel: zero already, so nothing is written"
CLEARED = "a block was here before: all of it is cleared, so written"
TOUCHED = "a page gets a frame when it is written for the first time"
DROPPED = "no page is freed before a collection"
COLLECTED = "free pages keep their frames"
RELEASED = "free pages give their frames back"


class Event(NamedTuple):
    """What happened and why; the blocks {name: (first page, pages)}, and the pages 0 .. end - 1."""

    why: str
    written: set
    blocks: dict
    dead: list
    there: set
    end: int


def _lowest(blocks, npages):
    at = 0
    for start, length in sorted(blocks.values()):
        if start - at >= npages:
            break
        at = max(at, start + length)
    return at


def _pages(at, npages):
    return set(range(at, at + npages))


def rule(
    events,
    *,
    clears="all",
    tells="use",
    touches=False,
    frees="gc",
    gives=("release",),
    cleans=("release",),
    lowest=True,
    part=True,
):
    """`clears`: what of a block, `tells`: what a block was recycled by, `gives`: frames back,
    `cleans`: what makes pages as good as fresh."""
    blocks, dead, clean, there, end = {}, [], set(), set(), 0
    for verb, name, npages in events:
        written = set()
        if verb == "new":
            blocks[name] = _lowest(blocks, npages) if lowest else end, npages
            pages = _pages(*blocks[name])
            recycled = pages & there if tells == "frames" else pages & (_pages(0, end) - clean)
            if recycled and clears:
                written = pages if clears == "all" else recycled
            why = CLEARED if recycled else FRESH
            clean, end = clean - pages, max(end, *(page + 1 for page in pages))
            written = pages if touches else written
        elif verb == "touch":
            at, whole = blocks[name]
            written, why = _pages(at, npages if part else whole), TOUCHED
        if verb == "drop":
            dead, why = [*dead, name], DROPPED
        if verb in ("gc", "release", frees):
            for gone in dead:
                del blocks[gone]
            dead = []
        if verb in ("gc", "release"):
            free = _pages(0, end).difference(*(_pages(*block) for block in blocks.values()))
            why = RELEASED if verb in gives else COLLECTED
            there = there - free if verb in gives else there
            clean = free if verb in cleans else clean
        there = there | written
        yield Event(why, written, dict(blocks), dead, there, end)


def answer(moments):
    return [len(moment.there) for moment in moments]


CLEARS = "A new block is cleared, all of it, if one of its pages belonged to a block before"
GC = "makes the dropped blocks' pages free for the heap"
RELEASE = "gives the frames of all free pages back to the kernel"
IDEAS = (
    Idea(
        "gc_gives_back",
        """letting a collection give memory to the kernel. It makes pages free for the heap; the
        kernel gets them back when they are released.""",
        GC,
        gives=("gc", "release"),
    ),
    Idea(
        "gc_is_a_release",
        "taking a collection for a release. What it frees keeps its frames, and what was in them.",
        GC,
        gives=("gc", "release"),
        cleans=("gc", "release"),
    ),
    Idea(
        "new_is_memory",
        "giving a new block frames at once. It gets addresses; frames come when it is written.",
        CLEARS,
        touches=True,
    ),
    Idea(
        "recycled_is_clean",
        """leaving recycled memory as it is. What a dead block left must be cleared before the next
        one has it, and clearing touches every page.""",
        CLEARS,
        clears="",
    ),
    Idea(
        "clears_a_part",
        "clearing only the pages that were used before. A block is cleared as a whole.",
        CLEARS,
        clears="used",
    ),
    Idea(
        "clears_by_frames",
        """clearing only where pages are resident. The heap does not know which are: a page that
        belonged to a block is cleared, touched or not.""",
        CLEARS,
        tells="frames",
    ),
    Idea(
        "drop_frees",
        "freeing pages as soon as a block is dropped. They are free after a collection.",
        GC,
        frees="drop",
    ),
    Idea(
        "release_only_collects",
        "keeping the frames at a release. It gives those of all free pages back.",
        RELEASE,
        gives=(),
        cleans=(),
    ),
    Idea(
        "always_behind",
        "putting each block behind all others. It takes the lowest place that is long enough.",
        "at the lowest free place that is long enough",
        lowest=False,
    ),
    Idea(
        "touches_all",
        "touching the whole block. Only as many pages are written as the event says.",
        "writes to its first 20 pages",
        part=False,
    ),
    Idea(
        "dirty_after_release",
        "clearing what was released. The kernel gives a released page back as zero.",
        "has not been released since",
        cleans=(),
    ),
)


def case(random):
    events, live, fresh = [], [], iter("ABCDEFGH")
    for _ in range(random.choice((3, 5, 5, 5, 9))):
        verb = random.choice(("new", "touch", "touch", "drop", "gc", "release")) if live else "new"
        if verb == "new":
            name = next(fresh, None)
            if name is None:
                break
            live.append((name, random.randint(1, 4) * 40))
            events.append(("new", *live[-1]))
        elif verb == "touch":
            name, npages = random.choice(live)
            events.append(("touch", name, random.choice((1, npages // 2, npages))))
        elif verb == "drop":
            events.append(("drop", live.pop(random.randrange(len(live)))[0], 0))
        else:
            events.append((verb, "", 0))
    return (events,)


def domain(events):
    """Each name is a block's once; it is touched within its pages, and not after it is dropped."""
    live, known = {}, set()
    for verb, name, npages in events:
        if verb == "new":
            if name in known or len(name) != 1 or npages % 10 or not 40 <= npages <= 160:
                return False
            live[name] = npages
            known.add(name)
        elif verb in ("gc", "release"):
            if name or npages:
                return False
        elif verb == "drop" and npages or not npages <= live[name]:
            return False
        elif verb == "drop":
            del live[name]
        elif verb != "touch" or not npages:
            return False
    return bool(events)


def simpler(events):
    """A block of 40 pages, or the least that was touched."""
    for i, (verb, name, npages) in enumerate(events):
        if npages:
            yield ([*events[:i], (verb, name, 40 if verb == "new" else 1), *events[i + 1 :]],)


# The scene


def _story(events, i):
    """What has happened so far, the last few events as words in a line."""
    lines = [f"{verb} {name} {npages or ''}".strip() for verb, name, npages in events[: i + 1]]
    parts = [(1, FREE, line, False) for line in lines[-6:]]
    parts[-1] = (*parts[-1][:3], True)
    return pictures.bar([*parts, *[(1, NOTHING, "", False)] * (6 - len(parts))])


def _blocks_bar(moment, on):
    parts, at = [], 0
    for name, (start, npages) in sorted(moment.blocks.items(), key=lambda item: item[1]):
        parts.append((start - at, FREE, "free", False))
        parts.append((npages, THIRD if name in moment.dead else IN_USE, name, name == on))
        at = start + npages
    parts.append((moment.end - at, FREE, "free", False))
    return bar(parts, moment.end, caption=f"{plural(moment.end, 'page')} of 4 KiB")


def _pages_bar(moment, caption):
    """The pages in runs: in a frame or not, written at this step or not."""
    looks = [
        (IN_USE if page in moment.there else FREE, page in moment.written)
        for page in range(moment.end)
    ]
    parts = [(len(list(run)), look, "", now) for (look, now), run in groupby(looks)]
    return pictures.bar(parts, caption=caption)


def _what(verb, name, npages):
    what = {"new": f"new {name}, {plural(npages, 'page')}", "drop": f"{name} is dropped"}
    what["touch"] = f"the program writes to {plural(npages, 'page')} of {name}"
    return what.get(verb, verb)


def scene(says, moments, events):
    """An event at each step; the pages in frames are as they are, the number is the answer's."""
    for i, (event, moment, claims) in enumerate(zip(events, moments, says, strict=True)):
        amount, told = len(moment.there), f"{plural(len(claims), 'number')} in the answer"
        if len(claims) == i + 1:
            told = f"{claimed.count(claims[i])} resident"
            told = told if claims[i] != amount else f"{moment.why}; {told}"
        claim = claims[i] if i < len(claims) else 0
        count = amount_bar(
            amount, claim, moment.end, "in frames", write=lambda n: plural(n, "page")
        )
        note = "filled: in a frame; outlined: written now"
        pages = _pages_bar(moment, moment.why)
        yield drawn(
            i,
            f"event {i + 1}, {_what(*event)}: {told}.",
            pictures.floor("mcache", "program", "what happens", [_story(events, i)]),
            pictures.floor(
                "mheap",
                "heap",
                "its blocks, to scale; hatched: dropped",
                [_blocks_bar(moment, event[1])],
            ),
            pictures.floor("space", "pages", note, [pages]),
            pictures.floor("frames", "resident", "to the same scale", [count]),
        )


A, B, DROP = ("new", "A", 40), ("new", "B", 40), ("drop", "A", 0)
COLLECT, GIVE = ("gc", "", 0), ("release", "", 0)
ALL = ("touch", "A", 40)
resident = room(
    __name__,
    "resident pages at five points",
    edges=tuple(
        (events,)
        for events in (
            [A],
            [A, ("touch", "A", 1)],
            [A, ALL, DROP, COLLECT],
            [A, ALL, DROP, GIVE],
            [("new", "A", 80), ("touch", "A", 1), DROP, COLLECT, B],
            [A, ALL, DROP, GIVE, B],
            [A, ("touch", "A", 1), DROP, COLLECT, B],
            [A, DROP, B, COLLECT],
            [A, DROP, COLLECT, ("new", "B", 80)],
            [A, GIVE, DROP, COLLECT, B],
            [A, ALL, B, DROP, ("drop", "B", 0), GIVE],
            [A, B, DROP, GIVE, ("drop", "B", 0), COLLECT, ("new", "C", 80)],
            [A, ALL, DROP, COLLECT, B, ("touch", "B", 1)],
            [A, B, DROP, COLLECT, ("new", "C", 80), ("new", "D", 40)],
            [A, ALL, DROP, COLLECT, GIVE, B, ("drop", "B", 0), COLLECT, ("new", "C", 40)],
        )
    ),
    along="events",
)
