"""Values that a learner's code returned, shown and compared without trusting them.

Nothing here calls a method of a class that it does not know: an object that claims to equal
everything is just "an Always", and a list that holds itself or a billion items is cut.
"""

from types import NoneType

_NAME = type.__dict__["__name__"].__get__  # a metaclass may answer differently: do not ask it


def same(got, expected):
    """Whether `got` is `expected`, types included: True is not 1, and a tuple is not a list.

    `expected` is made of int, float, str, bool and None, in lists and tuples.
    """
    if type(got) is not type(expected):
        return False
    if type(expected) in (list, tuple):
        return len(got) == len(expected) and all(map(same, got, expected))
    return got == expected


def misfit(got, expected):
    """What is wrong with the type of `got`, in words; "" where only its value may be."""
    if type(expected) is NoneType or type(got) is NoneType:
        return ""  # "nothing" is an answer: a matter of value
    if type(got) is not type(expected):
        return f"{kind(got)} where {kind(expected)} belongs"
    if type(expected) in (list, tuple):
        return next(filter(None, map(misfit, got, expected)), "")
    return ""


def kind(value):
    """The type of a value in words: "an int", "a list"."""
    name = _NAME(type(value))[:40]
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"


def text(value, room=72, depth=4):
    """A value in at most about `room` characters; ints of 4 GiB and more as addresses, in hex."""
    if type(value) is int:
        if value.bit_length() > 4 * 64:
            return f"an int of {value.bit_length()} bits"
        return f"{value:#x}" if value >= 1 << 32 else repr(value)
    if type(value) is str:
        return repr(value) if len(value) <= room else repr(value[: room - 6]) + "..."
    if type(value) is bytes:
        shown = value[: room // 3]
        more = "" if len(value) <= len(shown) else f" and {len(value) - len(shown)} bytes more"
        return f'bytes.fromhex("{shown.hex(" ")}"){more}'
    if type(value) in (list, tuple, dict):
        return _sequence(value, room, depth)
    return repr(value) if type(value) in (bool, float, NoneType) else kind(value)


def _sequence(values, room, depth):
    left, right = {list: "[]", tuple: "()", dict: "{}"}[type(values)]
    parts, used = [], 0
    for value in values.items() if type(values) is dict else values:
        pair = value if type(values) is dict else (value,)
        part = ": ".join(text(v, room, depth - 1) for v in pair) if depth else "..."
        used += len(part) + 2
        if used > room and parts:
            parts.append(f"... {len(values) - len(parts)} more")
            break
        parts.append(part)
    lone = "," if type(values) is tuple and len(values) == 1 else ""
    return left + ", ".join(parts) + lone + right
