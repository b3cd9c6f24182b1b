"""Chapter 05: a freed block joins its neighbours, a fit between first and best, a diagnosis.

Blocks are drawn as the chapter's heap, programs as its ward. Addresses are decimal, as the tasks
and what `check` says have them.
"""

from typing import NamedTuple

from memkit.trace import plural, size
from memkit.widgets.heap import HeapGrid
from memkit.widgets.heap_run import Moment, Run, heap_picture, list_words
from memkit.widgets.ward import PER_LINE, WardGrid

GRIDS = {"coalesce": HeapGrid, "take": HeapGrid, "diagnose": WardGrid}
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


def _listed(entries):
    said = ", ".join(f"({at}, {n})" for at, n in entries[:MOST])
    return (said or "nothing") + (" ..." if len(entries) > MOST else "")


def coalesce(answer, free, block):
    """Is a free block below, is one above, and then the list: the answer's entry tells."""
    start, stop = block[0], sum(block)
    heap = Heap("the region", f"{size(block[1])} at {start} are freed", [*free, block])
    yield heap.picture(f"the block at {start}, {size(block[1])}, is freed.", free,
                       {block: "freed"}, start)  # fmt: skip
    holding = (one for one in answer if one[0] <= start and stop <= sum(one))
    joined = next(holding, None)
    rest = list(free)
    if joined:
        for side, edge, part in (
            ("below", joined[0], (joined[0], stop - joined[0])),
            ("above", sum(joined), joined),
        ):
            own, ends, other = (start, 1, 0) if side == "below" else (stop, 0, 1)
            near = next((one for one in free if (one[0], sum(one))[ends] == own), None)
            fact = f"no free block {'ends' if ends else 'begins'} at {own}"
            far = own
            if near:
                far = (near[0], sum(near))[other]
                fact = f"a free block of {size(near[1])} {'ends' if ends else 'begins'} at {own}"
            does = "begins" if ends else "ends"
            claim = f"the joined block {does} at {edge}" if edge != own else "nothing joins"
            if near and edge == far:
                rest.remove(near)
            so = ", so" if edge == far else ", yet"
            yield heap.picture(f"{side}: {fact}{so} {claim}.", [part, *rest], {}, start)
    said = f"the list is {_listed(answer)}"
    if joined is None:
        said += ", and no entry holds what was freed"
    elif answer[0] == joined:
        said += ", the freed block at its front"
    spans = sorted((at, at + n) for at, n in answer)
    if any(right[0] < left[1] for left, right in zip(spans, spans[1:], strict=False)):
        said += "; two entries share bytes"
    yield heap.picture(f"{said}.", answer, {}, start)


def take(answer, free, need, k, least):
    """The search as the rule makes it; which block goes, how much of it, and the list: as told."""
    heap = Heap(f"{size(need)} are wanted", f"the smallest of the first {k} that fit", free)
    fits, looked, count = [], [], ""
    for at, nbytes in free:
        looked.append(at)
        if nbytes >= need:
            fits.append((at, nbytes))
        count = f"{len(looked)} looked at, {len(fits)} of {k} fit"
        fact = f"{plural(len(fits), 'block')} of {k}" if nbytes >= need else "too small"
        yield heap.picture(f"the search looks at {at}: {size(nbytes)}, {fact}.", free, {}, None,
                           looked, None, count)  # fmt: skip
        if len(fits) == k:
            break
    best = min(fits, key=lambda one: one[1], default=None)
    fact = "none is large enough"
    if best:
        equal = sum(one[1] == best[1] for one in fits) > 1
        fact = f"the {'first of the ' if equal else ''}smallest of the {len(fits)} seen that fit: "
        fact = fact if len(fits) > 1 else "the only one seen that fits: "
        fact += f"{size(best[1])} at {best[0]}"
    at = answer and answer[0]
    so = ", so" if at == (best and best[0]) else ", yet"
    nbytes = dict(free).get(at)
    gone = "nothing is taken" if at is None else f"the one at {at} is taken"
    if at is not None and nbytes is None:
        gone = f"{at} is taken, where no free block begins"
    yield heap.picture(f"{fact}{so} {gone}.", free, {}, None, looked, at, count)
    if answer is None:
        return
    _, went, after = answer
    left = [(a, n) for a, n in free if a != at]
    said = f"{size(went) if went >= 0 else f'{went} B'} go from {at} on"
    if nbytes is not None:
        rest = nbytes - need
        fact = f"beyond the {size(need)} there are {rest} B"
        enough = f"a block needs {least}" if rest else "nothing to split off"
        so = ", so" if went == (need if rest >= least else nbytes) else ", yet"
        if rest < 0:
            fact, enough, so = f"{at} has {size(nbytes)}", "too small", ", yet"
        said = f"{fact}, {enough}{so} {went} B go"
        if went < nbytes:
            place = free.index((at, nbytes))
            left.insert(place, (at + went, nbytes - went))
    taken = {(at, went): "taken"}
    yield heap.picture(f"{said}.", left, taken, at, None, None, count)
    yield heap.picture(
        f"the list afterwards: {_listed(after)}.", after, taken, at, None, None, count
    )


