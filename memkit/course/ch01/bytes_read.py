"""How many bytes a run reads from disk."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import size
from memkit.pictures.language import IN_USE, RESERVED
from memkit.pictures.overlays import tree_rows

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.counted import amount_bar
from ..scenes.floors import drawn
from ..task import at_the_end, room
from .plan import CHAIN, lifted, listed, path, plan, program, sound


class Call(NamedTuple):
    """What a call loads, what is in memory after it, and the bytes read so far."""

    loads: list
    resident: list
    total: int


def rule(
    sizes, parents, calls, *, start=1, keeps=True, over="all", forgets=0, alone=False, again=None
):
    """Call by call; `over`: what a load overwrites, "all", a "level" or nothing; `again`: from
    here on a path is read whole."""
    resident = [next(iter(parents))]
    total = start * sizes[resident[0]]
    for name in calls:
        way = path(parents, name)
        loads = [m for m in way if m not in (resident if keeps else way[:1])]
        loads = loads[-1:] if alone else loads
        loads = way[again:] if loads and again is not None else loads
        total += sum(sizes[module] for module in loads)
        if loads or forgets:
            resident = way + {"all": [], "level": resident[len(way) :]}.get(over, resident)
        yield Call(loads, resident[:], total)


answer = at_the_end("total")

READ = "The root (the first key of `parents`) is read when the program starts"
AGAIN = "A module that is in memory is not read again"
MISSING = "A call reads what is missing on the path to its module"
OVER = "a load overwrites all modules that are not on its path"
IDEAS = (
    Idea("without_the_root", "leaving out the root. It is read at the start.", READ, start=0),
    Idea(
        "every_call_loads",
        "reading a module at each call. It may still be there from the last time.",
        AGAIN,
        keeps=False,
    ),
    Idea(
        "never_overwritten",
        "reading each module once. What was overwritten must be read again.",
        OVER,
        over="nothing",
    ),
    Idea(
        "overwrites_a_level",
        "overwriting only what lies at the same level. What lies behind that goes as well.",
        OVER,
        over="level",
    ),
    Idea(
        "forgets_what_is_below",
        "forgetting what lies behind a called module. If nothing is loaded, it all stays.",
        OVER,
        forgets=1,
    ),
    *(
        Idea(
            name,
            "reading the whole path to a missing module. A part of it is in memory already.",
            AGAIN,
            again=start,
        )
        for name, start in (("whole_path_again", 0), ("whole_path_but_the_root", 1))
    ),
    Idea(
        "reads_the_called_only",
        "reading only the called module. What is missing on its path is read, too.",
        MISSING,
        alone=True,
    ),
)


def case(random):
    parents = plan(random)
    sizes = {name: random.randint(1, 60) for name in parents}
    names = list(parents)[1:]
    return sizes, parents, [random.choice(names) for _ in range(random.randint(1, 8))]


def domain(sizes, parents, calls):
    """A plan, and calls of other modules than the root."""
    return (
        sound(parents)
        and list(sizes) == list(parents)
        and min(sizes.values()) > 0
        and calls
        and set(calls) <= set(list(parents)[1:])
    )


def simpler(sizes, parents, calls):
    """A module less."""
    for other in lifted(parents):
        yield {name: sizes[name] for name in other}, other, calls


def scene(says, moments, sizes, parents, calls):
    """Memory after each call as it is, and how many bytes the answer has read by then."""
    whole = program(parents, sizes)
    most = moments[-1].total + whole.total
    for i, ((loads, resident, total), now) in enumerate(zip(moments, says, strict=True)):
        rows = tree_rows(
            whole,
            lambda name, here=resident: IN_USE if name in here else RESERVED,
            lambda name: f"{name} {size(sizes[name])}",
            loads,
        )
        why = f", {listed(loads)} must be read" if loads else ", and nothing must be read"
        start = f"{whole.root} is read at the start; " if not i else ""
        said = f"{start}{calls[i]} is called{why if now == total else ''}"
        note = "filled: in memory, dashed: on disk"
        read = amount_bar(total, now, most, "must be read", write=claimed.size)
        yield drawn(
            i,
            f"{said}: {claimed.size(now)} so far.",
            pictures.floor("space", "overlays: the tree", note, rows),
            pictures.floor("disk", "read from disk", "by the run", [read]),
        )


TENS = {name: 10 * i for i, name in enumerate(CHAIN, start=1)}

bytes_read = room(
    __name__,
    "what a run reads",
    edges=tuple(
        (TENS, CHAIN, calls)
        for calls in (["b"], ["c"], ["b", "b"], ["b", "d", "b"], ["c", "b", "c"], ["c", "d", "c"])
    )
    + (({"c": 10, "a": 20, "b": 30}, {"c": None, "a": "c", "b": "c"}, ["b"]),),
    along="calls",
)
