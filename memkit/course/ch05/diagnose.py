"""What a sick program suffers from, and which operation is at fault.

Diseases are called as memkit.malloc.doctor does. Unlike it: no red zones and no quarantine, an
address may be given out again at once. Programs are drawn as the chapter's ward.
"""

from typing import NamedTuple

from memkit.checks import plural, size
from memkit.pictures.ward import PER_LINE

from ..ideas import Idea
from ..task import room


class Block(NamedTuple):
    """by, freed: the operations that did it. One that was freed stays until its place is used."""

    at: int
    end: int
    by: int
    freed: int | None = None


class Done(NamedTuple):
    """What is the case, the bytes that are touched, the disease, and what there is then."""

    fact: str
    used: set
    disease: str
    blocks: dict
    written: set


def _holder(blocks, byte):
    """The block, live or freed, in which a byte lies."""
    return next((one for one in blocks.values() if one.at <= byte < one.end), None)


def _live(block):
    return block is not None and block.freed is None


def rule(
    operations,
    *,
    renewed=True,
    fresh=True,
    ends="one block",
    ahead=True,
    inside=True,
    dangling="first byte",
    stray="invalid free",
    again="double free",
    reads=True,
):
    """Operation by operation; the first disease is the answer, so what follows does not matter."""
    blocks, gone, written = {}, set(), set()
    for place, (verb, address, n) in enumerate(operations):
        used, disease = set(range(address, address + (n or 1))), ""
        block = _holder(blocks, address)
        if verb == "malloc":
            blocks[address] = Block(address, address + n, place)
            written -= used if fresh else set()
            fact = "a new block"
        elif verb == "free":
            block = blocks.get(address)
            fact = "where no block begins or began"
            if _live(block):
                blocks[address] = block._replace(freed=place)
                used = set(range(address, block.end))
                gone |= used
                fact = f"the block that {block.by} got"
            elif block:
                fact, disease = f"the block that {block.freed} has freed", again
            else:
                disease = stray
        else:
            old = {
                "first byte": address in gone,
                "any byte": not gone.isdisjoint(used),
                "start": address in gone and block.at == address,
            }
            fact = "where no block is or was"
            if not _live(block) or not (inside or address == block.at):
                fact = f"in the block that {block.freed} has freed" if block else fact
                disease = "use after free" if old.get(dangling) else "wild pointer"
            else:
                disease, fact = _access(blocks, block, verb, used, written, ends, ahead)
                if disease == "uninitialised read" and not reads:
                    disease = ""
                if address in gone and not renewed:
                    disease = "use after free"
            if verb == "write" and _live(block):
                written |= used
        yield Done(fact, used, disease, dict(blocks), set(written))


def _access(blocks, block, verb, used, written, ends, ahead):
    """(disease, fact) of an access whose first byte lies in a live block."""
    behind = sum(byte >= block.end for byte in used)
    unread = used - written if ahead else {min(used)} - written
    all_live = all(_live(_holder(blocks, byte)) for byte in used)
    if behind and not {"any": True, "live": all_live}.get(ends):
        return "overflow", f"{behind} B of it behind the block that {block.by} got"
    if verb == "read" and unread:
        few = f"{len(unread)} B of it never written"
        return "uninitialised read", f"in the block that {block.by} got, {few}"
    return "", f"in the block that {block.by} got"


def answer(moments):
    for place, moment in enumerate(moments):
        if moment.disease:
            return moment.disease, place
    lost = [block.by for block in moment.blocks.values() if _live(block)]
    return ("leak", min(lost)) if lost else None


def _leak(operations, which):
    """The leak that is chosen among the mallocs whose blocks are never freed, in order."""
    *_, last = rule(operations)
    found = answer(rule(operations))
    if not found or found[0] != "leak":
        return found
    at = which(sorted(block.by for block in last.blocks.values() if _live(block)))
    return None if at is None else ("leak", at)


def _leaks_first(operations):
    moments = list(rule(operations))
    lost = [block.by for block in moments[-1].blocks.values() if _live(block)]
    return ("leak", min(lost)) if lost else answer(moments)


