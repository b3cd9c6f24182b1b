"""The tasks of chapter 10: what survives, when to collect, what is shaded, what comes back.

Each function below with a leading underscore is right; the others are known wrong ideas.
Objects are letters; a heap is {object: [what it points to]}. The pacer's rule in task 2 is a simple
relative of Go's, the barriers of task 3 are the three in use; task 4 is Go 1.27's order.
"""

from .task import Task

MIB = 1 << 20


def _each(*cases):
    return tuple((case,) for case in cases)


# 1. What survives?


def _survivors(pointers, roots):
    found, todo = set(), list(roots)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += pointers[name]
    return sorted(found)


def roots_alone(pointers, roots):
    """keeping what the roots point to, and nothing behind it. An object that is found is looked
    into, and what it points to lives as well."""
    return sorted(set(roots))


def one_more_step(pointers, roots):
    """stopping after one more step. What is found there has pointers too: go on until nothing new
    turns up."""
    return sorted({*roots, *(to for name in roots for to in pointers[name])})


def pointed_to(pointers, roots):
    """counting references: keeping all that something points to. Two dead objects that point to
    each other are dead."""
    return sorted({*roots, *(to for targets in pointers.values() for to in targets)})


def without_roots(pointers, roots):
    """forgetting what the roots point to themselves, unless another pointer leads there."""
    behind = [to for name in roots for to in pointers[name]]
    return _survivors(pointers, behind)


def _survivors_case(random):
    names = "ABCDEFGHIJ"[: random.choice((3, 4, 6, 6, 10))]
    links = random.choice((0, 1, 1, 1, 2))
    pointers = {
        name: random.choices(names, k=random.choice((0, links, links, links + 1))) for name in names
    }
    return pointers, random.sample(names, random.choice((0, 1, 1, 2)))


survivors = Task(
    "ch10",
    "what survives",
    _survivors,
    _survivors_case,
    edges=(
        ({"A": []}, ["A"]),
        ({"A": []}, []),
        ({"A": ["A"]}, []),
        ({"A": ["B"], "B": ["A"]}, []),
        ({"A": ["B"], "B": ["C"], "C": []}, ["A"]),
        ({"A": ["B"], "B": ["C"], "C": ["A"], "D": ["A"]}, ["B"]),
        ({"A": ["B"], "B": [], "C": ["D"], "D": ["C"]}, ["A"]),
    ),
    wrong=(roots_alone, one_more_step, pointed_to, without_roots),
)


# 2. A pacer with another rule


