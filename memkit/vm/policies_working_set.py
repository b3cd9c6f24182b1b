"""The working set as a policy: pages that nobody used lately go first.

working set   the pages used in the last `window` references (Denning 1968)
idle          a page outside it

Source: Carr and Hennessy 1981 (WSClock). Unlike the real one: age is counted in references, not in
the process's time, and a dirty page is passed over, not written in the background. Unlike
Denning's own: the number of frames is fixed, so that nothing leaves before a frame is needed.
"""

from memkit.vm.faults import whole


class WorkingSet:
    """Of the idle pages the one loaded first goes, a clean one before a dirty one. If all of them
    are in the working set, memory is too small for it, and the one unused for longest goes."""

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
