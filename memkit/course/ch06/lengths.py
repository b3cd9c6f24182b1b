"""How long a thread's list is under slow start."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import RESERVED
from memkit.pictures.tcmalloc import CACHED, list_row

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import at_the_end, room

SHOWN = 16  # calls whose lists stand in a line
MOST = 200  # objects marked one by one
CALL = {"m": "malloc", "f": "free"}


class Call(NamedTuple):
    """A call, what it moved between the lists, and what the thread's list is after it."""

    call: str
    moved: int
    overages: int
    length: int
    most: int


def rule(
    calls,
    batch,
    patience,
    *,
    slow=True,
    capped=True,
    grown="after",
    grows="a miss",
    stops=True,
    uses=1,
    full=0,
    back="batch",
    grows_back=True,
    late=1,
    again=True,
    resets=False,
    to_batch=False,
    shrinks=True,
    beyond=1,
):
    """The list after each call; `capped`: it fetches at most a batch, `stops`: it grows by 1 below
    `batch` only, `late`: how far above `batch` it is too long."""
    length, most, overages = 0, 1, 0
    for call in calls:
        moved = counted = 0
        if call == "m":
            missed = not length
            if missed:
                if grown == "before":
                    most += 1 if most < batch else batch
                moved = length = (min(most, batch) if capped else most) if slow else batch
            if grown == "after" and (missed or grows == "all"):
                most += 1 if most < batch or not stops else batch * beyond
            length -= uses if missed else 1
        else:
            length += 1
            if length + full > most:
                moved = min(length, {"batch": batch, "all": length}.get(back, length - most))
                length -= moved
                if most < batch:
                    most += grows_back
                elif most >= batch + late:
                    overages += 1
                    counted = overages
                    if shrinks and (overages % patience == 0 if again else overages == patience):
                        most = batch if to_batch else most - batch
            elif resets:
                overages = 0
        yield Call(call, moved, counted, length, most)


answer = at_the_end("length", "most")

FETCH = "it first fetches as many objects as `most` says, but at most `batch`"
GROWS = "Then `most` grows, by 1 if it was below `batch`, else by `batch`"
USES = "The malloc uses one object"
BACK = "`batch` objects go back (or all, if there are fewer)"
LONGER = "If there are now more than `most`"
AFTER = "if `most` is below `batch`, it grows by 1"
SHRINKS = "each `patience`-th time that happens `most` shrinks by `batch`"
IDEAS = (
    Idea(
        "whole_batches",
        """fetching a whole batch of {batch} at once. A list fetches no more than it may hold, and
        at first that is 1.""",
        FETCH,
        slow=False,
    ),
    Idea(
        "grows_at_hits",
        "letting the list grow at every malloc. It grows where it was empty, and only there.",
        "If the list is empty, " + FETCH,
        grows="all",
    ),
    Idea(
        "keeps_them_all",
        "keeping all that was fetched. One of the objects goes to the program.",
        USES,
        uses=0,
    ),
    Idea(
        "all_go_back", "giving the whole list back. Only a batch of {batch} goes.", BACK, back="all"
    ),
    Idea(
        "never_shrinks",
        """never shrinking. A list above {batch} loses a batch each `patience`-th time that it was
        too long.""",
        SHRINKS,
        shrinks=False,
    ),
    Idea(
        "fetches_most",
        "fetching all that the list may hold. It fetches at most a batch of {batch}.",
        FETCH,
        capped=False,
    ),
    Idea(
        "grows_first",
        "growing before the fetch. It fetches what `most` was, and then `most` grows.",
        GROWS,
        grown="before",
    ),
    Idea(
        "grows_by_one",
        "growing by 1 at each fetch. From {batch} on it grows by a batch of {batch}.",
        GROWS,
        stops=False,
    ),
    Idea(
        "never_grows",
        "never growing at a fetch. Each fetch lets the list hold more.",
        GROWS,
        grown="never",
    ),
    Idea(
        "full_is_too_long",
        "giving back when the list is as long as it may be. It must be longer than that.",
        LONGER,
        full=1,
    ),
    Idea(
        "only_the_rest",
        "giving back only what is too many. A whole batch of {batch} goes, or all there is.",
        BACK,
        back="rest",
    ),
    Idea(
        "grows_at_mallocs_only",
        "growing at mallocs only. Below {batch} it grows as well when objects go back.",
        AFTER,
        grows_back=False,
    ),
    Idea(
        "a_batch_is_too_long",
        "counting too early, from {batch} on. The list is too long only above {batch}.",
        "if it is above `batch`, the list was *too long*",
        late=0,
    ),
    Idea(
        "shrinks_once",
        "shrinking once only. It shrinks again and again, each `patience`-th time.",
        SHRINKS,
        again=False,
    ),
    Idea(
        "in_a_row",
        "counting only times in a row. They add up, whatever happens between them.",
        SHRINKS,
        resets=True,
    ),
    Idea(
        "shrinks_to_a_batch", "shrinking to a batch. It shrinks by {batch}.", SHRINKS, to_batch=True
    ),
    Idea(
        "stays_at_a_batch",
        "no growth beyond a batch. From {batch} on each fetch adds a batch of {batch}.",
        GROWS,
        beyond=0,
    ),
)


