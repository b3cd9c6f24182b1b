"""Chapter 08: the slot for a request, a batch's waste, a span's slots, tiny objects in blocks.

Slots and spans are drawn to scale: filled bytes are asked for, hatched ones are lost inside a slot
or taken by bitmaps, dashed ones are left over at the end.
"""

from itertools import combinations

from memkit.course.plain import text
from memkit.golang import PAGE_SIZE
from memkit.golang.mcache import tiny_align
from memkit.trace import plural, size
from memkit.widgets import pictures
from memkit.widgets.answers import claimed
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, RESERVED, THIRD

CLOSE = 160  # bytes drawn of the end of a span's slots, and at least 4 slots
BEYOND = 2  # slots drawn behind the end of a span
KINDS = {  # of bytes that hold no data
    "lost in slots (hatched)": "what is lost in slots",
    "empty slots": "the empty slots",
    "tail (dashed)": "the tails",
}


def _bar(parts, whole, label="", caption=""):
    """A bar to scale of (bytes, state, text, touched); the rest of `whole` is left blank."""
    parts = [part for part in parts if part[0] > 0]
    rest = whole - sum(part[0] for part in parts)
    return pictures.bar([*parts, *[(rest, NOTHING, "", False)] * (rest > 0)], label, caption)


def slot_size(answer, asked, classes):
    """Class by class from the smallest on, until the answer takes one, or there is none left."""
    claim = "None" if answer is None else claimed.size(answer)
    whole = max(asked, *classes)
    drawn = max(0, min(answer or 0, whole))
    label = f"the answer: {claim}" + (", cut off here" if drawn < (answer or 0) else "")
    drawn = _bar([(drawn, RESERVED, "", True)], whole, label)
    states, words = "", [("class", "what it is for this request")]
    for step, slot in enumerate(classes):
        short, rows = max(0, asked - slot), []
        parts = [(slot, FREE, "", False), (short, RESERVED, "", False)]
        if slot == answer:
            states += IN_USE
            lost = f"{size(slot - asked)} are lost" if slot > asked else "nothing is lost"
            lost = f"no room for {size(short)}" if short else lost
            said = f"{size(slot)} is taken for {size(asked)}: {lost}"
            parts = [(min(asked, slot), IN_USE, "", False), (slot - asked, THIRD, "", False)]
            parts.append((short, RESERVED, "", True))
            label = f"{size(slot)}: taken, {lost}"
        elif short:
            states += FREE
            said = f"{size(slot)} is too small for {size(asked)}: on to the next class"
            label = f"{size(slot)}: no room for {size(short)}"
        else:
            states += THIRD
            said = f"{size(slot)} would hold {size(asked)}, but the answer is {claim}"
            said += ", which is no class" if answer is not None and answer not in classes else ""
            label, rows = f"{size(slot)}: large enough, passed by", [drawn]
        words.append((size(slot), said))
        rows = [_bar(parts, whole, label), *rows]
        floors = _request(asked, whole, rows, classes, states, [(step, step + 1)])
        yield pictures.picture(step, f"{said}.", floors, list(words))
        if slot == answer:
            return
    said = "No class is taken" if answer is None else f"The answer, {claim}, is no class"
    fits = [slot for slot in classes if slot >= asked]
    said += f", though {size(fits[0])} would do" if fits else f": none holds {size(asked)}"
    words.append(("answer", claim))
    floors = _request(asked, whole, [drawn], classes, states)
    yield pictures.picture(len(classes), f"{said}.", floors, list(words))


def _request(asked, whole, slots, classes, states, here=()):
    """The request, the slot looked at (and what the answer says), and all the classes."""
    cells = states + RESERVED * (len(classes) - len(states))
    listed = " · ".join(size(one) for one in classes)
    note = "dashed: not looked at yet, hatched: passed by"
    row = pictures.row(cells, caption=listed, touched=here, big=True)
    asked_for = _bar([(asked, IN_USE, "", False)], whole)
    return [
        pictures.floor("frames", "request", size(asked), [asked_for]),
        pictures.floor("mcache", "slot", "to scale; hatched: lost", slots, acting=True),
        pictures.floor("mcentral", "classes", note, [row]),
    ]


