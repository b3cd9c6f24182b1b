"""Faults by looking only at the references that can fault; those of LRU and OPT:

gap    references from one use of a page to its next. With F frames a gap of F or less cannot fault:
       fewer than F other pages are used in between, so that neither LRU nor OPT lets the page go.
       What does not fault under LRU has so few in between, too, however long its gap is.

So only uses after a long gap are looked at, and only those before one can be a victim's last use.
numpy finds both; the loops are left with the few that matter. To FIFO and CLOCK whole pieces of a
string change nothing, but for CLOCK's bits: those in which only pages in memory are used.
"""

from heapq import heapify, heappop, heappush

import numpy as np

FEW = 16  # frames that `misses` goes through one by one, in less time than other ways take


def by_page(ids):
    """Reference numbers, page after page, in order. numpy sorts 16-bit numbers by radix."""
    few = len(ids) and int(ids.max()) < 1 << 16
    return np.argsort(ids.astype(np.uint16) if few else ids, kind="stable")


def next_uses(ids):
    """For each reference when its page is used next; len + page where never again.

    In 32 bits where they suffice: a string of four million references is 16 MB then, and not 32.
    """
    top = len(ids) + (int(ids.max()) if len(ids) else 0)
    kind = np.int32 if top < 1 << 31 else np.int64
    order = by_page(ids).astype(kind)
    pages = ids[order]
    again = pages[1:] == pages[:-1]
    upcoming = ids.astype(kind)
    upcoming += len(ids)
    upcoming[order[:-1][again]] = order[1:][again]
    return upcoming


def misses(ids, nframes):
    """The uses that fault under LRU, by their numbers: place by place down its list of pages.

    The page that is used comes to the top, and what was above it moves one place down. So a use
    that is not found above a place finds there what the last such use has pushed down. All of a
    place at once: each use beside the one before it. Quick for few frames, since it goes `nframes`
    times through the uses that are left.
    """
    few = len(ids) and int(ids.max()) < 1 << 16
    used = there = ids.astype(np.uint16, copy=False) if few else ids
    numbers = np.arange(len(ids), dtype=np.int32)
    first = []  # for these the place was still empty
    while len(numbers) and len(first) < nframes:
        first.append(numbers[0])
        left = used[1:] != there[:-1]
        used, there, numbers = used[1:][left], there[:-1][left], numbers[1:][left]
    return np.r_[np.array(first, np.int32), numbers]


def _suspects(ids, nframes):
    """(suspects, their last use or -1), (possible last uses of victims, when used next or len)."""
    n = len(ids)
    order = by_page(ids).astype(np.int32)
    again = ids[order[1:]] == ids[order[:-1]]
    if nframes <= FEW:  # what does not fault under LRU does not under OPT
        faults = np.zeros(n, bool)
        faults[misses(ids, nframes)] = True
        cut = np.flatnonzero(faults[order[1:]])
    else:
        cut = np.flatnonzero(~again | (order[1:] - order[:-1] > nframes))
    before = np.where(again[cut], order[:-1][cut], -1)
    after = np.where(again[cut], order[1:][cut], n)
    suspects, before = np.r_[order[:1], order[1:][cut]], np.r_[-1, before]
    leavers, after = np.r_[order[:-1][cut], order[-1:]], np.r_[after, n]
    return _in_order(n, suspects, before), _in_order(n, leavers, after)


def _in_order(n, keys, values):
    """Both sorted by keys, which are different numbers below n."""
    table, there = np.empty(n, np.int32), np.zeros(n, bool)
    table[keys], there[keys] = values, True
    keys = np.flatnonzero(there)
    return keys, table[keys]


