"""Page replacement, access by access: frames under a policy.

resident   in a frame              victim     the resident page that goes next
hit        a resident page used    fault      any other use: the first ones count too
writeback  a victim that was written since it was loaded; what stays in memory is not counted
"""

import inspect
import re
from typing import NamedTuple

from memkit.checks import WORD_MASK, flag, one_of, shown, whole
from memkit.trace import Trace
from memkit.vm.policies import POLICIES, SAME
from memkit.vm.references import reference


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


def policy_name(policy):
    """The name that POLICIES has for a policy, however it is spelt ("Second-Chance": "clock").

    ValueError, with the names, for another.
    """
    if isinstance(policy, str):
        if policy in POLICIES:
            return policy
        name = re.sub(r"[\s_-]+", " ", policy.strip().lower())
        name = SAME.get(name, name)
        if name in POLICIES:
            return name
    return one_of("policy", policy, POLICIES)


def checked_policy(policy):
    """The class of a policy's name. ValueError, with the names, for another."""
    return POLICIES[policy_name(policy)]


def checked_options(policy, options):
    """`options` of a policy's class. ValueError for a name or a value that it does not take."""
    kind = checked_policy(policy)
    known = list(inspect.signature(kind).parameters)[1:]
    for name in options:
        if name not in known:
            has = f"it has {' and '.join(known)}" if known else "it has none"
            raise ValueError(f"policy {policy!r} has no option {name}: {has}.")
    kind(1, **options)  # says what is wrong with the values
    return options


def _use(page, write):
    """A page and whether it is written to, checked before anything changes."""
    write = flag("write", write)
    if type(page) is int and 0 <= page <= WORD_MASK:
        return page, write
    if isinstance(page, str):
        page, marked = reference(page)
        return page, marked or write
    try:
        return whole("page", page, 0, WORD_MASK), write
    except ValueError:
        raise ValueError(
            f"page must be a page number, 0 or more, or a name, not {shown(page)}."
        ) from None


class ResidentSet:
    """`nframes` frames under a policy, one access at a time: the twin of vm.simulate."""

    def __init__(self, nframes, policy="lru", **options):
        self.nframes = whole("nframes", nframes, 1, 1 << 24)
        options = checked_options(policy, options)
        self.policy = checked_policy(policy)(self.nframes, **options)
        self.name = policy
        self.frames, self.frame = [None] * self.nframes, {}
        self.dirty = set()
        self.hits = self.faults = self.writebacks = 0
        self.trace = Trace(self)

    def access(self, page, write=False):
        """Use a page -> Access. A text may mark a write: "2w" (see references)."""
        page, write = _use(page, write)
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
