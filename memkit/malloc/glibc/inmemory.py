"""glibc's malloc in memory: each header, link and count is a word that a program can overwrite.

Arena and its Bins keep the same heap in Python's own lists, which is fast; this one is what glibc
does with the bytes, check by check. PtMalloc goes on with it from the moment on at which somebody
looks at the bytes, does what no right program does, or wants to be told each step.

chunk    its address is that of prev_size; its header is 8 bytes above, its fd, bk and, in large
         bins, fd_nextsize and bk_nextsize begin at 16: links to the next smaller and larger size
fastbin, bin, top, last_remainder, binmap, system_mem    words of main_arena
tcache   for each thread a block on the heap: 64 counts of 2 bytes, then 64 heads of lists
unlink   take a free chunk out of the list that its own fd and bk say it is in

Source: glibc 2.36 malloc/malloc.c: the functions of the same names, and their messages.
Unlike the real one: one arena, so a chunk that claims to be of another one cannot be followed, and
where the break cannot move there is no memory.
"""

from itertools import compress
from operator import ne
from struct import Struct

from memkit.checks import PAGE, WORD_MASK, hex
from memkit.malloc.errors import Abort, HeapCorrupted, NotFollowed, SegmentationFault
from memkit.malloc.glibc.bins import MAX_FAST, MAX_SORTED, TCACHE_COUNT
from memkit.malloc.glibc.chunks import (
    ALIGN,
    HEADER,
    IS_MMAPPED,
    MAX_REQUEST,
    MIN_CHUNK,
    NON_MAIN_ARENA,
    PREV_INUSE,
    SMALL_END,
    TCACHE_MAX,
    bin_index,
    chunk_size,
)
from memkit.malloc.glibc.mapped import MAX_MAPPED, THRESHOLD_MAX
from memkit.malloc.glibc.memory import KEY, MAIN_ARENA, NUMBER, ByteMemory
from memkit.vm import AlreadyMapped, OutOfMemory

FD, BK, FD_NEXTSIZE, BK_NEXTSIZE = 16, 24, 32, 40
TOP_PAD = 128 << 10  # how much more than needed the break is moved, and how much a trim leaves
CONSOLIDATE_FROM = 64 << 10  # a chunk of this size that comes free empties the fastbins
TCACHE_TABLE = 0x280  # bytes of a thread's counts and heads, which are a block like any other
HEAP_ALIGN = 64 << 20  # a chunk of another arena finds its heap at a multiple of this
LONGEST_WALK = 1 << 18  # no list that is in order has as many

HAVE_FAST = MAIN_ARENA + 0x8
FASTBINS = MAIN_ARENA + 0x10
TOP = MAIN_ARENA + 0x60
LAST_REMAINDER = MAIN_ARENA + 0x68
UNSORTED = MAIN_ARENA + 0x60  # a bin is named as a chunk whose fd and bk are the bin's two words
BINMAP = MAIN_ARENA + 0x860
SYSTEM_MEM = MAIN_ARENA + 0x888
MAX_SYSTEM_MEM = MAIN_ARENA + 0x890

FAST_WORDS = Struct("<7Q")  # up to MAX_FAST
BIN_WORDS = Struct("<252Q")  # fd and bk of each bin
BINS = range(UNSORTED, UNSORTED + BIN_WORDS.size, 16)
TCACHE_WORDS = Struct("<64H64Q")


def bin_at(index):
    return UNSORTED + (index - 1) * 16


def fastbin_index(size):
    return ((size & 0xFFFF_FFFF) >> 4) - 2  # an unsigned int there