DANGLING = "the first byte used lies in no live block, but did until a free"
ONE = "not all the others lie in the same one"
STRAY = "no block ever began at the freed address"
LEAK = "the index of the first malloc whose block was never freed"
IDEAS = (
    Idea(
        "never_uninitialised",
        "letting each read of a live block pass. Its bytes must have been written.",
        "some were not written since its malloc",
        reads=False,
    ),
    Idea(
        "last_leak",
        "giving the last malloc whose block is never freed. Asked is the first.",
        LEAK,
        instead=lambda operations: _leak(operations, max),
    ),
    Idea(
        "lowest_leak",
        "giving the lowest block that is never freed. The first malloc in time is asked.",
        LEAK,
        instead=lambda operations: _leak(
            operations, lambda lost: min(lost, key=lambda at: operations[at][1])
        ),
    ),
    Idea(
        "address_once_freed",
        "asking whether an address was ever freed. malloc may have given it out again since.",
        LEAK,
        instead=lambda operations: _leak(
            operations,
            lambda lost: next(
                (at for at in lost if ("free", operations[at][1], None) not in operations), None
            ),
        ),
    ),
    Idea(
        "reused",
        """holding an old free against an address that malloc has given out again. It is a live
        block again: who reads there through the old pointer is seen by nobody.""",
        "malloc soon gives a freed block out again",
        renewed=False,
    ),
    Idea(
        "one_byte",
        "looking at the first byte only. All bytes of an access must lie in the block.",
        ONE,
        ends="any",
    ),
    Idea(
        "any_block",
        "asking whether each byte lies in some live block. All must lie in the same one.",
        ONE,
        ends="live",
    ),
    Idea(
        "old_data",
        """taking what an earlier owner wrote for initialised. malloc gives out the bytes as they
        are, and their new owner has written none of them.""",
        "some were not written since its malloc",
        fresh=False,
    ),
    Idea(
        "half_read",
        "asking only whether the first byte read was written. Each of them must have been.",
        "some were not written since its malloc",
        ahead=False,
    ),
    Idea(
        "wild",
        """calling each address outside of the live blocks wild. Where a block was until it was
        freed, the pointer is a dangling one: use after free.""",
        DANGLING,
        dangling="never",
    ),
    Idea(
        "freed_starts",
        """comparing with the starts of freed blocks only. Each byte of such a block is
        dangling.""",
        DANGLING,
        dangling="start",
    ),
    Idea(
        "any_freed_byte",
        "asking whether any byte used was freed. The first byte tells a wild pointer.",
        "the first byte used lies in no live block and never did",
        dangling="any byte",
    ),
    Idea(
        "inner",
        "looking for a block that begins at the address used. A pointer may lead into a block.",
        "it lies in a live block",
        inside=False,
    ),
    Idea(
        "stray_is_double",
        "calling each free double that frees no live block. Where none began, it is invalid.",
        STRAY,
        stray="double free",
    ),
    Idea(
        "stray_is_wild",
        "calling a free wild where no block began. It is invalid; who reads or writes is wild.",
        STRAY,
        stray="wild pointer",
    ),
    Idea(
        "double_is_invalid",
        "calling the second free of a block invalid. A block did begin there: it is double.",
        "but one did until a free",
        again="invalid free",
    ),
    Idea(
        "leaks_first",
        "looking for leaks first. Only a program with no operation at fault is searched for them.",
        "If none is at fault",
        instead=_leaks_first,
    ),
    Idea(
        "leak_last",
        "giving the end of the program. Asked for is the malloc whose block nobody frees.",
        LEAK,
        instead=lambda operations: _leak(operations, lambda lost: len(operations) - 1),
    ),
)


