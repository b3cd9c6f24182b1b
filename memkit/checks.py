"""How an argument is refused: one sentence that names it, says what is allowed, shows what came.

    n = whole("n", n, 1, MAX_SIZE)      # an int from 1 to MAX_SIZE, or a ValueError that says so

Each check gives back the argument in the form in which a model keeps it. It is asked where a call
enters, before anything has changed, and never in an inner loop. Here are also the units that all
floors share, and how sizes, addresses and numbers of things are written in words.

PAGE       bytes of a page of x86 and of the kernel    WORD       bytes of a pointer
WORD_MASK  the largest number that fits into a word    MOST       things that a list may hold
"""

import operator
from itertools import islice
from numbers import Real
from reprlib import Repr

PAGE = 4096
WORD = 8
WORD_MASK = (1 << 64) - 1
MOST = 1 << 20

_repr = Repr()
_repr.maxstring = _repr.maxother = 60
_RIGHTS = {r + w + x for r in "r-" for w in "w-" for x in "x-"}
_NAMES = {str: "text", bytes: "bytes", dict: "a dict", type(None): "None"}


# -- what an argument may be


def whole(name, value, low=0, high=None):
    """`value` as an int from `low` to `high` (None: no end). True and False are no numbers."""
    number = value if type(value) is int else _index(value)
    if number is None or number < low or high is not None and number > high:
        allowed = f", {_number(low)} or more"
        if high is not None:
            allowed = f" from {_number(low)} to {_number(high)}"
        given = shown(value if number is None else number)
        raise ValueError(f"{name} must be a whole number{allowed}, not {given}.")
    return number


def power(name, value, low=1, high=None):
    """`value` as an int that is a power of two."""
    number = whole(name, value, low, high)
    if number & number - 1:
        raise ValueError(f"{name} must be a power of two, not {shown(number)}.")
    return number


def multiple(name, value, of, end=None):
    """`value` as an int from 0 up, below `end`, that is a multiple of `of`."""
    number = value if type(value) is int else _index(value)
    if number is None or number < 0 or number % of or end is not None and number >= end:
        below = f" below {_number(end)}" if end is not None else ""
        given = shown(value if number is None else number)
        raise ValueError(f"{name} must be a multiple of {of}{below}, not {given}.")
    return number


def real(name, value, low=None, high=None):
    """`value` as an int or a float from `low` to `high`; nan and infinity are none."""
    number = _index(value)
    if number is None and isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except Exception:  # a fraction that is too large; a duration, which calls itself a number
            number = None
        if number is not None and number - number:  # nan for both; nan is true
            number = None
    below = number is None or low is not None and number < low
    if below or high is not None and number > high:
        allowed = f", {_number(low)} or more" if low is not None else ""
        allowed = f" from {_number(low)} to {_number(high)}" if high is not None else allowed
        raise ValueError(f"{name} must be a number{allowed}, not {shown(value)}.")
    return number


def flag(name, value):
    """`value` as True or False. Text is neither: "no" would count as yes."""
    if value is True or value is False:
        return value
    try:
        if not isinstance(value, str | bytes):
            return bool(value)
    except Exception:  # what has no truth: an array of two, say
        pass
    given = _kind(value) if hasattr(type(value), "__len__") else shown(value)
    raise ValueError(f"{name} must be True or False, not {given}.")


def one_of(name, value, allowed):
    """`value`, one of some texts."""
    if not isinstance(value, str) or value not in allowed:
        words = f"one of {', '.join(allowed)}" if len(allowed) > 2 else " or ".join(allowed)
        raise ValueError(f"{name} must be {words}, not {shown(value)}.")
    return value


def instance(name, value, *kinds):
    """`value`, of one of these classes; None among them: or None."""
    if type(value) in kinds:
        return value
    kinds = tuple(type(None) if kind is None else kind for kind in kinds)
    if not isinstance(value, kinds):
        words = [_NAMES.get(kind) or _article(kind.__name__) for kind in kinds]
        raise ValueError(f"{name} must be {' or '.join(words)}, not {_kind(value)}.")
    return value


def listed(name, values, what="a list", most=MOST):
    """`values` as a list; ValueError for text, and for what cannot be gone through to an end.

    what   how the sentence calls it: "a list of names"
    """
    try:
        if isinstance(values, str | bytes | bytearray | memoryview):
            raise TypeError
        known = len(values) if hasattr(values, "__len__") else 0
        found = list(islice(values, most + 1)) if known <= most else None
    except Exception:
        raise ValueError(f"{name} must be {what}, not {shown(values)}.") from None
    if found is None or len(found) > most:
        raise ValueError(f"{name} must be {what}, at most {most:,} long, not {shown(values)}.")
    return found


def rights(name, value):
    """`value`, the rights of an area or a segment: "rw-"."""
    if not isinstance(value, str) or value not in _RIGHTS:
        allowed = "like 'r-x': r, w and x or a dash each"
        raise ValueError(f"{name} must be {allowed}, not {shown(value)}.")
    return value


def octets(name, value):
    """`value`, bytes or what is like them, as bytes."""
    try:
        if isinstance(value, bytes | bytearray | memoryview):
            return bytes(value)
    except Exception:  # a memoryview that was released
        pass
    raise ValueError(f"{name} must be bytes, not {_kind(value)}.")


def shown(value):
    """`value` as a sentence shows it: on one line, shortened, whatever it is."""
    if type(value) is int:
        return _number(value)
    try:
        if isinstance(value, bytes | bytearray):
            value = value[:60]
        return " ".join(_repr.repr(value).split())
    except Exception:  # a number with too many digits, deep inside
        return _kind(value)


def _index(value):
    """`value` as an int, None where it is no whole number."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)
    except Exception:  # not only TypeError: an object may answer with what it likes
        return None


def _number(number):
    if isinstance(number, float) or abs(number) <= 9999:
        return str(number)
    return f"{number:#x}" if number.bit_length() <= 128 else "a number of more than 128 bits"


def _kind(value):
    return type(value).__name__


def _article(name):
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


# -- in words


def hex(address):  # noqa: A001 - the one way memkit writes an address
    """An address as text: 0xc000012000. ValueError for what is no whole number."""
    number = address if type(address) is int else _index(address)
    if number is None:
        raise ValueError(f"address must be a whole number, not {shown(address)}.")
    return f"{number:#x}"


LARGEST = 1 << 100  # bytes that are written as a size
UNITS = (("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


def size(nbytes):
    """A size as people write it: 48 B, 8 KiB, 1.5 MiB, 32,761 B; a long odd one as 2.75 GiB.

    ValueError for what is no number of bytes.
    """
    if type(nbytes) is not int or abs(nbytes) > LARGEST:
        nbytes = real("nbytes", nbytes, -LARGEST, LARGEST)
    for unit, scale in UNITS:
        if nbytes >= scale and nbytes * 4 % scale == 0 and nbytes < 10_000 * scale:
            return f"{nbytes / scale:,g} {unit}"
    if nbytes < 1 << 20:
        return f"{nbytes:,} B"
    unit, scale = next(pair for pair in UNITS if nbytes >= pair[1])
    return f"{nbytes / scale:,.2f} {unit}"


def plural(n, noun):
    """A number of things: "1 page", "13 pages", "20,758 slots"."""
    if type(n) is not int or abs(n) > LARGEST or type(noun) is not str:
        n, noun = real("n", n, -LARGEST, LARGEST), instance("noun", noun, str)
    return f"{n} {noun}" if n == 1 else f"{n:,} {noun}s"
