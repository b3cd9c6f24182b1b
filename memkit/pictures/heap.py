"""A list of requests through one allocator, moment by moment, and a picture of each moment.

owner    who has a block: its name and the bytes asked for
taken    where the block of this request lies: what two allocators may differ in
chain    the free blocks in the order of the list, which is the order of the search

internal   the share of the live blocks' bytes that nobody asked for: headers and rounding
external   the share of the free bytes that one request cannot have: 1 - largest / all
"""

from typing import NamedTuple

from memkit.checks import hex, plural, size
from memkit.malloc import Buddy, FreeList
from memkit.malloc.textbook.freelist import external_fragmentation, internal_fragmentation
from memkit.trace import Step, record

LISTED = {
    "address": "by address",
    "size+": "smallest first",
    "size-": "largest first",
    "front": "last freed first",
    "back": "last freed last",
}


class Moment(NamedTuple):
    """One step of one request. `owners`: block address -> (name, bytes asked for)."""

    request: int
    event: str
    words: str
    state: object
    owners: dict
    at: int | None  # the block that this moment is about
    taken: int | None
    refused: tuple  # names for which there was no room
    looked: tuple  # (blocks looked at by this request, and by all so far)


class Run(NamedTuple):
    """One allocator and its moments: a list for each request. `write`: how it shows addresses."""

    title: str
    note: str
    nbytes: int
    base: int
    moments: list
    write: callable = hex


def run_heap(requests, fit, order, coalesce, size, header=0, align=1):
    """Run [(name, bytes or None)]. ValueError where the region cannot be made."""
    if fit == "buddy":
        region = Buddy(size)
        title, note = "buddy system", "blocks of powers of two; buddies join"
        header = 0
    else:
        region = FreeList(size, 0, header, align, fit, order, coalesce)
        title = f"{fit} fit"
        joins = "neighbours join" if coalesce else "nothing is joined"
        note = f"list {LISTED[region.order]}; {joins}"
    moments, owners, places, refused, total = [], {}, {}, (), 0
    for k, (name, nbytes) in enumerate(requests):
        before = dict(owners)
        at, looked = None, 0
        with record(region) as steps:
            if nbytes is None:
                at = places.pop(name, None)
                if at is not None:
                    region.free(at + header)
                    owners.pop(at)
            else:
                address = region.malloc(nbytes)
                if address is None:
                    refused += (name,)
                else:
                    at = places[name] = address - header
                    owners[at] = (name, nbytes)
                looked = getattr(region, "searched", 0)
        total += looked
        head = f"Request {k + 1} of {len(requests)}"
        about = k, refused, (looked, total)
        if not steps:
            words = f"{head}: {name} never got a block: nothing to free."
            steps.append(_nothing(region))
            moments.append([_moment(steps[0], "nothing", words, before, None, None, about)])
            continue
        now = []
        for step in steps:
            event = "no room" if step.event in ("search", "none") and at is None else step.event
            words = f"{head}, {name}: {step}."
            known = before if step.event == "search" else owners
            now.append(_moment(step, event, words, dict(known), at, at, about))
        moments.append(now)
    return Run(title, note, region.size, region.base, moments)


def _nothing(region):
    """A moment in which the region does nothing."""
    with record(region) as steps:
        region.trace.emit("nothing", "")
    return steps[0]


def _moment(step, event, words, owners, at, taken, about):
    request, refused, looked = about
    if step.event == "split" and "looked_at" not in step.state._fields:
        at = step.detail["address"]  # a buddy that was split off
    return Moment(request, event, words, step.state, owners, at, taken, refused, looked)


