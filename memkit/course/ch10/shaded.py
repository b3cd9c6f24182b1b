"""What a write barrier shades: each of the three that are in use."""

from typing import NamedTuple

from ..ideas import Idea
from ..task import at_the_end, room
from .collection import listed, sheet

SEES = {
    "deletion": "the overwritten pointer",
    "insertion": "the new pointer",
    "hybrid": "the overwritten pointer, then the new one",
}


class Write(NamedTuple):
    """What a slot held, all slots after the write, and what has turned grey by then."""

    old: str | None
    slots: dict
    grey: list


def rule(
    barrier, slots, marked, writes, *, kind="", once=1, follow=1, turn=1, white=1, nil=0, swap=0
):
    """`kind`: of the barrier, always, `once`: what is shaded is marked, `follow`: the writes."""
    other = {"deletion": "insertion", "insertion": "deletion"}
    barrier = other.get(barrier, barrier) if swap else barrier
    now, done, grey = dict(slots), set(marked if white else ()), []
    for slot, value in writes:
        old = now[slot]
        if follow:
            now[slot] = value
        both = [old, value][::turn]
        for name in {"deletion": [old], "insertion": [value], "hybrid": both}[kind or barrier]:
            if (name is not None or nil) and name not in done:
                grey.append(name)
                done.update([name] * once)
        yield Write(old, dict(now), grey[:])


answer = at_the_end("grey")

NEW = '`"insertion"` the new one'
OLD = '`"deletion"` shades the pointer that is overwritten'
BOTH = '`"hybrid"` the overwritten one and then the new one'
MARKED = "`marked` which objects are grey or black already"
GREY = "Return the objects that turn grey, in order"
EACH = "one after the other"
IDEAS = (
    Idea("new_ones_always", "shading new ones always. Only insertion does.", OLD, kind="insertion"),
    Idea("old_ones_always", "shading old ones always. Only deletion does.", NEW, kind="deletion"),
    Idea("both_always", "shading both pointers always. Only hybrid does.", NEW, kind="hybrid"),
    Idea("swapped", "taking deletion for insertion, and it for deletion.", OLD, swap=1),
    Idea("new_first", "shading the new pointer first. The old one comes first.", BOTH, turn=-1),
    Idea("grey_twice", "shading an object twice. What is shaded is marked then.", GREY, once=0),
    Idea("marked_again", "shading what is marked already. It stays as it is.", MARKED, white=0),
    Idea("shades_nil", "shading nil. It is no object.", "`None` is nil", nil=1),
    Idea("first_content", "taking what a slot held first. Each write changes it.", EACH, follow=0),
)


def case(random):
    names = "ABCDEF"[: random.choice((3, 4, 6))]
    held = [*names, None]
    keys = ("s0", "s1", "s2", "s3")[: random.choice((1, 2, 4))]
    slots = {key: random.choice(held) for key in keys}
    writes = [(random.choice(keys), random.choice(held)) for _ in range(random.choice((1, 2, 4)))]
    marked = random.sample(names, random.choice((0, 0, 1, 2)))
    return random.choice(tuple(SEES)), slots, marked, writes


def domain(barrier, slots, marked, writes):
    names = {*slots.values(), *marked, *(value for _, value in writes)} - {None}
    return (
        barrier in SEES and writes and names <= {*"ABCDEF"} and all(k in slots for k, _ in writes)
    )


# The scene


def scene(says, moments, barrier, slots, marked, writes):
    """Slots and writes are as they are; which objects turn grey, the answer says."""
    names = sorted({*slots.values(), *marked, *(value for _, value in writes)} - {None})
    for i, (queue, before, moment) in enumerate(zip(says, [[], *says], moments, strict=False)):
        (slot, value), old = writes[i], moment.old
        added = queue[: len(before)] == before
        shades = queue[len(before) :] if added else queue
        nodes = []
        for name in names:
            times = queue.count(name)
            look = "grey" if times else "black" if name in marked else "white"
            word = "twice" if times + (name in marked) > 1 else look
            nodes.append({"name": name, "look": look, "word": word, "touched": name in shades})
        rows = [[f"{key} → {to or 'nil'}", to or ""] for key, to in moment.slots.items()]
        boxes = ((f"{slot} held", [[old or "nil", old or ""]], True), ("slots", rows, False))
        sentence = f"{slot} held {old or 'nil'} and gets {value or 'nil'}: "
        sentence += f"the barrier shades {listed(shades[:8])}" if added else ""
        sentence += "" if added else f"grey is by now {listed(shades[:8])}"
        again = [node["name"] for node in nodes if node["touched"] and node["word"] == "twice"]
        sentence += f", though {listed(again)} was marked by then" if again else ""
        strange = [name for name in shades[:8] if name not in names]
        sentence += f"; no object is called {listed(strange)}" if strange else ""
        waits = [str(name) for name in queue[:40]]
        words = [("what", "now"), (f"{slot} held", old or "nil")]
        words += [(f"slot {key}", to or "nil") for key, to in moment.slots.items()]
        words += [("queue", ", ".join(waits) or "empty")]
        words += [(node["name"], node["word"]) for node in nodes]
        roots = [
            {"title": title, "said": "", "rows": rows, "touched": touched}
            for title, rows, touched in boxes
        ]
        yield sheet(
            i,
            f"{sentence}.",
            words,
            barrier=barrier,
            queue=waits,
            roots=roots,
            nodes=nodes,
            caption=f"{barrier}: shades {SEES[barrier]}, unless it is nil or marked already",
        )


shaded = room(
    __name__,
    "what a write barrier shades",
    edges=(
        ("hybrid", {"s0": "A"}, [], [("s0", "B")]),
        ("hybrid", {"s0": "A"}, [], [("s0", None)]),
        ("insertion", {"s0": "A"}, [], [("s0", "B")]),
        ("deletion", {"s0": "A"}, [], [("s0", "B")]),
        ("deletion", {"s0": "A"}, [], [("s0", "B"), ("s0", "C")]),
        ("hybrid", {"s0": "A"}, ["A"], [("s0", "B"), ("s0", "B")]),
        ("insertion", {"s0": None}, [], [("s0", "B"), ("s0", "B")]),
        ("hybrid", {"s0": None}, [], [("s0", "A")]),
        ("hybrid", {"s0": None, "s1": "B"}, [], [("s0", "A"), ("s1", None)]),
        ("deletion", {"s0": "A"}, [], [("s0", "B"), ("s0", "C"), ("s0", "A"), ("s0", "B")]),
    ),
    along="writes",
)
