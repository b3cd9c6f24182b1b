"""Plans of overlays: {module: what it lies behind}, the root first, with None."""

from memkit.vm import Module, Overlay

NAMES = "abcdefghij"
CHAIN = {"a": None, "b": "a", "c": "b", "d": "a", "e": "d"}


def path(parents, name):
    """The modules from the root down to this one."""
    found = []
    while name is not None:
        found.insert(0, name)
        name = parents[name]
    return found


def plan(random):
    """A plan, drawn at random."""
    parents = {NAMES[0]: None}
    for i in range(1, random.randint(3, len(NAMES))):
        parents[NAMES[i]] = NAMES[random.randint(max(0, i - 4), i - 1)]
    return parents


def sound(parents):
    """Whether the first module is the root, and all lie behind it."""
    return all(path(parents, name)[0] == next(iter(parents)) for name in parents)


def lifted(parents):
    """Plans with a module less, or with one behind what its parent lies behind."""
    for name, parent in list(parents.items())[:0:-1]:
        if name not in parents.values():
            yield {other: p for other, p in parents.items() if other != name}
        if parents[parent]:
            yield {**parents, name: parents[parent]}


def program(parents, sizes):
    """The plan as an Overlay."""

    def module(name):
        below = [other for other, parent in parents.items() if parent == name]
        return Module(name, sizes[name], tuple(map(module, below)))

    return Overlay(module(next(iter(parents))))


def listed(names, none="nothing"):
    """Names in a sentence: "a", "a and b", "a, b and c"."""
    names = [str(name)[:20] or "''" for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or none
