"""Chapter 01: the memory that a plan needs, what a call loads, what a run reads.

Each is drawn as the chapter draws a program in overlays: memory, the tree, the disk.
"""

from itertools import islice

from memkit.trace import size
from memkit.vm import Module, Overlay
from memkit.widgets import pictures
from memkit.widgets.answers import claimed
from memkit.widgets.grid import Grid
from memkit.widgets.overlay import NARROW, branches, fitted_bar, tree_rows
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD

GRIDS = dict.fromkeys(("memory", "call", "bytes_read"), lambda: Grid().add_class("mk-overlay"))
MOST = 24  # loads drawn


def _and(names, none="nothing"):
    """Names in a sentence: "a", "a and b", "a, b and c"."""
    names = [str(name)[:20] or "''" for name in names]
    if len(names) < 2:
        return names[0] if names else none
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _program(parents, sizes):
    """The Overlay of a plan that says for each module which one it lies behind."""

    def module(name):
        below = [other for other, parent in parents.items() if parent == name]
        return Module(name, sizes[name], tuple(map(module, below)))

    return Overlay(module(next(iter(parents))))


def _until(places, end):
    """Modules in memory that ends at `end`; a last part for what lies beyond."""
    parts = []
    for name, start, stop, *_ in places:
        if start < end:
            inside = min(stop, end) - start
            cut = f"{inside} of " if stop > end else ""
            parts.append((inside, IN_USE, f"{name} {cut}{size(stop - start)}", False))
    whole = places[-1].end
    if end < whole:
        lost = whole - max(0, end)
        parts.append((lost, THIRD, f"{size(lost)} beyond the end", True))
    return parts