class InMemory:
    """The heap of a PtMalloc from now on. Addresses are the user's in the verbs, else of chunks."""

    def __init__(self, heap):
        self.space, self.trace, self.start = heap.space, heap.trace, heap.start
        self.words = words = ByteMemory(heap.space)
        self.load, self.store = words.load, words.store
        arena = heap.arena
        self.locks = arena.locks
        self.max_fast = arena.max_fast
        self.tcache_count = TCACHE_COUNT if heap.tcache else 0
        self.tables = dict(heap.tables)  # thread -> where its tcache begins; 0: none
        mapped = arena.mapped
        self.n_mmaps, self.mmapped = len(mapped.before), mapped.nbytes
        self.threshold, self.trim_threshold = mapped.threshold, mapped.trim_threshold
        self.mapped = set(mapped.before)  # mapped chunks, for pictures: glibc has no list of them
        self._write_down(arena, heap.caches)
        for p in heap.zeroed & heap.live.keys() - self.mapped:
            self.words.clear(p + HEADER, heap.live[p] - 8)

    def _write_down(self, arena, caches):
        """Put into memory what the arena and the thread caches hold."""
        store, bins, brk = self.store, arena.bins, self.space.brk()
        # Headers of chunks that are no more stay in memory, too, where no trim has given it back.
        gone, tiles, p = arena.zero_from, set(), self.start + -self.start % ALIGN
        while p in arena.size and p not in tiles:
            tiles.add(p)
            p += arena.size[p]
        for p, size in arena.size.items():
            if p in arena.mapped.before:
                store(p, arena.mapped.before[p])
                store(p + 8, size | IS_MMAPPED)
            elif p in tiles or p + 8 < (min(brk, gone) if arena.top in tiles else brk):
                store(p + 8, size | (p not in arena.prev_size))
        for p, size in arena.prev_size.items():
            store(p, size)
        store(HAVE_FAST, bins.have_fast)
        store(TOP, arena.top or UNSORTED)
        store(LAST_REMAINDER, bins.last_remainder)
        store(SYSTEM_MEM, arena.system_bytes)
        store(MAX_SYSTEM_MEM, arena.max_system_bytes)
        for block in range(2):
            store(BINMAP + 8 * block, bins.binmap >> 64 * block & WORD_MASK)
        for i, head in enumerate(bins.fast[2:]):
            store(FASTBINS + 8 * i, head)
        for p in bins.fast_chunks():
            store(p + FD, p + FD >> 12 ^ bins.fd[p])
        for index in range(1, 128):
            newest_first, sizes = (), ()
            if index == 1:
                newest_first = reversed(bins.unsorted)
            elif index < SMALL_END >> 4:
                newest_first = reversed(bins.small[index])
            elif index < len(bins.large):
                sizes, chunks = bins.large[index]
                newest_first = reversed(chunks)
            self._chain(bin_at(index), list(newest_first))
            if sizes:
                self._chain_sizes(dict(zip(sizes, chunks, strict=True)))
        for p in bins.unsorted:
            if arena.size[p] >= SMALL_END:
                store(p + FD_NEXTSIZE, 0)
                store(p + BK_NEXTSIZE, 0)
        for thread, cache in caches.items():
            self.words.clear(self.tables[thread], TCACHE_TABLE)
            for i, stack in enumerate(cache):
                below = 0
                for p in stack:
                    store(p + FD, p + FD >> 12 ^ below)
                    store(p + BK, KEY)
                    below = p + HEADER
                if stack:
                    self._set_bin(self.tables[thread], i - 2, len(stack), below)

    def _chain(self, bin, chunks):
        order = [bin, *chunks, bin]
        for before, p in zip(order, order[1:], strict=False):
            self.store(before + FD, p)
            self.store(p + BK, before)

    def _chain_sizes(self, first):
        """first: size -> the chunk of that size which carries the list from size to size."""
        order = [p for _, p in sorted(first.items(), reverse=True)]
        for p, after in zip(order, order[1:] + order[:1], strict=True):
            self.store(p + FD_NEXTSIZE, after)
            self.store(after + BK_NEXTSIZE, p)

    # -- words of a chunk

    def size(self, p):
        return self.load(p + 8) & ~7

    def top(self):
        return self.load(TOP)

    def _in_use(self, p, size):
        """Whether the chunk at p, of this size, is in use: the next one's header says it."""
        return self.load(p + size + 8) & PREV_INUSE

    def _set_in_use(self, p, size):
        self.store(p + size + 8, self.load(p + size + 8) | PREV_INUSE)

    def _set_size(self, p, size):
        """A new size; the flags stay."""
        self.store(p + 8, self.load(p + 8) & 7 | size)

    # -- the verbs

    def malloc(self, n, thread=0):
        nb = chunk_size(n)
        table = self._table(thread)
        if nb <= TCACHE_MAX and table:
            i = (nb >> 4) - 2
            if self._count(table, i):
                p = self._tcache_get(table, i)
                if self.trace.on:
                    words = "malloc({n}): tcache hit, the newest of {size:,} B is {at}: no lock"
                    self._tell("tcache hit", words, p, nb, n=n, thread=thread)
                return p + HEADER
        self._tell_request(n, nb, thread, "the tcache has none")
        return self._checked_arena(self._int_malloc(nb, table), "__libc_malloc")

    def calloc(self, n, thread=0):
        table = self._table(thread)
        if n > MAX_REQUEST:
            return None
        nb = chunk_size(n)
        self._tell_request(n, nb, thread, "calloc asks no tcache")
        top = self.top()
        fresh = max(self.size(top), self.start + self.load(MAX_SYSTEM_MEM) - top)
        address = self._checked_arena(self._int_malloc(nb, table), "__libc_calloc")
        if address is None:
            return None
        p = address - HEADER & WORD_MASK
        if not self.load(p + 8) & IS_MMAPPED:
            size = self.size(p)
            n = (fresh if p == top and size > fresh else size) - 8 & WORD_MASK
            if n < MIN_CHUNK - 8:
                raise Abort(assertion("__libc_calloc", "nclears >= 3"))
            self.words.clear(address, n)
        return address

    def free(self, address, thread=0):
        p = address - HEADER & WORD_MASK
        header = self.load(p + 8)
        if header & IS_MMAPPED:
            if self.threshold < header <= THRESHOLD_MAX:
                self.threshold = header & ~7
                self.trim_threshold = 2 * self.threshold
                if self.trace.on:
                    words = "from now on only chunks of {size:,} B or more are mapped"
                    self.trace.emit("threshold", words, size=self.threshold)
            self._munmap_chunk(p)
            return
        table = self._table(thread)
        self._one_arena(p)
        self._int_free(p, table, thread)

    def realloc(self, address, n, thread=0):
        p = address - HEADER & WORD_MASK
        header = self.load(p + 8)
        mapped, old = header & IS_MMAPPED, header & ~7
        table = 0
        if not mapped:
            table = self._table(thread)
            self._one_arena(p)
        if p > -old & WORD_MASK or p % ALIGN:
            raise Abort("realloc(): invalid pointer")
        if n > MAX_REQUEST:
            return None
        nb = chunk_size(n)
        if mapped:
            moved = self._mremap_chunk(p, nb)
            if moved is None and old - 8 >= nb:
                moved = p
            if moved is not None:
                return moved + HEADER
            moved = self.malloc(n, thread)
            if moved is not None:
                self.words.copy(moved, address, old - HEADER & WORD_MASK)
                self._munmap_chunk(p)
            return moved
        if self.trace.on:
            words = "realloc: {at} of {size:,} B is to have {nb:,} B"
            self._tell("realloc", words, p, old, nb=nb, thread=thread)
        return self._checked_arena(self._int_realloc(p, old, nb, table), "__libc_realloc")

    def memalign(self, alignment, n, thread=0):
        """alignment: a power of two from 32 on."""
        if self.trace.on:
            words = "memalign({alignment}, {n}): ask for more, then give both ends back"
            self.trace.emit("memalign", words, alignment=alignment, n=n, thread=thread)
        table, nb = self.tables.get(thread, 0), chunk_size(n)
        p = self._int_malloc(chunk_size(nb + alignment + MIN_CHUNK), table)
        if p is None:
            return None
        lead = -(p + HEADER) % alignment
        if lead:
            lead += alignment if lead < MIN_CHUNK else 0
            rest = self.size(p) - lead
            if self.load(p + 8) & IS_MMAPPED:
                self.store(p + lead, self.load(p) + lead)
                self.store(p + lead + 8, rest | IS_MMAPPED)
                self.mapped.discard(p)
                self.mapped.add(p + lead)
                return p + lead + HEADER
            self.store(p + lead + 8, rest | PREV_INUSE)
            self._set_in_use(p + lead, rest)
            self._set_size(p, lead)
            self._int_free(p, table, thread, locked=True)
            p += lead
            if rest & WORD_MASK < nb:
                claim = "newsize >= nb && (((unsigned long) (chunk2mem (p))) % alignment) == 0"
                raise Abort(assertion("_int_memalign", claim))
        if not self.load(p + 8) & IS_MMAPPED:
            rest = self.size(p) - nb
            if rest > MIN_CHUNK:
                self.store(p + nb + 8, rest | PREV_INUSE)
                self._set_size(p, nb)
                self._int_free(p + nb, table, thread, locked=True)
        return self._checked_arena(p, "_mid_memalign")

    def flags(self, address):
        return self.load(address - 8) & 7

    def usable_size(self, address):
        header = self.load(address - 8)
        if header & IS_MMAPPED:
            return (header & ~7) - HEADER
        size = header & ~7
        return size - 8 if self._in_use(address - HEADER, size) else 0

    def stats(self):
        """As mallinfo2 walks the lists."""
        fast = [self.size(p) for _, chunks in self.fastbins() for p in chunks]
        free = [self.size(p) for _, chunks in self.bins() for p in chunks]
        top_size = self.size(self.top())
        return {
            "brk": self.space.brk() - self.start,
            "ordblks": len(free) + 1,
            "smblks": len(fast),
            "fsmblks": sum(fast),
            "fordblks": sum(free) + sum(fast) + top_size,
            "top": top_size,
            "hblks": self.n_mmaps,
            "hblkhd": self.mmapped,
        }

    # -- lists, as one may look at them

    def _walk(self, first, end, offset, protected):
        """The chunks (of a tcache: blocks) from `first` on, by the links at `offset` in each."""
        found, p, pages = {}, first, self.words.pages
        try:
            while p != end and p not in found:
                found[p] = None
                at = p + offset & WORD_MASK
                if at >> 12 in pages and at & PAGE - 1 <= PAGE - 8:  # as load does, without a call
                    (link,) = NUMBER.unpack_from(pages[at >> 12], at & PAGE - 1)
                else:
                    link = self.load(at)
                p = at >> 12 ^ link if protected else link
        except SegmentationFault:
            pass  # the list leads where nothing is
        return tuple(found)

    def tcaches(self):
        """(thread, chunk size, chunks) of each bin of a tcache that has any, the next first."""
        for thread, table in self.tables.items():
            if table:
                of = self.words.unpack(TCACHE_WORDS, table)
                for i in compress(range(64), of):
                    blocks = self._walk(of[64 + i], 0, 0, True)
                    yield thread, i + 2 << 4, tuple([e - HEADER for e in blocks])

    def fastbins(self):
        """(chunk size, chunks) of each fastbin that has any, the next first."""
        for i, head in enumerate(self.words.unpack(FAST_WORDS, FASTBINS)):
            if head:
                yield i + 2 << 4, self._walk(head, 0, FD, True)

    def bins(self):
        """(bin, chunks) of each bin that has any, last to first, as a search takes them; bin 1 is
        the unsorted list."""
        last = self.words.unpack(BIN_WORDS, UNSORTED + FD)[1::2]
        for i in compress(range(len(last)), map(ne, last, BINS)):
            yield i + 1, self._walk(last[i], BINS[i], BK, False)

    # -- tcache

    def _table(self, thread):
        """A thread's first call makes its tcache, whose table is a block on the heap."""
        table = self.tables.get(thread)
        if table is None:
            if self.trace.on:
                words = "thread {thread} begins: its tcache needs a table of 640 B"
                self.trace.emit("tcache init", words, thread=thread)
            p = self._int_malloc(chunk_size(TCACHE_TABLE), 0)
            if p is None:
                return 0
            table = self.tables[thread] = p + HEADER
            self.words.clear(table, TCACHE_TABLE)
        return table

    def _count(self, table, i):
        return self.load(table + 2 * i) & 0xFFFF

    def _set_bin(self, table, i, count, head):
        at = table + 2 * i
        self.store(at, self.load(at) & ~0xFFFF | count & 0xFFFF)
        self.store(table + 0x80 + 8 * i, head)

    def _tcache_put(self, p, table, i):
        e, head = p + HEADER, self.load(table + 0x80 + 8 * i)
        self.store(e + 8, KEY)
        self.store(e, e >> 12 ^ head)
        self._set_bin(table, i, self._count(table, i) + 1, e)

    def _tcache_get(self, table, i):
        e = self.load(table + 0x80 + 8 * i)
        if e % ALIGN:
            raise Abort("malloc(): unaligned tcache chunk detected")
        self._set_bin(table, i, self._count(table, i) - 1, e >> 12 ^ self.load(e))
        self.store(e + 8, 0)
        return e - HEADER

    def _tcache_room(self, table, nb):
        return table and nb <= TCACHE_MAX and self._count(table, (nb >> 4) - 2) < self.tcache_count

    def _freed_before(self, p, table, i):
        """What free does where the key says that the chunk may be in the tcache already."""
        e, count = self.load(table + 0x80 + 8 * i), 0
        while e:
            if count >= self.tcache_count:
                raise Abort("free(): too many chunks detected in tcache")
            if e % ALIGN:
                raise Abort("free(): unaligned chunk detected in tcache 2")
            if e == p + HEADER:
                raise Abort("free(): double free detected in tcache 2")
            e, count = e >> 12 ^ self.load(e), count + 1

    # -- malloc

    def _int_malloc(self, nb, table):
        """A chunk of `nb` bytes or a little more; None: no memory."""
        self.locks += 1
        load = self.load
        if nb <= self.max_fast and load(FASTBINS + (nb >> 1) - 16):
            return self._take_fast(nb, table)
        small = nb < SMALL_END
        index = bin_index(nb)
        if small:
            victim = self._take_small(nb, table)
            if victim is not None:
                return victim
        elif load(HAVE_FAST):
            self._consolidate()
        while True:
            victim = self._sort(nb, small, table)
            if victim is None and not small:
                victim = self._best_fit(nb, index)
            if victim is None:
                victim = self._next_fit(nb, index + 1)
            if victim is not None:
                return victim
            top = load(TOP)
            size = self.size(top)
            if size > load(SYSTEM_MEM):
                raise Abort("malloc(): corrupted top size")
            if size >= nb + MIN_CHUNK:
                return self._cut_top(nb)
            if not load(HAVE_FAST):
                return self._sysmalloc(nb, table)
            self._consolidate()

    def _take_fast(self, nb, table):
        """The newest of the fastbin of `nb`, which is not empty."""
        load, store = self.load, self.store
        bin = FASTBINS + (nb >> 1) - 16
        victim = load(bin)
        if victim % ALIGN:
            raise Abort("malloc(): unaligned fastbin chunk detected 2")
        store(bin, victim + FD >> 12 ^ load(victim + FD))
        if fastbin_index(self.size(victim)) != (nb >> 4) - 2:
            raise Abort("malloc(): memory corruption (fast)")
        stashed = 0
        while self._tcache_room(table, nb) and load(bin):
            p = load(bin)
            if p % ALIGN:
                raise Abort("malloc(): unaligned fastbin chunk detected 3")
            store(bin, p + FD >> 12 ^ load(p + FD))
            self._tcache_put(p, table, (nb >> 4) - 2)
            stashed += 1
        if self.trace.on:
            words = "the fastbin of {size:,} B gives its newest chunk, {at}"
            self._tell("fastbin", words, victim, nb)
            self._tell_stash(nb, stashed)
        return victim

    def _take_small(self, nb, table):
        """The oldest of the small bin of `nb`; None: it is empty."""
        load, store = self.load, self.store
        bin = bin_at(nb >> 4)
        victim = load(bin + BK)
        if victim == bin:
            return None
        before = load(victim + BK)
        if load(before + FD) != victim:
            raise Abort("malloc(): smallbin double linked list corrupted")
        self._set_in_use(victim, nb)
        store(bin + BK, before)
        store(before + FD, bin)
        stashed = 0
        while self._tcache_room(table, nb) and load(bin + BK) != bin:
            p = load(bin + BK)
            if p == 0:  # the real one tries again and again
                raise HeapCorrupted(f"the small bin of {nb} B leads to 0: malloc never ends.")
            before = load(p + BK)
            self._set_in_use(p, nb)
            store(bin + BK, before)
            store(before + FD, bin)
            self._tcache_put(p, table, (nb >> 4) - 2)
            stashed += 1
        if self.trace.on:
            words = "the small bin of {size:,} B gives its oldest chunk, {at}: an exact fit"
            self._tell("smallbin", words, victim, nb)
            self._tell_stash(nb, stashed)
        return victim

    def _sort(self, nb, small, table):
        """Empty the unsorted list, oldest first; returns a chunk if one fits exactly, or None."""
        load, store, on = self.load, self.store, self.trace.on
        cached = False
        left = MAX_SORTED
        while left and (victim := load(UNSORTED + BK)) != UNSORTED:
            before = load(victim + BK)
            size = self.size(victim)
            following = victim + size
            system_mem = load(SYSTEM_MEM)
            if size <= HEADER or size > system_mem:
                raise Abort("malloc(): invalid size (unsorted)")
            header = load(following + 8)
            if header < HEADER or header > system_mem:
                raise Abort("malloc(): invalid next size (unsorted)")
            if load(following) & ~7 != size:
                raise Abort("malloc(): mismatching next->prev_size (unsorted)")
            if load(before + FD) != victim or load(victim + FD) != UNSORTED:
                raise Abort("malloc(): unsorted double linked list corrupted")
            if header & PREV_INUSE:
                raise Abort("malloc(): invalid next->prev_inuse (unsorted)")
            if small and before == UNSORTED and victim == load(LAST_REMAINDER):
                # Small requests in a row are cut from one chunk, so that they lie side by side.
                if size > nb + MIN_CHUNK:
                    if on:
                        words = "unsorted has only the last remainder, {at} ({size:,} B): it is cut"
                        self._tell("unsorted", words, victim, size)
                    self._chain(UNSORTED, [])
                    return self._cut(victim, size, nb, True)
            store(UNSORTED + BK, before)
            store(before + FD, UNSORTED)
            if size == nb:
                self._set_in_use(victim, size)
                if not self._tcache_room(table, nb):
                    if on:
                        words = "unsorted: the chunk at {at} has exactly the {size:,} B needed"
                        self._tell("unsorted", words, victim, size)
                    return victim
                self._tcache_put(victim, table, (nb >> 4) - 2)
                cached = True
                if on:
                    words = "unsorted: the chunk at {at} fits exactly; the tcache is filled first"
                    self._tell("stash", words, victim, size)
                continue
            self._file(victim, size)
            left -= 1
        if not cached:
            return None
        victim = self._tcache_get(table, (nb >> 4) - 2)
        if on:
            self._tell("unsorted", "the tcache gives the last of them, {at}", victim, nb)
        return victim

    def _file(self, victim, size):
        """Put a chunk, which is in no list, into its bin."""
        load, store = self.load, self.store
        index = bin_index(size)
        before = bin = bin_at(index)
        after = load(bin + FD)
        if size >= SMALL_END:
            if after == bin:
                store(victim + FD_NEXTSIZE, victim)
                store(victim + BK_NEXTSIZE, victim)
            elif size | PREV_INUSE < self._header_in_arena(load(bin + BK), "bck->bk"):
                before, after, first = load(bin + BK), bin, load(bin + FD)
                last = load(first + BK_NEXTSIZE)
                store(victim + FD_NEXTSIZE, first)
                store(victim + BK_NEXTSIZE, last)
                store(last + FD_NEXTSIZE, victim)
                store(first + BK_NEXTSIZE, victim)
            else:
                left = LONGEST_WALK
                while size | PREV_INUSE < self._header_in_arena(after, "fwd"):
                    after = load(after + FD_NEXTSIZE)
                    left = self._one_less(left)
                if size | PREV_INUSE == load(after + 8):
                    after = load(after + FD)
                else:
                    larger = load(after + BK_NEXTSIZE)
                    store(victim + FD_NEXTSIZE, after)
                    store(victim + BK_NEXTSIZE, larger)
                    if load(larger + FD_NEXTSIZE) != after:
                        what = "largebin double linked list corrupted (nextsize)"
                        raise Abort(f"malloc(): {what}")
                    store(after + BK_NEXTSIZE, victim)
                    store(larger + FD_NEXTSIZE, victim)
                before = load(after + BK)
                if load(before + FD) != after:
                    raise Abort("malloc(): largebin double linked list corrupted (bk)")
        at = BINMAP + (index >> 6) * 8
        store(at, load(at) | 1 << (index & 63))
        store(victim + BK, before)
        store(victim + FD, after)
        store(after + BK, victim)
        store(before + FD, victim)
        if self.trace.on:
            words = "unsorted: the chunk at {at} ({size:,} B) does not fit exactly: into bin {bin}"
            self._tell("sort", words, victim, size, bin=index)

    def _best_fit(self, nb, index):
        """The smallest chunk of at least `nb` in the large bin `index`, cut; None: it has none."""
        load, bin = self.load, bin_at(index)
        victim = load(bin + FD)
        if victim == bin or load(victim + 8) < nb:
            return None
        victim, left = load(victim + BK_NEXTSIZE), LONGEST_WALK
        while (size := self.size(victim)) < nb:
            victim = load(victim + BK_NEXTSIZE)
            left = self._one_less(left)
        # The first of equals stays: it carries the bin's second list, from size to size.
        if victim != load(bin + BK) and load(victim + 8) == load(load(victim + FD) + 8):
            victim = load(victim + FD)
        return self._take(victim, size, nb, index, False, "")

    def _next_fit(self, nb, index):
        """The last chunk of the next bin that has any, cut; None: all are empty."""
        for block in range(index >> 5, 4):
            at, shift = BINMAP + (block >> 1) * 8, (block & 1) * 32
            rest = self.load(at) >> shift & 0xFFFF_FFFF
            if block == index >> 5:
                rest &= -1 << (index & 31)
            while rest:
                bit = (rest & -rest).bit_length() - 1
                rest &= rest - 1
                number = block * 32 + bit
                bin = bin_at(number)
                victim = self.load(bin + BK)
                if victim == bin:  # a false alarm
                    self.store(at, self.load(at) & ~(1 << shift + bit))
                    continue
                size = self.size(victim)
                if size < nb:
                    raise Abort(
                        assertion("_int_malloc", "(unsigned long) (size) >= (unsigned long) (nb)")
                    )
                return self._take(victim, size, nb, number, nb < SMALL_END, " 2")
        return None

    def _take(self, victim, size, nb, index, remember, which):
        self._unlink(victim)
        if self.trace.on:
            words = "bin {bin} has the smallest chunk that is large enough: {size:,} B at {at}"
            self._tell("bin", words, victim, size, bin=index)
        if size - nb >= MIN_CHUNK:
            first = self.load(UNSORTED + FD)
            if self.load(first + BK) != UNSORTED:
                raise Abort(f"malloc(): corrupted unsorted chunks{which}")
        return self._cut(victim, size, nb, remember)

    def _cut(self, victim, size, nb, remember):
        """Take chunk `victim`, which is in no list; what is left of it goes to unsorted.

        remember  the rest becomes the last remainder
        """
        rest = size - nb
        if rest < MIN_CHUNK:
            self._set_in_use(victim, size)
            return victim
        remainder = victim + nb
        self._to_unsorted(remainder, rest)
        if remember:
            self.store(LAST_REMAINDER, remainder)
        self.store(victim + 8, nb | PREV_INUSE)
        self.store(remainder + 8, rest | PREV_INUSE)
        self.store(remainder + rest, rest)
        if self.trace.on:
            words = "split: {nb:,} B are taken, the rest of {size:,} B at {at} goes to unsorted"
            self._tell("split", words, remainder, rest, nb=nb)
        return victim

    def _to_unsorted(self, p, size):
        store, first = self.store, self.load(UNSORTED + FD)
        store(p + FD, first)
        store(p + BK, UNSORTED)
        if size >= SMALL_END:
            store(p + FD_NEXTSIZE, 0)
            store(p + BK_NEXTSIZE, 0)
        store(UNSORTED + FD, p)
        store(first + BK, p)

    def _cut_top(self, nb):
        victim = self.top()
        rest = self.size(victim) - nb
        self.store(TOP, victim + nb)
        self.store(victim + 8, nb | PREV_INUSE)
        self.store(victim + nb + 8, rest | PREV_INUSE)
        if self.trace.on:
            words = "no free chunk fits: {nb:,} B are cut off top, which has {size:,} B left"
            self._tell("top", words, victim, rest, nb=nb)
        return victim

    def _unlink(self, p):
        load, store = self.load, self.store
        size = self.size(p)
        if size != load(p + size):
            raise Abort("corrupted size vs. prev_size")
        fd, bk = load(p + FD), load(p + BK)
        if load(fd + BK) != p or load(bk + FD) != p:
            raise Abort("corrupted double-linked list")
        store(fd + BK, bk)
        store(bk + FD, fd)
        if load(p + 8) < SMALL_END or not load(p + FD_NEXTSIZE):
            return
        smaller, larger = load(p + FD_NEXTSIZE), load(p + BK_NEXTSIZE)
        if load(smaller + BK_NEXTSIZE) != p or load(larger + FD_NEXTSIZE) != p:
            raise Abort("corrupted double-linked list (not small)")
        if load(fd + FD_NEXTSIZE):
            store(smaller + BK_NEXTSIZE, larger)
            store(larger + FD_NEXTSIZE, smaller)
        elif smaller == p:
            store(fd + FD_NEXTSIZE, fd)
            store(fd + BK_NEXTSIZE, fd)
        else:
            store(fd + FD_NEXTSIZE, smaller)
            store(fd + BK_NEXTSIZE, larger)
            store(smaller + BK_NEXTSIZE, fd)
            store(larger + FD_NEXTSIZE, fd)

    # -- free

    def _int_free(self, p, table, thread=0, locked=False):
        """Chunk p goes to the tcache, to a fastbin, or is merged and listed.

        locked  the caller has the arena's lock: a fastbin is looked at more closely then
        """
        load, size = self.load, self.size(p)
        if p > -size & WORD_MASK or p % ALIGN:
            raise Abort("free(): invalid pointer")
        if size < MIN_CHUNK or size % ALIGN:
            raise Abort("free(): invalid size")
        if size <= TCACHE_MAX and table:
            i = (size >> 4) - 2
            if load(p + BK) == KEY:
                self._freed_before(p, table, i)
            if self._count(table, i) < self.tcache_count:
                self._tcache_put(p, table, i)
                if self.trace.on:
                    words = "free: {at} goes to the tcache's bin of {size:,} B, {length} of {most}"
                    length, most = self._count(table, i), self.tcache_count
                    more = dict(thread=thread, length=length, most=most)
                    self._tell("tcache put", words, p, size, **more)
                return
        if self.trace.on:
            words = (
                "free: {at} ({size:,} B) is not for the tcache, or its bin is full: to the arena"
            )
            self._tell("free", words, p, size, thread=thread)
        self.locks += 1
        if size <= self.max_fast:
            self._put_fast(p, size, locked)
            return
        following, top = p + size, load(TOP)
        if p == top:
            raise Abort("double free or corruption (top)")
        if following >= top + self.size(top) & WORD_MASK:
            raise Abort("double free or corruption (out)")
        header = load(following + 8)
        if not header & PREV_INUSE:
            raise Abort("double free or corruption (!prev)")
        if header <= HEADER or header & ~7 >= load(SYSTEM_MEM):
            raise Abort("free(): invalid next size (normal)")
        if self._merge(p, size, "while consolidating") >= CONSOLIDATE_FROM:
            if load(HAVE_FAST):
                self._consolidate()
            if self.size(self.top()) >= self.trim_threshold:
                self._trim()

    def _put_fast(self, p, size, locked):
        load, store = self.load, self.store
        header = load(p + size + 8)
        if header <= HEADER or header & ~7 >= load(SYSTEM_MEM):
            raise Abort("free(): invalid next size (fast)")
        store(HAVE_FAST, 1)
        bin = FASTBINS + (size >> 1) - 16
        head = load(bin)
        if head == p:
            raise Abort("double free or corruption (fasttop)")
        store(p + FD, p + FD >> 12 ^ head)
        store(bin, p)
        if locked and head and fastbin_index(self.size(head)) != (size >> 4) - 2:
            raise Abort("invalid fastbin entry (free)")
        if self.trace.on:
            words = "the chunk at {at} goes to the fastbin of {size:,} B; nothing is merged"
            self._tell("fastbin", words, p, size)

    def _merge(self, p, size, where):
        """Join chunk p with free neighbours and put it on the unsorted list, or into top.

        Returns the size of what came of it, in bytes.
        """
        load, store, on = self.load, self.store, self.trace.on
        following = p + size
        after = self.size(following)
        if not load(p + 8) & PREV_INUSE:
            before = load(p)
            size += before
            p -= before
            if self.size(p) != before:
                raise Abort(f"corrupted size vs. prev_size {where}")
            self._unlink(p)
            if on:
                words = "the chunk before, {at} ({size:,} B), is free too: they become one"
                self._tell("coalesce", words, p, before, side="before")
        if following == load(TOP):
            size += after
            store(p + 8, size | PREV_INUSE)
            store(TOP, p)
            if on:
                words = "top comes next and takes the chunk in: it begins at {at}, has {size:,} B"
                self._tell("into top", words, p, size)
            return size
        if not self._in_use(following, after):
            self._unlink(following)
            size += after
            if on:
                words = "the chunk behind, {at} ({size:,} B), is free too: they become one"
                self._tell("coalesce", words, following, after, side="behind")
        else:
            store(following + 8, load(following + 8) & ~PREV_INUSE)
        if where == "while consolidating" and load(load(UNSORTED + FD) + BK) != UNSORTED:
            raise Abort("free(): corrupted unsorted chunks")
        self._to_unsorted(p, size)
        store(p + 8, size | PREV_INUSE)
        store(p + size, size)
        if on:
            self._tell("unsorted", "{at} ({size:,} B) goes to the unsorted list", p, size)
        return size

    def _consolidate(self):
        """Empty the fastbins, from small to large: what lay there is free now, and merged."""
        load, store, left = self.load, self.store, LONGEST_WALK
        store(HAVE_FAST, 0)
        if self.trace.on:
            words = "consolidate: every chunk in a fastbin is merged with its free neighbours"
            self.trace.emit("consolidate", words)
        for i in range((MAX_FAST >> 4) + 2):
            bin = FASTBINS + 8 * i
            p = load(bin)
            store(bin, 0)
            while p:
                left = self._one_less(left)
                if p % ALIGN:
                    raise Abort("malloc_consolidate(): unaligned fastbin chunk detected")
                size = self.size(p)
                if fastbin_index(size) != i:
                    raise Abort("malloc_consolidate(): invalid chunk size")
                following = p + FD >> 12 ^ load(p + FD)
                self._merge(p, size, "in fastbins")
                p = following

    # -- realloc

    def _int_realloc(self, p, old, nb, table):
        load, store = self.load, self.store
        system_mem = load(SYSTEM_MEM)
        if load(p + 8) <= HEADER or old >= system_mem:
            raise Abort("realloc(): invalid old size")
        following = p + old
        after = self.size(following)
        if load(following + 8) <= HEADER or after >= system_mem:
            raise Abort("realloc(): invalid next size")
        size = old
        if old < nb:
            top = load(TOP)
            if following == top and old + after >= nb + MIN_CHUNK:
                self._set_size(p, nb)
                store(TOP, p + nb)
                store(p + nb + 8, old + after - nb | PREV_INUSE)
                if self.trace.on:
                    self._tell("top", "realloc: {at} grows into top, to {size:,} B", p, nb)
                return p
            if following != top and not self._in_use(following, after) and old + after >= nb:
                self._unlink(following)
                size = old + after
                if self.trace.on:
                    words = "realloc: the chunk behind, {at} ({size:,} B), is free: it is taken in"
                    self._tell("coalesce", words, following, after, side="behind")
            else:
                if nb - ALIGN + 1 > MAX_REQUEST:  # what it asks _int_malloc for
                    return None
                new = self._int_malloc(nb, table)
                if new is None:
                    return None
                size = self.size(new)
                if new != following:
                    self.words.copy(new + HEADER, p + HEADER, self.size(p) - 8 & WORD_MASK)
                    if self.trace.on:
                        words = "realloc: no room behind, so the contents move to {at}"
                        self._tell("move", words, new, size)
                    self._int_free(p, table, locked=True)
                    return new
                size += old
        rest = size - nb
        if rest < 0:
            claim = "(unsigned long) (newsize) >= (unsigned long) (nb)"
            raise Abort(assertion("_int_realloc", claim))
        if rest < MIN_CHUNK:
            self._set_size(p, size)
            self._set_in_use(p, size)
        else:
            self._set_size(p, nb)
            store(p + nb + 8, rest | PREV_INUSE)
            self._set_in_use(p + nb, rest)
            self._int_free(p + nb, table, locked=True)
        return p

    # -- the kernel

    def _sysmalloc(self, nb, table):
        if nb >= self.threshold and self.n_mmaps < MAX_MAPPED:
            p = self._mmap_chunk(nb)
            if p is not None:
                return p
        load, store = self.load, self.store
        old = load(TOP)
        old_size = self.size(old)
        end = old + old_size
        first = old == UNSORTED and not old_size
        if not first and (old_size < MIN_CHUNK or not load(old + 8) & PREV_INUSE or end % PAGE):
            raise Abort(assertion("sysmalloc", OLD_TOP))
        if old_size >= nb + MIN_CHUNK:
            claim = "(unsigned long) (old_size) < (unsigned long) (nb + MINSIZE)"
            raise Abort(assertion("sysmalloc", claim))
        more = -(-(nb + TOP_PAD + MIN_CHUNK - old_size) // PAGE) * PAGE
        at = None
        try:
            at = self.space.sbrk(more)
            if at == end:
                store(SYSTEM_MEM, load(SYSTEM_MEM) + more)
                store(old + 8, more + old_size | PREV_INUSE)
            elif old_size and at < end:
                raise Abort("break adjusted to free malloc space")
            else:  # the first time; or somebody else moved the break, and a new stretch begins
                start = -(-at // ALIGN) * ALIGN
                new_end = -(-(start + more + old_size) // PAGE) * PAGE
                self.space.brk(new_end)
                grown = new_end - (end if old_size else at)
                store(SYSTEM_MEM, load(SYSTEM_MEM) + grown)
                store(TOP, start)
                store(start + 8, new_end - start | PREV_INUSE)
        except OutOfMemory:
            if at is not None:
                self.space.brk(at)
            return None
        store(MAX_SYSTEM_MEM, max(load(MAX_SYSTEM_MEM), load(SYSTEM_MEM)))
        top = load(TOP)
        if self.trace.on:
            words = (
                "top is too small: sbrk moves the break up by {more:,} B, top has {size:,} B now"
            )
            self._tell("brk", words, top, self.size(top), more=more)
        if old_size and top != old:
            self._fence(old, old_size, table)
        if self.size(self.top()) < nb + MIN_CHUNK:
            return None
        return self._cut_top(nb)

    def _fence(self, old, old_size, table):
        """End the old top with two chunks that are never free, and free what is left of it."""
        size = old_size - 2 * HEADER & -ALIGN
        self.store(old + 8, size | PREV_INUSE)
        self.store(old + size + 8, HEADER | PREV_INUSE)
        self.store(old + size + HEADER + 8, HEADER | PREV_INUSE)
        if size >= MIN_CHUNK:
            self._int_free(old, table, locked=True)

    def _trim(self):
        """Move the break back: of top, its pad is kept."""
        top = self.top()
        size = self.size(top)
        extra = (size - MIN_CHUNK - 1 - TOP_PAD) // PAGE * PAGE
        end = top + size
        if extra <= 0 or self.space.brk() != end:
            return
        self.space.brk(end - extra)
        self.words.unmapped(end - extra, end)
        self.store(SYSTEM_MEM, self.load(SYSTEM_MEM) - extra)
        self.store(top + 8, size - extra | PREV_INUSE)
        if self.trace.on:
            words = "top has reached {limit:,} B: the break moves back by {size:,} B"
            self._tell("trim", words, top, extra, limit=self.trim_threshold)

    def _mmap_chunk(self, nb):
        length = -(-(nb + 8) // PAGE) * PAGE
        try:
            p = self.space.mmap(length)
        except OutOfMemory:
            return None
        self.words.unmapped(p, p + length)
        self.store(p + 8, length | IS_MMAPPED)
        self.n_mmaps += 1
        self.mmapped += length
        self.mapped.add(p)
        if self.trace.on:
            words = (
                "{nb:,} B are at or above the threshold of {limit:,} B: "
                "mmap gives {size:,} B at {at}"
            )
            self._tell("mmap", words, p, length, nb=nb, limit=self.threshold)
        return p

    def _mapping(self, p, verb):
        """(start, length) of the mapping of chunk p, as its two first words say."""
        before = self.load(p)
        start, length = p - before, before + self.size(p) & WORD_MASK
        inside = p + HEADER & PAGE - 1
        if (start | length) % PAGE or inside & inside - 1:
            raise Abort(f"{verb}(): invalid pointer")
        return start & WORD_MASK, length

    def _munmap_chunk(self, p):
        start, length = self._mapping(p, "munmap_chunk")
        self.n_mmaps -= 1
        self.mmapped -= length
        self.mapped.discard(p)
        self._unmap(start, length)
        if self.trace.on:
            words = "munmap: {size:,} B at {at} are the kernel's again, at once"
            self._tell("munmap", words, start, length)

    def _unmap(self, start, length):
        if 0 < length <= self.space.user_end - start:  # else the kernel refuses, and nobody looks
            self.space.munmap(start, length)
            self.words.unmapped(start, start + length)

    def _mremap_chunk(self, p, nb):
        """Make the mapping of chunk p fit `nb`; returns the chunk (it may move), or None."""
        start, old = self._mapping(p, "mremap_chunk")
        before = p - start
        new = -(-(nb + before + 8) // PAGE) * PAGE
        if new == old:
            return p
        vma = self.space.find_vma(start)
        if vma is None or new > old and vma.end < start + old:  # mremap fails
            return None
        if new < old:
            self._unmap(start + new, old - new)
        else:
            try:
                self.space.mmap(new - old, start + old, fixed=True, replace=False)
            except (AlreadyMapped, OutOfMemory):
                try:
                    to = self.space.mmap(new)
                except OutOfMemory:
                    return None
                self.words.moved(to, start, old)
                self.space.munmap(start, old)
                start = to
        self.mapped.discard(p)
        p = start + before
        self.mapped.add(p)
        self.store(p + 8, new - before | IS_MMAPPED)
        self.mmapped += new - old
        if self.trace.on:
            words = "mremap: the mapping has {size:,} B now, at {at}"
            self._tell("mremap", words, start, new)
        return p

    # -- how it ends

    def _one_arena(self, p):
        """A chunk that says it is of another arena: its heap's first word is asked which."""
        if self.load(p + 8) & NON_MAIN_ARENA and self.load(p & -HEAP_ALIGN) != MAIN_ARENA:
            raise NotFollowed(f"the chunk at {hex(p)} says it is of another arena: there is one.")

    def _checked_arena(self, p, function):
        """The address of what was found; glibc asserts that it is of the arena asked."""
        if p is None:
            return None
        header = self.load(p + 8)
        if not header & IS_MMAPPED and header & NON_MAIN_ARENA:
            if self.load(p & -HEAP_ALIGN) != MAIN_ARENA:
                name, arena = OF_ARENA[function]
                raise Abort(assertion(function, CLAIM_OF_ARENA.format(name=name, arena=arena)))
        return p + HEADER

    def _header_in_arena(self, p, name):
        header = self.load(p + 8)
        if header & NON_MAIN_ARENA:
            raise Abort(assertion("_int_malloc", f"chunk_main_arena ({name})"))
        return header

    def _one_less(self, left):
        if not left:
            raise HeapCorrupted("a list leads back to itself: a walk along it never ends.")
        return left - 1

    # -- words

    def _tell(self, event, words, p, size, **more):
        self.trace.emit(event, words, address=p, size=size, at=hex(p), **more)

    def _tell_request(self, n, nb, thread, why):
        if self.trace.on:
            words = (
                "{n:,} B need a chunk of {size:,} B; {why}, so the arena is asked, under its lock"
            )
            self.trace.emit("malloc", words, n=n, size=nb, thread=thread, why=why)

    def _tell_stash(self, nb, n):
        if n:
            words = "while it is there: {n} more of {size:,} B go to the tcache"
            self.trace.emit("stash", words, size=nb, n=n)


OLD_TOP = (
    "(old_top == initial_top (av) && old_size == 0) || ((unsigned long) (old_size) >= MINSIZE && "
    "prev_inuse (old_top) && ((unsigned long) old_end & (pagesize - 1)) == 0)"
)
CLAIM_OF_ARENA = (
    "!{name} || chunk_is_mmapped (mem2chunk ({name})) || "
    "{arena} == arena_for_chunk (mem2chunk ({name}))"
)
OF_ARENA = {
    "__libc_malloc": ("victim", "&main_arena"),
    "__libc_calloc": ("mem", "av"),
    "__libc_realloc": ("newp", "ar_ptr"),
    "_mid_memalign": ("p", "&main_arena"),
}


def assertion(function, claim):
    return f"Fatal glibc error: malloc assertion failure in {function}: {claim}"
