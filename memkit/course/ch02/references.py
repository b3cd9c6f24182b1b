"""How many references to memory a workload makes."""

from typing import NamedTuple

from memkit import pictures
from memkit.pictures.language import FREE, IN_USE, THIRD

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.counted import amount_bar
from ..scenes.floors import drawn
from ..task import at_the_end, room

MANY = 99  # translations, more than any workload has


class Access(NamedTuple):
    """Whether the TLB knows the page, which page goes out, what it holds, and the references."""

    hit: bool
    gone: int
    tlb: list
    total: int


def rule(pages, entries, levels, *, on_hit=1, on_miss=1, each=True, lru=True, holds=int, bare=True):
    """Access by access; `tlb`: the next to go first, `on_hit`, `on_miss`: what the data takes,
    `bare`: without a TLB the tables are read."""
    tlb, total = [], 0
    for page in pages:
        hit, gone = page in tlb, None
        walk = (levels if each else 1) if entries or bare else 0
        total += on_hit if hit else on_miss + walk
        if hit and lru:
            tlb.remove(page)
        if lru or not hit:
            tlb.append(page)
        if len(tlb) > holds(entries):
            gone = tlb.pop(0)
        yield Access(hit, gone, tlb[:], total)


answer = at_the_end("total")

DATA = "one for the data"
MISS = "on a TLB miss one for each level"
ROOM = "room for `entries` translations"
BARE = "0: there is no TLB, and each access is a miss"
IDEAS = (
    Idea(
        "walks_only", "counting the walks only. The data is read, too.", DATA, on_hit=0, on_miss=0
    ),
    Idea("hits_are_free", "counting nothing for a hit. The data is read.", DATA, on_hit=0),
    Idea(
        "no_data_after_a_walk",
        "counting only the walk on a miss. Then the data is read.",
        DATA,
        on_miss=0,
    ),
    Idea(
        "one_for_a_walk", "counting one for a walk. It reads one on each level.", MISS, each=False
    ),
    Idea(
        "fifo",
        "throwing out the one that came first. A hit is a use: what was just used stays.",
        "replaces the least recently used one",
        lru=False,
    ),
    Idea("always_walks", "walking every time. A hit needs no walk.", MISS, holds=lambda n: 0),
    Idea(
        "never_full",
        "keeping every translation. Room is for {entries}.",
        ROOM,
        holds=lambda n: MANY,
    ),
    Idea(
        "none_is_any",
        "keeping every translation where `entries` is 0. Then there is no TLB.",
        BARE,
        holds=lambda n: n or MANY,
    ),
    Idea(
        "none_needs_no_walk",
        "counting no tables where `entries` is 0. Without a TLB each access reads them.",
        BARE,
        bare=False,
    ),
    Idea(
        "none_is_one",
        "keeping one translation where `entries` is 0. Then there is no TLB.",
        BARE,
        holds=lambda n: max(1, n),
    ),
    *(
        Idea(name, "keeping one too many. Room is for {entries}.", ROOM, holds=holds)
        for name, holds in (
            ("one_too_many", lambda n: n + 1),
            ("one_too_many_in_a_tlb", lambda n: n + bool(n)),
        )
    ),
    Idea("one_too_few", "keeping one too few. Room is for {entries}.", ROOM, holds=lambda n: n - 1),
)


def case(random):
    pages = [random.randint(0, 7) for _ in range(random.randint(1, 20))]
    return pages, random.randint(0, 5), random.randint(1, 5)


def domain(pages, entries, levels):
    return pages and set(pages) <= set(range(8)) and 0 <= entries <= 5 and 1 <= levels <= 5


def scene(says, moments, pages, entries, levels):
    """The TLB and the references as they are, and how many the answer has counted after each."""
    most, made = 2 * moments[-1].total, ""
    for i, (now, (hit, gone, tlb, total)) in enumerate(zip(says, moments, strict=True)):
        page = pages[i]
        parts = [(1, IN_USE, f"page {one}", one == page) for one in tlb]
        parts += [(1, FREE, "empty", False)] * (entries - len(tlb))
        fresh = THIRD * (0 if hit else levels) + IN_USE
        made += fresh
        row = pictures.row(
            made,
            caption="hatched: an entry of a table, filled: the data",
            touched=[(len(made) - len(fresh), len(made))],
            high=80,
        )
        why = "a hit, the data is read; "
        if not hit:
            why = f"a miss, {levels} of tables and the data are read; "
        why += f"page {gone} goes out; " if gone is not None and entries else ""
        why = why if now == total else ""
        count = amount_bar(total, now, most, "references", write=claimed.count, label="counted")
        note = (
            f"room for {entries}: the left one, unused for longest, goes next"
            if entries
            else "there is none"
        )
        yield drawn(
            i,
            f"access {i}, page {page}: {why}{claimed.count(now)} so far.",
            pictures.floor("table", "TLB", note, [pictures.bar(parts)]),
            pictures.floor("frames", "references", "one after another", [row, count], str(total)),
        )


references = room(
    __name__,
    "references of a workload",
    edges=(
        ([5], 1, 4),
        ([5, 5], 1, 4),
        ([1, 2, 1, 3, 1], 2, 2),
        ([1, 2, 3, 1], 2, 4),
        ([1, 1], 0, 2),
    ),
    along="pages",
)