def diagnose(answer, operations):
    """Operation by operation, until the answer says that one is at fault; a leak at the end."""
    disease, place = answer or ("", None)
    blocks = {}  # address -> a Block; one that was freed stays until its place is used again
    for i, (verb, address, n) in enumerate(operations):
        fact, touched = _do(blocks, i, verb, address, n)
        at_fault = place == i and disease != "leak"
        claim = disease[:40] or "nothing" if at_fault else "nothing is wrong"
        said = f"{i}: {_code(verb, address, n)}, {fact}: {claim}."
        report = f"{claim} at operation {i}" if at_fault else "nothing so far"
        yield _ward(operations, i, said, blocks, touched, report, i if at_fault else None)
        if at_fault:
            return
    lost = [block for block in blocks.values() if block.freed is None]
    first = min((block.by for block in lost), default=None)
    fact = "all blocks are freed"
    if lost:
        fact = f"{plural(len(lost), 'block')} never freed, the first malloc of these is {first}"
    claim = "no disease"
    if answer is not None:
        claim = f"{disease[:40] or 'nothing'}, operation {place:,}"
        claim += "" if 0 <= place < len(operations) else ", which is not in the program"
    touched = {at for b in lost if b.by == place for at in range(b.at, b.at + len(b.letters))}
    yield _ward(operations, None, f"the end, {fact}: {claim}.", blocks, touched, claim, place)


class Block:
    """by, freed: the operations that did it. letters: u never written, i written, f freed."""

    def __init__(self, at, n, by):
        self.at, self.by, self.freed, self.letters = at, by, None, ["u"] * n

    @property
    def end(self):
        return self.at + len(self.letters)

    def label(self):
        freed = "" if self.freed is None else f", freed by {self.freed}"
        return f"{size(len(self.letters))} at {self.at}, allocated by {self.by}{freed}"


def _do(blocks, i, verb, address, n):
    """Do one operation as far as it goes -> what is the case, the bytes that it touches."""
    live = [b for b in blocks.values() if b.freed is None]
    if verb == "malloc":
        for at in [b.at for b in blocks.values() if b.at < address + n and address < b.end]:
            del blocks[at]
        blocks[address] = Block(address, n, i)
        return "a new block", set(range(address, address + n))
    if verb == "free":
        block = next((b for b in live if b.at == address), None)
        if block is None:
            return "where no live block begins", {address}
        block.freed, block.letters = i, ["f"] * len(block.letters)
        return f"the block that {block.by} got", set(range(block.at, block.end))
    used = set(range(address, address + n))
    block = next((b for b in blocks.values() if b.at <= address < b.end), None)
    if block is None:
        return "where no block is or was", used
    if block.freed is not None:
        return f"in the block that {block.freed} has freed", used
    inside = range(address - block.at, min(address + n, block.end) - block.at)
    unread = sum(block.letters[k] == "u" for k in inside)
    fact = f"in the block that {block.by} got"
    if address + n > block.end:
        fact = f"{address + n - block.end} B of it behind the block that {block.by} got"
    elif verb == "read" and unread:
        fact += f", {unread} B of it never written"
    if verb == "write":
        for k in inside:
            block.letters[k] = "i"
    return fact, used


def _code(verb, address, n):
    if verb == "malloc":
        return f"malloc({n}) = {address}"
    return f"free({address})" if verb == "free" else f"{verb}({address}, {n})"


def _ward(operations, i, sentence, blocks, touched, report, sick):
    """A picture of ward.js after operation i (None: the end); bytes of no block have a row."""
    lines = [_code(*operation) for operation in operations]
    code = [
        {"text": line, "now": k == i, "ran": i is None or k <= i, "sick": k == sick}
        for k, line in enumerate(lines)
    ]
    shown, left = [], set(touched)
    for block in sorted(blocks.values(), key=lambda block: block.at):
        marks = [at - block.at for at in sorted(touched) if block.at <= at < block.end]
        left -= set(range(block.at, block.end))
        letters = "".join(block.letters)
        shown.append({"label": block.label(), "letters": letters, "touched": marks})
    if left:
        label = f"no block: {min(left)} to {max(left)}"
        shown.append({"label": label, "letters": "-" * len(left), "touched": [*range(len(left))]})
    words = [("what", "now"), *((f"operation {k}", line) for k, line in enumerate(lines))]
    words += [(one["label"], one["letters"]) for one in shown] + [("report", report)]
    return {
        "sentence": sentence, "code": code, "first": 0, "ended": i is None, "blocks": shown,
        "per": PER_LINE, "note": "u never written · i written · f freed · - no block",
        "score": "", "report": report, "told": True, "found": sick is not None,
        "words": [list(line) for line in words],
    }  # fmt: skip
