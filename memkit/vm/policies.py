"""The policies of page replacement: which resident page goes next.

A policy has five verbs. The resident set calls loaded(page, write), touched(page, write) and
evicted(page) after the fact, and a machine calls dropped(page) for a page that goes for another
reason (its process gave it back). victim() only looks, so that one can ask "who goes next?" at any
moment and nothing changes. To add one: write its class here and name it in POLICIES.

A picture of what it knows, where it has one to show:
keeps    what it remembers of each page, in a word: "uses", "bit"; without it nothing is shown
note     note(page): that, for a page in memory, as a text or a number
hand     the frame that its hand points to; the notes are then what the hand counts down

Sources: Belady 1966 (OPT); Corbato 1968 (CLOCK); Denning 1968 (the working set); Carr and Hennessy
1981 (WSClock, which looks for pages outside it); Tanenbaum, "Modern Operating Systems", 3.4 (NRU,
second chance and its enhanced sibling, NFU with aging); OSTEP chapter 22; Linux mm/vmscan.c,
mm/swap.c (two lists).
Unlike the real ones: the reference bit is seen at each use, and one process has all frames.
"""

import random
from collections import OrderedDict
from heapq import heappop, heappush
from itertools import chain

from memkit.checks import WORD_MASK, whole
from memkit.vm.references import references


def _ordinal(n):
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(n, f"{n}th")


class Fifo:
    """The page that was loaded first goes, however often it was used since."""

    keeps = "goes"

    def __init__(self, nframes):
        self.queue = OrderedDict()  # in the order in which the pages came

    def loaded(self, page, write=False):
        self.queue[page] = None

    def touched(self, page, write=False):
        pass

    def order(self):
        """Its pages, the next to go first."""
        return iter(self.queue)

    def victim(self):
        return next(self.order())

    def evicted(self, page):
        del self.queue[page]

    dropped = evicted

    def note(self, page):
        return _ordinal(1 + list(self.order()).index(page))


class Lifo(Fifo):
    """The page that was loaded last goes: all but one of the first pages stay for ever."""

    def order(self):
        return reversed(self.queue)


class Lru(Fifo):
    """The page that was not used for longest goes."""

    def touched(self, page, write=False):
        self.queue.move_to_end(page)


class Mru(Lru):
    """The page that was used last goes: right for a loop that is larger than memory."""

    def order(self):
        return reversed(self.queue)


class Random:
    """Any page, by a seeded draw."""

    def __init__(self, nframes, seed=0):
        self.draw = random.Random(whole("seed", seed, 0, WORD_MASK))
        self.pages = []
        self.next = None

    def loaded(self, page, write=False):
        self.pages.append(page)
        self.next = None

    def touched(self, page, write=False):
        pass

    def victim(self):
        if self.next is None:
            self.next = self.draw.choice(self.pages)
        return self.next

    def evicted(self, page):
        self.pages.remove(page)
        self.next = None

    dropped = evicted


class Lfu:
    """The page with the fewest uses since it was loaded goes; of equals the one idle longest."""

    keeps = "uses"

    def __init__(self, nframes):
        self.uses = {}
        self.when = {}
        self.clock = 0

    def loaded(self, page, write=False):
        self.uses[page] = 0
        self.touched(page)

    def touched(self, page, write=False):
        self.clock += 1
        self.uses[page] += 1
        self.when[page] = self.clock

    def victim(self):
        return min(self.uses, key=lambda page: (self.uses[page], self.when[page]))

    def evicted(self, page):
        del self.uses[page], self.when[page]

    dropped = evicted

    def note(self, page):
        return self.uses[page]


class Aging:
    """NFU with aging: every `interval` uses each counter is halved, and the reference bit enters at
    its top. The smallest counter goes; of equals, the page loaded first."""

    TOP = 1 << 7  # counters have 8 bits
    keeps = "counter + bit"

    def __init__(self, nframes, interval=4):
        self.interval = whole("interval", interval, 1, 1 << 30)
        self.counter, self.referenced = {}, {}
        self.uses = 0

    def loaded(self, page, write=False):
        self.counter[page] = 0
        self.touched(page)

    def touched(self, page, write=False):
        self.referenced[page] = True
        self.uses += 1
        if self.uses % self.interval == 0:
            for each in self.counter:
                bit = self.TOP if self.referenced[each] else 0
                self.counter[each] = self.counter[each] >> 1 | bit
                self.referenced[each] = False

    def victim(self):
        return min(self.counter, key=lambda page: (self.referenced[page], self.counter[page]))

    def evicted(self, page):
        del self.counter[page], self.referenced[page]

    dropped = evicted

    def note(self, page):
        return f"{self.counter[page]:08b} +{self.referenced[page]:d}"