def memory(answer, tree, align):
    """Path by path as each lies in memory; then the heaviest one in as much as the answer says."""
    told = {}

    def rounded(module):
        name, nbytes, children = module
        takes = -(-nbytes // align) * align
        told[name] = f"{name} {size(nbytes)}"
        told[name] += f", takes {size(takes)}" if takes > nbytes else ""
        return Module(name, takes, tuple(map(rounded, children)))

    program = Overlay(rounded(tree))
    ends = []

    def drawn(sentence, path, rows, claim=None, most=0):
        names = [place.name for place in path]
        plan = tree_rows(
            program, lambda name: IN_USE if name in names else RESERVED, told.get, most=most
        )
        note = "filled: the path below"
        note += f"; sizes are rounded up to a multiple of {align}" if align > 1 else ""
        words = [("path", "ends at"), *ends]
        if claim is not None:
            words.append(("memory of the program", claim))
        floors = [
            pictures.floor("space", "overlays: the tree", note, plan),
            pictures.floor("frames", "overlays: memory", "", rows, claim or ""),
        ]
        return pictures.picture(len(ends), sentence, floors, words)

    for path in branches(program):
        name, end = " → ".join(place.name for place in path), path[-1].end
        ends.append((name, size(end)))
        parts = [*_until(path, end), (program.memory - end, NOTHING, "", False)]
        rows = [fitted_bar([part for part in parts if part[0]])]
        yield drawn(f"{name} ends at {size(end)}.", path, rows)
    need, claim = program.memory, claimed.size(answer)
    path = [program.places[name] for name in program.heaviest_path]
    over = max(0, min(answer, 2 * need) - need)
    parts = _until(path, answer)
    if over:
        parts.append((over, FREE, f"{claimed.size(answer - need)} that no path reaches", True))
    name = " → ".join(program.heaviest_path)
    said = f"The program gets {claim}, and {name}, the heaviest path, "
    if answer < need:
        said += f"needs {size(need)}."
    else:
        said += "fills it." if answer == need else f"ends at {size(need)}."
    caption = "not to scale" if answer > 2 * need else ""
    yield drawn(said, path, [fitted_bar(parts, caption)], claim, need + over)


def call(answer, parents, resident, name):
    """The loads of the answer one by one, each put where its parent ends; then what is lost."""
    program = _program(parents, dict.fromkeys(parents, 1))
    loads, lost = [*answer, [], []][:2]
    held, step = list(resident), 0

    def drawn(sentence, touched, gone=()):
        def look(module):
            return THIRD if module in gone else IN_USE if module in held else RESERVED

        def told(module):
            return f"{module}, lost" if module in gone else module

        parts = [
            (1, look(module), told(module), module in touched)
            if module
            else (1, FREE, "empty", False)
            for module in held
        ]
        if rest := program.memory - len(held):
            parts.append((rest, NOTHING, "", False))
        rows = tree_rows(program, look, told, touched)
        words = [("module", "lies behind", "in memory", "lost")]
        for module, parent in parents.items():
            here, away = (("no", "yes")[module in names] for names in (held, gone))
            words.append((module, parent or "", here, away))
        floors = [
            pictures.floor("frames", "overlays: memory", "", [pictures.bar(parts)]),
            pictures.floor(
                "space", "overlays: the tree", "filled: in memory, dashed: on disk", rows
            ),
        ]
        return pictures.picture(step, sentence, floors, words)

    yield drawn(f"{name} is called; in memory: {_and(held)}.", [name])
    for module in islice(loads, MOST):
        step += 1
        if module not in parents:
            yield drawn(f"{_and([module])} is loaded, and there is no such module.", [])
            continue
        parent, depth = parents[module], program.places[module].depth
        over = [other for other in held[depth:] if other]
        said = f"{module} is loaded"
        if module in held:
            said += " again: it was in memory"
        elif parent not in held:
            said += f", and {parent}, behind which it lies, is not in memory"
        else:
            said += f" behind {parent}" + (f", over {_and(over)}" if over else "")
        held[depth:] = [*[""] * (depth - len(held)), module]
        yield drawn(f"{said}.", [module])
    step += 1
    said = "Nothing is loaded" if step == 1 else "No more is loaded"
    said += f", and {_and(lost[:MOST])} {'is' if len(lost) < 2 else 'are'} lost"
    here = [module for module in lost[:MOST] if module in held]
    missing = [module for module in resident if module not in [*held, *lost]]
    if here:
        said += f", though nothing is loaded over {_and(here)}"
    if missing:
        said += f", though {held[-1]} was loaded over {_and(missing)}"
    yield drawn(f"{said}.", [], lost[:MOST])


def bytes_read(answer, sizes, parents, calls):
    """The run as the rule has it, what it reads side by side; at the end the answer below that."""
    program = _program(parents, sizes)
    whole = program.nbytes + sum(
        done.nbytes for done in program.run([word for name in calls for word in (name, "return")])
    )
    program.reset()
    read, words = [program.root], [("call", "read from disk", "bytes so far")]

    def drawn(step, sentence, fresh, rows):
        plan = tree_rows(
            program,
            lambda name: IN_USE if name in program.resident else RESERVED,
            lambda name: f"{name} {size(sizes[name])}",
            fresh,
        )
        floors = [
            pictures.floor(
                "space", "overlays: the tree", "filled: in memory, dashed: on disk", plan
            ),
            pictures.floor("disk", "read from disk", "one after another", rows),
        ]
        return pictures.picture(step, sentence, floors, words)

    def row(new, scale):
        """What was read so far; the last `new` are of this step."""
        parts = []
        for i, name in enumerate(read):
            told = name if sizes[name] < NARROW * scale else f"{name} {size(sizes[name])}"
            parts.append((sizes[name], IN_USE, told, i >= len(read) - new))
        if rest := scale - program.nbytes:
            parts.append((rest, NOTHING, "", False))
        told = " · ".join(f"{name}: {what}" for name, what, _ in words[1:])
        return pictures.bar(parts, "the run", told)

    for step, name in enumerate([program.root, *calls]):
        fresh = (program.root,)
        said = f"The program starts: {name} is read, {size(sizes[name])}."
        if step:
            fresh = program.call(name).loaded
            read += fresh
            said = f"{name} is called, and is in memory: nothing is read."
            if fresh:
                added = size(sum(map(sizes.get, fresh)))
                said = f"{name} is called: {_and(fresh)} must be read, {added}."
        words.append((name if step else "start", _and(fresh), size(program.nbytes)))
        yield drawn(step, said, fresh, [row(len(fresh), whole)])
        if step:
            program.ret()
    over = max(0, min(answer, 2 * whole) - whole)
    parts = [(min(answer, whole), IN_USE, "", False)] if answer > 0 else []
    claim, off = claimed.size(answer), claimed.size(abs(whole - answer))
    said, label = "all that the run reads", f"the answer: {claim}"
    if answer < whole:
        parts.append((whole - max(0, answer), RESERVED, "", True))
        said, label = f"{off} fewer than the run reads", f"{label}, {off} too few"
    elif over:
        parts.append((over, THIRD, "", True))
        said, label = f"{off} more than the run reads", f"{label}, {off} too many"
    caption = "not to scale" if answer > 2 * whole else ""
    rows = [row(0, whole + over), pictures.bar(parts, label, caption)]
    words.append(("in all", "", claim))
    yield drawn(len(calls) + 1, f"The answer is {claim}, {said}.", (), rows)
