"""TCMalloc's middle tier: for each class a central free list, shared by all threads, with a lock.

batch        objects that move at once: 32, fewer for large ones
slot         room in the transfer cache for one whole batch, which then moves in one step
cache_size   slots this class may use now: 16 to begin with, at most 64 and 1 MiB; a class that
             needs more takes one from the class whose turn it is
span         pages cut into objects of the class; refcount: how many of them are out
nonempty     spans with a free object, the one refilled last first
link         the first word of a free object: the address of the next one in its list, or 0
chain        (head, tail, length): some objects linked to each other

Source: gperftools 2.10 src/central_freelist.cc.
Unlike the real one: no lock is ever waited for.
"""

from itertools import pairwise
from typing import NamedTuple

from memkit.checks import hex, plural, size
from memkit.malloc.errors import DivideError, NotFollowed, SegmentationFault
from memkit.malloc.tcmalloc.sizes import CLASSES, NUM_CLASSES, PAGE_SHIFT, SIZES
from memkit.malloc.tcmalloc.spans import BROKEN, chain, list_head, prepend, unlink

DEFAULT_SLOTS = 16
MAX_SLOTS = 64
MAX_TRANSFER_BYTES = 1 << 20
MAX_REFCOUNT = (1 << 16) - 1


class CentralState(NamedTuple):
    """One central list at one moment."""

    slots: tuple  # batches in the transfer cache, each a tuple of addresses, head first
    cache_size: int
    max_cache_size: int
    length: int  # free objects in spans
    num_spans: int


