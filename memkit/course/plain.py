"""Values that a learner's code returned, shown and compared without trusting them.

Nothing here calls a method of a class that it does not know: an object that claims to equal
everything is just "an Always", and a list that holds itself or a billion items is cut.
"""

import marshal
import re
from types import NoneType
from typing import NamedTuple

_NAME = type.__dict__["__name__"].__get__  # a metaclass may answer differently: do not ask it


class Other(NamedTuple):
    """A value that is no plain data, of which no more came through than what its type is called."""

    type: str


def same(got, expected):
    """Whether `got` is `expected`, types included: True is not 1, and a tuple is not a list.

    `expected` is made of int, float, str, bytes, bool and None, in lists, tuples and dicts.
    """
    if type(got) is not type(expected):
        return False
    if type(expected) in (list, tuple):
        return len(got) == len(expected) and all(map(same, got, expected))
    if type(expected) is dict:
        if len(got) != len(expected):
            return False
        values = {_typed(key): value for key, value in got.items()}
        keys = [(_typed(key), value) for key, value in expected.items()]
        return all(key in values and same(values[key], value) for key, value in keys)
    return got == expected


def _typed(key, depth=4):
    """The key of a dict, told from what only claims to equal it: that is not asked."""
    if type(key) is tuple and depth:
        return tuple(_typed(item, depth - 1) for item in key)
    known = type(key) in (int, float, str, bytes, bool, NoneType)
    return id(type(key)), key if known else None


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
    name = value.type if type(value) is Other else _NAME(type(value))[:40]
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
        return " + ".join(_pieces(shown)) + more
    if type(value) in (list, tuple, dict):
        return _sequence(value, room, depth)
    return repr(value) if type(value) in (bool, float, NoneType) else kind(value)


def _pieces(data):
    """Bytes as terms that fit into a line each: long runs of zeros by their number."""
    for part in re.findall(rb"(?s)\0{8,}|(?:(?!\0{8}).){1,16}", data) or [data]:
        zeros = len(part) >= 8 and not any(part)
        yield f"bytes({len(part)})" if zeros else f'bytes.fromhex("{part.hex(" ")}")'


def bulk(value, most):
    """How much a value holds, all levels counted; counted no further than beyond `most`.

    Items, and for texts characters, for bytes bytes, for an int its words of 64 bits.
    """
    count, todo = 0, [value]
    while todo and count <= most:
        value = todo.pop()
        count += 1
        if type(value) is int:
            count += value.bit_length() // 64
        elif type(value) in (str, bytes, bytearray):
            count += len(value)
        elif type(value) in (list, tuple, dict, set, frozenset):
            if len(value) > most:
                return count + len(value)
            todo.extend(value)
            todo.extend(value.values() if type(value) is dict else ())
    return count


def amount(value, most):
    """How much a value holds, in words; more than `most` items in all levels are not counted."""
    if type(value) is int:
        return _counted(value.bit_length(), "bit")
    if type(value) is str:
        return _counted(len(value), "character")
    if type(value) in (bytes, bytearray):
        return _counted(len(value), "byte")
    if type(value) not in (list, tuple, dict, set, frozenset):
        return kind(value)
    if len(value) <= most < bulk(value, most):
        return f"more than {most:,} items on all its levels"
    return _counted(len(value), "item")


def _counted(number, unit):
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def copied(value):
    """A copy, on all levels, of plain data of our own."""
    return marshal.loads(marshal.dumps(value))


def kept(value, depth=40):
    """A copy of plain data; what is none, or lies too deep, gets a stand-in of the same name."""
    if type(value) in (int, float, str, bytes, bool, NoneType):
        return value
    if depth and type(value) in (list, tuple):
        return type(value)(kept(item, depth - 1) for item in value)
    if depth and type(value) is dict:
        return {kept(key, depth - 1): kept(item, depth - 1) for key, item in value.items()}
    return type(_NAME(type(value)), (), {})()


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
