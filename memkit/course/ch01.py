"""The tasks of chapter 01: how much memory a plan needs, what a call loads, what a run reads.

Each function below with a leading underscore is right; the others are known wrong ideas.
"""

from .task import Task

NAMES = "abcdefghij"


def _round_up(size, align):
    return -(-size // align) * align


def _memory(tree, align):
    _name, size, children = tree
    return _round_up(size, align) + max((_memory(c, align) for c in children), default=0)


def whole_program(tree, align):
    """adding up all modules. Modules that are never needed together share a place: that is the
    point of overlays."""
    _name, size, children = tree
    return _round_up(size, align) + sum(whole_program(c, align) for c in children)


def one_region_a_level(tree, align):
    """giving each level of the tree a region of its own. A module begins where its own parent
    ends: it is the heaviest path that counts."""
    total, level = 0, [tree]
    while level:
        total += max(_round_up(size, align) for _, size, _ in level)
        level = [child for _, _, children in level for child in children]
    return total


def longest_path(tree, align):
    """following the path with the most modules. The heaviest one decides, however short."""

    def deepest(module):
        _name, size, children = module
        below = max(map(deepest, children), default=(0, 0), key=lambda pair: pair[0])
        return below[0] + 1, below[1] + _round_up(size, align)

    return deepest(tree)[1]


def without_rounding(tree, align):
    """taking sizes as they are. Each is rounded up to a multiple of {align} first."""
    return _memory(tree, 1)


def _tree(random, depth=0, names=None):
    names = iter(NAMES) if names is None else names
    name, size = next(names), random.randint(1, 60)
    children = []
    if depth < 3:
        for _ in range(random.choice((0, 1, 2, 2, 3)) if depth else 2):
            try:
                children.append(_tree(random, depth + 1, names))
            except StopIteration:
                break
    return name, size, tuple(children)


SHORT_AND_HEAVY = ("a", 8, (("b", 8, (("c", 8, ()),)), ("d", 40, ())))
UNEVEN = ("a", 10, (("b", 3, (("c", 30, ()),)), ("d", 20, (("e", 5, ()),))))

memory = Task(
    "ch01",
    "the memory a plan needs",
    _memory,
    lambda random: (_tree(random), random.choice((1, 4, 16))),
    edges=((("a", 5, ()), 4), (SHORT_AND_HEAVY, 4), (UNEVEN, 4), (UNEVEN, 1)),
    wrong=(whole_program, one_region_a_level, longest_path, without_rounding),
)


def _path(parents, name):
    path = []
    while name is not None:
        path.insert(0, name)
        name = parents[name]
    return path


def _call(parents, resident, name):
    load = [module for module in _path(parents, name) if module not in resident]
    lost = [module for module in resident if module not in _path(parents, name)] if load else []
    return load, lost


def only_itself(parents, resident, name):
    """loading the module alone. What lies between {name} and the root must be in memory
    too."""
    load, lost = _call(parents, resident, name)
    return load[-1:], lost


def whole_path(parents, resident, name):
    """loading the whole path. What is in memory already need not be read again."""
    load, lost = _call(parents, resident, name)
    return (_path(parents, name) if load else []), lost


def leaf_first(parents, resident, name):
    """loading upwards, from the module to the root. A module is put where its parent ends, so the
    parent goes first."""
    load, lost = _call(parents, resident, name)
    return load[::-1], lost


def loses_without_loading(parents, resident, name):
    """throwing out what is not on the path even when nothing is loaded. Nothing is overwritten
    then, so it stays."""
    path = _path(parents, name)
    return _call(parents, resident, name)[0], [m for m in resident if m not in path]


def _plan(random):
    count = random.randint(3, len(NAMES))
    parents = {NAMES[0]: None}
    for i in range(1, count):
        parents[NAMES[i]] = NAMES[random.randint(max(0, i - 4), i - 1)]
    return parents


def _situation(random):
    parents = _plan(random)
    names = list(parents)
    return parents, _path(parents, random.choice(names)), random.choice(names)


CHAIN = {"a": None, "b": "a", "c": "b", "d": "a", "e": "d"}

call = Task(
    "ch01",
    "what a call loads",
    _call,
    _situation,
    edges=(
        (CHAIN, ["a"], "b"),
        (CHAIN, ["a", "b", "c"], "e"),
        (CHAIN, ["a", "b", "c"], "b"),
        (CHAIN, ["a"], "c"),
    ),
    wrong=(only_itself, whole_path, leaf_first, loses_without_loading),
)


def _bytes_read(sizes, parents, calls):
    resident = [next(iter(parents))]
    total = sizes[resident[0]]
    for name in calls:
        load, _ = _call(parents, resident, name)
        total += sum(sizes[module] for module in load)
        if load:
            resident = _path(parents, name)
    return total


def without_the_root(sizes, parents, calls):
    """leaving out the root. It is read once, when the program starts."""
    return _bytes_read(sizes, parents, calls) - sizes[next(iter(parents))]


def every_call_loads(sizes, parents, calls):
    """reading a module at each call. It may still be there from the last time."""
    root = next(iter(parents))
    paths = [module for name in calls for module in _path(parents, name) if module != root]
    return sizes[root] + sum(sizes[module] for module in paths)


def never_overwritten(sizes, parents, calls):
    """reading each module once. What was overwritten must be read again."""
    seen = {next(iter(parents))}
    for name in calls:
        seen |= set(_path(parents, name))
    return sum(sizes[module] for module in seen)


def forgets_what_is_below(sizes, parents, calls):
    """forgetting what lies below a module when the module itself is called. If nothing is
    loaded, nothing is overwritten."""
    resident = [next(iter(parents))]
    total = sizes[resident[0]]
    for name in calls:
        total += sum(sizes[module] for module in _call(parents, resident, name)[0])
        resident = _path(parents, name)
    return total


def _run(random):
    parents = _plan(random)
    sizes = {name: random.randint(1, 60) for name in parents}
    names = list(parents)[1:]
    return sizes, parents, [random.choice(names) for _ in range(random.randint(1, 8))]


TENS = {name: 10 * i for i, name in enumerate(CHAIN, start=1)}

bytes_read = Task(
    "ch01",
    "what a run reads",
    _bytes_read,
    _run,
    edges=(
        (TENS, CHAIN, []),
        (TENS, CHAIN, ["b", "b"]),
        (TENS, CHAIN, ["b", "d", "b"]),
        (TENS, CHAIN, ["c", "b", "c"]),
    ),
    wrong=(without_the_root, every_call_loads, never_overwritten, forgets_what_is_below),
)