class CentralFreeList:
    """The objects of one class outside the thread caches."""

    __slots__ = (
        "cl size objects batch waste tier slots cache_size max_cache_size nonempty empty length "
        "num_spans"
    ).split()

    def __init__(self, shape, tier):
        self.cl, self.size, _, self.objects, self.batch = shape
        self.waste = shape.waste
        self.tier = tier
        self.max_cache_size = MAX_SLOTS
        if self.cl:
            affordable = MAX_TRANSFER_BYTES // (self.size * self.batch)
            self.max_cache_size = min(MAX_SLOTS, max(1, affordable))
        self.cache_size = min(DEFAULT_SLOTS, self.max_cache_size)
        self.slots = []
        self.nonempty, self.empty = list_head(), list_head()
        self.length = 0
        self.num_spans = 0

    def remove_range(self, n):
        """A chain of up to n objects; (0, 0, 0) only where the kernel has no more memory.

        Fewer than n come where the spans at hand have fewer: a new one is made only for none.
        """
        tier = self.tier
        tier.counts["central_locks"] += 1
        if n == self.batch and self.slots:
            head, tail = self.slots.pop()
            tier.counts["slots_taken"] += 1
            if tier.trace.on:
                text = "a whole slot of the transfer cache of {what}: {objects} in one move"
                self._tell("slot taken", text, objects=plural(n, "object"))
            return head, tail, n
        nonempty = self.nonempty
        if nonempty.next is nonempty and not self._populate():
            return 0, 0, 0
        head, tail, got = self._fetch_from_span(n)
        while got < n and nonempty.next is not nonempty:
            first, last, more = self._fetch_from_span(n - got)
            tier.words[last] = head
            head = first
            got += more
        return head, tail, got

    def insert_range(self, head, tail, n):
        """Take back a chain of n: a whole batch into a slot, if one is free, else to the spans."""
        tier = self.tier
        tier.counts["central_locks"] += 1
        if n == self.batch and self._make_cache_space():
            self.slots.append((head, tail))
            tier.counts["slots_filled"] += 1
            if tier.trace.on:
                text = "a batch of {what} goes into a transfer slot: {used} of {slots} are used"
                self._tell("slot filled", text, used=len(self.slots), slots=self.cache_size)
            return
        self._release_to_spans(head)
        if tier.trace.on:
            text = "{objects} of {what} {go} to the spans, one by one"
            objects, go = plural(n, "object"), "goes back" if n == 1 else "go back"
            self._tell("to spans", text, objects=objects, go=go)

    # -- spans

    def _populate(self):
        """Cut a new span into objects; False where there is none."""
        tier = self.tier
        tier.counts["central_locks"] += 1  # let go for the page heap, and taken again
        shape = CLASSES[self.cl]
        span = tier.pageheap.new(shape.npages)
        if span is None:
            return False
        tier.pageheap.register(span, self.cl)
        first = span.objects = span.start << PAGE_SHIFT
        last = first + (self.objects - 1) * self.size
        objects = range(first, last + 1, self.size)
        tier.words.update(pairwise(objects))
        tier.words[last] = 0
        tier.counts["spans"] += 1
        span.refcount = 0
        prepend(self.nonempty, span)
        self.num_spans += 1
        self.length += self.objects
        if tier.trace.on:
            text = "the central list of {what} cuts the span at {at} into {objects}"
            objects = plural(self.objects, "object")
            self._tell("carve", text, address=first, at=hex(first), objects=objects)
        return True

    def _fetch_from_span(self, n):
        """A chain of up to n objects of the first span that has any."""
        links = self.tier.words
        span = self.nonempty.next
        if span is None:
            raise SegmentationFault(BROKEN)
        head = tail = span.objects
        got, after = 1, links[head]
        while got < n and after:
            tail = after
            after = links[tail]
            got += 1
        links[tail] = 0
        span.objects = after
        span.refcount = span.refcount + got & MAX_REFCOUNT
        self.length -= got
        if not after:
            unlink(span)
            prepend(self.empty, span)
        return head, tail, got

    def _release_to_spans(self, head):
        links, pagemap = self.tier.words, self.tier.pageheap.pagemap
        while head:
            address, head = head, links[head]
            span = pagemap.get(address >> PAGE_SHIFT)
            if span is None:
                raise SegmentationFault(f"no span holds the object at {hex(address)}.")
            if span.place:
                raise NotFollowed(f"the span of {hex(address)}, freed twice, is a large free one.")
            if not span.objects:
                unlink(span)
                prepend(self.nonempty, span)
            refcount = span.refcount = span.refcount - 1 & MAX_REFCOUNT
            self.length += 1
            if refcount:
                links[address] = span.objects
                span.objects = address
            else:
                self._give_up(span)

    def _give_up(self, span):
        """All objects of a span are back: its pages go to the page heap."""
        tier = self.tier
        if not span.sizeclass:
            raise DivideError("a span of class 0 is divided into objects of 0 bytes.")
        self.length -= (span.npages << PAGE_SHIFT) // SIZES[span.sizeclass]
        self.num_spans -= 1
        unlink(span)
        tier.counts["spans_freed"] += 1
        tier.counts["pageheap_locks"] += 1
        tier.pageheap.delete(span)
        tier.counts["central_locks"] += 1  # let go for the page heap, and taken again

    # -- slots

    def _make_cache_space(self):
        if len(self.slots) < self.cache_size:
            return True
        if self.cache_size == self.max_cache_size:
            return False
        if self.tier.evict(self, force=False) or self.tier.evict(self, force=True):
            # Evicting lets go of this list's lock, so the real one has to look again.
            if self.cache_size < self.max_cache_size:
                self.cache_size += 1
                return True
        return False

    def shrink(self, force):
        """Give a slot to another class; a used one only with `force`. Returns whether it did."""
        full = len(self.slots) == self.cache_size
        if self.cache_size == 0 or (full and not force):
            return False
        self.tier.counts["central_locks"] += 2  # this list's, and the asker's own once more
        self.cache_size -= 1
        if full:
            self._release_to_spans(self.slots.pop()[0])
        if self.tier.trace.on:
            text = "it is the turn of {what} to give a transfer slot away: {slots} left"
            self._tell("evict", text, slots=plural(self.cache_size, "slot"))
        return True

    def state(self):
        slots = tuple(chain(head, self.tier.words) for head, _ in self.slots)
        return CentralState(
            slots, self.cache_size, self.max_cache_size, self.length, self.num_spans
        )

    def _tell(self, event, text, **detail):
        what = f"class {self.cl} ({size(self.size)})"
        self.tier.trace.emit(event, text, cl=self.cl, what=what, **detail)


class CentralLists(dict):
    """Class -> its CentralFreeList, made when it is first asked: most programs use few classes."""

    def __init__(self, tier):
        self.tier = tier

    def __missing__(self, cl):
        made = self[cl] = CentralFreeList(CLASSES[cl], self.tier)
        return made


class CentralTier:
    """The central lists of all classes, and whose turn it is to give a slot away."""

    def __init__(self, pageheap):
        self.pageheap = pageheap
        self.trace = pageheap.trace
        self.counts = pageheap.counts
        self.lists = CentralLists(self)
        self.words = pageheap.words
        self.turn = 0

    def evict(self, asker, force):
        """Let the class whose turn it is give a slot to `asker`; returns whether it did."""
        turn = self.turn
        self.turn += 1
        if turn >= NUM_CLASSES:
            turn -= NUM_CLASSES
            self.turn = turn  # so class 0 is asked twice in a row, as in the original
        return turn != asker.cl and self.lists[turn].shrink(force)

    def states(self):
        """Class -> CentralState, where there is anything."""
        return {cl: c.state() for cl, c in sorted(self.lists.items()) if c.num_spans or c.slots}

    def central_bytes(self):
        """Free bytes in spans, with the tails of spans that no object uses."""
        return sum([c.length * c.size + c.num_spans * c.waste for c in self.lists.values()])

    def transfer_bytes(self):
        return sum([len(c.slots) * c.batch * c.size for c in self.lists.values()])
