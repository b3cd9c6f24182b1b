"""An answer that counts what happens at calls: which it covers, and what it claims besides.

taken_row    the same where the answer after each call is known
lanes        the calls of each thread, in a line of its own, from left to right in time
amount_bar   the same for an amount, to scale

filled    an event that the answer counts, the first ones first
hatched   an event that comes when the answer's number is used up
dashed    claimed by the answer, and at the end there was no such event
"""

from memkit import pictures
from memkit.checks import plural, size
from memkit.pictures.language import FREE, IN_USE, NOTHING, RESERVED, THIRD

from .to_scale import bar

MOST = 24  # dashed cells drawn


def counted_row(happened, claim, noun, places=0, ended=False):
    """A row with a cell for each moment so far.

    happened   for each moment whether it was an event
    places     how many moments there will be: what is dashed stands behind them
    """
    cells, number = "", 0
    for event in happened:
        number += event
        cells += FREE if not event else IN_USE if number <= claim else THIRD
    touched = [(len(cells) - 1, len(cells))] if happened and happened[-1] and not ended else []
    caption = f"{plural(number, noun)} so far"
    if number > claim:
        caption += f" · hatched: more than the {claim:,} of the answer"
    if ended and claim > number:
        more = claim - number
        cells += NOTHING * (places - len(cells)) + RESERVED * min(MOST, more)
        caption += f" · dashed: {more:,} more in the answer"
        caption += f", {MOST} of them drawn" if more > MOST else ""
    return pictures.row(cells, caption=caption, touched=touched, big=True)


def taken_row(says):
    """The locks after each call so far, as an answer counts them: none at a call, one, or else."""
    steps = [now - before for before, now in zip([0, *says], says, strict=False)]
    cells = "".join({0: FREE, 1: IN_USE}.get(step, THIRD) for step in steps)
    caption = f"{plural(says[-1], 'lock')} so far"
    if THIRD in cells:
        caption += " · hatched: more than one at a call, or fewer than before"
    return pictures.row(cells, caption=caption, touched=[(len(says) - 1, len(says))], big=True)


def amount_bar(amount, claim, whole, what, ended=True, write=size, label=""):
    """The amount so far in a bar as long as `whole`, and how far the answer's claim is from it."""
    over, more = max(0, amount - max(0, claim)), max(0, claim - amount) if ended else 0
    caption = f"{write(amount)} {what}"
    caption += f" · hatched: more than the {write(claim)} of the answer" if over else ""
    caption += f" · dashed: {write(more)} more in the answer" if more else ""
    room = max(0, whole - amount)
    caption += ", not all of it drawn" if more > room else ""
    parts = [(amount - over, IN_USE), (over, THIRD), (min(more, room), RESERVED)]
    return bar(parts, whole, label, caption)


def lanes(calls, i, note):
    """A floor with a line for each thread; `i` is the call that happens now."""
    rows = []
    for name in sorted({thread for thread, _ in calls}):
        cells = "".join(call if thread == name else NOTHING for thread, call in calls)
        here = [(i, i + 1)] if i < len(calls) and calls[i][0] == name else []
        rows.append(pictures.row(cells, touched=here, beside=f"thread {name}", big=True))
    return pictures.floor("frames", "calls", note, rows)


def told(number, claim, noun):
    """Which event this is, and whether the answer has room for it."""
    return f"{noun} {number}" + (f", and the answer has only {claim:,}" if number > claim else "")