def batch_waste(answer, asked, count, elemsize, npages):
    """Span by span, what holds no data; at the end all of it, and as much as the answer says."""
    room = npages * PAGE_SIZE
    nelems = room // elemsize
    rows, words = [], [("span", "objects", *KINDS)]
    sums = dict.fromkeys(KINDS, 0)
    note = f"{plural(nelems, 'slot')} of {size(elemsize)} each; filled: data"

    def floors(*more):
        return [pictures.floor("mheap", "spans", note, rows[:]), *more]

    for step, first in enumerate(range(0, count, nelems)):
        here = min(nelems, count - first)
        lost = (here * (elemsize - asked), (nelems - here) * elemsize, room % elemsize)
        for kind, n in zip(KINDS, lost, strict=True):
            sums[kind] += n
        parts = [(here * asked, IN_USE, "", False), *_kinds(lost)]
        told = f"span {step + 1}: {plural(here, 'object')} of {size(asked)} · {_told(lost)}"
        rows.append(_bar(parts, room, told))
        words.append((step + 1, here, *map(size, lost)))
        said = f"Span {step + 1} holds {plural(here, 'object')}: "
        said += f"{size(sum(lost))} of its {size(room)} hold no data"
        yield pictures.picture(step, f"{said}.", floors(), list(words))
    total = sum(sums.values())
    shown = max(0, min(answer, 2 * total))
    whole = max(total, shown, 1)
    claim = [(shown, IN_USE, "", False), (total - shown, NOTHING, "", 0 <= answer < total)]
    if answer > total:
        claim = [(total, IN_USE, "", False), (shown - total, IN_USE, "", True)]
    told = f"the answer: {claimed.size(answer)}" + (", cut off here" if answer > shown else "")
    truth = f"these spans: {size(total)} · {_told(sums.values())}"
    bars = [_bar(_kinds(sums.values()), whole, truth), _bar(claim, whole, told)]
    words.append(("answer", "", claimed.size(answer), "", ""))
    said = f"The answer is {claimed.size(answer)}: "
    if answer == total:
        said += "all that holds no data"
    else:
        said += f"{claimed.size(abs(answer - total))} too {'little' if answer < total else 'much'}"
        spans, rest = divmod(abs(answer - total), room)
        said += _missing(answer, sums) or ("" if rest else f", the size of {plural(spans, 'span')}")
    waste = pictures.floor("frames", "no data", "all of it, and what the answer says", bars)
    yield pictures.picture(len(rows), f"{said}.", floors(waste), list(words))


def _kinds(lost):
    """Parts of a bar: lost in slots, empty slots, tail."""
    return [(n, look, "", False) for n, look in zip(lost, (THIRD, FREE, RESERVED), strict=True)]


def _told(lost):
    return ", ".join(f"{kind} {size(n)}" for kind, n in zip(KINDS, lost, strict=True))


def _missing(answer, sums):
    """Which kinds an answer that is too small leaves out, if it is just these."""
    kinds = [kind for kind, n in sums.items() if n]
    for many in range(1, len(kinds)):
        for left_out in combinations(kinds, many):
            if sum(sums.values()) - answer == sum(sums[kind] for kind in left_out):
                return f", as if without {' and '.join(KINDS[kind] for kind in left_out)}"
    return ""


