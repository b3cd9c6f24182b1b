"""How many locks the calls of several threads take."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.tcmalloc import list_row, no_cache_row

from ..ideas import Idea
from ..scenes.counted import lanes, taken_row
from ..scenes.floors import drawn
from ..task import room

CALL = {"m": "malloc", "f": "free"}


class Call(NamedTuple):
    """A call, why it takes so many locks, and what each thread's list holds after it."""

    thread: str
    call: str
    locks: int
    why: str
    lists: dict


def rule(
    calls,
    batch,
    *,
    shared=False,
    no_cache=True,
    backs=True,
    each=False,
    full=2,
    early=0,
    one_goes=True,
    back=True,
    uses=1,
    free=1,
    empty=False,
):
    """The calls, one by one; `full`: batches that fill a list, `early`: how much earlier,
    `empty`: an empty list is none."""
    lists = {}
    for thread, call in calls:
        owner = "all" if shared else thread
        held = lists.get(owner, 0)
        many = batch if each else 1
        if call == "m" and not held:
            lists[owner], locks, why = batch - uses, many, f"an empty list fetches {batch}"
        elif call == "m":
            lists[owner], locks, why = held - 1, 0, "the list has one"
        elif (not held if empty else owner not in lists) and no_cache:
            locks, why = free, f"thread {thread} has no list yet"
        elif held >= full * batch - early:
            left = held - batch if back else 0
            lists[owner], locks = left + one_goes, many * backs
            why = f"a full list gives {batch} back"
        else:
            lists[owner], locks, why = held + 1, 0, "the list has room"
        yield Call(thread, call, locks, why, dict(lists))


def answer(moments):
    return sum(moment.locks for moment in moments)


OWN = "A free adds one object to the list of the thread that frees"
FIRST = "A thread has a list from its first malloc on; each free before that takes a lock"
FULL = "If the list already holds 2 * `batch`, the thread first takes a lock and gives `batch` back"
FETCH = "a thread with an empty list takes a lock and fetches `batch` objects at once"
IDEAS = (
    Idea(
        "one_lock_a_call",
        """taking the lock at each call: a free list under one lock. A thread's own list needs
        none.""",
        FETCH,
        instead=lambda calls, batch: len(calls),
    ),
    Idea(
        "one_list_for_all",
        "letting all threads share one list. Each thread has a list of its own.",
        OWN,
        shared=True,
    ),
    Idea(
        "everybody_has_a_list",
        """giving a list to a thread that has only freed so far. Its first malloc makes it; until
        then each of its frees takes the lock.""",
        FIRST,
        no_cache=False,
    ),
    Idea(
        "fetches_only",
        "counting the fetches only. What a full list gives back takes the lock, too.",
        FULL,
        backs=False,
    ),
    Idea(
        "each_object",
        """taking the lock for each object of a batch. A batch moves under one lock: that is its
        point.""",
        FETCH,
        each=True,
    ),
    Idea(
        "free_needs_none",
        "never taking a lock for a free without a list. The object goes to the central list.",
        FIRST,
        free=0,
    ),
    Idea(
        "a_batch_is_full",
        "giving back from {batch} objects on. A list may hold two batches.",
        FULL,
        full=1,
    ),
    Idea(
        "full_too_early",
        "giving back when the free makes two batches. The list must hold them already.",
        FULL,
        early=1,
    ),
    Idea(
        "forgets_the_freed",
        "losing the object that is freed into a full list. It joins the list after the batch left.",
        FULL,
        one_goes=False,
    ),
    Idea(
        "the_whole_list",
        "giving the whole list back. Only a batch of {batch} goes.",
        FULL,
        back=False,
    ),
    Idea(
        "keeps_all_fetched",
        "keeping all that were fetched, {batch}. The malloc uses one of them.",
        "its malloc uses one of them",
        uses=0,
    ),
    Idea(
        "full_too_late",
        "giving back when there are more than two batches. A list that holds two is full.",
        FULL,
        early=-1,
    ),
    Idea(
        "empty_is_none",
        "taking an empty list for none. A thread keeps its list from its first malloc on.",
        FIRST,
        empty=True,
    ),
)


def case(random):
    calls = []
    for _ in range(random.randint(1, 6)):
        calls += [(random.choice("AB"), random.choice("mf"))] * random.randint(1, 6)
    return calls, random.randint(2, 3)


def domain(calls, batch):
    return (
        calls
        and all(thread in ("A", "B") and call in ("m", "f") for thread, call in calls)
        and 2 <= batch <= 3
    )


# The scene


def scene(says, moments, calls, batch):
    """The calls and the lists as they are, and how many locks the answer has taken after each."""
    taken, held = 0, {}
    for i, (thread, call, locks, why, lists) in enumerate(moments):
        more, taken = says[i] - taken, says[i]
        rows = []
        for name in sorted({other for other, _ in calls}):
            if name not in lists:
                rows.append(no_cache_row(name, name == thread))
                continue
            before, now = held.get(name, 0), lists[name]
            caption = f"thread {name}: {plural(now, 'object')}, {2 * batch} allowed"
            touched = range(min(before, now), max(before, now)) if name == thread else ()
            rows.append(list_row(now, 2 * batch, caption, touched))
        held = lists
        said = f"{why}: " if more == locks else ""
        if more < 0:
            said += f"{plural(-more, 'lock')} fewer"
        else:
            said += f"{plural(more, 'lock')}" if more else "no lock"
        yield drawn(
            i,
            f"call {i + 1}, {CALL[call]} of {thread}: {said}, {taken:,} so far.",
            lanes(calls, i, "m: malloc, f: free, from left to right"),
            pictures.floor("mcache", "thread caches", "no lock", rows),
            pictures.floor(
                "mcentral",
                "central free list",
                "filled: a lock is taken",
                [taken_row(says[: i + 1])],
            ),
        )


locks = room(
    __name__,
    "the locks of a workload",
    edges=(
        ([("A", "m")], 2),
        ([("A", "f")], 2),
        ([("A", "m"), ("B", "m")], 2),
        ([("A", "m"), ("B", "f")], 2),
        ([("A", "m")] * 3, 2),
        ([("A", "m")] * 5, 2),
        ([("A", "m")] + [("A", "f")] * 4, 2),
        ([("A", "m")] + [("A", "f")] * 6, 2),
        ([("A", "m")] + [("A", "f")] * 9, 3),
        ([("A", "m")] + [("A", "f")] * 4 + [("A", "m")] * 4, 2),
        ([("B", "f")] * 2 + [("B", "m")], 3),
    ),
    along="calls",
)