def _pace(marked, stacks, gogc, runway, least=None, floor=True, grown_by_stacks=True):
    grown = marked + (marked + stacks * grown_by_stacks) * gogc // 100
    goal = max(grown, 4 * MIB * gogc // 100 if least is None else least)
    begin = goal - runway
    return goal, max(begin, (marked + goal) // 2) if floor else begin


def _pace_right(marked, stacks, gogc, runway):
    return _pace(marked, stacks, gogc, runway)


def stacks_do_not_count(marked, stacks, gogc, runway):
    """leaving the stacks out. Since Go 1.18 the heap may grow by GOGC percent of all that a
    collection has to look at."""
    return _pace(marked, stacks, gogc, runway, grown_by_stacks=False)


def no_minimum(marked, stacks, gogc, runway):
    """having no least goal. A heap of a few kilobytes would be collected all the time."""
    return _pace(marked, stacks, gogc, runway, least=0)


def fixed_minimum(marked, stacks, gogc, runway):
    """a least goal of 4 MiB whatever GOGC is. It is 4 MiB at 100, and scales with it."""
    return _pace(marked, stacks, gogc, runway, least=4 * MIB)


def begins_at_the_goal(marked, stacks, gogc, runway):
    """beginning when the goal is reached. By then marking should be over: the program allocates
    while it goes on."""
    goal, _ = _pace(marked, stacks, gogc, runway)
    return goal, goal


def no_floor(marked, stacks, gogc, runway):
    """letting a long runway move the trigger as far as it likes, even below what is alive: then a
    collection follows upon the other. Half the way is the limit."""
    return _pace(marked, stacks, gogc, runway, floor=False)


def _pace_case(random):
    marked = random.randint(0, random.choice((40_000, 5 * MIB, 90 * MIB)))
    stacks = random.choice((0, 2048, random.randint(0, 9 * MIB)))
    gogc = random.choice((10, 25, 50, 100, 100, 200, 400))
    return marked, stacks, gogc, random.randint(0, random.choice((0, 50_000, 3 * MIB, 400 * MIB)))


pace = Task(
    "ch10",
    "goal and trigger of another pacer",
    _pace_right,
    _pace_case,
    edges=(
        (0, 0, 100, 0),
        (0, 0, 50, 0),
        (MIB, 0, 100, 0),
        (8 * MIB, 0, 100, MIB),
        (8 * MIB, 0, 100, 7 * MIB),
        (8 * MIB, MIB, 100, 0),
        (3 * MIB, 4096, 200, MIB),
    ),
    wrong=(stacks_do_not_count, no_minimum, fixed_minimum, begins_at_the_goal, no_floor),
)


# 3. What does the barrier shade?


def _shaded(barrier, slots, marked, writes, kinds=None, once=True, follow=True):
    slots, marked, grey = dict(slots), set(marked), []
    for slot, value in writes:
        old = slots[slot]
        seen = {"deletion": [old], "insertion": [value], "hybrid": [old, value]}[kinds or barrier]
        for name in seen:
            if name is not None and name not in marked:
                grey.append(name)
                if once:
                    marked.add(name)
        if follow:
            slots[slot] = value
    return grey


def _shaded_right(barrier, slots, marked, writes):
    return _shaded(barrier, slots, marked, writes)


def new_ones_always(barrier, slots, marked, writes):
    """shading the new pointer alone, whatever the barrier. A deletion barrier shades the one that
    is overwritten, a hybrid one both."""
    return _shaded(barrier, slots, marked, writes, kinds="insertion")


def old_ones_always(barrier, slots, marked, writes):
    """shading the overwritten pointer alone, whatever the barrier. An insertion barrier shades the
    new one, a hybrid one both."""
    return _shaded(barrier, slots, marked, writes, kinds="deletion")


def both_always(barrier, slots, marked, writes):
    """Go's hybrid barrier, whatever was asked for. The others shade one pointer each."""
    return _shaded(barrier, slots, marked, writes, kinds="hybrid")


def grey_twice(barrier, slots, marked, writes):
    """shading an object again that the barrier has shaded before. Then it is marked, and waits."""
    return _shaded(barrier, slots, marked, writes, once=False)


def first_content(barrier, slots, marked, writes):
    """taking what a slot held in the beginning. A second write to it overwrites what the first one
    wrote."""
    return _shaded(barrier, slots, marked, writes, follow=False)


def _shaded_case(random):
    names = "ABCDEF"[: random.choice((3, 4, 6))]
    held = [*names, None]
    keys = ("s0", "s1", "s2", "s3")[: random.choice((1, 2, 4))]
    slots = {key: random.choice(held) for key in keys}
    writes = [(random.choice(keys), random.choice(held)) for _ in range(random.choice((1, 2, 4)))]
    marked = random.sample(names, random.choice((0, 0, 1, 2)))
    return random.choice(("deletion", "insertion", "hybrid")), slots, marked, writes


shaded = Task(
    "ch10",
    "what a write barrier shades",
    _shaded_right,
    _shaded_case,
    edges=(
        ("hybrid", {"s0": "A"}, [], [("s0", "B")]),
        ("hybrid", {"s0": "A"}, [], [("s0", None)]),
        ("insertion", {"s0": "A"}, [], [("s0", "B")]),
        ("deletion", {"s0": "A"}, [], [("s0", "B")]),
        ("deletion", {"s0": "A"}, [], [("s0", "B"), ("s0", "C")]),
        ("hybrid", {"s0": "A"}, ["A"], [("s0", "B"), ("s0", "B")]),
        ("insertion", {"s0": None}, [], [("s0", "B"), ("s0", "B")]),
    ),
    wrong=(new_ones_always, old_ones_always, both_always, grey_twice, first_content),
)


# 4. What does a sweep leave, and who gets it?


def _handed_out(spans, n, order=True, free="D.", usable=lambda span: True, start=lambda span: 0):
    partial = [k for k, span in enumerate(spans) if "." in span]
    full = [k for k, span in enumerate(spans) if "." not in span]
    places = [
        (k, slot)
        for k in (partial + full if order else range(len(spans)))
        if usable(spans[k])
        for slot, state in enumerate(spans[k])
        if state in free and slot >= start(spans[k])
    ]
    fresh = range(max(0, n - len(places)))
    places += [(len(spans) + i // len(spans[0]), i % len(spans[0])) for i in fresh]
    return places[:n]


def _handed_out_right(spans, n):
    return _handed_out(spans, n)


def by_address(spans, n):
    """going through the spans by address. Those that had a free slot before are asked first, since
    they are sure to have room; full ones must be swept to know."""
    return _handed_out(spans, n, order=False)


def dead_is_not_free(spans, n):
    """using only the slots that were free before. The sweep frees those of the dead as well."""
    return _handed_out(spans, n, free=".")


def whole_spans_only(spans, n):
    """using only spans in which nothing lives. That is the rule for giving pages back; a single
    slot can be used again beside living ones."""
    return _handed_out(spans, n, usable=lambda span: "L" not in span)


def behind_the_last(spans, n):
    """going on behind the last slot in use. A sweep sets freeindex to 0: the holes come first."""
    return _handed_out(spans, n, start=lambda span: max(map(span.rfind, "LD")) + 1)


def over_the_living(spans, n):
    """taking the mark bits for the free slots. A mark says that the object lives."""
    return _handed_out(spans, n, free="L.")


def _handed_out_case(random):
    spans = []
    for _ in range(random.choice((1, 2, 3, 4))):
        span = "".join(random.choices("LLDD.", k=8))
        if random.random() < 0.5:
            span = span.replace(".", random.choice("LD"))
        spans.append("L" + span[1:] if set(span) == {"."} else span)
    return spans, random.choice((1, 2, 4, 9, 20))


handed_out = Task(
    "ch10",
    "slots after a sweep",
    _handed_out_right,
    _handed_out_case,
    edges=(
        (["LLLLLLLL"], 1),
        (["DLLLLLLL"], 1),
        (["LDL....."], 2),
        (["LLLLLLLD", "LLL....."], 2),
        (["LLLLLLLL", "DDDDDDDD"], 3),
        (["LDLDLDLD"], 6),
    ),
    wrong=(by_address, dead_is_not_free, whole_spans_only, behind_the_last, over_the_living),
)
