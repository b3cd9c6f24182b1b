"""The tasks of chapter 03: working sets, stack distances of two processes, two bits, an anomaly.

Each function below with a leading underscore is right; the others are known wrong ideas.
In `distances` a page number is a page only together with its process: the stack holds both. In
`second_chance` the two bits are the history of one page, as NFU with aging keeps it, not a counter.
"""

from .task import Task

BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]


# 1. The size of a working set


def _window(refs, tau, after=1):
    return [refs[max(0, t + after - tau) : t + after] for t in range(len(refs))]


def _sizes(refs, tau):
    return [len(set(window)) for window in _window(refs, tau)]


def references_counted(refs, tau):
    """counting references. A page that is used twice in the window is one page."""
    return [len(window) for window in _window(refs, tau)]


def without_this_one(refs, tau):
    """leaving out the page that is used now. The last {tau} references end with this one."""
    return [len(set(window)) for window in _window(refs, tau, after=0)]


def ever_used(refs, tau):
    """counting every page used so far. What was not used in the last {tau} references is out."""
    return [len(set(refs[: t + 1])) for t in range(len(refs))]


def negative_start(refs, tau):
    """slicing from a negative place. At the beginning the window is shorter than {tau}, and
    refs[-1] is the last reference of all: begin at 0."""
    return [len(set(refs[t + 1 - tau : t + 1])) for t in range(len(refs))]


def _some_refs(random, most=24, pages=7):
    return [random.randint(1, random.randint(2, pages)) for _ in range(random.randint(1, most))]


sizes = Task(
    "ch03",
    "the size of a working set",
    _sizes,
    lambda random: (_some_refs(random), random.randint(1, 8)),
    edges=(([5], 1), ([5], 3), ([1, 1, 2], 2), ([1, 2, 1, 3, 3], 3), ([1, 2, 3, 4], 2)),
    wrong=(references_counted, without_this_one, ever_used, negative_start),
)


# 2. The stack distances of two processes


def _between(refs, process, others=True, one_table=False, distinct=True, itself=1, first=None):
    """Distances of the references of `process`, and what wrong ideas make of them."""
    found = []
    if not others:
        refs = [use for use in refs if use[0] == process]
    for t, (owner, page) in enumerate(refs):
        if owner != process:
            continue
        pages = [use[1] for use in refs[:t]] if one_table else refs[:t]
        wanted = page if one_table else (owner, page)
        if wanted not in pages:
            found.append(first)
            continue
        since = pages[len(pages) - pages[::-1].index(wanted) :]
        found.append(len(set(since) if distinct else since) + itself)
    return found


def _distances(refs, process):
    return _between(refs, process)


def own_pages_only(refs, process):
    """leaving the other process's pages out. They lie in the same frames, and push these down."""
    return _between(refs, process, others=False)


def same_number_same_page(refs, process):
    """taking a number for a page. Page 1 of the other process is another page: each has its own
    address space."""
    return _between(refs, process, one_table=True)


def uses_between(refs, process):
    """counting the uses in between. A page used twice in between takes one frame."""
    return _between(refs, process, distinct=False)


def not_itself(refs, process):
    """counting only the pages in between. The page itself takes a frame as well."""
    return _between(refs, process, itself=0)


def zero_at_first(refs, process):
    """giving 0 for a first use. With no number of frames does it hit: None."""
    return _between(refs, process, first=0)


def _two_processes(random):
    pages = random.randint(1, 4)
    refs = [(random.choice("AB"), random.randint(1, pages)) for _ in range(random.randint(1, 16))]
    return refs, random.choice("AB")


distances = Task(
    "ch03",
    "stack distances of two processes",
    _distances,
    _two_processes,
    edges=(
        ([("A", 1)], "A"),
        ([("A", 1), ("A", 1)], "A"),
        ([("A", 1), ("B", 2), ("A", 1)], "A"),
        ([("A", 1), ("B", 1), ("A", 1)], "A"),
        ([("A", 1), ("B", 2), ("B", 2), ("A", 1)], "A"),
    ),
    wrong=(own_pages_only, same_number_same_page, uses_between, not_itself, zero_at_first),
)


# 3. A second chance with two bits


def _hand(refs, frames, hit=lambda bits: bits | 2, passed=lambda bits: bits >> 1, enters=0, on=1):
    """Who goes, in order. `bits` of a page: 2 used since the hand came by, 1 used before that."""
    pages, bits, hand, gone = [], [], 0, []
    for page in refs:
        if page in pages:
            at = pages.index(page)
            bits[at] = hit(bits[at])
        elif len(pages) < frames:
            pages.append(page)
            bits.append(enters)
        else:
            while bits[hand]:
                bits[hand] = passed(bits[hand])
                hand = (hand + 1) % frames
            gone.append(pages[hand])
            pages[hand], bits[hand] = page, enters
            hand = (hand + on) % frames
    return gone


