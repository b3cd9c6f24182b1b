"""CLOCK, which is second chance in a circle, and its sibling that spares dirty pages.

Sources: Corbato 1968; Tanenbaum, "Modern Operating Systems", 3.4 (enhanced second chance).
"""

from heapq import heappop, heappush
from itertools import chain

from memkit.vm.faults import whole


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
