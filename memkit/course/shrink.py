"""The smallest case that still shows a mistake: what can be left out of it is, one by one.

simpler   what a case, or a value in it, could be instead
cost      what is simpler: fewer things, then rounder numbers, then smaller ones
"""

from functools import lru_cache

ROUND = (0, 1, 2, 10, 16, 100, 256, 1000, 1024, 4096, 8192)
MOST = 1500  # cases that are looked at
KNOWN = 1 << 12  # numbers whose digits are kept: those of a case come again in the next one


def smallest(args, fails, domain, more=None, most=MOST):
    """The smallest case found, from `args` on, that the task allows and that still fails.

    fails    fails(args) -> bool; it may be asked of `most` cases
    domain   domain(*args): whether the task allows the case
    more     more(*args) -> cases that may be simpler in a way that only the task knows
    """
    seen, best = {repr(args)}, cost(args)
    while True:
        candidates = [*(more(*args) if more else ()), *simpler(args)]
        for case in candidates:
            written = repr(case)
            if written in seen or cost(case, written) >= best:
                continue
            seen.add(written)
            if not _allowed(domain, case):
                continue
            most -= 1
            if most < 0:
                return args
            if fails(case):
                args, best = case, cost(case)
                break
        else:
            return args


def _allowed(domain, case):
    try:
        return domain(*case)
    except (ArithmeticError, LookupError, TypeError, ValueError):  # what makes no sense at all
        return False


def cost(value, written=None):
    """(things, digits, size, text) of a case: the smaller the simpler. `written` is its repr."""
    things = digits = bits = 0
    todo = [value]
    for now in todo:  # which grows meanwhile
        kind = type(now)
        if kind is int:
            digits += _digits(now)
            bits += now.bit_length()
        elif kind in (list, tuple):
            things += len(now)
            todo += now
        elif kind in (str, bytes):
            things += len(now)
            digits += len(now) - now.count(0) if kind is bytes else 0
        elif kind is dict:
            things += len(now)
            todo += [*now, *now.values()]
        elif kind is float:
            digits += _digits(now)
            bits += int(abs(now)).bit_length()
    return things, digits, bits, repr(value) if written is None else written


@lru_cache(KNOWN, typed=True)
def _digits(number):
    """The digits of a number without its zeros at the end, decimal or hex, whichever is fewer."""
    if type(number) is float:
        return len(repr(number).strip("-0."))
    return min(len(f"{abs(number):d}".rstrip("0")), len(f"{abs(number):x}".rstrip("0")))


def simpler(value):
    """What a value could be instead: items left out, many first, then each item simpler."""
    if type(value) is bool:
        return
    if type(value) is int:
        yield from (n for n in ROUND if n < abs(value))
        for n in (value // 2, value & (value - 1), value - value % 10, value - 1):
            if 0 <= n < value:
                yield n
    elif type(value) in (str, bytes, list):
        yield from _left_out(value)
        if type(value) is list:
            yield from _each(value)
        elif type(value) is bytes:
            yield from _zeroed(value)
    elif type(value) is dict:
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
        for key in value:
            for other in simpler(value[key]):
                yield {**value, key: other}
    elif type(value) is tuple:
        yield from _each(value)
        yield from _everywhere(value)


def _left_out(items):
    many = len(items) // 2
    while many:
        for i in range(len(items) - many, -1, -1):
            yield items[:i] + items[i + many :]
        many //= 2
    if len(items) == 1:
        yield items[:0]


def _zeroed(data):
    """Bytes that are 0 instead, many first."""
    many = (len(data) + 1) // 2
    while many:
        for i in range(0, len(data), many):
            if any(part := data[i : i + many]):
                yield data[:i] + bytes(len(part)) + data[i + many :]
        many //= 2


def _each(items):
    for i, item in enumerate(items):
        for other in simpler(item):
            yield items[:i] + type(items)((other,)) + items[i + 1 :]


def _everywhere(case):
    """The case with a number, or a text, replaced wherever it stands: names stay names."""
    found = []
    _leaves(case, found)
    for leaf in dict.fromkeys(found):
        if found.count(leaf) > 1:
            others = simpler(leaf) if type(leaf) is int else (c for c in "AB" if c < leaf)
            for other in others:
                yield _replaced(case, leaf, other)


def _leaves(value, found):
    if type(value) in (list, tuple):
        for item in value:
            _leaves(item, found)
    elif type(value) is int or (type(value) is str and len(value) == 1):
        found.append(value)


def _replaced(value, leaf, other):
    if type(value) in (list, tuple):
        return type(value)(_replaced(item, leaf, other) for item in value)
    return other if type(value) is type(leaf) and value == leaf else value
