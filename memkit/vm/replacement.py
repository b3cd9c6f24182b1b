"""Page replacement, access by access: frames under a policy.

resident   in a frame              victim     the resident page that goes next
hit        a resident page used    fault      any other use: the first ones count too
writeback  a victim that was written since it was loaded; what stays in memory is not counted
"""

from typing import NamedTuple

from memkit.trace import Trace
from memkit.vm.faults import whole
from memkit.vm.policies import POLICIES


class Access(NamedTuple):
    """What one use of a page did. victim: the page that went, or None."""

    hit: bool
    victim: object
    writeback: bool


class ResidentState(NamedTuple):
    """Frozen: the page in each frame (None: empty), dirty pages, counts, who would go next."""

    frames: tuple
    dirty: frozenset
    hits: int
    faults: int
    writebacks: int
    next_victim: object


def checked_policy(policy):
    """The class of a policy's name. ValueError, with the names, for another."""
    name = policy.lower() if isinstance(policy, str) else policy
    if name not in POLICIES:
        raise ValueError(f"policy must be one of {', '.join(POLICIES)}, not {policy!r}.")
    return POLICIES[name]


class ResidentSet:
    """`nframes` frames under a policy, one access at a time: the twin of vm.simulate."""

    def __init__(self, nframes, policy="lru", **options):
        self.nframes = whole("nframes", nframes, 1, 1 << 24)
        kind = checked_policy(policy)
        try:
            self.policy = kind(self.nframes, **options)
        except TypeError:
            raise ValueError(f"policy {policy!r} has no option {' or '.join(options)}.") from None
        self.name = policy
        self.frames, self.frame = [None] * self.nframes, {}
        self.dirty = set()
        self.hits = self.faults = self.writebacks = 0
        self.trace = Trace(self)

    def access(self, page, write=False):
        """Use a page -> Access."""
        if page in self.frame:
            self.policy.touched(page, write)
            self.hits += 1
            if write:
                self.dirty.add(page)
            self.trace.emit("hit", "page {page}: hit", page=page, frame=self.frame[page])
            return Access(True, None, False)
        victim, writeback = None, False
        at = len(self.frame)
        if at == self.nframes:
            victim = self.policy.victim()
            at, writeback = self._evict(victim)
        self.policy.loaded(page, write)
        self.frame[page], self.frames[at] = at, page
        self.faults += 1
        if write:
            self.dirty.add(page)
        words = "page {page}: fault, it goes to frame {frame}"
        if victim is not None:
            words += "; page {victim} had to go" + (", and was written back" if writeback else "")
        self.trace.emit(
            "fault", words, page=page, frame=at, victim=victim, writeback=writeback
        )  # fmt: skip
        return Access(False, victim, writeback)

    def _evict(self, victim):
        self.policy.evicted(victim)
        writeback = victim in self.dirty
        self.dirty.discard(victim)
        self.writebacks += writeback
        return self.frame.pop(victim), writeback

    def snapshot(self):
        full = len(self.frame) == self.nframes
        victim = self.policy.victim() if full else None
        return ResidentState(
            tuple(self.frames),
            frozenset(self.dirty),
            self.hits,
            self.faults,
            self.writebacks,
            victim,
        )
