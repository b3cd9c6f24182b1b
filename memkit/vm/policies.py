"""The policies of page replacement: which resident page goes next.

A policy has five verbs. The resident set calls loaded, touched and evicted after the fact, and a
machine calls dropped for a page that goes for another reason (its process gave it back).
victim() only looks, so that one can ask "who goes next?" at any moment and nothing changes.
To add one: write its class here (clock.py has those with a hand) and name it in POLICIES.

Sources: Belady 1966 (OPT); Denning 1968 (the working set); Carr and Hennessy 1981 (WSClock, which
looks for pages outside it); Tanenbaum, "Modern Operating Systems", 3.4 (NFU with aging); OSTEP
chapter 22; Linux mm/vmscan.c, mm/swap.c (two lists).
Unlike the real ones: the reference bit is seen at each use, and one process has all frames.
"""

import random
from collections import OrderedDict

from memkit.vm.clock import Clock, EnhancedClock
from memkit.vm.faults import whole


class Fifo:
    """The page that was loaded first goes, however often it was used since."""

    def __init__(self, nframes):
        self.queue = OrderedDict()  # the next to go first

    def loaded(self, page, write=False):
        self.queue[page] = None

    def touched(self, page, write=False):
        pass

    def victim(self):
        return next(iter(self.queue))

    def evicted(self, page):
        del self.queue[page]

    dropped = evicted


class Lru(Fifo):
    """The page that was not used for longest goes."""

    def touched(self, page, write=False):
        self.queue.move_to_end(page)


class Mru(Lru):
    """The page that was used last goes: right for a loop that is larger than memory."""

    def victim(self):
        return next(reversed(self.queue))


class Random:
    """Any page, by a seeded draw."""

    def __init__(self, nframes, seed=0):
        self.draw = random.Random(seed)
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


class Aging:
    """NFU with aging: every `interval` uses each counter is halved, and the reference bit enters at
    its top. The smallest counter goes; of equals, the page loaded first."""

    TOP = 1 << 7  # counters have 8 bits

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


class Opt:
    """The page whose next use is farthest goes (Belady). It must know what comes: `refs`."""

    def __init__(self, nframes, refs=()):
        self.uses = {}
        for when, page in enumerate(refs):
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


class WorkingSet:
    """Of the pages outside the working set, those not used in the last `window` references, the one
    loaded first goes, clean before dirty; if all are inside, the one unused for longest.

    Unlike Denning's own, nothing leaves before a frame is needed. Unlike WSClock, age is counted
    in references, and a dirty page is passed over, not written in the background."""

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


class TwoLists:
    """Linux's active and inactive lists: a page enters inactive, a second use there makes it
    active; the inactive list's tail goes, with one more chance if it was used. Active gets half at
    most."""

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


POLICIES = {
    "fifo": Fifo,
    "lru": Lru,
    "clock": Clock,
    "enhanced clock": EnhancedClock,
    "opt": Opt,
    "mru": Mru,
    "lfu": Lfu,
    "aging": Aging,
    "random": Random,
    "working set": WorkingSet,
    "linux": TwoLists,
}
