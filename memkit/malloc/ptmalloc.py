"""glibc's malloc, as one thread sees it: PtMalloc.

chunk    a block with its 8-byte header, a multiple of 16; see chunks.py
tcache   a thread's own bins: 7 chunks of each size up to 1040 B, last in first out, no lock
arena    all other free chunks, under one lock: fastbins, unsorted, small and large bins, top
mmap     chunks of 128 KiB or more, if nothing free fits, are mappings of their own

The way of a request: tcache, fastbin, small bin, unsorted, the next larger bin, top, the kernel.

Source: glibc 2.36 malloc/malloc.c (__libc_malloc, __libc_free, __libc_realloc, _mid_memalign).
Unlike the real one: threads share one arena, where glibc gives each new thread another; contents
of blocks exist only where words.py is asked for them.
"""

from memkit.malloc.arena import Arena
from memkit.malloc.bins import TCACHE_COUNT
from memkit.malloc.chunks import (
    ALIGN,
    HEADER,
    IS_MMAPPED,
    MAX_REQUEST,
    MIN_CHUNK,
    PREV_INUSE,
    TCACHE_MAX,
    chunk_size,
)
from memkit.malloc.errors import Abort
from memkit.malloc.heapstate import heap_state
from memkit.malloc.words import Words
from memkit.trace import Trace, hex
from memkit.vm import AddressSpace
from memkit.vm.faults import whole

TCACHE_TABLE = 0x280  # bytes of a thread's table of bins, which is a block like any other
MAX_SIZE = (1 << 64) - 1


