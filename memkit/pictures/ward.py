"""A small program runs line by line under the doctor; the learner names its disease first.

patient   a program of some lines, as malloc.run_lines takes it
moment    what the doctor sees when a line has run: the shadow of each block, what the line touched
finding   what the doctor reports; hidden until the learner has answered
"""

from itertools import groupby
from typing import NamedTuple

from memkit.checks import hex, size
from memkit.malloc import Doctor, PtMalloc, run_lines
from memkit.trace import Step, record

HEALTHY = "nothing: it is healthy"
SIGNS = {
    "leak": "A leak: at the end a block is still not freed, and no variable leads to it any more.",
    "use after free": "Use after free: a line reads or writes bytes marked f. The pointer dangles.",
    "wild pointer": "A wild pointer: a line uses an address where no block is and none was.",
    "double free": "A double free: a line frees a block whose bytes are marked f already.",
    "invalid free": "An invalid free: a line frees an address where no block begins.",
    "overflow": "An overflow: a line uses bytes marked r, beside the block that it means.",
    "uninitialised read": "An uninitialised read: a line uses bytes marked u.",
    HEALTHY: "Healthy: all is freed, once, and no line touches r or f, or uses u.",
}
PER_LINE = 32  # bytes of shadow in a line
MOST_LINES = 8  # of a block
MOST_BLOCKS = 8
LONGEST = 40  # lines of a program


class Visit(NamedTuple):
    """A program, and what the doctor saw after each of its lines."""

    lines: tuple
    moments: tuple
    disease: str


class Moment(NamedTuple):
    """After `line` (None: the end). verb: what it did to the bytes `touched`, (address, bytes)
    each; findings: the new reports; variables: (name, number) of each that there is; pointers:
    (address, number) of each that a block holds."""

    line: int | None
    verb: str
    touched: tuple
    state: object
    findings: tuple
    variables: tuple
    pointers: tuple


def examine(code):
    """Run a program under the doctor -> Visit. ValueError, one sentence, where it cannot be run."""
    if not isinstance(code, str) or not code.strip():
        raise ValueError(f"The program must be text of some lines of C, not {code!r}.")
    lines = code.strip("\n").splitlines()
    if len(lines) > LONGEST:
        raise ValueError(f"The program must have at most {LONGEST} lines, not {len(lines)}.")
    doctor = Doctor(PtMalloc())
    moments, seen, found, variables = [], 0, 0, {}
    with record(doctor) as steps:
        for line in run_lines(doctor, "\n".join(lines), variables):
            new = steps[seen:]
            # What the end finds it finds without touching anything.
            touched = _joined((s.detail["address"], s.detail["nbytes"]) for s in new if line)
            verb = "gets" if any(step.event == "malloc" for step in new) else "touches"
            findings = tuple(doctor.reports[found:])
            held = tuple(pair for pair in variables.items() if pair[0] != "NULL")
            seen_now = doctor.snapshot(), findings, held, doctor.pointers()
            moments.append(Moment(line, verb, touched, *seen_now))
            seen, found = len(steps), len(doctor.reports)
    if doctor.reports:
        return Visit(tuple(lines), tuple(moments), doctor.reports[0].kind)
    return Visit(tuple(lines), tuple(moments), HEALTHY)


def _joined(places):
    """(address, bytes) each, without repetitions, neighbours as one: puts reads byte by byte."""
    joined = []
    for address, nbytes in dict.fromkeys(places):
        if joined and nbytes and sum(joined[-1]) == address:
            joined[-1] = joined[-1][0], joined[-1][1] + nbytes
        else:
            joined.append((address, nbytes))
    return tuple(joined)


def steps_of(visit, told):
    """The steps that the player moves among; once `told`, "next" finds the disease."""
    events = []
    for moment in visit.moments:
        event = moment.findings[0].kind if told and moment.findings else ""
        events.append(event or ("line" if moment.line else "the end"))
    return [Step(event, {}, moment) for event, moment in zip(events, visit.moments, strict=True)]


def _touches(moment):
    """What this line touched, neutrally: the learner finds out whether it may."""
    told, blocks = [], moment.state.blocks
    for address, nbytes in moment.touched:
        words = f"{size(nbytes)} at {hex(address)}" if nbytes else hex(address)
        if not any(0 <= address - b.base < len(b.shadow) for b in blocks):
            words += " (not in the picture)"
        told.append(words)
    return f"; it {moment.verb} {' and '.join(told)}" if told else ""


def _sentence(visit, moment):
    if moment.line is None:
        return "The program has ended."
    code = visit.lines[moment.line - 1].partition("//")[0].strip().rstrip(";")
    return f"Line {moment.line} has run: {code}{_touches(moment)}."


