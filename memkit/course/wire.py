"""Arguments and answers as plain data: what may cross the wall between judge and judged.

encode  a value as JSON can carry it, with tuples, dicts, bytes and large ints told apart
decode  the value back; what was no plain data comes as an Other with its type's name

`encode` calls no method of a class that it does not know, and `decode` takes any JSON: the other
side may have been taken over by the code that is judged.
"""

from types import NoneType

from .attempt import Raised
from .plain import Other, kind

DEPTH = 40
COLLISIONS = 8  # keys of a dict that may have the hash of another: -1 and -2 do
LONGEST = 100_000  # items in all, or characters of one text: an answer is not a data base


class NotPlain(ValueError):
    """This is not what `encode` writes."""


def encode(value):
    """The value in lists, texts and numbers; lists and tuples of more than LONGEST items named."""
    budget = [LONGEST]
    coded = _encode(value, budget, DEPTH)
    return coded if budget[0] >= 0 else {"other": "huge answer"}


def _encode(value, budget, depth):
    budget[0] -= 1
    if budget[0] < 0 or not depth:
        budget[0] = -1
        return None
    if type(value) is Raised:
        return {"raised": str(value.words)[:400], "new": bool(value.not_started)}
    if type(value) is int and value.bit_length() > 64:
        budget[0] -= value.bit_length() // 4
        return {"int": hex(value) if budget[0] >= 0 else ""}
    if type(value) in (str, bytes):
        budget[0] -= len(value) // 16
        shown = value[:LONGEST]
        return shown if type(value) is str else {"bytes": shown.hex()}
    if type(value) in (int, float, bool, NoneType):
        return value
    if type(value) is list:
        return [_encode(item, budget, depth - 1) for item in _within(value, budget)]
    if type(value) is tuple:
        return {"tuple": [_encode(item, budget, depth - 1) for item in _within(value, budget)]}
    if type(value) is dict:
        pairs = _within(value.items(), budget)
        return {"dict": [[_encode(item, budget, depth - 1) for item in pair] for pair in pairs]}
    return {"other": kind(value).partition(" ")[2]}


def _within(items, budget):
    """The items, or none where they are too many: their number is known before they are read."""
    if len(items) > budget[0]:
        budget[0] = -1
        return ()
    return items


def decode(coded, depth=DEPTH):
    """The value that `encode` was given, or NotPlain. Takes anything that json.loads gives."""
    if not depth:
        raise NotPlain("it is nested too deeply")
    if type(coded) is list:
        return [decode(item, depth - 1) for item in coded]
    if type(coded) is not dict:
        return coded
    match coded:
        case {"tuple": list(items), **rest} if not rest:
            return tuple(decode(item, depth - 1) for item in items)
        case {"dict": list(pairs), **rest} if not rest:
            return _dict(pairs, depth)
        case {"int": str(digits), **rest} if not rest and len(digits) <= LONGEST:
            return _or_not_plain(int, digits, 16)
        case {"bytes": str(digits), **rest} if not rest:
            return _or_not_plain(bytes.fromhex, digits)
        case {"raised": str(words), "new": bool(new), **rest} if not rest:
            return Raised(words[:400].encode(errors="replace").decode(), new)
        case {"other": str(name), **rest} if not rest:
            return Other(name[:40].encode(errors="replace").decode())
    raise NotPlain("it is not in the form that answers have")


def _dict(pairs, depth):
    if any(type(pair) is not list or len(pair) != 2 for pair in pairs):
        raise NotPlain("a dict is not made of pairs")
    decoded = [[decode(item, depth - 1) for item in pair] for pair in pairs]
    hashes = _or_not_plain(list, (hash(key) for key, _ in decoded))
    if len(hashes) - len(set(hashes)) > COLLISIONS:  # made so: a dict of them takes quadratic time
        raise NotPlain("the keys of a dict share their hashes")
    return _or_not_plain(dict, decoded)


def _or_not_plain(make, *args):
    try:
        return make(*args)
    except (ValueError, TypeError, OverflowError) as error:
        raise NotPlain(f"it is not what it says: {error}") from None
