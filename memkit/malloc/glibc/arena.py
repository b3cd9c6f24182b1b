"""The arena: in what order glibc looks for a chunk, and what becomes of one that is freed.

top          the last chunk, which borders the break: it is cut when no bin has a chunk that fits
break        the end of the heap; sbrk moves it when top is too small, a trim moves it back
consolidate  empty the fastbins, so that what lies in them can be merged

Source: glibc 2.36 malloc/malloc.c (_int_malloc, _int_free, malloc_consolidate, sysmalloc, systrim).
Unlike the real one: one arena for all threads; where the break cannot move there is no memory.
"""

from memkit.checks import PAGE
from memkit.malloc.glibc.bins import MAX_FAST, TCACHE_COUNT, Bins
from memkit.malloc.glibc.chunks import (
    ALIGN,
    HEADER,
    LARGE_INDEX,
    LAST_BIN,
    MAX_REQUEST,
    MIN_CHUNK,
    SMALL_END,
    TABLE_END,
    TCACHE_MAX,
    chunk_size,
)
from memkit.malloc.glibc.mapped import Mapped
from memkit.vm import OutOfMemory

TOP_PAD = 128 << 10  # how much more than needed the break is moved, and how much a trim leaves
CONSOLIDATE_FROM = 64 << 10  # a chunk of this size that comes free empties the fastbins


