"""Faults by looking only at the references that can fault; those of LRU and OPT:

gap    references from one use of a page to its next. With F frames a gap of F or less cannot fault:
       fewer than F other pages are used in between, so that neither LRU nor OPT lets the page go.

So only uses after a long gap are looked at, and only those before one can be a victim's last use.
numpy finds both; the loops are left with the few that matter. To FIFO and CLOCK whole pieces of a
string change nothing, but for CLOCK's bits: those in which only pages in memory are used.
"""

from heapq import heapify, heappop, heappush

import numpy as np


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


def _long_gaps(ids, nframes):
    """(suspects, their last use or -1), (possible last uses of victims, when used next or len)."""
    n = len(ids)
    order = by_page(ids).astype(np.int32)
    again = ids[order[1:]] == ids[order[:-1]]
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
    """Are few references suspects? Judged by a piece from the middle."""
    middle = max(0, (len(ids) - sample) // 2)
    piece = ids[middle : middle + sample]
    return len(piece) > 0 and len(_long_gaps(piece, nframes)[0][0]) < share * len(piece)


def lru(ids, nframes):
    """(faults, 0, resident pages). `tail`: pages last used before it are gone."""
    if not len(ids):
        return 0, 0, []
    (suspects, before), (leavers, after) = _long_gaps(ids, nframes)
    left, used_again = leavers.tolist(), after.tolist()
    tail, k, free, faults = 0, 0, nframes, 0
    for when, last in zip(suspects.tolist(), before.tolist(), strict=True):
        if last < tail:
            faults += 1
            if free:
                free -= 1
                continue
            while used_again[k] <= when:
                k += 1
            tail = left[k] + 1
            k += 1
    last_uses = leavers[after == len(ids)]
    return faults, 0, ids[last_uses[last_uses >= tail]].tolist()


def opt(ids, nframes):
    """(faults, 0, resident pages). The heap: next uses of possible victims, farthest first."""
    ids = without_alternation(ids, nframes)
    n, upcoming = len(ids), next_uses(ids)
    leaves = upcoming - np.arange(n, dtype=upcoming.dtype) > nframes
    first = np.ones(n, bool)
    first[upcoming[upcoming < n]] = False
    returns = upcoming[leaves]
    matters = first | leaves
    matters[returns[returns < n]] = True
    events = np.flatnonzero(matters)
    ahead = np.where(leaves[events], upcoming[events], -1).tolist()
    first = first[events].tolist()
    gone, heap, free, faults = bytearray(n), [], nframes, 0
    ends, room = [], 4 * nframes + 1000  # when a page has to go that is not used again
    for when, is_first, far in zip(events.tolist(), first, ahead, strict=True):
        if is_first or gone[when]:
            faults += 1
            gone[when] = 1
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
    return faults, 0, _left(ids, upcoming >= n, gone, ends)


def _left(ids, last, gone, ends):
    """The pages that stay, if of those not used again the one loaded first goes, at each of `ends`.

    last: is it the last use of its page? gone: did this use fault?
    """
    at, loads = np.flatnonzero(last), np.flatnonzero(np.frombuffer(gone, np.uint8))
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


def pieces_with_faults(ids, state, used):
    """Lists of references one after the other, without those in which nothing faults.

    state: a bytearray, 0 for each page that is not in memory, kept up to date by who takes the
    lists. used: what it is for a page that was used there; left out pieces write it, too.

    Where one piece faults the next ones are likely to: they are twice as long each, up to eight
    times a usual one.
    """
    now = np.frombuffer(state, np.uint8)
    length = 512
    start, taken = 0, length
    while start < len(ids):
        piece = ids[start : start + length]
        if now[piece].all():
            now[piece] = used
            start, taken = start + length, length
        else:
            yield ids[start : start + taken].tolist()
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
