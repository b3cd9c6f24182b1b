"""The tasks of chapter 05: join neighbours, a fit between first and best, diagnose.

Each function below with a leading underscore is right; the others are known wrong ideas.
The list of `coalesce` is glibc's unsorted list: what is freed enters at the front, together with
its neighbours in memory, wherever these stood. `take` splits as glibc does, where the rest is large
enough to be a block (MINSIZE in malloc/malloc.c). `diagnose` calls diseases as memkit.malloc.doctor
does, but has no red zones and no quarantine: an address may be given out again at once.
"""

from .task import Task


def _join(free, block, below=True, above=True, leave=True, most=2):
    start, size = block
    touching = [b for b in free if below and sum(b) == start or above and b[0] == start + size]
    touching = touching[:most]
    starts, sizes = zip(block, *touching, strict=True)
    return [(min(starts), sum(sizes)), *(b for b in free if b not in touching or not leave)]


def _coalesce(free, block):
    return _join(free, block)


def never_joined(free, block):
    """only putting the block into the list. Where it touches a free block the two become one."""
    return _join(free, block, below=False, above=False)


def below_only(free, block):
    """joining with the block below only. The one that begins where {block} ends may be free too."""
    return _join(free, block, above=False)


def above_only(free, block):
    """joining with the block above only. One that ends where {block} begins may be free too."""
    return _join(free, block, below=False)


def list_head(free, block):
    """comparing with the head of the list only. A neighbour may stand anywhere in this list."""
    return _join(free[:1], block, below=False) + free[1:]


def still_listed(free, block):
    """leaving the neighbours in the list. The next two requests could get the same bytes."""
    return _join(free, block, leave=False)


def one_only(free, block):
    """stopping at the first neighbour found. There may be one on either side: three become one."""
    return _join(free, block, most=1)


def by_address(free, block):
    """sorting by address. What was freed last stands first in this list, the rest as before."""
    return sorted(_join(free, block))


def _region(random):
    """A list in which no two blocks touch, and a live block that is freed."""
    at, blocks, free = 1000, [], []
    for _ in range(random.randint(1, 9)):
        blocks.append((at, random.randint(1, 9) * 8))
        at = sum(blocks[-1])
    freed = random.randrange(len(blocks))
    for i, block in enumerate(blocks):
        if i != freed and blocks[i - 1 : i] != free[-1:] and random.random() < 0.8:
            free.append(block)
    random.shuffle(free)
    return free, blocks[freed]


coalesce = Task(
    "ch05",
    "join neighbours",
    _coalesce,
    _region,
    edges=(
        *(([(1000, 8)], (at, 8)) for at in (992, 1008, 1016)),
        ([(1000, 8), (1016, 8)], (1008, 8)),
        ([(1040, 8), (1000, 8), (1016, 8)], (1008, 8)),
    ),
    wrong=(never_joined, below_only, above_only, one_only, list_head, still_listed, by_address),
)


def _fit(free, need, k, least, looked_at=None, rank=lambda size, i: (size, i)):
    fits = [i for i, (_, size) in enumerate(free[:looked_at]) if size >= need][:k]
    if not fits:
        return None
    at = min(fits, key=lambda i: rank(free[i][1], i))
    address, size = free[at]
    after = [*free[:at], *free[at + 1 :]]
    if size - need < least:
        return address, size, after
    after.insert(at, (address + need, size - need))
    return address, need, after


def _take(free, need, k, least):
    return _fit(free, need, k, least)


def first_fit(free, need, k, least):
    """first fit. The search goes on until it has seen {k} blocks that are large enough."""
    return _fit(free, need, 1, least)


def best_fit(free, need, k, least):
    """best fit. The search ends when it has seen {k} blocks that are large enough."""
    return _fit(free, need, len(free), least)


def k_in_all(free, need, k, least):
    """counting each block that is looked at. Only those of {need} bytes and more count to {k}."""
    return _fit(free, need, k, least, looked_at=k)


def last_equal(free, need, k, least):
    """taking the last of equals. The first of them stays the choice until a smaller one comes."""
    return _fit(free, need, k, least, rank=lambda size, i: (size, -i))


def always_split(free, need, k, least):
    """splitting always. A rest below {least} bytes is no block of its own: it goes along."""
    return _fit(free, need, k, 1)


def over_least(free, need, k, least):
    """splitting only where more than {least} bytes remain. A rest of just {least} is a block."""
    return _fit(free, need, k, least + 1)


def rest_forgotten(free, need, k, least):
    """forgetting the rest where the whole block goes. Say that it went, or it never comes back."""
    found = _fit(free, need, k, least)
    return found and (found[0], need, found[2])


def _search(random):
    at, free = 1000, []
    for _ in range(random.randint(1, 7)):
        free.append((at, random.randint(1, 8) * 8))
        at = sum(free[-1]) + random.randint(1, 4) * 8
    random.shuffle(free)
    return free, random.randint(1, 7) * 8, random.randint(1, 4), random.choice((8, 16, 32))


