"""Reference strings as people write them: the one reader of all that takes `refs`.

reference   one use of a page             mark   w for a write, r for a read: 2w, W2, r7
page        a number of 0 or more, or a name: a letter, letters and a number (p1), in lists any word

    "7 0 1 2w"   "7,0;1"   "[7, 0, 1, 2]"   "0x1a 0x1b"   "A B C"   "ABCA"   [7, 0, "2w"]   an array

A word of letters alone is a page a letter. What could be read in two ways is refused: "12" may be
one page or two, and so may "AB C"; "[12]" and "A B C" cannot.
"""

import operator
import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from memkit.checks import shown, whole

MOST = 1 << 26  # references that are made into an array or a list, if they are not in memory yet
MOST_ITERATED = 1 << 22  # references of what does not tell how many there are
BETWEEN = re.compile(r"[\s,;|，；、]+")
NUMBER = re.compile(r"([rw]?)(0x[0-9a-f]{1,16}|[0-9]{1,20})([rw]?)", re.IGNORECASE)
NAME = re.compile(r"([A-Za-z]|[A-Za-z]+[0-9]+)([wW]?)")
BRACKETS = ("[]", "()", "{}")
WIDE = {0xFEE0 + sign: sign for sign in range(0x21, 0x7F)}  # full-width signs, as in Chinese text


class References(NamedTuple):
    """Two lists: pages (ints or texts), and for each use whether it is a write; None: not told."""

    pages: list
    writes: list | None


class Numbered(NamedTuple):
    """Arrays: pages (integers), writes (bools or None). names[page]: its name, where it has one."""

    pages: object
    writes: object
    names: list | None


@lru_cache(1 << 12)  # a long text has few words
def reference(word, name="page"):
    """(page, is it a write?) of one reference as text. ValueError for what is none."""
    word = word.strip()
    for quote in "'\"":
        if len(word) > 2 and word[0] == word[-1] == quote:
            word = word[1:-1]
    found = NUMBER.fullmatch(word)
    if found and not (found[1] and found[3]):
        digits = found[2].lower()
        number = int(digits, 16) if digits.startswith("0x") else int(digits)
        return number, "w" in (found[1] + found[3]).lower()
    named = NAME.fullmatch(word) if not found else None
    if named:
        return named[1], bool(named[2])
    if not found and word.isidentifier():
        return word, False
    raise ValueError(f"{name} must be the number of a page or a name, not {word[:20]!r}.")


def references(refs, name="refs"):
    """References of text, or of anything with an order that holds numbers, texts, or both kinds of
    writing a number. ValueError, one sentence with the place, for anything else."""
    told = getattr(refs, "writes", None)
    items = _words(refs, name) if isinstance(refs, str) else _items(refs, name)
    pages, writes = [], []
    for n, item in enumerate(items, 1):
        try:
            page, write = _reference(item)
        except Exception:  # TypeError, ValueError, or what the item itself raises
            raise _bad(name, n, item, "is neither") from None
        if pages and isinstance(page, str) != isinstance(pages[0], str):
            kinds = "a letter among numbers" if isinstance(page, str) else "a number among letters"
            raise _bad(name, n, item, f"is {kinds}")
        pages.append(page)
        writes.append(write)
    if told is not None:
        return References(pages, [bool(write) for write in told])
    return References(pages, writes if True in writes else None)


def _bad(name, n, item, why):
    text = shown(item)
    text = text if len(text) <= 20 else text[:14] + "..."
    return ValueError(
        f"{name} must be page numbers or letters, such as '7 0 1 2w' or 'ABCA': "
        f"reference {n}, {text}, {why}."
    )


def _reference(item):
    if isinstance(item, str):
        return reference(item)
    if isinstance(item, bool):
        raise TypeError
    page = operator.index(item)
    if not 0 <= page < 1 << 128:
        raise ValueError
    return page, False


