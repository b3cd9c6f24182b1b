"""How much memory a program in overlays needs."""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import size
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.pictures.overlays import branches, fitted_bar, tree_rows

from ..ideas import Idea
from ..scenes import claimed
from ..scenes.floors import drawn
from ..task import at_the_end, room
from .plan import NAMES, program


class Placed(NamedTuple):
    """A module at the end of its path, where it ends, and the memory needed so far."""

    path: tuple
    size: int
    takes: int
    end: int
    need: int


def up(nbytes, align):
    return -(-nbytes // align) * align


def rule(tree, align, *, up=up, each=True, bare="", turns=True, longest=False, greedy=False):
    """Module by module, path by path; `each` is rounded, or else what a path ends at; `bare`: who
    is not; `turns`: they share a place, `longest`: that path counts, `greedy`: the largest child.
    """
    todo, need, depth = [(tree, (), 0)], 0, 0
    while todo:
        (name, nbytes, children), path, start = todo.pop()
        as_it_is = not each or {"root": not path, "leaves": not children}.get(bare)
        takes, path = nbytes if as_it_is else up(nbytes, align), (*path, name)
        end = (start if turns else need) + takes
        ends = end if each else up(end, align)
        if not longest or len(path) > depth:
            need, depth = ends if longest else max(need, ends), len(path)
        yield Placed(path, nbytes, takes, end, need)
        if greedy:
            children = sorted(children, key=lambda child: -child[1])[:1]
        todo += [(child, path, end) for child in children[::-1]]


answer = at_the_end("need")


def levels(tree, align):
    """The largest of each level, summed up."""
    total, level = 0, [tree]
    while level:
        total += max(up(nbytes, align) for _, nbytes, _ in level)
        level = [child for _, _, children in level for child in children]
    return total


ROUNDED = "each module's size is rounded up to a multiple of `align`"
TURNS = "its children take turns in the memory behind it"
HEAVIEST = "that of its heaviest path"
IDEAS = (
    Idea(
        "whole_program", "adding up all modules. They take turns in one place.", TURNS, turns=False
    ),
    Idea(
        "one_region_a_level",
        "giving each level a region of its own. A module begins where its own parent ends.",
        HEAVIEST,
        instead=levels,
    ),
    Idea("longest_path", "following the longest path. The heaviest decides.", HEAVIEST, longest=1),
    Idea(
        "largest_child",
        "following the largest child. A smaller one may have more behind it.",
        HEAVIEST,
        greedy=True,
    ),
    Idea(
        "without_rounding",
        "taking sizes as they are. Each is rounded up.",
        ROUNDED,
        up=lambda n, a: n,
    ),
    Idea("rounds_the_sum", "rounding at the end. Each module is rounded up.", ROUNDED, each=False),
    Idea("root_as_it_is", "leaving the root as it is. It is rounded, too.", ROUNDED, bare="root"),
    Idea(
        "leaves_as_they_are",
        "leaving modules with nothing behind them as they are. They are rounded, too.",
        ROUNDED,
        bare="leaves",
    ),
    Idea(
        "rounds_down",
        "rounding down. A module takes at least its size.",
        ROUNDED,
        up=lambda n, a: n // a * a,
    ),
    Idea(
        "always_more",
        "rounding up what is a multiple already. It stays as it is.",
        ROUNDED,
        up=lambda n, a: (n // a + 1) * a,
    ),
)


def _tree(random, depth=0, names=None):
    names = iter(NAMES) if names is None else names
    name, nbytes, children = next(names), random.randint(1, 60), []
    for _ in range(random.choice((0, 1, 2, 2, 3)) * (depth < 3) if depth else 2):
        try:
            children.append(_tree(random, depth + 1, names))
        except StopIteration:
            break
    return name, nbytes, tuple(children)


def case(random):
    return _tree(random), random.choice((1, 4, 16))


def domain(tree, align):
    """A tree of modules, whose names differ."""
    names, todo = [], [tree]
    while todo:
        name, nbytes, children = todo.pop()
        names.append(name)
        todo += children
        if not name or nbytes < 1:
            return False
    return align in (1, 2, 4, 8, 16) and len(set(names)) == len(names)


def simpler(tree, align):
    """A module less, with or without what lies behind it."""
    return ((other, align) for other in _smaller(tree))


def _smaller(tree):
    name, nbytes, children = tree
    yield from children
    for i, child in enumerate(children):
        before, after = children[:i], children[i + 1 :]
        yield name, nbytes, before + after
        yield from ((name, nbytes, (*before, other, *after)) for other in _smaller(child))


# The scene


def _until(places, end):
    """Modules in memory that ends at `end`; a last part for what lies beyond."""
    parts = []
    for name, start, stop, *_ in places:
        if start < end:
            inside = min(stop, end) - start
            cut = f"{inside} of " if stop > end else ""
            parts.append((inside, IN_USE, f"{name} {cut}{size(stop - start)}", False))
    if end < places[-1].end:
        lost = places[-1].end - max(0, end)
        parts.append((lost, THIRD, f"{size(lost)} beyond the end", True))
    return parts


def scene(says, moments, tree, align):
    """Path by path as each lies in memory; then the heaviest one in as much as the answer says."""
    behind = {path[-1]: path[-2] if path[1:] else None for path, *_ in moments}
    whole = program(behind, {moment.path[-1]: moment.takes for moment in moments})
    told = {}
    for (*_, name), nbytes, takes, *_ in moments:
        told[name] = f"{name} {size(nbytes)}" + f", takes {size(takes)}" * (takes > nbytes)
    note = "filled: the path below"
    note += f"; sizes are rounded up to a multiple of {align}" if align > 1 else ""

    def shown(i, sentence, path, bar, most=0, claim=""):
        names = [place.name for place in path]
        look = lambda name: IN_USE if name in names else RESERVED  # noqa: E731
        plan = tree_rows(whole, look, told.get, most=most)
        return drawn(
            i,
            sentence,
            pictures.floor("space", "overlays: the tree", note, plan),
            pictures.floor("frames", "overlays: memory", "", [bar], claim),
        )

    paths = branches(whole)
    for i, path in enumerate(paths):
        end = path[-1].end
        parts = [*_until(path, end), (whole.memory - end, NOTHING, "", False)]
        name = " → ".join(place.name for place in path)
        bar = fitted_bar([part for part in parts if part[0]])
        yield shown(i, f"{name} ends at {size(end)}.", path, bar)
    need, claim = moments[-1].need, claimed.size(says)
    path = [whole.places[name] for name in whole.heaviest_path]
    parts = _until(path, says)
    if over := max(0, min(says, 2 * need) - need):
        parts.append((over, FREE, f"{claimed.size(says - need)} that no path reaches", True))
    said = f"The program gets {claim}, and {' → '.join(whole.heaviest_path)}, the heaviest path, "
    if says < need:
        said += f"needs {size(need)}."
    else:
        said += "fills it." if says == need else f"ends at {size(need)}."
    bar = fitted_bar(parts, "not to scale" if says > 2 * need else "")
    yield shown(len(paths), said, path, bar, need + over, claim)


SHORT_AND_HEAVY = ("a", 8, (("b", 8, (("c", 8, ()),)), ("d", 40, ())))
MANY_SMALL = ("a", 8, (("b", 4, ()), ("c", 1, (("d", 1, ()),))))
UNEVEN = ("a", 10, (("b", 3, (("c", 30, ()),)), ("d", 20, (("e", 5, ()),))))

memory = room(
    __name__,
    "the memory a plan needs",
    edges=(
        (("a", 5, ()), 4),
        (("a", 8, ()), 4),
        (("a", 1, (("b", 1, ()),)), 2),
        (SHORT_AND_HEAVY, 4),
        (MANY_SMALL, 4),
        (UNEVEN, 4),
        (UNEVEN, 1),
    ),
)
