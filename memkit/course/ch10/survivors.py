"""What survives a collection: objects are letters, a heap is {object: [what it points to]}."""

from typing import NamedTuple

from memkit.golang.gc.collector import CollectorState, ObjectState
from memkit.pictures.collector import collector_picture
from memkit.pictures.collector_run import Run
from memkit.trace import Step

from ..ideas import Idea
from ..task import room
from .collection import listed


class Found(NamedTuple):
    """What the roots, or an object, led to; and what is grey and black then."""

    at: str
    new: list
    grey: list
    black: list


def rule(pointers, roots, *, most=999, own=True):
    """The roots, then object after object; `most`: so many pointers away."""
    known = dict.fromkeys(roots if own else [to for name in roots for to in pointers[name]], 0)
    queue = list(known)
    yield Found("", queue[:], queue[:], [])
    for i, at in enumerate(queue):
        new = [to for to in dict.fromkeys(pointers[at]) if to not in known and known[at] < most]
        known.update(dict.fromkeys(new, known[at] + 1))
        queue += new
        yield Found(at, new, queue[i + 1 :], queue[: i + 1])


def answer(moments):
    *_, last = moments
    return sorted(last.black)


POINTERS = "`pointers` says what each object points to"
ROOTS = "`roots` which objects a global or a stack points to"
IDEAS = (
    Idea("roots_alone", "keeping the roots' objects alone. They have pointers.", POINTERS, most=0),
    Idea(
        "one_more_step", "stopping one step behind. Go on until nothing is new.", POINTERS, most=1
    ),
    Idea(
        "pointed_to",
        "counting references. Dead objects have pointers, too.",
        "C and D have each other, and no root leads to them",
        instead=lambda pointers, roots: sorted({*roots, *sum(pointers.values(), [])}),
    ),
    Idea("without_roots", "forgetting the roots' own objects. They live, too.", ROOTS, own=False),
)


def case(random):
    names = "ABCDEFGHIJ"[: random.choice((3, 4, 6, 6, 10))]
    links = random.choice((0, 1, 1, 1, 2))
    pointers = {
        name: random.choices(names, k=random.choice((0, links, links, links + 1))) for name in names
    }
    return pointers, random.sample(names, random.choice((0, 1, 1, 2)))


def domain(pointers, roots):
    return all(name in pointers for name in [*roots, *sum(pointers.values(), [])])


def scene(says, moments, pointers, roots):
    """Marking goes as it must; what it finds, and the answer frees, is gone at once."""
    names, steps = sorted(pointers), []
    number = {name: i for i, name in enumerate(names)}
    freed = [name for name in names if name not in says]
    globals_ = tuple(("root", number[to]) for to in roots)

    def step(words, touched=(), grey=(), black=(), phase="mark", begins=False):
        look = dict.fromkeys(names, "white") | dict.fromkeys(grey, "grey")
        look |= dict.fromkeys(black, "black")
        objects = tuple(
            ObjectState(number[name], 8, look[name], tuple(map(number.get, pointers[name])), 0)
            for name in names
            if name not in freed or (phase == "mark" and look[name] == "white")
        )
        state = CollectorState(
            phase, phase == "mark", "object", objects, globals_, not begins, (),
            ("globals",) * begins, tuple(map(number.get, grey)), (), 0, 0, 0, 0, None,
        )  # fmt: skip
        detail = {"objects": tuple(number.get(name, name) for name in touched)}
        steps.append(Step(phase, detail, state, f"{words}."))

    step("marking begins: nothing is found yet", ["globals"], begins=True)
    for at, new, grey, black in moments:
        lost = [name for name in new if name in freed]
        words = f"{at} leads" if at else "the roots lead"
        words += f" to {listed(new) if new else 'nothing new'}"
        words += f", but the answer frees {listed(lost)}" if lost else ""
        words += f", which live{'s' * (len(new) == 1)}" if new and not lost else ""
        step(words, [at, *new], grey, black)
    white = [name for name in names if name not in black]
    kept = [name for name in white if name not in freed]
    strange = [name for name in says if name not in pointers]
    words = f"the sweep frees {listed(freed)}"
    words += f"; no root leads to {listed(kept)}, kept all the same" if kept else ""
    words += f"; no object is called {listed(strange[:4])}" if strange else ""
    step(words, white + freed, black=black, phase="sweep")
    run = Run(steps, names.__getitem__)
    yield from (collector_picture(run, i) for i in range(len(steps)))


survivors = room(
    __name__,
    "what survives",
    edges=(
        ({"A": []}, ["A"]),
        ({"A": []}, []),
        ({"A": ["A"]}, []),
        ({"A": ["B"], "B": ["A"]}, []),
        ({"A": ["B"], "B": ["C"], "C": []}, ["A"]),
        ({at: [*to] for at, to in zip("ABCDEFG", [*"BCDEFG", ""], strict=True)}, ["A"]),
        ({at: [*to] for at, to in zip("GFEDCBA", [*"FEDCBA", ""], strict=True)}, ["G"]),
        ({"A": ["B"], "B": ["C"], "C": ["A"], "D": ["A"]}, ["B"]),
        ({"A": ["B"], "B": [], "C": ["D"], "D": ["C"]}, ["A"]),
    ),
)