def _second_chance(refs, frames):
    return _hand(refs, frames)


def plain_fifo(refs, frames):
    """plain FIFO. A page whose bits are not both 0 must be passed by."""
    return _hand(refs, frames, hit=lambda bits: bits)


def one_bit(refs, frames):
    """the usual CLOCK. When the hand passes by, `used` moves to `before` and is not lost: the page
    has another chance."""
    return _hand(refs, frames, passed=lambda bits: 0)


def a_counter(refs, frames):
    """counting. The two bits are no number that a hit counts up and the hand down: a hit sets
    `used`, and the hand moves it to `before`."""
    return _hand(refs, frames, lambda bits: min(bits + 1, 3), lambda bits: bits - 1)


def enters_used(refs, frames):
    """loading a page with `used` set. Both its bits are 0: only a hit sets one."""
    return _hand(refs, frames, enters=2)


def hand_stays(refs, frames):
    """leaving the hand at the page that it has just loaded. It moves on by one frame."""
    return _hand(refs, frames, on=0)


def _some_memory(random):
    return _some_refs(random, 20, 6), random.randint(1, 4)


second_chance = Task(
    "ch03",
    "a second chance with two bits",
    _second_chance,
    _some_memory,
    edges=(
        ([1], 1),
        ([1, 2], 1),
        ([1, 2, 3], 2),
        ([1, 1, 2, 3], 2),
        ([1, 1, 2, 2, 3], 2),
        ([1, 2, 3, 1, 4, 2, 5], 3),
        ([1, 2, 3, 4, 2, 5, 3, 6], 3),
    ),
    wrong=(plain_fifo, one_bit, a_counter, enters_used, hand_stays),
)


# 4. The proof of an anomaly


def _run(refs, frames, moves=False):
    """For each reference whether it faults, under FIFO (or, with moves, LRU)."""
    queue, faults = [], []
    for page in refs:
        faults.append(page not in queue)
        if page not in queue:
            queue = [*queue, page][-frames:]
        elif moves:
            queue = [*(other for other in queue if other != page), page]
    return faults


def _proof(refs, frames, moves=False, first=0, smaller=True, cold=True):
    small, large = _run(refs, frames, moves), _run(refs, frames + 1, moves)
    if sum(large) <= sum(small):
        return None
    pairs = zip(small, large, strict=True)
    wanted = (False, True) if smaller else (True, False)
    place = next((t for t, pair in enumerate(pairs, first) if pair == wanted), None)
    known = 0 if cold else len(set(refs))
    return sum(small) - known, sum(large) - known, place


def _anomaly(refs, frames):
    return _proof(refs, frames)


def lru(refs, frames):
    """LRU, which has no anomaly. Under FIFO a hit changes nothing: the queue stays as it is."""
    return _proof(refs, frames, moves=True)


def first_uses_free(refs, frames):
    """not counting first uses. They are faults as well: the page must be read."""
    return _proof(refs, frames, cold=False)


def places_from_one(refs, frames):
    """counting places from 1. The first reference is at place 0."""
    return _proof(refs, frames, first=1)


def the_other_way(refs, frames):
    """giving a place where the larger memory has the page. A proof needs one that only the
    smaller one has: there the larger does not hold all that the smaller holds."""
    return _proof(refs, frames, smaller=False)


def larger_first(refs, frames):
    """giving the larger memory's faults first. First come those with {frames} frames."""
    proof = _proof(refs, frames)
    return proof and (proof[1], proof[0], proof[2])


def _perhaps_anomalous(random):
    """Belady's string, or a longer one for 4 frames, renamed and disturbed."""
    frames = random.choice((3, 3, 3, 4))
    core = BELADY if frames == 3 else [1, 2, 3, 4, 5, 1, 2, 6, 1, 2, 3, 4, 5, 6]
    names = random.sample(range(1, 10), 6)
    refs = [names[page - 1] for page in core]
    for _ in range(random.choice((0, 1, 2, 3))):
        refs.insert(random.randint(0, len(refs)), random.choice(names))
    return refs, frames


anomaly = Task(
    "ch03",
    "the proof of an anomaly",
    _anomaly,
    _perhaps_anomalous,
    edges=(([1], 3), ([1, 2, 3, 1], 2), ([1, 2, 3, 4], 3), (BELADY, 3), (BELADY, 2)),
    wrong=(lru, first_uses_free, places_from_one, the_other_way, larger_first),
)