take = Task(
    "ch05",
    "between first and best fit",
    _take,
    _search,
    edges=(
        *(([(1000, size)], 16, 1, least) for size in (8, 16, 24) for least in (8, 16)),
        *(([(1000, 32), (1040, 16)], 16, k, 8) for k in (1, 2)),
        ([(1000, 24), (1040, 24)], 16, 2, 8),
        ([(1000, 8), (1040, 32), (1080, 16)], 16, 2, 8),
    ),
    wrong=(first_fit, best_fit, k_in_all, last_equal, always_split, over_least, rest_forgotten),
)


def _faults(ops, fresh=True, renewed=True, ends=True, shared=False, ahead=range, reach=99):
    """(disease, place) of each operation at fault, then of each block that is never freed."""
    live, freed, written = {}, set(), set()
    for place, (verb, address, n) in enumerate(ops):
        if verb == "malloc":
            live[address] = address + n, place
            if fresh:
                written -= set(range(address, address + n))
        elif verb == "free":
            if address in live:
                freed |= set(range(address, live.pop(address)[0]))
            else:
                yield "double free", place
        else:
            ends_at = [e for s, (e, _) in live.items() if s <= address < min(e, s + reach)]
            end = ends_at[0] if ends_at else None
            if address in freed and (end is None or not renewed):
                yield "use after free", place
            elif end is None:
                yield "wild pointer", place
            elif end < address + n and ends and not (shared and end in live):
                yield "overflow", place
            elif verb == "read" and not written.issuperset(ahead(address, address + n)):
                yield "uninitialised read", place
            if verb == "write":
                written |= set(range(address, address + n))
    yield from (("leak", place) for _, place in live.values())


def _diagnose(operations):
    return next(_faults(operations), None)


def reused(operations):
    """holding an old free against an address that malloc has given out again. It is a live block
    again: who reads there through the old pointer is seen by nobody."""
    return next(_faults(operations, renewed=False), None)


def one_byte(operations):
    """looking at the first byte only. All bytes of an access must lie in the block."""
    return next(_faults(operations, ends=False), None)


def any_block(operations):
    """asking whether each byte lies in some live block. All must lie in the same one."""
    return next(_faults(operations, shared=True), None)


def old_data(operations):
    """taking what an earlier owner wrote for initialised. malloc gives out the bytes as they are,
    and their new owner has written none of them."""
    return next(_faults(operations, fresh=False), None)


def half_read(operations):
    """asking only whether the first byte read was written. Each of them must have been."""
    return next(_faults(operations, ahead=lambda start, _: range(start, start + 1)), None)


def inner(operations):
    """looking for a block that begins at the address used. A pointer may lead into a block."""
    return next(_faults(operations, reach=1), None)


def wild(operations):
    """calling each address outside of the live blocks wild. Where a block was until it was freed,
    the pointer is a dangling one: use after free."""
    found = _diagnose(operations)
    return ("wild pointer", found[1]) if found and found[0] == "use after free" else found


def leaks_first(operations):
    """looking for leaks first. Only a program with no operation at fault is searched for them."""
    found = list(_faults(operations))
    return next((fault for fault in found if fault[0] == "leak"), found[0] if found else None)


def leak_last(operations):
    """giving the end of the program. Asked for is the malloc whose block nobody frees."""
    found = _diagnose(operations)
    return ("leak", len(operations) - 1) if found and found[0] == "leak" else found


def _program(random):
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
        often = (verb, old, n), ("free", old, None), ("read", start, written or size)
        weights = 16, 16, 8, 2, 3, 2, 5, 5, 16 if written else 1
        verb, address, n = random.choices((*well, *ill, *often), weights)[0]
        steps.append((verb, address, n))
        if verb == "write" and address in (start, new):
            live[start] = size, max(written, address - start + n)
        elif verb == "free" and address in live:
            freed[address] = live.pop(address)[0]
    if random.random() < 0.6:
        steps += [("free", address, None) for address in live]
    return (steps,)


NEW, GONE = ("malloc", 1000, 20), ("free", 1000, None)
ALL, HALF = ("write", 1000, 20), ("write", 1000, 10)

diagnose = Task(
    "ch05",
    "diagnose",
    _diagnose,
    _program,
    edges=(
        ([NEW, HALF, ("read", 1000, 20), GONE],),
        ([NEW, GONE, HALF],),
        ([NEW, ALL, GONE, NEW, HALF, GONE],),
        ([NEW, ALL, GONE, NEW, ("read", 1000, 20), GONE],),
        ([NEW, ("malloc", 1020, 10), ("write", 1010, 20), GONE],),
        ([NEW, ("write", 1010, 20), GONE],),
    ),
    wrong=(reused, one_byte, any_block, old_data, half_read, wild, inner, leaks_first, leak_last),
)