def mostly_near(ids, nframes, sample=1 << 16, share=0.25):
    """Are few references after a long gap? Judged by a piece from the middle."""
    middle = max(0, (len(ids) - sample) // 2)
    piece = ids[middle : middle + sample]
    upcoming, n = next_uses(piece), len(piece)
    near = np.count_nonzero((upcoming - np.arange(n) <= nframes) & (upcoming < n))
    return n > 0 and n - near < share * n


def lru(ids, nframes):
    """(the uses that fault, resident pages). `tail`: pages last used before it are gone."""
    if not len(ids):
        return [], []
    (suspects, before), (leavers, after) = _suspects(ids, nframes)
    left, used_again = leavers.tolist(), after.tolist()
    tail, k, faults = 0, 0, []
    for when, last in zip(suspects.tolist(), before.tolist(), strict=True):
        if last < tail:
            faults.append(when)
            if len(faults) <= nframes:
                continue
            while used_again[k] <= when:
                k += 1
            tail = left[k] + 1
            k += 1
    last_uses = leavers[after == len(ids)]
    return faults, ids[last_uses[last_uses >= tail]].tolist()


def last_used(ids, npages, nframes):
    """The `nframes` pages that were used last."""
    last = np.full(npages, -1, np.int32)
    last[ids] = np.arange(len(ids), dtype=np.int32)  # of several uses the last one counts
    used = np.flatnonzero(last >= 0)
    return used[np.argsort(last[used])[-nframes:]].tolist()


def opt(ids, nframes):
    """(the uses that fault, resident pages). The heap: next uses of possible victims."""
    if not len(ids):
        return [], []
    n = len(ids)
    (suspects, before), (leavers, after) = _suspects(ids, nframes)
    ahead = np.full(n, -1, np.int32)
    ahead[leavers] = after
    matters = ahead >= 0
    matters[suspects] = True
    events = np.flatnonzero(matters)
    gone, heap, free = bytearray(n), [], nframes
    faults = np.frombuffer(gone, np.uint8)
    faults[suspects[before < 0]] = 1
    ends, room = [], 4 * nframes + 1000  # when a page has to go that is not used again
    for when, far in zip(events.tolist(), ahead[events].tolist(), strict=True):
        if gone[when]:
            if free:
                free -= 1
            else:
                victim = -heappop(heap)
                if victim < n:
                    gone[victim] = 1
                else:
                    ends.append(when)
        if far >= 0:
            heappush(heap, -far)
            if len(heap) > room:  # most are of uses that are over
                heap = [entry for entry in heap if -entry > when]
                heapify(heap)
    loads = np.flatnonzero(faults)
    return loads, _left(ids, leavers[after == n], loads, ends)


def _left(ids, at, loads, ends):
    """The pages that stay, if of those not used again the one loaded first goes, at each of `ends`.

    at: the last use of each page. loads: the uses that fault.
    """
    newest = np.zeros(int(ids.max(initial=0)) + 1, np.int64)
    newest[ids[loads]] = loads  # of several the last one counts
    loaded = newest[ids[at]].tolist()
    heap, k = [], 0
    for cut in np.searchsorted(at, ends).tolist():
        while k < cut:
            heappush(heap, loaded[k])
            k += 1
        heappop(heap)
    return ids[[*heap, *loaded[k:]]].tolist()


def writebacks(ids, loads, resident, writes):
    """How many pages were written between a load and their next one, or before they went for good:
    all that it takes is the uses that fault, whatever the policy was."""
    order = by_page(ids)
    loaded = np.zeros(len(ids), np.int32)
    loaded[loads] = 1
    stay = np.cumsum(loaded[order], dtype=np.int32)  # of a page in memory, to which a use belongs
    written = np.zeros(len(loads) + 1, bool)
    written[stay[writes[order]]] = True
    newest = np.zeros(int(ids.max(initial=0)) + 1, np.int32)
    newest[ids[order]] = stay
    return int(np.count_nonzero(written) - np.count_nonzero(written[newest[resident]]))


def pieces_with_faults(ids, state, used, writes=None, written=None):
    """Lists of references one after the other, without those in which nothing faults.

    state: a bytearray, 0 for each page that is not in memory, kept up to date by who takes the
    lists. used: what it is for a page that was used there; left out pieces write it, too.
    writes: where they are given, lists of pairs (page, is it a write?), and left out pieces set
    `written`, a bytearray, for pages that they write.

    Where one piece faults the next ones are likely to: they are twice as long each, up to eight
    times a usual one.
    """
    now = np.frombuffer(state, np.uint8)
    if writes is not None:
        dirty = np.frombuffer(written, np.uint8)
    length = 512
    start, taken = 0, length
    while start < len(ids):
        piece = ids[start : start + length]
        if now[piece].all():
            now[piece] = used
            if writes is not None:
                dirty[piece[writes[start : start + length]]] = 1
            start, taken = start + length, length
        else:
            piece = ids[start : start + taken].tolist()
            if writes is None:
                yield piece
            else:
                yield zip(piece, writes[start : start + taken].tolist(), strict=True)
            start, taken = start + taken, min(2 * taken, 8 * length)


def without_alternation(ids, nframes):
    """Without what comes after the first two rounds of a run that alternates between two pages.

    By then LRU, OPT and CLOCK hold both pages, and further rounds change nothing. Needs two frames.
    """
    if nframes < 2 or len(ids) < 4:
        return ids
    same = np.zeros(len(ids) + 1, bool)  # as the reference before the last one
    same[2:-1] = ids[2:] == ids[:-2]
    changes = np.flatnonzero(same[1:] != same[:-1]) + 1
    starts, ends = changes[::2] + 2, changes[1::2]  # the second round stays
    long = ends - starts > 1
    starts, ends = starts[long], ends[long]
    dropped = np.zeros(len(ids) + 1, np.int8)
    dropped[starts] = 1
    dropped[starts + (ends - starts) // 2 * 2] -= 1
    return ids[np.cumsum(dropped[:-1], dtype=np.int8) == 0]
