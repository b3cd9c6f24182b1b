"""A region of addresses around some blocks, drawn as the chapter's heap, in decimal addresses."""

from typing import NamedTuple

from memkit.checks import plural
from memkit.pictures.heap import Moment, Run, heap_picture, list_words

MOST = 12  # entries of an answer's list that are shown


class Region(NamedTuple):
    """What heap_picture asks of the state of a region."""

    free: list
    live: list
    base: int
    looked_at: tuple
    found: int | None


class Heap:
    """The addresses around some blocks; what none of them has is in use."""

    def __init__(self, title, note, blocks):
        self.title, self.note = title, note
        self.base = min(at for at, _ in blocks)
        self.end = max(map(sum, blocks))
        edges = sorted((*((at, at + n) for at, n in blocks), (self.end, self.end)))
        gaps = zip(edges, edges[1:], strict=False)
        self.used = [(stop, start - stop) for (_, stop), (start, _) in gaps if start > stop]

    def picture(self, sentence, free, live=(), at=None, looked=None, found=None, count=""):
        """free: the list, of which the part that lies here is drawn; live: {block: its name}."""
        drawn = self._inside(free)
        names = dict.fromkeys(self.used, "in use") | {
            block: name for one, name in dict(live).items() for block in self._inside([one])
        }
        owners = {start: (name, nbytes) for (start, nbytes), name in names.items()}
        event = "free" if looked is None else "search"
        state = Region(drawn, list(names), self.base, tuple(looked or ()), found)
        moment = Moment(0, event, sentence, state, owners, at, at, (), (0, 0))
        run = Run(self.title, self.note, self.end - self.base, self.base, [], str)
        shown = heap_picture(run, [moment], 0)
        listed = list_words(free[:MOST], str) + (" ..." if len(free) > MOST else "")
        words = [line for line in shown["words"] if len(line[0]) and "fragmentation" not in line[0]]
        words[-1] = [count or plural(len(free), "free block"), listed, "", "", ""]
        return shown | {"meters": [], "count": count, "caption": listed, "words": words}

    def _inside(self, blocks):
        cut = [(max(at, self.base), min(at + n, self.end)) for at, n in blocks[:MOST]]
        return [(start, stop - start) for start, stop in cut if start < stop]


def listed(entries):
    said = ", ".join(f"({at}, {n})" for at, n in entries[:MOST])
    return (said or "nothing") + (" ..." if len(entries) > MOST else "")
