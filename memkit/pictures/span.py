"""One span, its slots, its bitmaps, and what lies behind the last slot."""

from dataclasses import replace

from memkit import pictures
from memkit.checks import hex, plural, size
from memkit.golang import PAGE_SIZE
from memkit.golang.heap.mspan import SpanState
from memkit.golang.heap.sizeclass import SPAN_CLASSES, span_reserve
from memkit.pictures.language import RESERVED, THIRD
from memkit.trace import Step

LEAVES = ("partial", "sweep", "span")  # a span has left its set, or is new
ENDS = ("mallocgc", "zero", "mark", "flush", "scavenge", "span freed")  # none is on its way
SETS = ("partial swept", "full swept", "partial unswept", "full unswept")


def places(state):
    """Every span of a HeapState: (SpanState, tier, where it is in words).

    A full one that an mcache has handed back is the mcentral's, though it is not replaced yet.
    """
    for spanclass, central in state.central.items():
        for name, spans in zip(SETS, central, strict=True):
            for span in spans:
                yield span, "mcentral", f"in mcentral {spanclass}, {name}"
    for p, proc in enumerate(state.procs):
        for span in proc.alloc.values():
            yield span, "mcache", f"in P{p}'s mcache"


def find(state, base):
    """The span at address `base`: (SpanState, tier, where), or None."""
    return next((place for place in places(state) if place[0].base == base), None)


def on_its_way(steps, i):
    """The span that is in no set and no mcache at step i, as SpanState; None where none is.

    It was made, or taken out of a set, and has yet to arrive.
    """
    k = next((k for k in range(i, -1, -1) if steps[k].event in LEAVES + ENDS), 0)
    step = steps[k]
    if step.event not in LEAVES or find(steps[i].state, step.detail["base"]):
        return None
    if step.event == "span":
        detail = step.detail
        shape = SPAN_CLASSES[detail["spanclass"]]
        return SpanState(
            detail["base"], detail["npages"], detail["spanclass"], detail["elemsize"],
            detail["nelems"], shape.header, 0, 0, 0, 0, 0, steps[i].state.sweepgen, False, 0,
        )  # fmt: skip
    before = find(steps[k - 1].state, step.detail["base"]) if k else None
    span = before[0] if before else on_its_way(steps, k - 1) if k else None
    if span is None or step.event == "partial":
        return span
    live = span.marks
    return span._replace(
        freeindex=0, alloc_count=live.bit_count(), allocated=live, alloc_bits=live, marks=0
    )


def kind(span):
    """span class 11: class 5, no pointers"""
    pointers = "no pointers" if span.noscan else "with pointers"
    index = span.spanclass // 2
    return (
        f"span class {span.spanclass}: "
        + (f"class {index}" if index else "large")
        + f", {pointers}"
    )


def behind(span):
    """Bytes behind the last slot: (bitmaps, too few for a slot)."""
    if span.spanclass < 2:
        return 0, 0
    rest = span.npages * PAGE_SIZE - span.nelems * span.elemsize
    reserve = span_reserve(span.elemsize, span.npages, span.noscan)
    return reserve, rest - reserve


def slots_caption(span):
    """168 slots of 48 B, 17 in use, freeindex 17."""
    return (
        f"{plural(span.nelems, 'slot')} of {size(span.elemsize)} · {span.alloc_count} in use"
        f" · freeindex {span.freeindex}"
    )


def end_caption(span):
    """What lies behind the last slot, in words."""
    reserve, waste = behind(span)
    parts = [f"{size(reserve)} of bitmaps for the collector (hatched)"] if reserve else []
    parts += [f"{size(waste)} too few for a slot (dashed)"] if waste else []
    text = "At the end " + " and ".join(parts) if parts else "The slots fill the span"
    return text + (f"; each slot begins with a header of {span.header} B" if span.header else "")


def bit_ranges(mask):
    """[start, stop) of the bits that are set and follow each other."""
    ranges = []
    for k in range(mask.bit_length()):
        if mask >> k & 1:
            after = ranges and ranges[-1][1] == k
            ranges[-1:] = [(ranges[-1][0], k + 1)] if after else [*ranges[-1:], (k, k + 1)]
    return ranges