def _block(block, touched):
    """A block's shadow for the picture, with the bytes that this line touched."""
    marks = set()
    for address, nbytes in touched:
        start = address - block.base
        marks.update(range(max(start, 0), min(start + max(nbytes, 1), len(block.shadow))))
    letters = block.shadow[: PER_LINE * MOST_LINES]
    label = f"{size(block.size)} at {hex(block.address)}, allocated by {block.at}"
    if block.freed_at:
        label += f", freed by {block.freed_at}"
    if len(letters) < len(block.shadow):
        label += f" (its first {len(letters)} of {len(block.shadow):,} bytes)"
    return {"label": label, "letters": letters, "touched": sorted(marks & set(range(len(letters))))}


def _variables(visit, i):
    """Where each variable leads: a block, freed or not, and the byte of its shadow; or nowhere."""
    moment, before = visit.moments[i], visit.moments[i - 1].variables if i else ()
    told = []
    for name, value in moment.variables:
        block, at = _place(moment, value)
        text = "" if block is not None else "NULL" if value == 0 else "nowhere"
        new = (name, value) not in before
        told.append({"name": name, "block": block, "at": at, "text": text, "new": new})
    return told


def _pointers(visit, i):
    """The pointers within blocks: from a block and its byte to a block and its byte."""
    moment, before = visit.moments[i], visit.moments[i - 1].pointers if i else ()
    told = []
    for pointer in moment.pointers:
        (block, at), (to, there) = (_place(moment, address) for address in pointer)
        if None not in (block, to):
            new = pointer not in before
            told.append({"block": block, "at": at, "to": to, "there": there, "new": new})
    return told


def _place(moment, address):
    """(block, byte of its shadow) of an address, as far as it is shown; (None, None) for none."""
    ends = [
        (bool(block.freed_at), k, address - block.base)
        for k, block in enumerate(moment.state.blocks[:MOST_BLOCKS])
        if 0 <= address - block.base < min(len(block.shadow), PER_LINE * MOST_LINES)
    ]
    # Of a block that was freed and one that lies there now it means the one that lives.
    return min(ends, default=(False, None, None))[1:]


def _in_words(block):
    runs = [(letter, len(list(group))) for letter, group in groupby(block.shadow)]
    return " ".join(f"{n} {letter}" for letter, n in runs)


def ward_picture(visit, i, told=False, score=""):
    """Moment i: the program with its line, the blocks' shadows, and, if `told`, the findings."""
    moment = visit.moments[i]
    blocks = moment.state.blocks
    shown = [_block(block, moment.touched) for block in blocks[:MOST_BLOCKS]]
    note = (
        "→ where a variable or a block points · r red zone · u never written · i written · f freed"
    )
    if len(blocks) > MOST_BLOCKS:
        note += f" · the first {MOST_BLOCKS} of {len(blocks)} blocks"
    done = visit.moments[: i + 1]
    findings = [report for past in done for report in past.findings] if told else []
    sick = {past.line or 0 for past in done for report in past.findings} if told else set()
    ran = {past.line for past in done}
    code = [
        {
            "text": line,
            "now": n == moment.line,
            "ran": n in ran or moment.line is None,
            "sick": n in sick,
        }
        for n, line in enumerate(visit.lines, 1)
    ]
    if not told:
        report = "The doctor's report appears when you have named the disease."
    elif findings:
        report = "\n".join(finding.details() for finding in findings)
    elif visit.disease == HEALTHY:
        report = "The doctor has found nothing."
    else:
        report = "Nothing found so far: go on."
    words = [("what", "now")]
    words += [(f"line {n}", line) for n, line in enumerate(visit.lines, 1)]
    words += [(b["label"], _in_words(block)) for b, block in zip(shown, blocks, strict=False)]
    variables = _variables(visit, i)
    for one in variables:
        where = one["text"] or f"→ {shown[one['block']]['label']}"
        words.append((f"variable {one['name']}", where))
    pointers = _pointers(visit, i)
    for one in pointers:
        label, where = shown[one["block"]]["label"], shown[one["to"]]["label"]
        words.append((f"pointer in {label}", f"→ {where}"))
    words.append(("report", report))
    return {
        "kind": "ward",
        "step": i,
        "sentence": _sentence(visit, moment),
        "code": code,
        "first": 1,
        "ended": moment.line is None,
        "blocks": shown,
        "variables": variables,
        "pointers": pointers,
        "per": PER_LINE,
        "note": note,
        "score": score,
        "report": report,
        "told": told,
        "found": bool(findings),
        "words": [[str(text) for text in line] for line in words],
    }
