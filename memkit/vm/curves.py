"""What every memory size would give: faults over frames, working sets, anomalies.

distance   LRU: place of a page in the list of pages by last use, 1 on top; with F frames a use hits
           if its distance is F or less. So one pass over a string answers for all sizes
           (Mattson, Gecsei, Slutz and Traiger 1970).
previous   when the page was used before, negative at first uses

A distance is the number of earlier references whose previous use is not later than one's own
previous use, less that previous use. numpy counts them block by block: those before the block by
rank among the last uses of all pages, those inside by squares (see _earlier_and_smaller).
"""

import numpy as np

from memkit.checks import listed, whole
from memkit.vm import skipping
from memkit.vm.policies import Lru, Opt
from memkit.vm.references import numbered
from memkit.vm.replacement import checked_options, checked_policy
from memkit.vm.strings import LOOPS, simulate

SIDE = 128  # a block has SIDE chunks of SIDE references
BATCH = 8  # blocks at once, so that they fit into the processor's cache
DEEP = 1000  # pages from which on OPT's list is a numpy array


def miss_curve(refs, max_frames=None, policy="lru", writes=None, **options):
    """Faults with 0, 1, ..., max_frames frames, an integer array; without frames all refs fault.

    max_frames: the number of distinct pages unless given. LRU and OPT take one pass, others a run
    for each size. refs, writes and options: as in simulate. ValueError for a bad string, size,
    policy or option.
    """
    array, writes, _ = numbered(refs, writes)
    ids, npages = _numbered(array)
    kind = checked_policy(policy)
    checked_options(policy, options)
    most = npages if max_frames is None else whole("max_frames", max_frames, 0, 1 << 24)
    if kind not in (Lru, Opt):
        run = _faults_of(ids, kind, policy, writes, options)
        runs = [len(ids), *map(run, range(1, min(most, npages) + 1))]
        return np.array(runs + runs[-1:] * (most + 1 - len(runs)))  # no page has to go any more
    if kind is Lru:
        kept, near, distances = _distances(ids)
        hits = np.bincount(distances, minlength=3)
        hits[1:3] += np.bincount(near[~kept], minlength=3)[1:3]
    else:
        hits = _opt_hits(ids)
    hits[0] = 0
    curve = len(ids) - np.cumsum(hits)
    return np.r_[curve, np.full(max(0, most + 1 - len(curve)), curve[-1])][: most + 1]


def _faults_of(ids, kind, policy, writes, options):
    """Faults as a function of the number of frames."""
    flags = None if kind in LOOPS else writes  # these do not look at writes
    return lambda nframes: simulate(ids, nframes, policy, flags, **options).faults


def stack_distances(refs):
    """The LRU distance of each reference, 0 where a page is used for the first time."""
    ids, _ = _numbered(numbered(refs).pages)
    kept, near, distances = _distances(ids)
    all_of_them = near.astype(np.int64)
    all_of_them[kept] = distances
    return all_of_them


def working_set(refs, tau):
    """(faults, size_sum) for a window of tau references (Denning 1968).

    A reference faults if its page is not among the last tau; size_sum adds up, over time, how many
    pages are. ValueError for a bad string or tau.
    """
    ids, npages = _numbered(numbered(refs).pages)
    n = len(ids)
    tau = min(whole("tau", tau, 1, 1 << 40), max(n, 1))
    upcoming = skipping.next_uses(ids)
    again = upcoming < n
    gaps = np.minimum(upcoming, n)
    gaps -= np.arange(n, dtype=gaps.dtype)
    faults = npages + np.count_nonzero(again & (gaps > tau))
    return int(faults), int(np.minimum(gaps, tau).sum())


def belady_anomalies(refs, policy="fifo", frames=None, writes=None, **options):
    """[(frames, faults, faults with one frame more)] wherever that one more makes more faults.

    frames: the sizes to look at, all that matter unless given. refs, writes and options: as in
    simulate. ValueError for bad ones.
    """
    array, writes, _ = numbered(refs, writes)
    ids, npages = _numbered(array)
    kind = checked_policy(policy)
    checked_options(policy, options)
    sizes = (
        range(1, npages) if frames is None else listed("frames", frames, "a list of memory sizes")
    )
    sizes = [whole("frames", size, 1, (1 << 24) - 1) for size in sizes]
    run = _faults_of(ids, kind, policy, writes, options)
    faults = {size: run(size) for size in sorted({*sizes, *(size + 1 for size in sizes)})}
    pairs = [(size, faults[size], faults[size + 1]) for size in sizes]
    return [pair for pair in pairs if pair[2] > pair[1]]


