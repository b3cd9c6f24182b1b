"""How many locks the same requests take in TCMalloc, and in Go."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, IN_USE, RESERVED
from memkit.pictures.tcmalloc import list_row

from ..ideas import Idea
from ..scenes.counted import lanes, taken_row
from ..scenes.floors import drawn
from ..task import at_the_end, room


class Request(NamedTuple):
    """A request, the locks so far, and why, in both; what each thread has then: (objects in its
    list, as many are fetched next), (free slots, pages in the page cache)."""

    thread: int
    locks: tuple
    why: list
    lists: dict
    spans: dict


NEXT = {  # what a miss fetches after one that fetched n
    "slow": lambda n, batch: min(batch, n + 1),
    "batch": lambda n, batch: batch,
    "twice": lambda n, batch: min(batch, 2 * n),
    "one": lambda n, batch: 1,
    "ever more": lambda n, batch: n + 1,
}


def rule(
    requests, batch, slots, pages, *, start="slow", shared=False, cached=True, kept=0, whole=True
):
    """`kept`: pages that a fill brings besides, `whole`: what Go fetches is a span."""
    lists, spans, tcmalloc, go = {}, {}, 0, 0
    for thread in requests:
        owner = 0 if shared else thread
        held, fetch = lists.get(owner, (0, batch if start == "batch" else 1))
        free, left = spans.get(owner, (0, 0))
        why = ["the list has one", "the span has a slot"]
        if not held:
            why[0] = f"an empty list fetches {fetch}"
            held, fetch = fetch, NEXT[start](fetch, batch)
            tcmalloc += 1
        if not free:
            why[1] = "a page of the page cache becomes a span"
            if not left:
                why[1] = f"the page cache gets {plural(pages, 'page')}, one becomes a span"
                left = (pages if cached else 1) + kept
                go += 1
            free, left = slots, left - 1
        lists[owner], spans[owner] = (held - 1, fetch), (free - 1, left)
        taken = tcmalloc, go if whole else tcmalloc
        yield Request(thread, taken, why, dict(lists), dict(spans))


answer = at_the_end("locks")

FETCHES = "1 the first time, then 2, 3 and so on, never more than `batch`"
FILLED = "If the page cache is empty, it is filled with `pages` pages first, under a lock"
IDEAS = (
    Idea(
        "full_batches",
        "fetching a whole batch at the first miss. TCMalloc starts slowly: 1, 2, 3, ... objects.",
        FETCHES,
        start="batch",
    ),
    Idea(
        "doubling", "doubling what is fetched. It grows by one each time.", FETCHES, start="twice"
    ),
    Idea("always_one", "fetching one always. It is one more each time.", FETCHES, start="one"),
    Idea(
        "no_batch", "fetching ever more. It is at most `batch` objects.", FETCHES, start="ever more"
    ),
    Idea(
        "one_cache",
        "one cache for all. Each thread has its own, and so has each P.",
        "In Go each of these threads runs on a P of its own",
        shared=True,
    ),
    Idea(
        "lock_a_span",
        """a lock for each new span. A page out of the P's page cache needs none: only filling the
        cache does.""",
        FILLED,
        cached=False,
    ),
    Idea(
        "one_page_more",
        "making a span besides the pages of the cache. It is one of them.",
        "takes a page from its page cache and makes it a span",
        kept=1,
    ),
    Idea(
        "objects_in_go",
        "fetching objects in Go too. A refill brings a whole span.",
        "makes it a span of `slots` objects",
        whole=False,
    ),
)


def case(random):
    threads = random.randint(1, 3)
    requests = [random.randrange(threads) for _ in range(random.randint(1, 40))]
    return requests, random.randint(1, 5), random.randint(1, 6), random.randint(1, 4)


def domain(requests, batch, slots, pages):
    few = 1 <= batch <= 8 and 1 <= slots <= 6 and 1 <= pages <= 4
    return requests and all(0 <= thread <= 2 for thread in requests) and few


# The scene


def _rows(moment, threads, slots):
    """The threads' lists and the P's spans, side by side each."""
    lists, spans = [], []
    for t in threads:
        held, fetch = moment.lists.get(t, (0, 1))
        told = f"thread {t}: {plural(held, 'object')}, next it fetches {fetch}"
        now = t == moment.thread
        lists.append(list_row(held, fetch, told, (held,) if now else ()))
        free, left = moment.spans.get(t, (0, 0))
        used, cells, told = 0, RESERVED, f"P{t} has no span yet"
        if t in moment.spans:
            used = slots - free
            cells = IN_USE * used + FREE * free
            told = f"P{t}: {free} of {plural(slots, 'slot')} free, {plural(left, 'page')} cached"
        touched = [(used - 1, used)] if now else []
        spans.append(pictures.row(cells, caption=told, touched=touched, high=28))
    return lists, spans


def scene(says, moments, requests, batch, slots, pages):
    """Both allocators serve each request as they do; the answer says how many locks that took."""
    before, was = (0, 0), (0, 0)
    threads, calls = sorted(set(requests)), [(t, "m") for t in requests]
    for i, (moment, now) in enumerate(zip(moments, says, strict=True)):
        told = []
        for k, name in enumerate(("TCMalloc", "Go")):
            right = (now[k], now[k] - was[k]) == (moment.locks[k], moment.locks[k] - before[k])
            why = f"{moment.why[k]}, " if right else ""
            told.append(f"{name}: {why}{plural(now[k], 'lock')} so far")
        before, was = moment.locks, now
        lists, spans = _rows(moment, threads, slots)
        yield drawn(
            i,
            f"request {i + 1}, thread {moment.thread}. {'. '.join(told)}.",
            lanes(calls, i, "a request in each column"),
            pictures.floor(
                "mcache",
                "TCMalloc",
                "each thread's list; below, filled: a lock is taken",
                [lists, taken_row([now for now, _ in says[: i + 1]])],
            ),
            pictures.floor(
                "mheap",
                "Go",
                "each P's span; below, filled: a lock is taken",
                [spans, taken_row([now for _, now in says[: i + 1]])],
            ),
        )


locks = room(
    __name__,
    "locks in TCMalloc and in Go",
    edges=(
        ([0], 2, 3, 2),
        ([0] * 4, 2, 3, 2),
        ([0] * 7, 4, 3, 2),
        ([0, 1, 0, 1], 2, 3, 2),
        ([0] * 12, 8, 2, 3),
    ),
    along="requests",
)
