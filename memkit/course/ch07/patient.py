"""What a program with a mistake of C does in Go: what it reads, and where it is stopped."""

from typing import NamedTuple

from memkit import pictures
from memkit.pictures.language import FREE, IN_USE, THIRD

from ..ideas import Idea
from ..plain import text
from ..scenes.floors import drawn
from ..task import at_the_end, room

FORMS = {  # as C has a line, and its third item
    "malloc": ("{} = malloc({})", range(1, 25)),
    "copy": ("{} = {}", ("p", "q")),
    "free": ("free({})", (0,)),
    "write": ("{}[{}] = 1", range(-24, 25)),
    "read": ("use({}[{}])", range(-24, 25)),
}
NIL = (0, frozenset())


class Line(NamedTuple):
    """What happens at a line, what has been read and which line has stopped the program by then;
    the blocks: (size, which bytes are 1), and where each name leads."""

    fact: str
    values: list
    stopped: int | None
    blocks: list
    names: dict


def rule(
    lines,
    *,
    checked=True,
    last=0,
    back=0,
    nil=True,
    zero=True,
    frees="",
    shares=True,
    ends=1,
    first=0,
):
    """`last`: bytes behind a block that may be used, `back`: an index may count from the end,
    `nil`: it stops the program, `ends`: so does what stops it, `first`: the index of line 0."""
    blocks, names, values, stopped = [], {}, [], None
    for at, (verb, name, n) in enumerate(lines):
        size, ones = blocks[names[name]] if name in names else NIL
        if stopped is not None and ends:
            fact = "the program has been stopped"
        elif verb == "malloc":
            fact, names[name] = "a new block, all zero", len(blocks)
            blocks.append((n, frozenset()))
        elif verb == "copy":
            fact = "it leads to the same block" if n in names else "it is nil, too"
            names.pop(name, None)
            if n in names:
                names[name] = names[n] if shares else len(blocks)
                blocks += [] if shares else [blocks[names[n]]]
        elif verb == "free":
            fact = "Go has no such line"
            if frees == "block" and name in names:
                blocks[names[name]] = NIL
            elif frees == "name":
                names.pop(name, None)
        else:
            fact, n = "a byte of the block", n + size * (back and n < 0)
            outside = checked and not 0 <= n < size + last and (nil or name in names)
            if outside or verb == "read" and not zero and n not in ones:
                fact = f"the block has {size} B, from 0 on" if name in names else f"{name} is nil"
                fact += ", the program is stopped"
                stopped = at + first if stopped is None else stopped
            elif verb == "read":
                values.append(int(n in ones))
            elif name in names:
                blocks[names[name]] = size, ones | {n}
        yield Line(fact, values[:], stopped, blocks[:], dict(names))


answer = at_the_end("values", "stopped")

CHECKED = "every index is checked"
FREE_LINE = "Go has no such line: nothing happens"
STOPS = "stops the program at that line"
IDEAS = (
    Idea(
        "unchecked", "leaving the index unchecked. Go checks it, and stops.", CHECKED, checked=False
    ),
    Idea("one_byte_more", "using the byte behind the end. n bytes end at n - 1.", CHECKED, last=1),
    Idea("from_the_end", "counting from the end. Python does: Go stops.", CHECKED, back=1),
    Idea(
        "nil_is_zero",
        "reading and writing where nil leads. It leads to no byte: the program is stopped.",
        "a pointer begins as `nil`, which leads to no bytes",
        nil=False,
    ),
    Idea(
        "never_written",
        "stopping where a byte is read before it is written. New memory in Go is zero.",
        "a new block is all zero",
        zero=False,
    ),
    Idea(
        "free_sets_nil",
        "setting the pointer to nil at free. Nobody frees in Go: the pointer leads where it led.",
        FREE_LINE,
        frees="name",
    ),
    Idea(
        "free_ends_the_block",
        "taking the block away at free. Nobody frees in Go: it stays while a pointer leads to it.",
        FREE_LINE,
        frees="block",
    ),
    Idea(
        "copies_the_block",
        "copying the block with the pointer. Both pointers lead to the same bytes.",
        "`q` leads where `p` does",
        shares=False,
    ),
    Idea("goes_on", "going on after it was stopped. Nothing that follows is run.", STOPS, ends=0),
    Idea(
        "counted_from_1",
        "counting lines from 1. The first has the index 0.",
        "the index of the line that stops it",
        first=1,
    ),
)


