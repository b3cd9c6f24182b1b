"""Chapter 07: marking from the roots, blocks under pointers, a heap that fills up, calls and locks.

Objects and pointers are drawn as CollectorView draws them, lists of threads as TCMallocView does.
"""

from memkit.trace import hex, plural, size
from memkit.widgets import pictures
from memkit.widgets.answers.counted import amount_bar, counted_row, lanes, told
from memkit.widgets.answers.marking import marking
from memkit.widgets.collector import CollectorGrid
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.widgets.tcmalloc import list_row
from memkit.widgets.tiers import floor_words

GRIDS = {"garbage": CollectorGrid}
WORD = 8  # bytes drawn behind the last block
UNITS = 40  # cells that the highest goal of a heap is wide
CYCLES = 2  # cycles of the heap drawn


def _drawn(i, sentence, floors):
    return pictures.picture(i, sentence, floors, floor_words(floors))


# 1. What the collector frees


def _some(objects, most=8):
    """object 1, objects 1 and 2."""
    names = [f"{number:,}" for number in objects]
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    if len(names) < 2:
        return f"object {names[0]}" if names else "no object"
    return f"objects {', '.join(names[:-1])} and {names[-1]}"


def garbage(answer, points_to, roots):
    return marking(answer, points_to, roots, str, _some)


# 2. What a slice keeps


def _blocks_row(blocks, kept, pointers):
    """Memory to scale: the blocks, filled if kept, and the place of the last of the pointers."""
    at, told = (pointers or [None])[-1], ", ".join(map(hex, pointers))
    first, end = blocks[0][0], sum(blocks[-1]) + WORD
    edges, parts = [*blocks, (end, 0)], []
    for (start, nbytes), (after, _) in zip(edges, edges[1:], strict=False):
        name = f"{hex(start)} {size(nbytes)}" if 8 * nbytes > end - first else ""
        look = IN_USE if (start, nbytes) in kept else FREE
        for begin, stop, what in (
            (start, start + nbytes, (look, name)),
            (start + nbytes, after, (NOTHING, "")),
        ):
            here = at is not None and begin <= at < stop and (at - begin) / (stop - begin)
            if begin < stop:
                parts.append((stop - begin, *what, here))
    return pictures.bar(parts, caption=f"pointers: {told}" if told else "")


def bytes_kept(answer, blocks, pointers):
    """A pointer at each step; what is kept beyond the bytes of the answer is hatched."""
    blocks, kept, total = list(map(tuple, blocks)), set(), 0
    for i, at in enumerate([*pointers, None]):
        if at is None:
            sentence = f"no pointer is left: {size(answer)} kept in all"
        else:
            sentence = f"{hex(at)} lies in no block"
            for start, nbytes in blocks:
                if start <= at < start + nbytes:
                    sentence = f"{hex(at)} keeps all the {size(nbytes)} from {hex(start)} on"
                    sentence += ", once more" if (start, nbytes) in kept else ""
                    kept.add((start, nbytes))
            total = sum(nbytes for _, nbytes in kept)
            sentence += f": {size(total)} kept so far"
            sentence += f", and the answer has only {size(answer)}" if total > answer else ""
        whole = sum(blocks[-1]) + WORD - blocks[0][0]
        row = amount_bar(total, answer, whole, "kept so far", ended=at is None)
        heap = [_blocks_row(blocks, kept, pointers[: i + 1])]
        floors = [
            pictures.floor("mheap", "blocks", "in memory, to scale; filled: kept", heap),
            pictures.floor("frames", "kept", "to the same scale", [row]),
        ]
        yield _drawn(i, f"{sentence}.", floors)


# 3. How often a heap is collected


def _cycle_row(number, live, heap, goal, most):
    """One cycle of the heap, to scale: what survived, what is new, what is left to the goal."""
    parts = [(live, IN_USE), (heap - live, THIRD), (goal - heap, RESERVED), (most - goal, NOTHING)]
    tail = [(UNITS * nbytes / most, look) for nbytes, look in parts]
    caption = f"cycle {number}: {size(live)} survived, {size(heap - live)} new, goal {size(goal)}"
    return pictures.row("", tail=tail, caption=caption, wide=True, high=28)


