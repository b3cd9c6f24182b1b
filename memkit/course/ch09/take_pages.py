"""Which pages a new span gets: of the page cache, or of the page heap."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import at_the_end, room
from .page_runs import BLOCK, blocks, run, verdict

SMALL = 4  # spans of fewer pages use the page cache; 16 in Go


class Asked(NamedTuple):
    """Who is asked and the first page it has for the span, or None; the pages of both then."""

    whose: str
    first: int
    taken: bool
    heap: set
    cache: set


def _first_fit(pages, npages):
    return next((at for at in sorted(pages) if pages.issuperset(range(at, at + npages))), None)


def _best_fit(pages, npages):
    starts = [page for page in pages if page - 1 not in pages]
    runs = [(next(n for n in range(99) if at + n not in pages), at) for at in starts]
    return min((run for run in runs if run[0] >= npages), default=(0, None))[1]


def rule(
    free,
    cache,
    npages,
    *,
    below=SMALL,
    aligned=True,
    lowest=False,
    forgets=True,
    heap_too=True,
    refills="empty",
    fit=_first_fit,
):
    """The page cache, for spans of pages `below` a limit; then the page heap. `lowest`: the cache
    takes the lowest free pages."""
    heap, cache = {page for page, bit in enumerate(free) if bit == "1"}, set(cache)
    if npages < below:
        lacks = refills != "empty" and fit(cache, npages) is None
        taken = bool(heap and (lacks or not cache))
        if taken:
            first = min(heap) // BLOCK * BLOCK if aligned else min(heap)
            block = heap & set(range(first, first + BLOCK))
            block = set(sorted(heap)[:BLOCK]) if lowest else block
            cache = cache | block if refills == "adds" else block
            heap = heap - cache if forgets else heap
        found = fit(cache, npages)
        yield Asked("page cache", found, taken, heap, cache)
        if found is not None or not heap_too:
            return
    yield Asked("page heap", fit(heap, npages), False, heap, cache)


answer = at_the_end("first")

FIRST = "spans of fewer than 4 pages ask the page cache first"
BLOCKS = (
    "it takes all free pages of the block of 8 (0-7, 8-15, ...) around the heap's lowest free page"
)
EMPTY = "Only if the page cache is empty then"
IDEAS = (
    Idea(
        "heap_only",
        "asking the page heap at once. A small span asks the page cache first: no lock.",
        FIRST,
        below=0,
    ),
    Idea(
        "cache_for_all",
        "asking the page cache first, always. Spans of 4 pages and more ask the page heap at once.",
        FIRST,
        below=1 << 20,
    ),
    Idea(
        "unaligned_block",
        "filling the cache from the lowest free page on. It takes an aligned block: 0-7, 8-15, ...",
        BLOCKS,
        aligned=False,
    ),
    Idea(
        "cached_and_free",
        """letting the page heap give what an empty cache takes. It takes a block first, and the
        heap then has that no more.""",
        "The heap then has them no more",
        forgets=False,
    ),
    Idea(
        "gives_up",
        "growing when the page cache has no fitting run. The page heap may have one: ask it next.",
        "If the cache has no fitting run",
        heap_too=False,
    ),
    Idea(
        "best_fit",
        "taking the smallest run that fits (best fit). Go takes the lowest: first fit by address.",
        "the lowest run of pages that is long enough",
        fit=_best_fit,
    ),
    Idea(
        "adds_to_the_cache",
        "taking more pages where those in the cache do not fit. Only an empty cache takes any.",
        EMPTY,
        refills="adds",
    ),
    Idea(
        "replaces_the_cache",
        "filling a cache whose pages do not fit with others. Only an empty cache takes any.",
        EMPTY,
        refills="replaces",
    ),
    Idea(
        "eight_lowest",
        """filling the cache with the 8 lowest free pages. It takes those of one block: 0-7, 8-15,
        and so on.""",
        BLOCKS,
        lowest=True,
    ),
    Idea(
        "four_pages_too",
        "asking the page cache for 4 pages, too. Only spans of fewer than 4 pages ask it.",
        FIRST,
        below=SMALL + 1,
    ),
)


def case(random):
    free = [random.choice("0111") for _ in range(random.randint(8, 30))]
    for _ in range(random.randint(0, 2)):
        used = random.randrange(len(free))
        free[used : used + 4] = "0" * len(free[used : used + 4])
    cache = []
    if random.random() < 0.5:
        block = random.randrange(0, len(free) - 7, BLOCK)
        cache = sorted(random.sample(range(block, block + BLOCK), random.randint(1, 5)))
    free = "".join("0" if page in cache else bit for page, bit in enumerate(free))
    return free, cache, random.randint(1, 6)


def domain(free, cache, npages):
    """The page cache holds pages of one block, which the heap has not."""
    return (
        free
        and set(free) <= {"0", "1"}
        and list(cache) == sorted(set(cache))
        and all(free[page] == "0" and page // 8 == cache[0] // 8 for page in cache)
        and 1 <= npages <= 6
    )


# The scene


def scene(says, moments, free, cache, npages):
    """Cache and heap as the rule asks them; which pages the span gets, the answer says."""
    heap, cache, i = {p for p, bit in enumerate(free) if bit == "1"}, set(cache), 0
    small = npages < SMALL

    def step(sentence, claim=()):
        owned = {page // BLOCK * BLOCK for page in cache}
        held = "".join(FREE if page in cache else NOTHING for page in range(len(free)))
        cells = "".join(FREE if page in heap else IN_USE for page in range(len(free)))
        for page in cache:
            cells = pictures.overlay(cells, page, page + 1, RESERVED)
        mine = [page for page in claim if page in cache]
        above = (
            blocks(held, mine, owned) if cache else pictures.row(RESERVED, beside="empty", big=True)
        )
        note = f"for spans of fewer than {SMALL} pages, no lock"
        told = "filled: in use; dashed: in the page cache"
        floors = [
            pictures.floor("mcache", "page cache", note, [above], plural(len(cache), "page")),
            pictures.floor("mheap", "page heap", told, [blocks(cells, claim)], f"{len(heap)} free"),
        ]
        return drawn(i, f"{sentence}.", *floors)

    asked = "the page cache" if small else "the page heap at once"
    yield step(f"a span of {plural(npages, 'page')} asks {asked}")
    if moments[0].taken:
        heap, cache, i = moments[0].heap, moments[0].cache, i + 1
        yield step(
            f"the page cache is empty and takes what is free of "
            f"{run(min(cache) // BLOCK * BLOCK, BLOCK)}: page {min(cache)} is the lowest free one"
        )
    right = next(((m.whose, m.first) for m in moments if m.first is not None), None)
    if len(moments) > 1:
        i += 1
        none = f"{npages} pages in a row" if npages > 1 else "page"
        yield step(f"the page cache has no {none}: the page heap is asked")
    claim = () if says is None else range(max(0, says), min(64, says + npages))
    i += 1
    yield step(verdict(says, npages, len(free) - 1, heap, cache, right), claim)


take_pages = room(
    __name__,
    "page cache or page heap?",
    edges=(
        ("00000000001111", [1, 2, 5], 3),
        ("11000000", [5, 6, 7], 2),
        ("11000000", [5], 2),
        ("00001111", [0, 1, 2, 3], 4),
        ("00001111", [0, 1, 2], 3),
        ("0000000111000111", [], 3),
        ("1000000111000111", [], 3),
        ("00001000000111000111", [], 3),
        ("0000000111111111", [], 2),
        ("0000001110000000", [0], 3),
        ("0000110000000000", [2, 3], 3),
        ("0111110111100000", [], 4),
        ("1110110", [], 2),
        ("00000000", [], 1),
        ("1", [], 1),
        ("000000011", [], 1),
        ("00000000100000111", [], 3),
        ("10000000000000111", [], 3),
        ("10101010101010111", [], 3),
    ),
)