def case(random):
    calls = "".join(
        random.choice("mf") * random.randint(1, 12) for _ in range(random.randint(1, 7))
    )
    return calls, random.randint(2, 5), random.randint(1, 3)


def domain(calls, batch, patience):
    return calls and set(calls) <= {"m", "f"} and 2 <= batch <= 5 and 1 <= patience <= 3


# The scene


def _what(moment, batch, patience):
    call, moved, overages, length, _ = moment
    if call == "m" and not moved:
        return "the list has one"
    if call == "m":
        return f"the list is empty and fetches {moved}, of which the program gets one"
    if not moved:
        return "one object more"
    what = f"{plural(length + moved, 'object')} would be too many, so {moved} go back"
    return what + (f"; too long {plural(overages, 'time')} of {patience}" if overages else "")


def scene(says, moments, calls, batch, patience):
    """What the answer says is in the list after each call; why, where it is right."""
    before, allowed = 0, 1
    for i, (moment, (length, most)) in enumerate(zip(moments, says, strict=True)):
        right = (length, most) == (moment.length, moment.most)
        new = range(max(0, min(before, length)), min(MOST, max(before, length)))
        listed = " · ".join(f"{n:,} of {m:,}" for n, m in says[max(0, i + 1 - SHOWN) : i + 1])
        told = f"{plural(length, 'object')}, {most:,} allowed"
        was = f"{plural(before, 'object')}, {allowed:,} allowed"
        moved = moment.moved if right else 0
        way = "fetched" if moment.call == "m" else "given back"
        why = f" {_what(moment, batch, patience)}; then" if right else ""
        asked = pictures.row(RESERVED, beside="is not asked")
        if moved:
            asked = pictures.row(CACHED * moved, touched=[(0, moved)], beside=f"{moved} {way}")
        elif not right:
            asked = pictures.row(RESERVED, beside="what moved is not known")
        here = pictures.row(
            calls, caption=f"in the list after each call: {listed}", touched=[(i, i + 1)], big=True
        )
        lists = [
            list_row(before, allowed, f"before: {was}"),
            list_row(length, most, f"after: {told}", new),
        ]
        yield drawn(
            i,
            f"call {i + 1}, {CALL[moment.call]}:{why} {told}.",
            pictures.floor("frames", "calls", "m: malloc, f: free", [here]),
            pictures.floor(
                "mcache",
                "thread cache",
                "hatched: objects, dashed: as many more are allowed",
                lists,
            ),
            pictures.floor("mcentral", "central free list", f"a batch is {batch}", [asked]),
        )
        before, allowed = length, most


lengths = room(
    __name__,
    "a list under slow start",
    edges=(
        ("m", 3, 2),
        ("mm", 3, 2),
        ("mmm", 3, 2),
        ("ff", 3, 2),
        ("fff", 2, 1),
        ("mmmmmm", 2, 1),
        ("mmmmmmffffff", 2, 1),
        ("ffmffff", 2, 2),
        ("mmffffmfff", 2, 2),
        ("mmffffmmmmffffff", 2, 2),
        ("mmmmmmffffffffffff", 2, 2),
        ("mmmmmmmmmmffffffffffffffffff", 2, 2),
        ("mmmmmmmmmmmffffffffffffffffffffffffff", 2, 1),
    ),
    along="calls",
)