def _blocks(moment):
    """All blocks by address, each as a dict for the picture."""
    state, about = moment.state, moment.at
    numbers, found = {}, None
    if moment.event in ("search", "no room"):
        numbers = {at: n for n, at in enumerate(getattr(state, "looked_at", ()), 1)}
        found = getattr(state, "found", None)
    blocks = []
    for at, nbytes in sorted((*state.free, *state.live)):
        live = (at, nbytes) in state.live
        name, asked = moment.owners.get(at, ("", nbytes)) if live else ("", nbytes)
        here = about is not None and at <= about < at + nbytes
        blocks.append(
            {
                "at": at - state.base,
                "size": nbytes,
                "live": live,
                "texts": [f"{name} · {size(asked)}", name] if live else [size(nbytes), str(nbytes)],
                "asked": asked,
                "name": name,
                "number": numbers.get(at, 0),
                "found": at == found,
                "touched": here if moment.event != "search" else at == found,
            }
        )
    return blocks


def _meters(moment):
    """Internal and external fragmentation, each a share with the sentence that says it."""
    sizes = [n for _, n in moment.state.live]
    asked = [moment.owners.get(at, ("", n))[1] for at, n in moment.state.live]
    free = [n for _, n in moment.state.free]
    internal = internal_fragmentation(sizes, asked)
    external = external_fragmentation(free)
    waste = sum(sizes) - sum(asked)
    inside = f"{size(waste)} of {size(sum(sizes))} in use nobody asked for"
    inside += " (hatched)" if waste else ""
    outside = f"largest free block {size(max(free, default=0))} of {size(sum(free))} free"
    told = (("internal", internal, inside), ("external", external, outside))
    return [
        {"name": f"{kind} fragmentation {100 * share:.0f} %", "share": share, "text": text}
        for kind, share, text in told
    ]


def list_words(free, write=hex):
    """The list [(address, bytes)] from its head on."""
    chain = [f"{write(at)} ({size(n)})" for at, n in free]
    return " → ".join(["list", *chain, "end"]) if chain else "list → end: nothing is free"


def heap_picture(run, moments, i):
    """Moment i of a side: blocks to scale, the list, what was looked at, the meters."""
    moment = moments[i]
    state, blocks = moment.state, _blocks(moment)
    listed = hasattr(state, "looked_at")
    place = {block["at"]: k for k, block in enumerate(blocks)}
    chain = [place[at - state.base] for at, _ in state.free] if listed else []
    looked, total = moment.looked
    meters = _meters(moment)
    count = f"{looked} looked at now, {total} in all" if listed else plural(len(blocks), "block")
    caption = (
        list_words(state.free, run.write)
        if listed
        else "one list for each size: nothing is searched"
    )
    if moment.refused:
        caption += f" · no room for {', '.join(moment.refused)}"
    words = [("address", "bytes", "what", "asked for", "looked at")]
    for block in blocks:
        what = f"block {block['name']}".strip() if block["live"] else "free"
        asked = size(block["asked"]) if block["live"] else ""
        words.append((run.write(run.base + block["at"]), size(block["size"]), what, asked,
                      block["number"] or ""))  # fmt: skip
    words += [(meter["name"], meter["text"], "", "", "") for meter in meters]
    words.append((count, caption, "", "", ""))
    ends = [block["at"] for block in blocks] + [run.nbytes]
    return {
        "kind": "heap",
        "step": i,
        "sentence": moment.words,
        "title": run.title,
        "note": run.note,
        "count": count,
        "size": run.nbytes,
        "blocks": blocks,
        "chain": chain,
        "listed": listed,
        "ticks": [[at, run.write(run.base + at)] for at in ends],
        "meters": meters,
        "caption": caption,
        "words": [[str(text) for text in line] for line in words],
    }


def in_step(runs):
    """The moments of each side, request by request equally many: who is done waits."""
    sides = [[] for _ in runs]
    for together in zip(*(run.moments for run in runs), strict=True):
        longest = max(map(len, together))
        for side, moments in zip(sides, together, strict=True):
            side += moments + moments[-1:] * (longest - len(moments))
    return sides


def told(sides):
    """The steps that the player moves among; their events are what "next" can jump to."""
    steps = []
    for moments in zip(*sides, strict=True):
        events = [moment.event for moment in moments]
        event = "no room" if "no room" in events else events[0]
        if event != "no room" and len({moment.taken for moment in moments}) > 1:
            event = "they differ"
        steps.append(Step(event, {}, moments))
    return steps