class Arena:
    """The chunks of one heap. Addresses here are those of chunks; the user's are 16 higher."""

    def __init__(self, space, fastbins):
        self.space = space
        self.max_fast = MAX_FAST if fastbins else 0
        self.bins = Bins()
        self.size, self.prev_size = self.bins.size, self.bins.prev_size
        self.mapped = Mapped(space, self.size)
        self.top = self.top_size = 0
        self.system_bytes = self.max_system_bytes = 0
        self.zero_from = 1 << 64  # from here on memory has been given back: old words are gone
        self.locks = 0  # times a thread had to come here, under the arena's lock

    def malloc(self, nb, cache):
        """A chunk of `nb` bytes or a little more; None: no memory.

        cache  the thread's own bins, which get what else of this size is met; may be none
        """
        self.locks += 1
        bins = self.bins
        stash = cache[nb >> 4] if cache and nb <= TCACHE_MAX else None
        if nb <= self.max_fast and bins.fast[nb >> 4]:
            return bins.take_fast(nb, stash)
        small = nb < SMALL_END
        if small:
            index = nb >> 4
            if bins.small[index]:
                return bins.take_small(nb, stash)
        else:
            index = LARGE_INDEX[nb >> 6] if nb < TABLE_END else LAST_BIN
            if bins.have_fast:
                self.consolidate()
        while True:
            victim = bins.sort(nb, small, stash) if bins.unsorted else None
            if victim is None and not small:
                victim = bins.best_fit(nb, index)
            if victim is None and bins.binmap >> index + 1:
                victim = bins.next_fit(nb, index)
            if victim is not None:
                return victim
            if self.top_size >= nb + MIN_CHUNK:
                return self._cut_top(nb)
            if not bins.have_fast:
                break
            self.consolidate()
        victim = self.mapped.map(nb)
        if victim is None and self._grow(nb, cache):
            victim = self._cut_top(nb)
        return victim

    def _cut_top(self, nb):
        victim = self.top
        self.size[victim] = nb
        self.set_top(victim + nb, self.top_size - nb)
        return victim

    def set_top(self, p, size):
        self.top = p
        self.top_size = self.size[p] = size

    # -- free

    def release(self, p, size, cache):
        """Free chunk p: to the thread's cache if there is room, else to the arena."""
        if cache and size <= TCACHE_MAX and len(cache[size >> 4]) < TCACHE_COUNT:
            cache[size >> 4].append(p)
        else:
            self.free(p, size)

    def free(self, p, size):
        """Chunk p, past the thread's cache, goes to a fastbin, or is merged and listed."""
        self.locks += 1
        if size <= self.max_fast:
            self.bins.put_fast(p, size)
            return
        size = self._merge(p, size)
        if size >= CONSOLIDATE_FROM:
            if self.bins.have_fast:
                self.consolidate()
            if self.top_size >= self.mapped.trim_threshold:
                self._trim()

    def _merge(self, p, size):
        """Join chunk p with free neighbours and put it on the unsorted list, or into top.

        Returns the size of what came of it, in bytes.
        """
        bins, sizes, prev_size = self.bins, self.size, self.prev_size
        following = p + size
        if p in prev_size:
            before = prev_size.pop(p)
            p -= before
            size += before
            bins.unlink(p, before)
        if following == self.top:
            size += self.top_size
            self.set_top(p, size)
            return size
        after = sizes[following]
        if following + after in prev_size:
            del prev_size[following + after]
            bins.unlink(following, after)
            size += after
        sizes[p] = prev_size[p + size] = size
        bins.unsorted[p] = None
        return size

    def consolidate(self):
        """Empty the fastbins, from small to large: what lay there is free now, and merged."""
        bins = self.bins
        bins.have_fast = False
        for i, p in enumerate(bins.fast):
            bins.fast[i] = 0
            while p:
                following, size = bins.fd[p], self.size[p]
                self._merge(p, size)
                p = following

    # -- realloc and memalign

    def resize(self, p, nb, cache):
        """Make chunk p one of `nb`, where it is if possible; returns the chunk, or None.

        In place: it is large enough, or what follows is top or free. Else malloc, copy, free.
        """
        size = self.size
        old, following = size[p], p + size[p]
        if old < nb and following == self.top and old + self.top_size >= nb + MIN_CHUNK:
            self.set_top(p + nb, old + self.top_size - nb)
            size[p] = nb
            return p
        if old < nb:
            after = size[following] if following != self.top else 0
            if following + after in self.prev_size and old + after >= nb:
                del self.prev_size[following + after]
                self.bins.unlink(following, after)
            else:
                if nb - ALIGN + 1 > MAX_REQUEST:  # what it asks _int_malloc for
                    return None
                new = self.malloc(nb, cache)
                if new is None:
                    return None
                if new != following:
                    self.release(p, old, cache)
                    return new
                after = size[new]
            old += after
            size[p] = old
        rest = old - nb
        if rest >= MIN_CHUNK:
            size[p], size[p + nb] = nb, rest
            self.release(p + nb, rest, cache)
        return p

    def malloc_aligned(self, nb, alignment, cache):
        """A chunk of `nb` whose user address is a multiple of `alignment`; None: no memory."""
        size, before = self.size, self.mapped.before
        p = self.malloc(chunk_size(nb + alignment + MIN_CHUNK), cache)
        if p is None:
            return None
        lead = -(p + HEADER) % alignment
        if lead:
            lead += alignment if lead < MIN_CHUNK else 0
            size[p + lead] = size[p] - lead
            if p in before:
                before[p + lead] = before.pop(p) + lead
                del size[p]
            else:
                size[p] = lead
                self.release(p, lead, cache)
            p += lead
        rest = size[p] - nb
        if p not in before and rest > MIN_CHUNK:
            size[p], size[p + nb] = nb, rest
            self.release(p + nb, rest, cache)
        return p

    # -- the break

    def _grow(self, nb, cache):
        """Move the break so that top has room for `nb` and some more; False: it cannot."""
        old, old_size = self.top, self.top_size
        more = -(-(nb + TOP_PAD + MIN_CHUNK - old_size) // PAGE) * PAGE
        at = None
        try:
            at = self.space.sbrk(more)
            if at == old + old_size:
                self.system_bytes += more
                self.set_top(old, old_size + more)
            else:  # the first time; or somebody else moved the break, and a new stretch begins
                start = -(-at // ALIGN) * ALIGN
                end = -(-(start + more + old_size) // PAGE) * PAGE
                self.space.brk(end)
                self.system_bytes += end - (old + old_size if old_size else at)
                self.set_top(start, end - start)
        except OutOfMemory:
            if at is not None:
                self.space.brk(at)
            return False
        self.max_system_bytes = max(self.max_system_bytes, self.system_bytes)
        if old_size and self.top != old:
            self._fence(old, old_size, cache)
        return True

    def _fence(self, old, old_size, cache):
        """End the old top with two chunks that are never free, and free what is left of it."""
        size = old_size - 2 * HEADER & -ALIGN
        self.size[old] = size
        self.size[old + size] = self.size[old + size + HEADER] = HEADER
        if size >= MIN_CHUNK:
            self.release(old, size, cache)

    def _trim(self):
        """Move the break back: of top, its pad is kept."""
        extra = (self.top_size - MIN_CHUNK - 1 - TOP_PAD) // PAGE * PAGE
        end = self.top + self.top_size
        if extra <= 0 or self.space.brk() != end:
            return
        self.space.brk(end - extra)
        self.system_bytes -= extra
        self.zero_from = min(self.zero_from, end - extra)
        self.set_top(self.top, self.top_size - extra)
