"""The bins: where glibc keeps its free chunks, and how it looks for one.

fastbin     chunks up to 128 B, a stack for each size; they count as used until `consolidate`
unsorted    what was just freed or cut off: each chunk gets one chance before it is put in its bin
small bins  one for each size below 1024, first in first out
large bins  sorted by size; the smallest that fits is taken
remainder   what is left of a chunk that was cut
stash       the thread's own bin of this size: it takes others of the size that a search meets

`size` and `prev_size` are words of memory: size[p] is what chunk p's header says (it stays there
when the chunk is merged away, as in memory), and prev_size[q] exists exactly while the chunk that
ends at q is free.

Source: glibc 2.36 malloc/malloc.c (_int_malloc, unlink_chunk).
Unlike the real one: lists are Python's, so their links lie in no memory and cannot be overwritten.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict

from memkit.malloc.glibc.chunks import LARGE_INDEX, LAST_BIN, MIN_CHUNK, SMALL_END, TABLE_END

MAX_FAST = 128
TCACHE_COUNT = 7
MAX_SORTED = 10_000  # chunks that one request puts in their bins at most


class Bins:
    """The free chunks of an arena, all but top. Addresses are those of chunks."""

    def __init__(self):
        self.size, self.prev_size = {}, {}
        self.fast = [0] * (MAX_FAST // 16 + 1)  # the newest chunk of each size, 0: none
        self.fd = {}  # chunk in a fastbin -> the next one, 0: none
        self.have_fast = False
        self.unsorted = OrderedDict()  # oldest first
        self.small = [OrderedDict() for _ in range(SMALL_END >> 4)]  # oldest first
        # Sizes and chunks of each large bin, ascending; of equals, a new one goes before the last.
        self.large = [([], []) for _ in range(LAST_BIN + 1)]
        self.binmap = 0  # bit i: bin i may have something
        self.last_remainder = 0

    # -- fastbins

    def put_fast(self, p, size):
        head = self.fast[size >> 4]
        self.fd[p] = head
        self.fast[size >> 4] = p
        self.have_fast = True

    def take_fast(self, nb, stash):
        """The newest of the fastbin of `nb`, which is not empty."""
        fd = self.fd
        victim = self.fast[nb >> 4]
        head = fd[victim]
        stashed = 0
        if stash is not None:
            while head and len(stash) < TCACHE_COUNT:
                following = fd[head]
                fd[head] = stash[-1] if stash else 0  # the cache's link lies in the same word
                stash.append(head)
                head = following
                stashed += 1
        self.fast[nb >> 4] = head
        return victim

    def fast_chunks(self):
        """The chunks in fastbins, by size, the newest first; a list that runs in a circle once."""
        found = {}
        for p in self.fast:
            while p and p not in found:
                found[p] = None
                p = self.fd[p]
        return list(found)

    # -- small, unsorted, larger

    def take_small(self, nb, stash):
        """The oldest of the small bin of `nb`, which is not empty."""
        bin, prev_size = self.small[nb >> 4], self.prev_size
        victim, _ = bin.popitem(last=False)
        del prev_size[victim + nb]
        stashed = 0
        if stash is not None:
            while bin and len(stash) < TCACHE_COUNT:
                other, _ = bin.popitem(last=False)
                del prev_size[other + nb]
                stash.append(other)
                stashed += 1
        return victim

    def sort(self, nb, small, stash):
        """Empty the unsorted list, oldest first; returns a chunk if one fits exactly, or None."""
        unsorted, sizes, prev_size = self.unsorted, self.size, self.prev_size
        cached, left = False, MAX_SORTED
        while unsorted and left:
            victim = next(iter(unsorted))
            size = sizes[victim]
            if small and victim == self.last_remainder:
                # Small requests in a row are cut from one chunk, so that they lie side by side.
                if len(unsorted) == 1 and size > nb + MIN_CHUNK:
                    del unsorted[victim]
                    return self.cut(victim, size, nb, True)
            del unsorted[victim]
            if size != nb:
                self._file(victim, size)
                left -= 1
                continue
            del prev_size[victim + size]
            if stash is None or len(stash) >= TCACHE_COUNT:
                return victim
            stash.append(victim)
            cached = True
        if not cached:
            return None
        victim = stash.pop()
        return victim

    def _file(self, p, size):
        """Put chunk p, which is in no list, into its bin."""
        if size < SMALL_END:
            index = size >> 4
            self.small[index][p] = None
        else:
            index = LARGE_INDEX[size >> 6] if size < TABLE_END else LAST_BIN
            sizes, chunks = self.large[index]
            i = bisect_right(sizes, size)
            if i and sizes[i - 1] == size:
                i -= 1
            sizes.insert(i, size)
            chunks.insert(i, p)
        self.binmap |= 1 << index

    def best_fit(self, nb, index):
        """The smallest chunk of at least `nb` in the large bin `index`, cut; None: it has none."""
        sizes, chunks = self.large[index]
        if not sizes or sizes[-1] < nb:
            return None
        i = bisect_left(sizes, nb)
        size = sizes[i]
        equals = bisect_right(sizes, size, i) - i
        # The first of equals stays: it carries the bin's second list, from size to size.
        if equals > 1:
            i += equals - 2
        del sizes[i]
        return self._cut_found(chunks.pop(i), size, nb, index, False)

    def next_fit(self, nb, index):
        """The last chunk of the next bin that has any, cut; None: all are empty."""
        rest = self.binmap >> index + 1
        while rest:
            bin = (rest & -rest).bit_length() + index
            if bin < SMALL_END >> 4:
                chunks, size = self.small[bin], bin << 4
                if chunks:
                    victim, _ = chunks.popitem(last=False)
                    return self._cut_found(victim, size, nb, bin, True)
            else:
                sizes, chunks = self.large[bin]
                if sizes:
                    victim, size = chunks.pop(0), sizes.pop(0)
                    return self._cut_found(victim, size, nb, bin, nb < SMALL_END)
            self.binmap &= ~(1 << bin)  # a false alarm
            rest &= rest - 1
        return None

    def _cut_found(self, victim, size, nb, bin, remember):
        return self.cut(victim, size, nb, remember)

    def cut(self, victim, size, nb, remember):
        """Take chunk `victim`, which is in no list; what is left of it goes to unsorted.

        remember  the rest becomes the last remainder
        """
        rest = size - nb
        if rest < MIN_CHUNK:
            del self.prev_size[victim + size]
            return victim
        remainder = victim + nb
        self.size[victim], self.size[remainder] = nb, rest
        self.prev_size[victim + size] = rest
        self.unsorted[remainder] = None
        if remember:
            self.last_remainder = remainder
        return victim

    def unlink(self, p, size):
        """Take the free chunk p out of the list that it is in."""
        if p in self.unsorted:
            del self.unsorted[p]
        elif size < SMALL_END:
            del self.small[size >> 4][p]
        else:
            sizes, chunks = self.large[LARGE_INDEX[size >> 6] if size < TABLE_END else LAST_BIN]
            i = chunks.index(p)
            del chunks[i], sizes[i]
