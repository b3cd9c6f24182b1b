"""What the call of a module loads, and what is lost."""

from typing import NamedTuple

from memkit import pictures
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD
from memkit.pictures.overlays import tree_rows

from ..ideas import Idea
from ..scenes.floors import drawn
from ..task import at_the_end, room
from .plan import CHAIN, lifted, listed, path, plan, program, sound

MOST = 24  # loads drawn


class Step(NamedTuple):
    """What is loaded so far, from the root down, and what is lost."""

    loaded: list
    lost: list


def rule(parents, resident, name, *, again=0, alone=0, up=0, idle=0, level=0, stays="path"):
    """Load by load; `idle`: lost even if nothing is loaded, `level`: only where something is."""
    way = path(parents, name)
    loads = [m for m in way if m not in resident or (again and name not in resident)]
    loads = loads[-1:] if alone else loads
    kept = {"root": resident[:1], "path": way, "all": resident}[stays]
    lost = [m for i, m in enumerate(resident) if m not in kept and (not level or i < len(way))]
    yield Step([], lost if idle else [])
    for n in range(len(loads)):
        yield Step(loads[: n + 1][:: -1 if up else 1], lost)


answer = at_the_end("loaded", "lost")

DOWN = "two lists, both from the root down"
MISSING = "the modules to load, which are missing on the path to `name`"
LOST = "even if what is loaded is too short to reach them"
PATH = "that are not on the path to `name`"
IDLE = "Where nothing is loaded, nothing is lost"
IDEAS = (
    Idea(
        "only_itself",
        "loading the module alone. All of its path must be in memory.",
        MISSING,
        alone=1,
    ),
    Idea(
        "whole_path", "loading the whole path. A part of it is in memory already.", MISSING, again=1
    ),
    Idea("leaf_first", "loading upwards. A module lies where its parent ends.", DOWN, up=1),
    Idea("loses_without_loading", "losing what nothing is loaded over. It stays.", IDLE, idle=1),
    Idea(
        "loses_a_level",
        "losing only what lies at the level of a load. What lies behind that goes as well.",
        LOST,
        level=1,
    ),
    Idea("loses_all", "losing all but the root. The path to {name} stays.", PATH, stays="root"),
    Idea(
        "loses_nothing",
        "losing nothing. What is loaded takes the place of what lay there.",
        PATH,
        stays="all",
    ),
)


def case(random):
    parents = plan(random)
    names = list(parents)
    return parents, path(parents, random.choice(names)), random.choice(names)


def domain(parents, resident, name):
    """A plan, and a path of it in memory."""
    return sound(parents) and name in parents and resident == path(parents, resident[-1])


def simpler(parents, resident, name):
    """A module less, another path, or another call."""
    for other in lifted(parents):
        yield other, path(other, resident[-1]) if resident[-1] in other else [], name
    for other in parents:
        yield parents, path(parents, other), name
        yield parents, resident, other


# The scene


def scene(says, moments, parents, resident, name):
    """The loads of the answer one by one, each put where its parent ends; then what is lost."""
    whole = program(parents, dict.fromkeys(parents, 1))
    loads, lost = [*says, [], []][:2]
    held = list(resident)

    def shown(step, sentence, touched, gone=()):
        look = lambda name: THIRD if name in gone else IN_USE if name in held else RESERVED  # noqa: E731
        told = lambda name: f"{name}, lost" if name in gone else name  # noqa: E731
        parts = [
            (1, look(m), told(m), m in touched) if m else (1, FREE, "empty", False) for m in held
        ]
        if rest := whole.memory - len(held):
            parts.append((rest, NOTHING, "", False))
        rows = tree_rows(whole, look, told, touched)
        note = "filled: in memory, dashed: on disk"
        return drawn(
            step,
            sentence,
            pictures.floor("frames", "overlays: memory", "", [pictures.bar(parts)]),
            pictures.floor("space", "overlays: the tree", note, rows),
        )

    yield shown(0, f"{name} is called; in memory: {listed(held)}.", [name])
    for step, module in enumerate(loads[:MOST], start=1):
        if module not in parents:
            yield shown(step, f"{listed([module])} is loaded, and there is no such module.", [])
            continue
        parent, depth = parents[module], whole.places[module].depth
        over = [other for other in held[depth:] if other]
        said = f"{module} is loaded"
        if module in held:
            said += " again: it was in memory"
        elif parent not in held:
            said += f", and {parent}, behind which it lies, is not in memory"
        else:
            said += f" behind {parent}" + f", in place of {listed(over)}" * bool(over)
        held[depth:] = [*[""] * (depth - len(held)), module]
        yield shown(step, f"{said}.", [module])
    said = "Nothing is loaded" if not loads else "No more is loaded"
    said += f", and {listed(lost[:MOST])} {'is' if len(lost) < 2 else 'are'} lost"
    if here := [module for module in lost[:MOST] if module in held]:
        said += f", though nothing is loaded in place of {listed(here)}"
    if missing := [module for module in resident if module not in [*held, *lost]]:
        said += f", though {held[-1]} was loaded in place of {listed(missing)}"
    yield shown(len(loads[:MOST]) + 1, f"{said}.", [], lost[:MOST])


UNSORTED = {"d": None, "b": "d", "a": "c", "c": "d"}

call = room(
    __name__,
    "what a call loads",
    edges=(
        (CHAIN, ["a"], "b"),
        (CHAIN, ["a"], "a"),
        (CHAIN, ["a", "b", "c"], "e"),
        (CHAIN, ["a", "b", "c"], "d"),
        (CHAIN, ["a", "b", "c"], "b"),
        (CHAIN, ["a", "b"], "c"),
        (CHAIN, ["a"], "c"),
        ({"a": None, "b": "a", "c": "b", "d": "b"}, ["a", "b", "c"], "d"),
        (UNSORTED, ["d"], "a"),
        (UNSORTED, ["d", "c", "a"], "b"),
    ),
)
