"""glibc's malloc, as one thread sees it: PtMalloc.

chunk    a block with its 8-byte header, a multiple of 16; see chunks.py
tcache   a thread's own bins: 7 chunks of each size up to 1040 B, last in first out, no lock
arena    all other free chunks, under one lock: fastbins, unsorted, small and large bins, top
mmap     chunks of 128 KiB or more, if nothing free fits, are mappings of their own

The way of a request: tcache, fastbin, small bin, unsorted, the next larger bin, top, the kernel.

The age of a glibc shows: this is 2.36 (2022), as Debian 12 has it. From 2.41 on calloc asks the
tcache too; from 2.43 on its bins hold 16.

Source: glibc 2.36 malloc/malloc.c (__libc_malloc, __libc_free, __libc_realloc, _mid_memalign).
Unlike the real one: threads share one arena, where glibc gives each new thread another. Who asks
for `words` first after more than LOGGED calls finds lists and headers: what else the allocator had
left in memory reads as 0.
"""

from memkit.checks import flag, hex, instance, whole
from memkit.malloc.glibc.arena import Arena
from memkit.malloc.glibc.bins import TCACHE_COUNT
from memkit.malloc.glibc.chunks import (
    ALIGN,
    HEADER,
    IS_MMAPPED,
    MAX_REQUEST,
    MIN_CHUNK,
    PREV_INUSE,
    TCACHE_MAX,
    chunk_size,
)
from memkit.malloc.glibc.heapstate import heap_state
from memkit.malloc.glibc.inmemory import TCACHE_TABLE, InMemory
from memkit.malloc.glibc.kernel import Answers, Kernel
from memkit.trace import Trace
from memkit.vm import AddressSpace

MAX_SIZE = (1 << 64) - 1
LOGGED = 1 << 12  # calls that can be done again


