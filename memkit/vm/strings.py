"""A whole reference string at once: as ResidentSet gives it access by access, in tight loops.

ids      page numbers from 0 on, an array      writes   is each use a write? An array or None
"""

from collections import deque
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from memkit.checks import whole
from memkit.vm import skipping
from memkit.vm.policies import Clock, Fifo, Lru, Opt
from memkit.vm.references import numbered
from memkit.vm.replacement import ResidentSet, checked_options, checked_policy


class Counts(NamedTuple):
    """What a run came to. resident: the pages in memory at the end, as a frozenset."""

    hits: int
    faults: int
    writebacks: int
    resident: frozenset


def simulate(refs, nframes, policy="lru", writes=None, **options):
    """Run a reference string -> Counts. Options are the policy's (CLOCK: bits, bit_on_load; ...).

    refs: as in references: text, a list, an array, a trace. writes: a True or False for each;
    None: those that refs mark. ValueError for a bad string, number of frames, policy or option.
    """
    array, writes, names = numbered(refs, writes)
    nframes = whole("nframes", nframes, 1, 1 << 24)
    kind = checked_policy(policy)
    checked_options(policy, options)
    if kind in LOOPS:
        counts = _at_once(array, nframes, kind, writes, options)
    else:
        counts = _one_by_one(array, nframes, policy, writes, options)
    if names:
        counts = counts._replace(resident=frozenset(names[page] for page in counts.resident))
    return counts


def _at_once(array, nframes, kind, writes, options):
    pages, ids = _compact(array)
    if nframes == 1 and writes is None:  # who goes is no question
        faults = np.count_nonzero(ids[1:] != ids[:-1]) + min(1, len(ids))
        writebacks, resident = 0, ids[-1:].tolist()
    else:
        faults, writebacks, resident = LOOPS[kind](ids, len(pages), nframes, writes, **options)
    kept = frozenset(int(pages[i]) for i in resident)
    return Counts(len(array) - faults, faults, writebacks, kept)


def _one_by_one(array, nframes, policy, writes, options):
    frames = ResidentSet(nframes, policy, **options)
    flags = [False] * len(array) if writes is None else writes.tolist()
    for page, write in zip(array.tolist(), flags, strict=True):
        frames.access(page, write)
    return Counts(frames.hits, frames.faults, frames.writebacks, frozenset(frames.frame))


def _compact(array):
    """(page numbers, for each reference the place of its page in them)"""
    if not len(array):
        return array, array
    top = int(array.max())
    if top < 4 * len(array) + 1024:
        return range(top + 1), array
    return np.unique(array, return_inverse=True)


def _fifo(ids, npages, nframes, writes):
    resident, queue, head, writebacks = bytearray(npages), [], 0, 0
    if writes is None:
        for page in chain.from_iterable(skipping.pieces_with_faults(ids, resident, 1)):
            if not resident[page]:
                if len(queue) - head == nframes:
                    resident[queue[head]] = 0
                    head += 1
                queue.append(page)
                resident[page] = 1
        return len(queue), 0, queue[head:]
    written = bytearray(npages)
    pieces = skipping.pieces_with_faults(ids, resident, 1, writes, written)
    for page, write in chain.from_iterable(pieces):
        if not resident[page]:
            if len(queue) - head == nframes:
                writebacks += written[queue[head]]
                resident[queue[head]] = written[queue[head]] = 0
                head += 1
            queue.append(page)
            resident[page] = 1
        if write:
            written[page] = 1
    return len(queue), writebacks, queue[head:]


def _lru(ids, npages, nframes, writes):
    if nframes <= skipping.FEW:
        loads, resident = skipping.misses(ids, nframes), skipping.last_used(ids, npages, nframes)
    elif writes is not None or skipping.mostly_near(ids, nframes):
        loads, resident = skipping.lru(ids, nframes)
    else:
        return _lru_with_many_faults(ids, nframes)
    return _counted(ids, loads, resident, writes)


def _counted(ids, loads, resident, writes):
    back = 0 if writes is None else skipping.writebacks(ids, loads, resident, writes)
    return len(loads), back, resident


def _lru_with_many_faults(ids, nframes):
    """For strings without writes: functools.lru_cache is an LRU memory written in C."""
    refs, memory = ids.tolist(), lru_cache(maxsize=nframes)(abs)
    deque(map(memory, refs), maxlen=0)
    resident = set()  # the pages used last
    for page in reversed(refs):
        if len(resident) == nframes:
            break
        resident.add(page)
    return memory.cache_info().misses, 0, resident


def _clock(ids, npages, nframes, writes, bits=1, bit_on_load=1):
    """count[page]: 0 absent, else 1 + what the hand has to count down."""
    if writes is None and bits == 1:
        return _clock_one_bit(ids, npages, nframes, 1 + bit_on_load)
    most, enters = 1 << bits, 1 + bit_on_load
    ring, hand, faults, writebacks = [], 0, 0, 0
    written = bytearray(npages)
    if bits == 1:
        count = bytearray(npages)
        pieces = skipping.pieces_with_faults(ids, count, most, writes, written)
        uses = chain.from_iterable(pieces)
    else:  # each use counts
        count = [0] * npages
        flags = writes.tolist() if writes is not None else [False] * len(ids)
        uses = zip(ids.tolist(), flags, strict=True)
    for page, write in uses:
        now = count[page]
        if now:
            if now < most:
                count[page] = now + 1
        else:
            faults += 1
            if len(ring) < nframes:
                ring.append(page)
            else:
                passed = ring[hand]
                while count[passed] > 1:
                    count[passed] -= 1
                    hand += 1
                    if hand == nframes:
                        hand = 0
                    passed = ring[hand]
                count[passed] = 0
                writebacks += written[passed]
                written[passed] = 0
                ring[hand] = page
                hand += 1
                if hand == nframes:
                    hand = 0
            count[page] = enters
        if write:
            written[page] = 1
    return faults, writebacks, ring


def _clock_one_bit(ids, npages, nframes, enters):
    """The usual CLOCK without writes: the loop over the ring is the hand."""
    ring, faults = [], nframes
    # state: 0 absent, 1 to be replaced, 2 referenced. A list of it is quicker to read and to write.
    if skipping.mostly_near(ids, nframes, 1 << 14, share=0.1):
        state = bytearray(npages)
        refs = chain.from_iterable(skipping.pieces_with_faults(ids, state, 2))
    else:
        state = [0] * npages
        if enters == 2:  # else the second page of two may take the first one's frame
            ids = skipping.without_alternation(ids, nframes)
        refs = iter(ids.tolist())
    for page in refs:
        if state[page]:
            state[page] = 2
        elif len(ring) == nframes:
            break
        else:
            ring.append(page)
            state[page] = enters
    else:
        return len(ring), 0, ring
    while True:  # `page` is not there
        for at, old in enumerate(ring):
            if state[old] == 2:
                state[old] = 1
                continue
            state[old] = 0
            ring[at] = page
            state[page] = enters
            faults += 1
            for page in refs:  # on to the next that is not there
                if not state[page]:
                    break
                state[page] = 2
            else:
                return faults, 0, ring


def _opt(ids, npages, nframes, writes):
    return _counted(ids, *skipping.opt(ids, nframes), writes)


LOOPS = {Fifo: _fifo, Lru: _lru, Clock: _clock, Opt: _opt}  # others go one by one
