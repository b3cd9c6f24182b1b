"""The smallest slot for a request."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import size
from memkit.pictures.language import FREE, IN_USE, RESERVED, THIRD

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.floors import drawn
from ..scenes.to_scale import bar
from ..task import at_the_end, room


class Class(NamedTuple):
    """A class that is looked at, and the slot that is taken by then, or None."""

    slot: int
    taken: int


def rule(size, classes, *, more=0, last=False, beyond=False):
    """`last`: it goes on to the largest, `beyond`: what fits nowhere gets the largest, too."""
    taken = None
    for slot in classes:
        if slot >= size + more or beyond and slot == classes[-1]:
            taken = slot
        yield Class(slot, taken)
        if taken and not last:
            return


answer = at_the_end("taken")

SMALLEST = "the smallest slot that holds `size` bytes"
LISTED = "`classes` lists them in rising order"
IDEAS = (
    Idea(
        "power_of_two",
        "rounding up to a power of two. Go's classes are no powers of two: take one of the list.",
        LISTED,
        instead=lambda size, classes: 1 << (size - 1).bit_length(),
    ),
    Idea(
        "multiple_of_eight",
        "rounding up to a multiple of 8. Only the sizes in the list exist: look for {size} there.",
        LISTED,
        instead=lambda size, classes: -(-size // 8) * 8,
    ),
    Idea(
        "strictly_larger",
        "taking a slot larger than the request. One of exactly {size} bytes holds it: >=, not >.",
        SMALLEST,
        more=1,
    ),
    Idea(
        "nearest_class",
        "taking the nearest class. A slot may be larger than its request, never smaller.",
        SMALLEST,
        instead=lambda size, classes: min(classes, key=lambda slot: (abs(slot - size), slot)),
    ),
    Idea(
        "largest_for_too_large",
        "the largest class for everything beyond it. {size} bytes do not fit there: it is None.",
        "or `None` where no class is large enough",
        beyond=True,
    ),
    Idea(
        "last_that_holds_it",
        "going on to the largest slot. The first class of the list that is large enough is taken.",
        SMALLEST,
        last=True,
    ),
)


def case(random):
    classes = sorted(random.sample(range(8, 1025, 8), random.randint(1, 9)))
    edge = random.choice(classes) + random.choice((-1, 0, 1))
    return random.choice((edge, random.randint(1, classes[-1] + 16))), classes


def domain(size, classes):
    rising = classes == sorted(set(classes))
    return classes and rising and classes[0] >= 8 and size >= 1 and not any(n % 8 for n in classes)


# The scene


def scene(says, moments, asked, classes):
    """Class by class from the smallest on, until the answer takes one, or there is none left."""
    claim = "None" if says is None else claimed.size(says)
    whole, states, known = max(asked, *classes), "", says in classes
    shown = max(0, min(says or 0, whole))
    label = f"the answer: {claim}" + (", cut off here" if shown < (says or 0) else "")
    answered = bar([(shown, RESERVED, "", True)], whole, label)

    def step(i, sentence, rows):
        cells = states + RESERVED * (len(classes) - len(states))
        listed, here = " · ".join(map(size, classes)), [(i, i + 1)] if i < len(classes) else []
        row = pictures.row(cells, caption=listed, touched=here, big=True)
        note = "dashed: not looked at yet, hatched: passed by"
        return drawn(
            i,
            f"{sentence}.",
            pictures.floor("frames", "request", size(asked), [bar([(asked, IN_USE)], whole)]),
            pictures.floor("mcache", "slot", "to scale; hatched: lost", rows, acting=True),
            pictures.floor("mcentral", "classes", note, [row]),
        )

    for i, slot in enumerate(classes[: classes.index(says) + 1] if known else classes):
        short, rows = max(0, asked - slot), []
        parts = [(slot, FREE), (short, RESERVED)]
        if slot == says:
            states += IN_USE
            lost = f"{size(slot - asked)} are lost" if slot > asked else "nothing is lost"
            lost = f"no room for {size(short)}" if short else lost
            said, label = f"{size(slot)} is taken for {size(asked)}: {lost}", f"taken, {lost}"
            parts = [(min(asked, slot), IN_USE), (slot - asked, THIRD), (short, RESERVED, "", True)]
        elif short:
            states += FREE
            said = f"{size(slot)} is too small for {size(asked)}: on to the next class"
            label = f"no room for {size(short)}"
        else:
            states += THIRD
            said = f"{size(slot)} would hold {size(asked)}, but the answer is {claim}"
            said += "" if known or says is None else ", which is no class"
            label, rows = "large enough, passed by", [answered]
        yield step(i, said, [bar(parts, whole, f"{size(slot)}: {label}"), *rows])
    if not known:
        said = "No class is taken" if says is None else f"The answer, {claim}, is no class"
        fits = [slot for slot in classes if slot >= asked]
        said += f", though {size(fits[0])} would do" if fits else f": none holds {size(asked)}"
        yield step(len(classes), said, [answered])


slot_size = room(
    __name__,
    "the slot for a request",
    edges=((33, [8, 16, 24, 48]), (48, [8, 16, 24, 48]), (49, [8, 16, 48]), (17, [16, 48])),
)