def _numbered(array):
    """(page ids 0, 1, ... in the smallest type that sorts fast, number of distinct pages)"""
    if not len(array):
        return np.zeros(0, np.uint16), 0
    top = int(array.max())
    if top >= 4 * len(array) + 1024:
        pages, array = np.unique(array, return_inverse=True)
        top, npages = len(pages) - 1, len(pages)
    else:
        npages = np.count_nonzero(np.bincount(array.astype(np.int64, copy=False)))
    return array.astype(np.uint16 if top < 1 << 16 else np.uint32, copy=False), int(npages)


def _by_page(ids):
    """A stable argsort; numpy's is linear for 16 bits, so 32 are sorted in two rounds."""
    if ids.dtype == np.uint16:
        return np.argsort(ids, kind="stable")
    order = np.argsort(ids.astype(np.uint16), kind="stable")
    return order[np.argsort((ids >> 16).astype(np.uint16)[order], kind="stable")]


def _previous(ids):
    """For each reference when its page was used before; at first uses different negatives."""
    order = _by_page(ids).astype(np.int32)
    sorted_ids = ids[order]
    again = sorted_ids[1:] == sorted_ids[:-1]
    before = np.empty(len(ids), np.int32)
    before[order[:1]] = order[:1] - len(ids)
    before[order[1:]] = np.where(again, order[:-1], order[1:] - len(ids))
    return before


def _distances(ids, side=None):
    """(kept, near, distances of the kept references): the others' distances, 1 or 2, are in near.

    Not kept are repetitions, and in runs that alternate between two pages as many pairs as there
    are: each of these has distance 2 and after a pair the list is as before.
    """
    near = np.zeros(len(ids), np.uint8)
    same = ids[1:] == ids[:-1]
    if same.any():
        moved = np.r_[True, ~same]
        near[~moved] = 1
        kept = moved.copy()
        inner = _pairs(ids[moved])
        kept[moved] = ~inner
        near[moved] = inner * np.uint8(2)
    else:
        inner = _pairs(ids)
        kept, near = ~inner, inner * np.uint8(2)
    return kept, near, _block_distances(ids[kept], side)


def _pairs(ids):
    """Mask of the pairs in alternating runs, for a string without repetitions."""
    if len(ids) < 4:
        return np.zeros(len(ids), bool)
    same = np.zeros(len(ids) + 1, bool)  # as the reference before the last one
    same[2:-1] = ids[2:] == ids[:-2]
    changes = np.flatnonzero(same[1:] != same[:-1]) + 1
    starts, ends = changes[::2], changes[1::2]
    odd = ends[(ends - starts) % 2 == 1] - 1  # all but the last of an odd run goes
    same[odd] = False
    return same[:-1]