def _words(text, name):
    """The references of a text, each as a text that can be read in one way only."""
    inside = text.removeprefix("\ufeff").translate(WIDE).strip()
    bare = not inside or inside[0] + inside[-1] not in BRACKETS
    inside = inside if bare else inside[1:-1]
    words = [word for word in BETWEEN.split(inside) if word]
    if bare and words == [inside]:  # one word, with nothing around it
        if inside in "wW":
            raise _bad(name, 1, inside, "is a mark without a page")
        if inside.isalpha():
            return list(inside)
        if inside.isdecimal() and len(inside) > 1:
            raise _bad(name, 1, inside, "may be one page or several: put blanks between")
    for n, word in enumerate(words, 1):
        if len(word) > 1 and word.isalpha() and not NAME.fullmatch(word):
            raise _bad(name, n, word, "may be one page or several: put blanks between")
    return words


def _items(refs, name):
    """What an ordered collection holds, as a list."""
    if isinstance(refs, (bytes, bytearray, memoryview, dict, set, frozenset)):
        raise ValueError(f"{name} must be text or a list of pages, not {type(refs).__name__}.")
    refs = getattr(refs, "refs", refs)
    if hasattr(refs, "tolist"):
        refs = refs.tolist()
    elif getattr(refs, "columns", None) is not None:  # to go through a table gives their names
        raise ValueError(f"{name} must be one column of a table, not a {type(refs).__name__}.")
    most = MOST if hasattr(refs, "__len__") else MOST_ITERATED
    try:
        if most == MOST and len(refs) > MOST:
            items = range(MOST + 1)  # as many as are too many
        else:
            items = refs if isinstance(refs, list) else list(islice(iter(refs), most + 1))
    except Exception:  # it has no order, or refuses
        raise ValueError(
            f"{name} must be text or a list of pages, not {type(refs).__name__}."
        ) from None
    whole(f"the number of {name}", len(items), 0, most)
    return items


def numbered(refs, writes=None, name="refs"):
    """Numbered, for work in bulk: arrays of integers are taken as they are.

    writes: a True or False for each reference; None: those that refs mark, if any.
    ValueError for bad refs, or writes that do not fit.
    """
    import numpy as np

    told, names = getattr(refs, "writes", None), None
    array = _integers(np, refs, name)
    if array is None:
        pages, told = references(refs, name)
        if pages and (isinstance(pages[0], str) or max(pages) >= 1 << 63):
            place = {page: n for n, page in enumerate(dict.fromkeys(pages))}
            pages, names = [place[page] for page in pages], list(place)
        array = np.array(pages, np.int64)
    flags = told if writes is None else writes
    if flags is None:
        return Numbered(array, None, names)
    try:
        flags = np.asarray(flags if len(flags) == len(array) else None)
    except Exception:  # no list, or one of lists
        flags = np.asarray(None)
    if flags.shape != array.shape or (len(array) and flags.dtype.kind not in "biu"):
        raise ValueError(f"writes must have one True or False for each of the {len(array)} {name}.")
    return Numbered(array, flags.astype(bool), names)


def _integers(np, refs, name):
    """refs as a 1-D array of whole numbers, where that takes no look at each; None elsewhere."""
    if isinstance(refs, range):
        length = max(0, -((refs.start - refs.stop) // refs.step))  # len() knows 64 bits only
        whole(f"the number of {name}", length, 0, MOST)
    elif isinstance(refs, (list, tuple)):
        if not refs or not isinstance(refs[0], (int, np.integer)) or isinstance(refs[0], bool):
            return None
    elif not hasattr(refs, "__array__"):
        return None
    try:
        array = np.asarray(refs)
    except (ValueError, OverflowError):
        return None
    if array.ndim == 1 and not array.size:
        return np.zeros(0, np.int64)
    good = array.ndim == 1 and array.dtype.kind in "iu" and int(array.min()) >= 0
    return array if good else None
