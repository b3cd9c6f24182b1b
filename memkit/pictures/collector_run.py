"""A recorded collection, prepared for its picture: objects get names and places that stay.

name    A, B, C ... in the order in which objects appear; a slot that is used again gets a new one
place   (column, row) in the graph: columns are ordered by how many pointers lead there from a root
Run     the steps with the names of every moment; two runs are brought into step by their events
ways    the lanes of all pointers that there ever are, see lanes.py: they stay where they are, too
"""

import re
from difflib import SequenceMatcher

from memkit.checks import hex
from memkit.golang import CollectorState
from memkit.pictures.lanes import Lanes
from memkit.pictures.language import letters

MOST_OBJECTS = 24  # drawn as a graph
MOST_ROWS = 9  # objects below each other; more of one depth take another column


def root_pointers(state):
    """What the roots point to, nil left out."""
    pointers = [value for _, value in state.globals]
    pointers += [pointer for stack in state.stacks for pointer in stack.pointers]
    return [pointer for pointer in pointers if pointer is not None]


def depths(state):
    """address -> steps from the roots, 1 or more; what is out of reach begins at 1 as well."""
    graph = {obj.address: obj.pointers for obj in state.objects}
    found = {}

    def search(level):
        depth = 1
        while level:
            level = [a for a in dict.fromkeys(level) if a in graph and a not in found]
            found.update(dict.fromkeys(level, depth))
            level = [p for a in level for p in graph[a] if p is not None]
            depth += 1

    search(root_pointers(state))
    pointed = {p for pointers in graph.values() for p in pointers}
    for address in sorted(graph, key=lambda a: (a in pointed, a)):
        if address not in found:
            search([address])
    return found


def reachable(state):
    """The addresses that the roots lead to, those of freed objects too."""
    graph = {obj.address: obj.pointers for obj in state.objects}
    found, todo = set(), root_pointers(state)
    while todo:
        address = todo.pop()
        if address not in found:
            found.add(address)
            todo += [p for p in graph.get(address, ()) if p is not None]
    return found


def phase_of(state):
    """The phase; "sweep" as well where only spans of mcaches have yet to be swept."""
    waits = state.phase == "off" and not all(span.swept for span in state.spans)
    return "sweep" if waits else state.phase


def lost_in(state):
    """Addresses in reach that marking has missed: still white when it is over, or freed."""
    found = reachable(state)
    lost = found - {obj.address for obj in state.objects}
    done = state.phase == "mark" and not state.roots and not state.queue
    waiting = {span.base for span in state.spans if done or not span.swept}
    if done or phase_of(state) == "sweep":
        lost |= {
            obj.address
            for obj in state.objects
            if obj.colour == "white" and obj.span in waiting and obj.address in found
        }
    return lost


class Run:
    """The steps of one recording.

    named   what the k-th object is called, from 0
    Raises ValueError, one sentence, for steps of another model.
    """

    def __init__(self, steps, named=letters):
        for step in steps:
            if not isinstance(step.state, CollectorState):
                kind = type(step.state).__name__
                raise ValueError(f"steps must be those of a Collector, and one is of a {kind}.")
        self.steps = list(steps)
        self.names = []  # of each step: address -> the name of what lies there, or lay there last
        self.places = {}  # name -> (column, row)
        self.spans = {}  # base -> number, from 1
        rows, there, current = {}, set(), {}
        for step in self.steps:
            now = {obj.address for obj in step.state.objects}
            if now - there:
                depth = depths(step.state)
                for address in sorted(now - there):
                    current[address] = name = named(len(self.places))
                    row = rows[depth[address]] = rows.get(depth[address], -1) + 1
                    self.places[name] = (depth[address], row)
            there = now
            self.names.append(dict(current))
            for span in step.state.spans:
                self.spans.setdefault(span.base, len(self.spans) + 1)
        columns, first = 0, {}
        for depth in sorted(rows):
            first[depth] = columns
            columns += rows[depth] // MOST_ROWS + 1
        for name, (depth, row) in self.places.items():
            self.places[name] = (first[depth] + row // MOST_ROWS, row % MOST_ROWS)
        few = len(self.places) <= MOST_OBJECTS
        self.lanes = Lanes(self.places, self._pointers() if few else ())

    def _pointers(self):
        """(from, to) by name of all pointers of all moments; from None is a root."""
        found = set()
        for i, step in enumerate(self.steps):
            names = self.names[i].get
            found.update((None, names(to)) for to in root_pointers(step.state))
            for obj in step.state.objects:
                found.update((names(obj.address), names(to)) for to in obj.pointers)
        return {pair for pair in found if pair[1] in self.places}

    def sentence(self, i):
        """The words of step i, with names in place of addresses."""

        def named(match):
            return self.names[i].get(int(match[0], 16), match[0])

        def numbered(match):
            return f"span {self.spans.get(int(match[1], 16), match[1])}"

        words = re.sub(r"the span at (0x[0-9a-f]+)", numbered, str(self.steps[i]))
        return re.sub(r"0x[0-9a-f]+", named, words)

    def name(self, i, address):
        """What lies at an address, as step i knows it; nil for None."""
        return "nil" if address is None else self.names[i].get(address, hex(address))


def blocks(steps):
    """[event, first, stop]: the steps one by one, but scans that follow each other as one."""
    found = []
    for i, step in enumerate(steps):
        scan = step.event in ("scan object", "scan span")
        if scan and found and found[-1][0] == "scan":
            found[-1][2] = i + 1
        else:
            found.append(["scan" if scan else step.event, i, i + 1])
    return found


def in_step(first, second):
    """[(i, j)]: the steps of two recordings side by side; who has nothing to do waits."""
    mine, other = blocks(first), blocks(second)
    keys = [[block[0] for block in side] for side in (mine, other)]
    pairs, i, j = [], 0, 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        together = [(mine[i1:i2], other[j1:j2])]
        if tag == "equal":
            together = [([a], [b]) for a, b in zip(mine[i1:i2], other[j1:j2], strict=True)]
        for left, right in together:
            ours = [k for _, start, stop in left for k in range(start, stop)]
            theirs = [k for _, start, stop in right for k in range(start, stop)]
            for k in range(max(len(ours), len(theirs))):
                i = ours[min(k, len(ours) - 1)] if ours else i
                j = theirs[min(k, len(theirs) - 1)] if theirs else j
                pairs.append((i, j))
    return pairs