class Nru:
    """Not recently used: of the classes (referenced, dirty) the lowest goes; in it, the page loaded
    first. A clock interrupt, here every `interval` uses, clears all reference bits.

    Unlike Tanenbaum's, which takes any page of that class."""

    keeps = "class"

    def __init__(self, nframes, interval=4):
        self.interval = whole("interval", interval, 1, 1 << 30)
        self.bits = {}  # page -> [referenced, dirty], in the order in which the pages were loaded
        self.uses = 0

    def loaded(self, page, write=False):
        self.bits[page] = [False, False]
        self.touched(page, write)

    def touched(self, page, write=False):
        bits = self.bits[page]
        bits[0], bits[1] = True, bits[1] or bool(write)
        self.uses += 1
        if self.uses % self.interval == 0:
            for each in self.bits.values():
                each[0] = False

    def victim(self):
        return min(self.bits, key=self.bits.get)  # of equals the first

    def evicted(self, page):
        del self.bits[page]

    dropped = evicted

    def note(self, page):
        referenced, dirty = self.bits[page]
        return 2 * referenced + dirty


class Clock:
    """Frames in a circle, a count of `bits` bits each. A hit counts up; the hand counts down and
    passes on, and replaces at 0. `bit_on_load`: the count with which a page enters."""

    def __init__(self, nframes, bits=1, bit_on_load=1):
        self.most = (1 << whole("bits", bits, 1, 16)) - 1
        self.on_load = whole("bit_on_load", bit_on_load, 0, self.most)
        self.nframes = nframes
        self.pages, self.count = [None] * nframes, [0] * nframes  # by frame
        self.frame = {}
        self.empty = list(range(nframes))  # a heap of frames
        self.hand, self.waiting = 0, False
        self.keeps = "bit" if self.most == 1 else "count"

    def loaded(self, page, write=False):
        if self.waiting:  # the hand points to the frame that has just been emptied
            at, self.hand, self.waiting = self.hand, (self.hand + 1) % self.nframes, False
        else:
            at = heappop(self.empty)
        self.frame[page], self.pages[at], self.count[at] = at, page, self.on_load

    def touched(self, page, write=False):
        at = self.frame[page]
        self.count[at] = min(self.count[at] + 1, self.most)

    def _around(self):
        """Frames with a page in the order in which the hand meets them."""
        for at in chain(range(self.hand, self.nframes), range(self.hand)):
            if self.pages[at] is not None:
                yield at

    def victim(self):
        best, least = None, self.most + 1
        for at in self._around():
            if self.count[at] < least:
                best, least = at, self.count[at]
                if not least:
                    break
        return self.pages[best]

    def evicted(self, page):
        """Move the hand to the victim: whatever it passed is counted down once more.

        Only a page that could not go is passed with its count at 0: there it stays.
        """
        goal = self.frame.pop(page)
        rounds = self.count[goal]
        if rounds:
            for at in self._around():
                self.count[at] = max(0, self.count[at] - rounds)
        for at in self._around():
            if at == goal:
                break
            self.count[at] = max(0, self.count[at] - 1)
        self._stop(goal)

    def _stop(self, goal):
        if self.waiting:  # nothing came into the frame emptied before
            heappush(self.empty, self.hand)
        self.hand, self.waiting, self.pages[goal] = goal, True, None

    def dropped(self, page):
        """The page goes for another reason: its frame is empty, the hand does not move."""
        at = self.frame.pop(page)
        self.pages[at] = None
        heappush(self.empty, at)

    def note(self, page):
        return self.count[self.frame[page]]


class EnhancedClock(Clock):
    """CLOCK that spares dirty pages: of the classes (referenced, dirty) the lowest goes. Pages that
    the hand passes while it looks for (0, 1) and beyond lose their reference bit."""

    def __init__(self, nframes, bit_on_load=1):
        super().__init__(nframes, 1, bit_on_load)
        self.dirty = set()

    def loaded(self, page, write=False):
        super().loaded(page)
        self.touched_by(page, write)

    def touched(self, page, write=False):
        super().touched(page)
        self.touched_by(page, write)

    def touched_by(self, page, write):
        if write:
            self.dirty.add(page)

    def _class(self, at):
        return self.count[at], self.pages[at] in self.dirty

    def victim(self):
        return self.pages[min(self._around(), key=self._class)]

    def evicted(self, page):
        around, goal = list(self._around()), self.frame.pop(page)
        found = self._class(goal)
        if found != (0, False):  # a whole round for (0, 0) was in vain: bits are cleared from here
            passed = around if found[0] else around[: around.index(goal)]
            for at in passed:
                self.count[at] = 0
        self.dirty.discard(page)
        self._stop(goal)

    def dropped(self, page):
        super().dropped(page)
        self.dirty.discard(page)