class PtMalloc:
    """The malloc of glibc 2.36 (`version`) over an address space.

    space     an AddressSpace (or what has its brk, sbrk, mmap, munmap); None: one of its own
    tcache    False: as with the tunable glibc.malloc.tcache_count=0
    fastbins  False: as with glibc.malloc.mxfast=0
    `thread` is a whole number, 0 for main: each has a tcache, made by its first call.
    None is the null pointer, in and out.
    Addresses are those of the user's bytes. Abort and SegmentationFault end a process of C.
    NotFollowed: what the real one would do now, the model does not know.
    `words` are the bytes of the process: words.read(a, n), words.write(a, data).

    A program that only asks and gives back is served by Arena, in Python's own lists. Once it is
    recorded, looks at `words`, or frees what it does not hold, all that it did is done again in
    memory, which goes on from there, in the same way: see inmemory.py.
    """

    version = "2.36"

    def __init__(self, space=None, tcache=True, fastbins=True):
        self.space = instance("space", AddressSpace() if space is None else space, AddressSpace)
        self.tcache, fastbins = flag("tcache", tcache), flag("fastbins", fastbins)
        self.start = self.space.brk()
        self.trace = Trace(self)
        self.kernel = Kernel(self.space)
        self.arena = Arena(self.kernel, fastbins)
        self.log = []  # the calls: n, -address, or a tuple; None: they are too many
        self.size = self.arena.size
        self.caches = {}  # thread -> its bins, by chunk size / 16; () without tcache
        self.tables = {}  # thread -> where the table of its tcache lies
        self.live = {}  # chunk -> its size, of those that the program holds
        self.zeroed = set()  # chunks that calloc has cleared
        self.memory = None  # from some moment on: the InMemory that has it all

    @property
    def words(self):
        """The bytes of the process. From the first look on the heap is in memory."""
        return self._in_memory().words

    # -- the verbs

    def malloc(self, n, thread=0):
        """The address of `n` bytes, a multiple of 16; None where there is no memory."""
        if type(n) is not int or not 0 <= n <= MAX_REQUEST:
            n = whole("n", n, 0, MAX_SIZE)
            if n > MAX_REQUEST:
                return None
        if self.memory or self.trace.on:
            return self._in_memory().malloc(n, checked_thread(thread))
        if type(thread) is not int:
            thread = checked_thread(thread)
        try:
            cache = self.caches[thread]
        except KeyError:
            checked_thread(thread)
            cache = self._begin(thread)
        if self.log is not None:
            self._note(("malloc", n, thread) if thread else n)
        nb = n + 23 & -16
        if nb < MIN_CHUNK:
            nb = MIN_CHUNK
        if nb <= TCACHE_MAX and cache:
            stack = cache[nb >> 4]
            if stack:
                p = stack.pop()
                self.live[p] = nb
                return p + HEADER
        p = self.arena.malloc(nb, cache)
        if p is None:
            return None
        self.live[p] = self.size[p]
        return p + HEADER

    def calloc(self, nmemb, size=1, thread=0):
        """Memory for `nmemb` times `size` bytes, all zero. It never asks the tcache."""
        n = whole("nmemb", nmemb, 0, MAX_SIZE) * whole("size", size, 0, MAX_SIZE)
        thread = checked_thread(thread)
        if n > MAX_SIZE:
            return None
        if self.memory or self.trace.on:
            return self._in_memory().calloc(n, thread)
        self._note(("calloc", n, thread))
        cache = self._cache(thread)
        if n > MAX_REQUEST:
            return None
        address = self._new(self.arena.malloc(chunk_size(n), cache))
        if address is not None:
            self.zeroed.add(address - HEADER)
        return address

    def free(self, address, thread=0):
        """Give a block back; None is let pass. Raises Abort or SegmentationFault as glibc ends."""
        if type(address) is not int or not 0 <= address <= MAX_SIZE:
            address = 0 if address is None else whole("address", address, 0, MAX_SIZE)
        if not address:
            checked_thread(thread)
            return
        if type(thread) is not int:
            thread = checked_thread(thread)
        try:
            cache = self.caches[thread]
        except KeyError:
            checked_thread(thread)
            cache = None
        if self.trace.on:
            self._in_memory()
        p = address - HEADER
        size = self.live.pop(p, 0)
        if not size:  # once in memory, no block is live here
            self._in_memory().free(whole("address", address, 0, MAX_SIZE), thread)
            return
        if self.log is not None:
            self._note(("free", address, thread) if thread else -address)
        if size > TCACHE_MAX and p in self.arena.mapped.before:
            self.arena.mapped.free(p)
            return
        if cache is None:
            cache = self._begin(thread)
        if size <= TCACHE_MAX and cache:
            stack = cache[size >> 4]
            if len(stack) < TCACHE_COUNT:
                stack.append(p)
                return
        self.arena.free(p, size)

    def realloc(self, address, n, thread=0):
        """The block with `n` bytes, moved if it must be; its contents go along.

        None instead of an address: a new block. n = 0: free, returns None. None comes back too
        where there is no memory; the block is then as it was.
        """
        n, thread = whole("n", n, 0, MAX_SIZE), checked_thread(thread)
        address = 0 if address is None else whole("address", address, 0, MAX_SIZE)
        if not address:
            return self.malloc(n, thread)
        if n == 0:
            return self.free(address, thread)
        p = address - HEADER
        if self.memory or self.trace.on or p not in self.live:
            return self._in_memory().realloc(address, n, thread)
        self._note(("realloc", address, n, thread))
        mapped = self.arena.mapped
        cache = None if p in mapped.before else self._cache(thread)
        if n > MAX_REQUEST:
            return None
        nb = chunk_size(n)
        if p not in mapped.before:
            moved = self.arena.resize(p, nb, cache)
        else:
            moved = mapped.remap(p, nb)
            if moved is None and self.size[p] - 8 >= nb:
                moved = p
            if moved is None:
                moved = self._malloc(nb, self._cache(thread))
                if moved is not None:
                    mapped.unmap(p)
                    del self.live[p]
                return moved
        if moved is not None:
            del self.live[p]
        return self._new(moved)

    def memalign(self, alignment, n, thread=0):
        """`n` bytes at a multiple of `alignment` (rounded up to a power of two)."""
        alignment = whole("alignment", alignment, 0, 1 << 63)
        n, thread = whole("n", n, 0, MAX_SIZE), checked_thread(thread)
        if alignment <= ALIGN:
            return self.malloc(n, thread)
        alignment = max(MIN_CHUNK, 1 << (alignment - 1).bit_length())
        if chunk_size(n) + alignment + MIN_CHUNK > MAX_REQUEST:
            return None
        if self.memory or self.trace.on:
            return self._in_memory().memalign(alignment, n, thread)
        self._note(("memalign", alignment, n, thread))
        return self._new(
            self.arena.malloc_aligned(chunk_size(n), alignment, self.caches.get(thread))
        )

    # -- what one may ask

    def usable_size(self, address):
        """How many bytes of the block the program may use. ValueError: no block is there."""
        p = self._chunk(address)
        if self.memory:
            return self.memory.usable_size(address)
        if p in self.arena.mapped.before:
            return self.size[p] - 16
        return 0 if p + self.size[p] in self.arena.prev_size else self.size[p] - 8

    def flags(self, address):
        """The low bits of the block's header: 1 previous chunk in use, 2 mapped."""
        p = self._chunk(address)
        if self.memory:
            return self.memory.flags(address)
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
        if self.memory:
            return self.memory.stats()
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
        return heap_state(self.memory or InMemory(self))

    # -- how it is done

    def _in_memory(self):
        """The heap in memory; the first time all calls are done again there, or the lists of now
        are written down."""
        if self.memory is None:
            self.memory = InMemory(self) if self.log is None else self._again()
            self.arena, self.live, self.log = self.memory, {}, None
        return self.memory

    def _note(self, call):
        if self.log is not None:
            self.log.append(call)
            if len(self.log) > LOGGED:
                self.log = self.kernel.answers = None

    def _again(self):
        """A new heap in memory, made by the same calls and answers of the kernel."""
        fresh = PtMalloc(self.space, self.tcache, self.arena.max_fast > 0)
        fresh.start = self.start
        memory = InMemory(fresh)
        memory.space = memory.words.space = Answers(self.space, self.kernel.answers)
        for call in self.log:
            if type(call) is tuple:
                verb, *arguments = call
                getattr(memory, verb)(*arguments)
            elif call >= 0:
                memory.malloc(call)
            else:
                memory.free(-call)
        memory.space = memory.words.space = self.space
        memory.trace = self.trace
        return memory

    def _cache(self, thread):
        return self.caches[thread] if thread in self.caches else self._begin(thread)

    def _begin(self, thread):
        """A thread's first call makes its tcache, whose table is a block on the heap."""
        checked_thread(thread)
        table = self.arena.malloc(chunk_size(TCACHE_TABLE), None)
        if table is None:
            return None
        self.tables[thread] = table + HEADER
        bins = [[] for _ in range((TCACHE_MAX >> 4) + 1)] if self.tcache else ()
        self.caches[thread] = bins
        return bins

    def _malloc(self, nb, cache):
        stack = cache[nb >> 4] if cache and nb <= TCACHE_MAX else ()
        return self._new(stack.pop() if stack else self.arena.malloc(nb, cache))

    def _new(self, p):
        if p is None:
            return None
        self.live[p] = self.size[p]
        return p + HEADER

    def _chunk(self, address):
        p = whole("address", address, 0, MAX_SIZE) - HEADER
        if self.memory:
            known = p >= 0 and self.space.find_vma(p) is not None
        else:
            known = p in self.size and p != self.arena.top
        if not known:
            raise ValueError(f"address must be of a block; none begins at {hex(address)}.")
        return p


def checked_thread(thread):
    return whole("thread", thread, 0, 1 << 32)