def _block_distances(ids, side=None):
    n = len(ids)
    if not n:
        return np.zeros(0, np.int64)
    if side is None:
        side = next(size for size in (8, 16, 32, 64, SIDE) if size * size >= n or size == SIDE)
    block = side * side
    nblocks = -(-n // block)
    times, values = _by_previous_use(ids, nblocks, block)
    distances = np.empty((nblocks, block), np.int32)
    last_uses = np.zeros(0, np.int32)  # of all pages before the block, sorted
    for at in range(0, nblocks, BATCH):
        order = times[at : at + BATCH] % block
        counts = _earlier_and_smaller(order, side)
        for row, previous in enumerate(values[at : at + BATCH]):
            start = (at + row) * block
            low, high = np.searchsorted(previous, [0, start])
            places = np.searchsorted(last_uses, previous[low:high])
            # Uses in the block: counts + start - previous. From before it: only ranks matter.
            extra = start - previous
            extra[:low] = -counts[row][order[row, :low]]
            extra[low:high] = len(last_uses) - places
            distances[at + row, order[row]] = extra
            stays = np.ones(len(last_uses), bool)
            stays[places] = False
            final = np.ones(block, bool)
            final[previous[high:] - start] = False
            ended = np.flatnonzero(final).astype(np.int32) + np.int32(start)
            last_uses = np.concatenate([last_uses[stays], ended])
        distances[at : at + BATCH] += counts
    return distances.ravel()[:n]


def _by_previous_use(ids, nblocks, block):
    """(times, values): a row for each block, its references by their previous use, and that.

    At first uses it is -1, and they come first; what fills the last row up comes last. No row is
    sorted: the uses are gone through in order and what follows each is dealt out to its block.
    """
    times, values = _followed(ids, nblocks * block)
    deal = np.argsort((times // block).astype(np.uint16), kind="stable").astype(np.int32)
    return times[deal].reshape(nblocks, block), values[deal].reshape(nblocks, block)


def _followed(ids, room):
    """(times, values), filled up to `room`: references in the order of their previous use."""
    n = len(ids)
    order = _by_page(ids).astype(np.int32)
    sorted_ids = ids[order]
    first = np.r_[True, sorted_ids[1:] != sorted_ids[:-1]]
    upcoming = np.full(n, -1, np.int32)
    upcoming[order[:-1]] = np.where(first[1:], -1, order[1:])
    used_again = np.flatnonzero(upcoming >= 0).astype(np.int32)
    filling = np.arange(n, room, dtype=np.int32)
    times = np.concatenate([order[first], upcoming[used_again], filling])
    values = np.concatenate([np.full(np.count_nonzero(first), -1, np.int32), used_again, filling])
    return times, values


def _earlier_and_smaller(order, side):
    """How many earlier values in its row are smaller, for each place.

    order: (rows, side * side), each row's places by value. Places are cut into `side` chunks,
    values into `side` ranges. Those in an earlier chunk and a lower range come from a table of
    sums, those in the same chunk, and those in the same range, by comparing each with each.
    """
    rows, block = order.shape
    line = np.arange(block, dtype=np.uint16)
    rank = np.empty((rows, block), np.uint16)
    np.put_along_axis(rank, order, line[None, :], axis=1)
    chunk = (line // side).astype(np.uint8)
    counts = _compare(rank, side, rows)
    ranges = (rank // side).astype(np.int64)
    cell = ranges + (chunk * np.int64(side) + np.arange(rows)[:, None] * block)
    sums = np.bincount(cell.ravel(), minlength=rows * block).reshape(rows, side, side)
    sums = sums.astype(np.uint16).cumsum(1, dtype=np.uint16).cumsum(2, dtype=np.uint16)
    table = np.zeros((rows, side, side), np.uint16)
    table[:, 1:, 1:] = sums[:, :-1, :-1]
    result = counts + table.ravel()[cell].astype(np.int32)
    same_range = _compare((order // side).astype(np.uint8), side, rows)
    result += np.take_along_axis(same_range, rank.astype(np.int64), 1)
    return result


def _compare(values, side, rows):
    """In pieces of `side`: how many before each are smaller. `side` at most 256."""
    across = np.ascontiguousarray(values.reshape(-1, side).T)
    counts = np.zeros(across.shape, np.uint8)
    for i in range(side - 1):
        counts[i + 1 :] += (across[i + 1 :] > across[i]).view(np.uint8)
    return np.ascontiguousarray(counts.T).reshape(rows, -1)


def _opt_hits(ids):
    """How many references OPT has at each place of its list, the one of next uses.

    The list holds, at place F and above, what F frames hold. The page that is used goes on top;
    what stood there moves down, and at each place the page that is used later moves on.
    """
    moved = np.r_[np.ones(min(1, len(ids)), bool), ids[1:] != ids[:-1]]
    some = skipping.without_alternation(ids[moved], 2)
    places = [0] * (len(np.unique(ids)) + 3)
    places[1] = int(len(ids) - np.count_nonzero(moved))
    places[2] = int(np.count_nonzero(moved) - len(some))
    step = _opt_by_list if len(places) < DEEP else _opt_by_array
    step((_previous(some) < 0).tolist(), skipping.next_uses(some).tolist(), places)
    return np.array(places)


def _opt_by_list(first, upcoming, places):
    stack = []  # next uses
    for now, (is_first, when) in enumerate(zip(first, upcoming, strict=True)):
        if is_first:
            place = len(stack)
            stack.append(now)
        else:
            place = stack.index(now)
            places[place + 1] += 1
        carried = stack[0]
        for i in range(1, place):
            if stack[i] > carried:
                stack[i], carried = carried, stack[i]
        stack[place] = carried
        stack[0] = when


def _opt_by_array(first, upcoming, places):
    """The same for many pages: each reference costs more, each place far less."""
    stack, depth = np.zeros(len(places), np.int64), 0
    for now, (is_first, when) in enumerate(zip(first, upcoming, strict=True)):
        if is_first:
            place, depth = depth, depth + 1
        else:
            place = int((stack[:depth] == now).argmax())
            places[place + 1] += 1
        if place:
            carried = np.maximum.accumulate(stack[:place])
            stack[1:place] = np.minimum(stack[1:place], carried[:-1])
            stack[place] = carried[-1]
        stack[0] = when