def span_picture(
    span, step=0, sentence="", tier="mcache", where="", slots=0, marked=0, swept=0, asked=()
):
    """One span to scale; `asked`: what its objects are.

    slots, marked, swept   what this step touched, as bits: slots, gcmarkBits, allocBits
    """
    unit = ("slot", 0, span.base, span.elemsize)
    reserve, waste = behind(span)
    n = span.nelems
    tail = [(reserve / span.elemsize, THIRD), (waste / span.elemsize, RESERVED)]
    blank = [(cells, pictures.NOTHING) for cells, _ in tail]
    passed = (1 << span.freeindex) - 1
    mark = (span.freeindex, f"freeindex {span.freeindex}") if span.freeindex < n else None
    alloc = pictures.bits(span.alloc_bits, n)
    alloc = pictures.overlay(alloc, 0, span.freeindex, RESERVED)
    bar = " (the bar)" if mark else ""
    slots_row = pictures.row(
        pictures.bits(span.allocated, n),
        caption=f"{slots_caption(span)}{bar}. {end_caption(span)}.",
        touched=bit_ranges(slots),
        mark=mark,
        unit=unit,
        tells=asked,
        tail=tail,
        wide=True,
        high=76,
    )
    old = (span.alloc_bits & ~passed).bit_count()
    alloc_text = f"filled: {old} live at the last sweep"
    if span.freeindex:
        alloc_text += "; dashed: below freeindex, not looked at again before the next sweep"
    found = span.marks.bit_count()
    mark_text = (
        "no collection is marking" if not found else f"filled: {found} found reachable so far"
    )
    floors = [
        pictures.floor(
            tier,
            "slots",
            f"span {hex(span.base)}, {plural(span.npages, 'page')}; {kind(span)}"
            + (f"; {where}" if where else ""),
            [slots_row],
            acting=bool(slots),
        ),
        pictures.floor(
            tier,
            "allocBits",
            "what the last sweep left",
            [
                pictures.row(
                    alloc,
                    caption=alloc_text,
                    touched=bit_ranges(swept),
                    unit=unit,
                    tail=blank,
                    wide=True,
                    high=76,
                )
            ],
        ),
        pictures.floor(
            tier,
            "gcmarkBits",
            "the next allocBits",
            [
                pictures.row(
                    pictures.bits(span.marks, n),
                    caption=mark_text,
                    touched=bit_ranges(marked),
                    unit=unit,
                    tail=blank,
                    wide=True,
                    high=76,
                )
            ],
        ),
    ]
    used = span.alloc_count * span.elemsize
    words = [
        ("what", "value"),
        ("address", hex(span.base)),
        ("kind", kind(span)),
        ("where", where or "not known"),
        ("pages of 8 KiB", span.npages),
        ("slots", f"{n:,} of {size(span.elemsize)}"),
        ("in use", f"{span.alloc_count:,} slots, {size(used)}"),
        ("freeindex", span.freeindex),
        ("bitmaps at the end", size(reserve)),
        ("left over at the end", size(waste)),
        ("marked", found),
        ("must be cleared before use", "yes" if span.needzero else "no, fresh from the kernel"),
    ]
    return pictures.picture(step, sentence, floors, words)


def draw_span(steps, i):
    """The span that step i is about: the last one named at or before it."""
    step = steps[i]
    place = _place(steps, i)
    if place:
        span, tier, where = place
        asked = _asked(steps[: i + 1], span)
        touched = _touched(steps, i, span)
        return span_picture(span, i, step.words, tier, where, **touched, asked=asked)
    return {
        **pictures.empty("No span is there yet at this step."),
        "sentence": step.words,
        "step": i,
    }


def moments(steps):
    """The steps at which a span changes; each tells by the names of what led to it, if it is much.

    What changes no span is drawn with the step that does.
    """
    made, led, last = [], [], None
    for i, step in enumerate(steps):
        place = _place(steps, i)
        slot = place and _slot(step, place[0])
        led += [step.event] * (step.event not in led)
        if place and (place != last or slot is not None) or i == len(steps) - 1:
            way = f"{' → '.join(led)}: " if len(led) > 2 else ""
            way = way.removesuffix(f"{step.event}: ") if step.words.startswith(step.event) else way
            made.append(replace(step, words=f"{way}{step}"))
            led = []
        last = place
    return made


def _place(steps, i):
    """The span that step i is about, as `places` has them; None where there is none yet."""
    moving = on_its_way(steps, i)
    if moving:
        return moving, "mheap" if steps[i].event == "span" else "mcentral", "on its way"
    named = (_named(step, steps[i].state) for step in reversed(steps[: i + 1]))
    return next(filter(None, named), None)


def _asked(steps, span):
    """(slot, slot + 1, what the cursor says) of the objects that these steps placed in a span."""
    known = {
        step.detail["slot"]: step.detail["size"]
        for step in steps
        if step.event == "slot" and step.detail["base"] == span.base
    }
    tells = []
    for slot in sorted(slot for slot in known if span.allocated >> slot & 1):
        said = f"an object of {size(known[slot])}"
        if tells and tells[-1][1:] == (slot, said):
            tells[-1] = (tells[-1][0], slot + 1, said)
        else:
            tells.append((slot, slot + 1, said))
    return tells


def _named(step, state):
    """The place in `state` of the span that `step` names, or None."""
    detail = step.detail
    if "base" in detail:
        return find(state, detail["base"])
    proc = state.procs[detail["p"]] if "p" in detail and "spanclass" in detail else None
    span = proc and proc.alloc.get(detail["spanclass"])
    return find(state, span.base) if span else None


def _slot(step, span):
    """The slot of `span` that the step touched, or None."""
    if step.event == "slot":
        return step.detail["slot"]
    address = step.detail.get("address", -1)
    slot = (address - span.base) // span.elemsize
    return slot if step.event in ("tiny", "large") and 0 <= slot < span.nelems else None


def _touched(steps, i, span):
    """What step i touched of a span, as span_picture takes it: a slot, marks, or what a sweep freed
    and what it left."""
    step, slot = steps[i], _slot(steps[i], span)
    if step.event == "mark":
        return {"marked": span.marks}
    if step.event == "sweep" and i and (before := _place(steps, i - 1)):
        same = before[0].base == span.base
        return {
            "slots": before[0].allocated & ~span.allocated if same else 0,
            "swept": span.alloc_bits,
        }
    return {} if slot is None else {"slots": 1 << slot}


def alone(span):
    """One SpanState as a recording of one step, for a view without a player."""
    return [Step("span", {"base": span.base}, span, f"A span: {slots_caption(span)}.")]