class PtMalloc:
    """The malloc of glibc 2.36 over an address space.

    space     an AddressSpace (or what has its brk, sbrk, mmap, munmap); None: one of its own
    tcache    False: as with the tunable glibc.malloc.tcache_count=0
    fastbins  False: as with glibc.malloc.mxfast=0
    `thread` is a whole number, 0 for main: each has a tcache, made by its first call.
    None is the null pointer, in and out.
    Addresses are those of the user's bytes. Abort and SegmentationFault end a process of C.
    """

    def __init__(self, space=None, tcache=True, fastbins=True):
        self.space = AddressSpace() if space is None else space
        self.tcache = bool(tcache)
        self.start = self.space.brk()
        self.trace = Trace(self)
        self.arena = Arena(self.space, self.trace, fastbins)
        self.size = self.arena.size
        self.caches = {}  # thread -> its bins, by chunk size / 16; () without tcache
        self.words = Words(self)

    # -- the verbs

    def malloc(self, n, thread=0):
        """The address of `n` bytes, a multiple of 16; None where there is no memory."""
        if type(n) is not int or not 0 <= n <= MAX_REQUEST:
            n = whole("n", n, 0, MAX_SIZE)
            if n > MAX_REQUEST:
                return None
        try:
            cache = self.caches[thread]
        except (KeyError, TypeError):
            cache = self._begin(thread)
        nb = n + 23 & -16
        if nb < MIN_CHUNK:
            nb = MIN_CHUNK
        if nb <= TCACHE_MAX and cache:
            stack = cache[nb >> 4]
            if stack:
                p = stack.pop()
                if self.trace.on:
                    words = "malloc({n}): tcache hit, the newest of {size} B is {at}: no lock"
                    self._tell("tcache hit", words, p, nb, n=n, thread=thread)
                if self.words.kept:
                    self.words.forget(p + 24)  # the key goes, the link stays
                return p + HEADER
        return self._from_arena(n, nb, cache, thread, "the tcache has none")

    def calloc(self, nmemb, size=1, thread=0):
        """Memory for `nmemb` times `size` bytes, all zero. It never asks the tcache."""
        n = whole("nmemb", nmemb, 0, MAX_SIZE) * whole("size", size, 0, MAX_SIZE)
        cache = self._cache(thread)
        if n > MAX_REQUEST:
            return None
        address = self._from_arena(n, chunk_size(n), cache, thread, "calloc asks no tcache")
        if address is not None and self.words.kept:
            self.words.clear(address, n)
        return address

    def free(self, address, thread=0):
        """Give a block back; None is let pass. Raises Abort or SegmentationFault as glibc ends."""
        if address is None or address == 0:
            return
        if type(address) is not int:
            address = whole("address", address, 0, MAX_SIZE)
        p = address - HEADER
        size = self.size.get(p)
        odd = size is None or p >= self.arena.top or self.words.headers
        if odd:
            if self.words.is_mapped(p):
                if self.words.kept:
                    self.words.clear(address, size)
                self.arena.mapped.free(p)
                return
            size = self.words.checked(p)
        try:
            cache = self.caches[thread]
        except (KeyError, TypeError):
            cache = self._begin(thread)
        if size <= TCACHE_MAX and cache:
            stack = cache[size >> 4]
            if p in stack and self.words.key_is_intact(p):
                raise Abort("free(): double free detected in tcache 2")
            if len(stack) < TCACHE_COUNT:
                stack.append(p)
                if self.trace.on:
                    words = "free: {at} goes to the tcache's bin of {size} B, {length} of 7"
                    self._tell("tcache put", words, p, size, thread=thread, length=len(stack))
                if self.words.kept:
                    self.words.forget(p + 16, p + 24)
                return
        if self.trace.on:
            words = "free: {at} ({size} B) is not for the tcache, or its bin is full: to the arena"
            self._tell("free", words, p, size, thread=thread)
        if odd:
            self.words.check_neighbours(p, size)
        self.arena.free(p, size)
        if self.words.kept:
            self.words.forget(p + 16, p + 24)

    def realloc(self, address, n, thread=0):
        """The block with `n` bytes, moved if it must be; its contents go along.

        None instead of an address: a new block. n = 0: free, returns None. None comes back too
        where there is no memory; the block is then as it was.
        """
        n = whole("n", n, 0, MAX_SIZE)
        if address is None or address == 0:
            return self.malloc(n, thread)
        address = whole("address", address, 0, MAX_SIZE)
        if n == 0:
            return self.free(address, thread)
        p, nb = address - HEADER, chunk_size(n)
        mapped = self.arena.mapped
        cache = None if p in mapped.before else self._cache(thread)
        if p not in self.size or p % ALIGN:
            raise Abort("realloc(): invalid pointer")
        if n > MAX_REQUEST:
            return None
        if p in mapped.before:
            moved = mapped.remap(p, nb)
            if moved is None and self.size[p] - 8 >= nb:
                moved = p
            if moved is not None:
                return moved + HEADER
            moved = self.malloc(n, thread)
            if moved is not None:
                mapped.unmap(p)
            return moved
        if self.trace.on:
            words = "realloc: {at} of {size} B is to have {nb} B"
            self._tell("realloc", words, p, self.size[p], nb=nb, thread=thread)
        old = self.size[p] - 8
        moved = self.arena.resize(p, nb, cache)
        if moved not in (p, None) and self.words.kept:
            self.words.copy(address, moved + HEADER, old)
        return None if moved is None else moved + HEADER

    def memalign(self, alignment, n, thread=0):
        """`n` bytes at a multiple of `alignment` (rounded up to a power of two)."""
        alignment = whole("alignment", alignment, 0, 1 << 63)
        n = whole("n", n, 0, MAX_SIZE)
        if alignment <= ALIGN:
            return self.malloc(n, thread)
        alignment = max(MIN_CHUNK, 1 << (alignment - 1).bit_length())
        if n > MAX_REQUEST - alignment - MIN_CHUNK:
            return None
        if self.trace.on:
            words = "memalign({alignment}, {n}): ask for more, then give both ends back"
            self.trace.emit("memalign", words, alignment=alignment, n=n, thread=thread)
        p = self.arena.malloc_aligned(chunk_size(n), alignment, self.caches.get(thread))
        return None if p is None else p + HEADER

    # -- what one may ask

    def usable_size(self, address):
        """How many bytes of the block the program may use. ValueError: no block is there."""
        p = self._chunk(address)
        if p in self.arena.mapped.before:
            return self.size[p] - 16
        return 0 if p + self.size[p] in self.arena.prev_size else self.size[p] - 8

    def flags(self, address):
        """The low bits of the block's header: 1 previous chunk in use, 2 mapped."""
        p = self._chunk(address)
        if p in self.arena.mapped.before:
            return IS_MMAPPED
        return 0 if p in self.arena.prev_size else PREV_INUSE

    def stats(self):
        """As mallinfo2 counts, in bytes and chunks; chunks in a tcache count as used.

        brk       size of the heap        ordblks   free chunks in bins, and top
        smblks, fsmblks   chunks and bytes in fastbins
        fordblks  free bytes, with top and fastbins           top       bytes of the top chunk
        hblks, hblkhd     mapped chunks and their bytes
        """
        arena = self.arena
        fast = [self.size[p] for p in arena.bins.fast_chunks()]
        free = arena.prev_size
        return {
            "brk": self.space.brk() - self.start,
            "ordblks": len(free) + 1,
            "smblks": len(fast),
            "fsmblks": sum(fast),
            "fordblks": sum(free.values()) + sum(fast) + arena.top_size,
            "top": arena.top_size,
            "hblks": len(arena.mapped.before),
            "hblkhd": arena.mapped.nbytes,
        }

    def snapshot(self):
        return heap_state(self)

    # -- how it is done

    def _cache(self, thread):
        return self.caches[thread] if thread in self.caches else self._begin(thread)

    def _begin(self, thread):
        """A thread's first call makes its tcache, whose table is a block on the heap."""
        whole("thread", thread, 0, 1 << 32)
        if self.trace.on:
            words = "thread {thread} begins: its tcache needs a table of 640 B"
            self.trace.emit("tcache init", words, thread=thread)
        if self.arena.malloc(chunk_size(TCACHE_TABLE), None) is None:
            return None
        bins = [[] for _ in range((TCACHE_MAX >> 4) + 1)] if self.tcache else ()
        self.caches[thread] = bins
        return bins

    def _from_arena(self, n, nb, cache, thread, why):
        if self.trace.on:
            words = "{n} B need a chunk of {size} B; {why}, so the arena is asked, under its lock"
            self.trace.emit("malloc", words, n=n, size=nb, thread=thread, why=why)
        try:
            p = self.arena.malloc(nb, cache)
        except KeyError:
            if not self.words.headers:
                raise
            raise Abort("corrupted size vs. prev_size") from None
        return None if p is None else p + HEADER

    def _chunk(self, address):
        p = whole("address", address, 0, MAX_SIZE) - HEADER
        if p not in self.size or p == self.arena.top:
            raise ValueError(f"address must be of a block; none begins at {hex(address)}.")
        return p

    def _tell(self, event, words, p, size, **more):
        self.trace.emit(event, words, address=p, size=size, at=hex(p), **more)