def slots(answer, elemsize, npages, noscan, minor):
    """The span; what is set aside for pointer bits, and for mark bits; then the answer's slots."""
    whole, pages = npages * PAGE_SIZE, plural(npages, "page")
    kind = "without" if noscan else "with"
    pointers = minor >= 22 and not noscan and elemsize <= 512
    marks = minor >= 26 and 16 <= elemsize <= 512
    words = [("what", "bytes"), ("span", size(whole))]
    aside = []

    def drawn(step, sentence, *more):
        taken = sum(n for n, _ in aside)
        parts = [(whole - taken, FREE, "", False), (taken, THIRD, "", False)]
        told = " and ".join(f"{size(n)} of {name}" for n, name in aside)
        bar = _bar(parts, whole, caption=f"hatched: {told}" if told else "all of it for slots")
        note = f"{pages}, objects {kind} pointers"
        floors = [pictures.floor("mheap", "span", note, [bar], f"Go 1.{minor}")]
        return pictures.picture(step, sentence, [*floors, *more], list(words))

    yield drawn(0, f"{pages} of 8 KiB for slots of {size(elemsize)}, Go 1.{minor}.")
    if pointers:
        aside.append((whole // 64, "pointer bits"))
        said = f"A bit for each word says where pointers are: {size(whole // 64)}"
    else:
        why = "no object holds a pointer" if noscan else f"slots of {size(elemsize)} have headers"
        said = f"No pointer bits: {f'Go 1.{minor} has none in spans' if minor < 22 else why}"
    words.append(("pointer bits", size(aside[0][0] if pointers else 0)))
    yield drawn(1, f"{said}.")
    if marks:
        aside.append((128, "mark bits"))
        said = "Mark bits for the collector: 128 B"
    else:
        why = f"Go 1.{minor} keeps them elsewhere"
        said = f"No mark bits: {why if minor < 26 else f'not for slots of {size(elemsize)}'}"
    words.append(("mark bits", size(128 if marks else 0)))
    yield drawn(2, f"{said}.")
    room = whole - sum(n for n, _ in aside)
    fits = room // elemsize
    words.append(("slots of the answer", claimed.count(answer)))
    said = f"{claimed.count(answer)} slots of {size(elemsize)}"
    if answer > fits:
        where = ["in the bitmaps"] * bool(aside)
        where += ["beyond the end"] * (answer * elemsize > whole)
        said += f": {claimed.count(answer - fits)} too many, {' and '.join(where)}"
    elif answer < fits:
        left = claimed.size(room - answer * elemsize)
        said += f": {claimed.count(fits - answer)} too few, {left} are left"
    else:
        rest = room - fits * elemsize
        said += f" leave {size(rest)}, too few for one more" if rest else " fill the room exactly"
    yield drawn(3, f"{said}.", _end_of_span(answer, elemsize, room, whole))


def _end_of_span(answer, elemsize, room, whole):
    """The last slots that fit, and what lies behind them; below, the slots of the answer there."""
    fits = room // elemsize
    first = max(0, fits - max(4, CLOSE // elemsize))
    there = fits - first
    behind = [(room - fits * elemsize, RESERVED), (whole - room, THIRD)]
    behind = [(n / elemsize, look) for n, look in behind] + [(BEYOND, NOTHING)]
    after = sum(cells for cells, _ in behind)
    told = f"room for {plural(fits, 'slot')}"
    told += f", dashed: {size(room % elemsize)}, too few for one" if room % elemsize else ""
    told += ", hatched: bitmaps" if whole > room else ""
    filled = max(0, min(answer - first, there + int(after)))
    cells = IN_USE * filled + FREE * (there - filled)
    caption = ""
    if answer < fits:
        caption = f"outlined: room for {claimed.count(fits - answer)} more"
    elif answer > fits:
        caption = f"outlined: {claimed.count(answer - fits)} too many"
        hidden = answer - first - filled
        caption += f", {claimed.count(hidden)} of them not drawn" if hidden else ""
    look = {"wide": True, "high": 28}
    rest, here = [(there + after - len(cells), NOTHING)], [sorted((there, filled))]
    rows = [
        pictures.row(FREE * there, told, tail=behind, **look),
        pictures.row(cells, "slots of the answer", caption, here, tail=rest, **look),
    ]
    return pictures.floor("mcache", "the end of it", f"from slot {first:,} on", rows, acting=True)


def place_tiny(answer, sizes, block):
    """Object by object, a cell for each byte; which block is remembered follows from the answer."""
    blocks, current, end = {}, None, 0
    words = [("object", "bytes", "block", "offset")]
    for step, nbytes in enumerate(sizes):
        name = chr(65 + step % 26)
        if step >= len(answer):
            said = f"{name}, {size(nbytes)}: placed nowhere."
            yield _tiny(step, said, blocks, block, current, end, None, words)
            return
        number, offset = answer[step]
        told = [f"{name}, {size(nbytes)}: block {text(number)}, offset {text(offset)}"]
        if offset % tiny_align(1, nbytes):
            told.append(f"which is no multiple of {tiny_align(1, nbytes)}")
        inside = 0 <= offset <= block - nbytes
        if not inside:
            told.append(f"not all inside the {size(block)} of a block")
        touched = None
        if 0 <= number < 100:
            fresh, fit = number not in blocks, tiny_align(end, nbytes)
            if number == current and offset > fit:
                told.append(f"though the first place is {fit}")
            elif fresh and current is not None and fit + nbytes <= block:
                told.append(f"though it fits into block {current} at {fit}")
            cells = blocks.setdefault(number, [FREE] * block)
            where = range(max(0, offset), min(block, offset + nbytes))
            if any(cells[at] != FREE for at in where):
                told.append("over another object")
            for at in where:
                cells[at] = THIRD if cells[at] != FREE else name
            touched = number, where.start, max(where.start, where.stop)
            after = max(0, min(block, offset + nbytes))
            left = f"{size(block - after)} left, block {current} has {size(block - end)}"
            if number == current or current is None or (fresh and after < end):
                if fresh and current is not None:
                    told.append(f"remembered from now on: {left}")
                current, end = number, after
            elif fresh and fit + nbytes > block:
                told.append(f"not remembered: {left}")
            elif not fresh:
                told.append(f"though block {current} is the one remembered")
        words.append((name, size(nbytes), text(number), text(offset)))
        yield _tiny(step, f"{', '.join(told)}.", blocks, block, current, end, touched, words)


def _tiny(step, sentence, blocks, block, current, end, touched, words):
    rows = []
    for number in sorted(blocks):
        label = f"block {number}"
        label += f": remembered, free from {end}" if number == current else ""
        here = [touched[1:]] if touched and touched[0] == number else []
        rows.append(pictures.row("".join(blocks[number]), label, touched=here, big=True))
    rows = [rows[n : n + 2] for n in range(0, len(rows), 2)] if block <= 16 else rows
    note = f"{size(block)} each; a letter: a byte of that object; hatched: of two"
    floors = [pictures.floor("mcache", "tiny blocks", note, rows or [pictures.row(NOTHING)])]
    return pictures.picture(step, sentence, floors, list(words))