def case(random):
    """Blocks of 10 and 20 bytes, side by side and soon used again; few steps are at fault."""
    live, freed, steps, top = {}, {}, [], 1000  # address -> (size, bytes written), size
    for _ in range(random.randint(1, 11)):
        if not live or random.random() < 0.22:
            size = random.choice((10, 20))
            again = [a for a, n in freed.items() if n == size and a not in live]
            start = again[-1] if again and random.random() < 0.8 else top
            top, live[start] = max(top, start + size), (size, 0)
            steps.append(("malloc", start, size))
            if start in freed and random.random() < 0.2:
                steps.append(("read", start, size))
            continue
        start, (size, written) = random.choice([*live.items()])
        old, n = random.choice([*freed.items()] or [(start, size)])
        half, new, verb = size // 2, start + written % size, random.choice(("read", "write"))
        well = ("free", start, None), ("write", start, size), ("write", new, half)
        ill = ("read", start, size), (verb, start + half, size), (verb, top + 50, 10)
        ill = *ill, ("free", start + half, None), (verb, old + n // 2, n // 2)
        often = (verb, old, n), ("free", old, None), ("read", start, written or size)
        weights = 16, 16, 8, 2, 3, 2, 1, 2, 5, 5, 16 if written else 1
        verb, address, n = random.choices((*well, *ill, *often), weights)[0]
        steps.append((verb, address, n))
        if verb == "write" and address in (start, new):
            live[start] = size, max(written, address - start + n)
        elif verb == "free" and address in live:
            freed[address] = live.pop(address)[0]
    if random.random() < 0.6:
        steps += [("free", address, None) for address in live]
    return (steps,)


def domain(operations):
    """Live blocks lie apart, and a freed one is given out again whole."""
    live, given = {}, {}
    for verb, address, n in operations:
        sized = n is None if verb == "free" else 5 <= n <= 40
        if verb not in ("malloc", "free", "read", "write") or not sized or address < 990:
            return False
        if verb == "free":
            live.pop(address, None)
        elif verb == "malloc":
            others = ((at, m) for at, m in given.items() if (at, m) != (address, n))
            if any(address < at + m and at < address + n for at, m in others) or address in live:
                return False
            live[address] = given[address] = n
    return len(operations) > 0


# The scene


def scene(says, moments, operations):
    """What the answer would be if the program ended after each operation."""
    lines = [_code(*operation) for operation in operations]
    for i, (moment, found) in enumerate(zip(moments, says, strict=True)):
        told = "nothing so far"
        if found:
            told = f"{found[0][:40] or 'nothing'}, operation {found[1]:,}"
            told = f"if it ended here, {told}" if found[0] == "leak" else told
        code = [
            {
                "text": line,
                "now": k == i,
                "ran": k <= i,
                "sick": bool(found) and found[0] != "leak" and k == found[1],
            }
            for k, line in enumerate(lines)
        ]
        sentence = f"{i}: {lines[i]}, {moment.fact}: {told}."
        blocks = _letters(moment)
        words = [("what", "now"), *((f"operation {k}", line) for k, line in enumerate(lines))]
        words += [(one["label"], one["letters"]) for one in blocks] + [("report", told)]
        yield {
            "kind": "ward", "sentence": sentence, "code": code, "first": 0,
            "ended": i + 1 == len(lines), "blocks": blocks, "per": PER_LINE,
            "note": "u never written · i written · f freed · - no block",
            "score": "", "report": told, "told": True, "found": bool(found),
            "words": [list(line) for line in words],
        }  # fmt: skip


def _code(verb, address, n):
    if verb == "malloc":
        return f"malloc({n}) = {address}"
    return f"free({address})" if verb == "free" else f"{verb}({address}, {n})"


def _letters(moment):
    """The blocks, a letter a byte; touched bytes of no block have a row."""
    rows, left = [], set(moment.used)
    for at, end, by, freed in sorted(moment.blocks.values()):
        letters = ["i" if byte in moment.written else "u" for byte in range(at, end)]
        letters = letters if freed is None else ["f"] * (end - at)
        label = f"{size(end - at)} at {at}, allocated by {by}"
        label += "" if freed is None else f", freed by {freed}"
        touched = [byte - at for byte in sorted(left) if at <= byte < end]
        left -= set(range(at, end))
        rows.append({"label": label, "letters": "".join(letters), "touched": touched})
    if left:
        label = f"no block: {plural(len(left), 'byte')}, {min(left)} to {max(left)}"
        rows.append({"label": label, "letters": "-" * len(left), "touched": [*range(len(left))]})
    return rows


NEW, GONE = ("malloc", 1000, 20), ("free", 1000, None)
ALL, HALF = ("write", 1000, 20), ("write", 1000, 10)

diagnose = room(
    __name__,
    "diagnose",
    edges=(
        ([NEW],),
        ([NEW, ("malloc", 1020, 10), ("free", 1020, None)],),
        ([NEW, HALF, ("read", 1000, 20), GONE],),
        ([NEW, GONE, HALF],),
        ([NEW, GONE, GONE],),
        ([NEW, GONE, ("read", 1005, 5)],),
        ([NEW, GONE, ("read", 1019, 5)],),
        ([NEW, GONE, ("read", 1020, 5)],),
        ([NEW, GONE, ("read", 995, 10)],),
        ([NEW, ("read", 995, 10), GONE],),
        ([NEW, ("malloc", 1020, 10), GONE, ("write", 1010, 20)],),
        ([NEW, ("malloc", 1020, 10), ("free", 1020, None), HALF, ("write", 1010, 20), GONE],),
        ([NEW, ("malloc", 1020, 10), GONE, NEW],),
        ([NEW, ("free", 1005, None), GONE],),
        ([NEW, GONE, ("free", 1005, None)],),
        ([GONE, NEW],),
        ([NEW, ALL, GONE, NEW, HALF, GONE],),
        ([NEW, ALL, GONE, NEW, ("read", 1000, 20), GONE],),
        ([NEW, ("malloc", 1020, 10), ("write", 1010, 20), GONE],),
        ([NEW, ("write", 1010, 20), GONE],),
        ([NEW, ("write", 1001, 20), GONE],),
        ([NEW, ("write", 1019, 5), GONE],),
        ([NEW, ("write", 1020, 5), GONE],),
        ([NEW, ALL, ("read", 1000, 20), GONE],),
        ([NEW, HALF, ("read", 1010, 5), GONE],),
        ([NEW, ("write", 1000, 19), ("read", 1000, 20), GONE],),
        ([NEW, ("write", 1001, 19), ("read", 1000, 20), GONE],),
    ),
    along="operations",
)