def case(random):
    lines, sizes = [], {}
    for _ in range(random.randint(1, 14)):
        verb = random.choice(("malloc", "copy", "free", *["write"] * 3, *["read"] * 5))
        name, other = random.sample("pq", 2)
        if name not in sizes and random.random() < 0.9:
            verb = "malloc"
        n = {"copy": other, "free": 0}.get(verb)
        if verb == "malloc":
            n = sizes[name] = random.choice((1, 2, 8, 24))
        elif verb == "copy":
            sizes = {**sizes, name: sizes[other]} if other in sizes else {}
        elif n is None:
            size = sizes.get(name, 1)
            n = random.choice((*[0, size - 1, random.randrange(size)] * 4, size, -1))
        lines.append((verb, name, n))
    return (lines,)


def domain(lines):
    return lines and all(
        name in ("p", "q") and n in FORMS[verb][1] and n != name for verb, name, n in lines
    )


# The scene


def _block_row(k, moment, line):
    """A block, its ones filled, the byte that the line uses outlined."""
    size, ones = moment.blocks[k]
    names = [name for name, block in moment.names.items() if block == k]
    verb, name, n = line
    here = verb in ("read", "write") and name in names and 0 <= n < size
    leads = " and ".join(sorted(names)) or "nothing"
    return pictures.row(
        "".join(IN_USE if at in ones else FREE for at in range(size)),
        caption=f"block {k}, {size} B: {leads} {'lead' if len(names) > 1 else 'leads'} here",
        touched=[(n, n + 1)] if here else [],
        big=True,
    )


def scene(says, moments, lines):
    """A line at each step, the blocks as they are, and what the answer has read and stopped."""
    verbs = "".join(verb[0] for verb, _, _ in lines)
    for i, (moment, (values, stopped)) in enumerate(zip(moments, says, strict=True)):
        verb, name, n = lines[i]
        right = values == moment.values and stopped == moment.stopped
        listed = ", ".join(text(value, 20) for value in values[:30]) or "nothing"
        told = f"read so far: {listed}; "
        told += "not stopped" if stopped is None else f"stopped by line {text(stopped, 20)}"
        code = FORMS[verb][0].format(name, n)
        cells = "".join({0: FREE, 1: IN_USE}.get(value, THIRD) for value in values[:30])
        yield drawn(
            i,
            f"line {i}, {code}: {f'{moment.fact}; ' if right else ''}{told}.",
            pictures.floor(
                "frames",
                "program",
                "m: malloc, c: copy, f: free, w: write, r: read",
                [pictures.row(verbs, caption=code, touched=[(i, i + 1)], big=True)],
            ),
            pictures.floor(
                "mheap",
                "heap",
                "a cell for each byte; empty: 0, filled: 1",
                [_block_row(k, moment, lines[i]) for k in range(len(moment.blocks))],
            ),
            pictures.floor("mcache", "read", "", [pictures.row(cells, caption=told, big=True)]),
        )


P1 = ("malloc", "p", 1)
patient = room(
    __name__,
    "a sick program in Go",
    edges=tuple(
        (lines,)
        for lines in (
            [("read", "p", 0)],
            [("write", "p", 0)],
            [("free", "p", 0)],
            [P1, ("read", "p", 0)],
            [P1, ("read", "p", 1)],
            [P1, ("write", "p", 1)],
            [P1, ("read", "p", -1)],
            [P1, ("write", "p", -1)],
            [P1, ("write", "p", 0), ("read", "p", 0)],
            [P1, ("write", "p", 0), ("write", "p", 0), ("read", "p", 0)],
            [P1, ("free", "p", 0), ("free", "p", 0), ("read", "p", 0)],
            [P1, ("copy", "q", "p"), ("free", "p", 0), ("read", "q", 0)],
            [P1, ("copy", "q", "p"), ("write", "q", 0), ("read", "p", 0)],
            [P1, ("copy", "q", "p"), ("write", "q", 0), P1, ("read", "p", 0), ("read", "q", 0)],
            [P1, ("copy", "p", "q"), ("read", "p", 0)],
            [("read", "p", 0), P1, ("read", "p", 0), ("read", "p", 1)],
        )
    ),
    along="lines",
)