class Opt:
    """The page whose next use is farthest goes (Belady); of those that are never used again, the
    one loaded first. It must know what comes: `refs`."""

    keeps = "used next"

    def __init__(self, nframes, refs=()):
        self.uses = {}
        for when, page in enumerate(references(refs).pages):
            self.uses.setdefault(page, []).append(when)
        for times in self.uses.values():
            times.reverse()
        self.resident = {}

    def loaded(self, page, write=False):
        self.touched(page)

    def touched(self, page, write=False):
        times = self.uses.get(page)
        if not times:
            raise ValueError(f"opt was not told of this use of page {page}: give it all refs.")
        times.pop()
        self.resident[page] = times[-1] if times else float("inf")

    def victim(self):
        return max(self.resident, key=self.resident.get)

    def evicted(self, page):
        del self.resident[page]

    dropped = evicted

    def note(self, page):
        when = self.resident[page]
        return "never" if when == float("inf") else f"at {when + 1}"


class WorkingSet:
    """Of the pages outside the working set, those not used in the last `window` references, the one
    loaded first goes, clean before dirty; if all are inside, the one unused for longest.

    Unlike Denning's own, nothing leaves before a frame is needed. Unlike WSClock, age is counted
    in references, and a dirty page is passed over, not written in the background."""

    keeps = "used ago"

    def __init__(self, nframes, window=4):
        self.window = whole("window", window, 1, 1 << 30)
        self.last, self.dirty = {}, set()  # last: in the order in which the pages were loaded
        self.uses = 0

    def loaded(self, page, write=False):
        self.touched(page, write)

    def touched(self, page, write=False):
        self.uses += 1
        self.last[page] = self.uses
        if write:
            self.dirty.add(page)

    def idle(self, page):
        """Is it outside the working set, the use that is about to come included?"""
        return self.uses + 1 - self.last[page] >= self.window

    def victim(self):
        out = [page for page in self.last if self.idle(page)]
        if out:
            return min(out, key=lambda page: page in self.dirty)  # of equals the first
        return min(self.last, key=self.last.get)

    def evicted(self, page):
        del self.last[page]
        self.dirty.discard(page)

    dropped = evicted

    def note(self, page):
        age = self.uses + 1 - self.last[page]
        return f"{age}, idle" if self.idle(page) else age


class TwoLists:
    """Linux's active and inactive lists: a page enters inactive, a second use there makes it
    active; the inactive list's tail goes, with one more chance if it was used. Active gets half at
    most."""

    keeps = "list"

    def __init__(self, nframes):
        self.most_active = nframes // 2
        self.active, self.inactive = OrderedDict(), OrderedDict()  # page -> referenced; tail first

    def loaded(self, page, write=False):
        self.inactive[page] = False

    def touched(self, page, write=False):
        if page in self.active:
            self.active[page] = True
        elif self.inactive[page] and self.most_active:
            del self.inactive[page]
            self.active[page] = False
            self._balance()
        else:
            self.inactive[page] = True

    def _balance(self):
        while len(self.active) > self.most_active:
            page, referenced = self.active.popitem(last=False)
            if referenced:
                self.active[page] = False
            else:
                self.inactive[page] = False

    def victim(self):
        for page, referenced in self.inactive.items():
            if not referenced:
                return page
        return next(iter(self.inactive or self.active))

    def evicted(self, page):
        for passed in list(self.inactive):
            if passed == page:
                break
            self.inactive.move_to_end(passed)
            self.inactive[passed] = False
        self.dropped(page)

    def dropped(self, page):
        (self.inactive if page in self.inactive else self.active).pop(page)

    def note(self, page):
        on = "active" if page in self.active else "inactive"
        used = self.active.get(page) or self.inactive.get(page)
        return f"{on}, used" if used else on


POLICIES = {
    "fifo": Fifo,
    "lru": Lru,
    "clock": Clock,
    "enhanced clock": EnhancedClock,
    "opt": Opt,
    "mru": Mru,
    "lifo": Lifo,
    "lfu": Lfu,
    "nru": Nru,
    "aging": Aging,
    "random": Random,
    "working set": WorkingSet,
    "linux": TwoLists,
}
# Second chance is FIFO that passes pages with their bit set: CLOCK, whose queue is a circle.
SAME = {"second chance": "clock", "enhanced second chance": "enhanced clock"}