def collections(answer, live, total, gogc):
    """The heap fills up to its goal again and again; a collection beyond the answer is hatched."""
    least = (4 << 20) * gogc // 100
    most = max(least, live + live * gogc // 100)
    heap, goal, left, cycles, ended = 0, least, total, [], False
    while not ended:
        new = min(goal - heap, left)
        left -= new
        ended = heap + new < goal
        cycles.append((len(cycles) + 1, heap, heap + new, goal, most))
        number = len(cycles) - ended
        if ended:
            sentence = f"the last {size(new)} do not reach the goal of {size(goal)}: "
            sentence += f"{plural(answer, 'collection')} in all"
        else:
            heap = min(goal, live)
            sentence = f"{size(new)} more, and the goal of {size(goal)} is reached: "
            sentence += f"{told(number, answer, 'collection')}; {size(heap)} survive"
            goal = max(least, heap + heap * gogc // 100)
        floors = [
            pictures.floor(
                "space",
                "program",
                f"{size(total)} in all",
                [
                    pictures.row(
                        "",
                        tail=[
                            (UNITS * (total - left) / total, IN_USE),
                            (UNITS * left / total, FREE),
                        ],
                        caption=f"{size(total - left)} allocated so far",
                        wide=True,
                        high=28,
                    )
                ],
            ),
            pictures.floor(
                "mheap",
                "heap",
                "filled: survived, hatched: new, dashed: up to the goal",
                [_cycle_row(*cycle) for cycle in cycles[-CYCLES:]],
                f"GOGC {gogc}",
            ),
            pictures.floor(
                "frames",
                "collections",
                "",
                [counted_row([1] * number, answer, "collection", ended=ended)],
            ),
        ]
        yield _drawn(len(cycles), f"{sentence}.", floors)


# 4. Locks in TCMalloc and in Go


def locks(answer, requests, batch, slots, pages):
    """Both allocators serve each request; a lock for which the answer has no room is hatched."""
    threads = sorted(set(requests))
    held, fetch, free, cached = ({t: n for t in threads} for n in (0, 1, 0, 0))
    spans, taken = set(), ([], [])
    for i in range(len(requests) + 1):
        ended, at = i == len(requests), None
        if ended:
            counts = f"{plural(answer[0], 'lock')} in TCMalloc, {answer[1]:,} in Go"
            sentence = f"all requests are served: {counts}"
        else:
            at = requests[i]
            tc = "TCMalloc has one in the list"
            taken[0].append(not held[at])
            if not held[at]:
                tc = f"TCMalloc fetches {fetch[at]}, "
                held[at], fetch[at] = fetch[at], min(batch, fetch[at] + 1)
                tc += told(sum(taken[0]), answer[0], "lock")
            held[at] -= 1
            go = "Go has a slot"
            taken[1].append(not free[at] and not cached[at])
            if not free[at]:
                go = "Go makes a cached page a span"
                if taken[1][-1]:
                    go = f"Go fills the page cache, {told(sum(taken[1]), answer[1], 'lock')}"
                    cached[at] = pages
                cached[at], free[at] = cached[at] - 1, slots
                spans.add(at)
            free[at] -= 1
            sentence = f"request {i + 1}, thread {at}: {tc}; {go}"
        lists, heaps = [], []
        for t in threads:
            objects = f"thread {t}: {plural(held[t], 'object')}, next it fetches {fetch[t]}"
            lists.append(list_row(held[t], fetch[t], objects, (held[t],) if t == at else ()))
            used = slots - free[t] if t in spans else 0
            caption = f"P{t}: {free[t]} of {plural(slots, 'slot')} free"
            caption += f", {plural(cached[t], 'page')} cached"
            cells = IN_USE * used + FREE * free[t] if t in spans else RESERVED
            caption = caption if t in spans else f"P{t} has no span yet"
            touched = [(used - 1, used)] if t == at else []
            heaps.append(pictures.row(cells, caption=caption, touched=touched, high=28))
        lines = [
            counted_row(row, claim, "lock", len(requests), ended)
            for row, claim in zip(taken, answer, strict=True)
        ]
        calls = [(t, "m") for t in requests]
        note = "a request in each column"
        floors = [
            lanes(calls, i, note),
            pictures.floor(
                "mcache",
                "TCMalloc",
                "each thread's list; below, filled: a lock is taken",
                [lists, lines[0]],
            ),
            pictures.floor(
                "mheap", "Go", "each P's span; below, filled: a lock is taken", [heaps, lines[1]]
            ),
        ]
        yield _drawn(i, f"{sentence}.", floors)
