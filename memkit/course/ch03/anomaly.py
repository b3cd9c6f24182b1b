"""The proof of an anomaly: a larger memory that makes more faults, and where it does."""

from typing import NamedTuple

from memkit.checks import plural

from ..ideas import Idea
from ..task import at_the_end, room
from .sheet import FREE, KEPT, sheet

BELADY = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
LARGER = [1, 2, 3, 4, 5, 1, 2, 6, 1, 2, 3, 4, 5, 6]  # the same for 4 frames


class Use(NamedTuple):
    """Of the smaller memory and the larger one: pages, a miss, faults so far; the proof so far."""

    queues: tuple
    misses: list
    faults: tuple
    proof: tuple | None


def rule(
    refs,
    frames,
    *,
    lru=False,
    cold=True,
    start=0,
    small=True,
    order=1,
    last=False,
    least=1,
    fewer=0,
):
    """`cold`: first uses are faults, `least`: so many faults more are an anomaly."""
    frames -= fewer
    queues, faults, place = ([], []), [0, 0], None
    for t, page in enumerate(refs):
        misses = [page not in queue for queue in queues]
        for k, queue in enumerate(queues):
            faults[k] += misses[k] and (cold or page in refs[:t])
            if misses[k]:
                queue[:] = [*queue, page][-(frames + k) :] if frames + k else []
            elif lru:
                queue.append(queue.pop(queue.index(page)))
        if misses == [not small, small] and (place is None or last):
            place = t + start
        proof = (*faults[::order], place) if faults[1] >= faults[0] + least else None
        yield Use((queues[0][:], queues[1][:]), misses, tuple(faults), proof)


answer = at_the_end("proof")

MORE = "Does FIFO make more faults"
COLD = "First uses are faults too"
BOTH = "the faults with `frames` frames, the faults with one more"
FIRST = "first place (from 0) at which the smaller memory hits and the larger faults"
IDEAS = (
    # That none is found is all that can be seen, with whatever policy.
    Idea(
        "never_one",
        "never finding an anomaly. Under LRU there is none; under FIFO a hit changes nothing.",
        MORE,
        lru=1,
    ),
    Idea("first_uses_free", "not counting first uses. They are faults as well.", COLD, cold=False),
    Idea("places_from_one", "counting places from 1. The first one is place 0.", FIRST, start=1),
    Idea(
        "the_other_way", "giving a hit of the larger memory. The smaller must hit.", FIRST, small=0
    ),
    Idea("the_last_place", "giving the last such place. The first one is asked.", FIRST, last=True),
    Idea("larger_first", "turning the two round. The smaller's faults come first.", BOTH, order=-1),
    Idea(
        "one_frame_fewer",
        "asking about `frames - 1` and `frames`. Asked is {frames} and one more.",
        "with `frames + 1` frames than with `frames`",
        fewer=1,
    ),
    Idea("as_many", "taking as many faults for an anomaly. There must be more.", MORE, least=0),
)


def case(random):
    """Belady's string, or a longer one for 4 frames, renamed and disturbed."""
    frames = random.choice((3, 3, 3, 4))
    names = random.sample(range(1, 10), 6)
    refs = [names[page - 1] for page in (BELADY if frames == 3 else LARGER)]
    for _ in range(random.choice((0, 1, 2, 3))):
        refs.insert(random.randint(0, len(refs)), random.choice(names))
    return refs, frames


def domain(refs, frames):
    return refs and min(refs) >= 1 and 1 <= frames <= 4


def scene(says, moments, refs, frames):
    """Both memories as they are; the answer names the place, and at the end the two counts."""
    place = says[2] if says else None
    for i, (page, use) in enumerate(zip(refs, moments, strict=True)):
        rows = []
        for k, name in enumerate(("small", "large")):
            for at in range(frames + k):
                cells = []
                for one, then in zip(refs, moments[: i + 1], strict=False):
                    held = then.queues[k][at : at + 1]
                    look = FREE if not held else "used" if held == [one] else KEPT
                    cells.append((str(held[0]) if held else "", look))
                own = use.queues[k][at : at + 1] == [page] and not use.misses[k]
                rows.append((f"{name} {at + 1}", cells, "", own))
        said = " and ".join(
            f"{'fault' if lost else 'hit'} with {plural(frames + k, 'frame')}"
            for k, lost in enumerate(use.misses)
        )
        said += "; this place is named as the proof" if place == i else ""
        if i == len(refs) - 1:
            claim = "no anomaly" if says is None else f"faults {says[0]} and {says[1]}"
            said += f". The answer: {claim}"
            said += f", place {place}" if says and place not in range(len(refs)) else ""
        yield sheet(
            i,
            "two memories",
            f"place {i}, page {page}: {said}.",
            ["page", "", "proof"],
            refs,
            rows,
            out=["▲" if t == place else "" for t in range(i + 1)],
            note="FIFO, first loaded first",
            count=f"{use.faults[0]} and {plural(use.faults[1], 'fault')}",
        )


anomaly = room(
    __name__,
    "the proof of an anomaly",
    edges=(
        ([1], 3),
        ([1, 2, 3, 1], 2),
        ([1, 2, 3, 4], 3),
        (BELADY, 3),
        (BELADY, 2),
        (BELADY, 4),
        (BELADY * 2, 3),
    ),
)
