"""A program in overlays, call by call, and the same calls under demand paging: over time.

column   a module that runs, from left to right
block    what lies at which addresses, and when
plan     the tree on the same axis of addresses: modules side by side take turns
"""

from typing import NamedTuple

from memkit import pictures
from memkit.checks import plural, size
from memkit.pictures.language import IN_USE, NOTHING, RESERVED, THIRD

NARROW = 0.08  # share of a bar from which on a part has room for its words
LETTER = 0.009  # share that one letter takes: short words have room in less


def branches(program):
    """The root-to-leaf paths, each a tuple of Place, in the order of the tree."""
    parents = {place.parent for place in program.places.values()}
    leaves = [name for name in program.places if name not in parents]
    return [[program.places[name] for name in program.path(leaf)] for leaf in leaves]


def entered(program, steps, i):
    """The modules that control has entered up to step i; paging also runs what overlays forbid."""
    names = [program.root]
    for step in steps[: i + 1]:
        key = {"run": "module", "return": "to", "illegal call": "callee"}.get(step.event)
        if key:
            names.append(step.detail[key])
    return names


def page_spans(program, page_size):
    """The pages of each module, all modules one after another: {name: range}."""
    spans, start = {}, 0
    for name, place in program.places.items():
        end = start + place.end - place.start
        spans[name] = range(start // page_size, -(-end // page_size))
        start = end
    return spans


def frames_held(program, names, page_size, nframes):
    """What each frame holds after each of these modules ran, with LRU: page or None."""
    spans = page_spans(program, page_size)
    frames, order, held = (
        [None] * nframes,
        {},
        [],
    )  # order: page -> frame, least recently used first
    for name in names:
        for page in spans[name]:
            if page in order:
                at = order.pop(page)
            elif len(order) < nframes:
                at = len(order)
            else:
                at = order.pop(next(iter(order)))
            order[page] = at
            frames[at] = page
        held.append(tuple(frames))
    return held


def fitted_bar(parts, caption=""):
    """A bar; the words of parts too narrow for them go into the caption."""
    whole = sum(part[0] for part in parts)
    shown = []
    for share, look, text, touched in parts:
        room = share >= min(NARROW, LETTER * len(text)) * whole
        shown.append((share, look, text if room else "", touched))
    rest = [part[2] for part, kept in zip(parts, shown, strict=True) if part[2] != kept[2]]
    return pictures.bar(shown, caption=" · ".join(filter(None, [caption, *rest])))


def tree_rows(program, look, told, touched=(), most=0):
    """The tree: each module once, at its place in memory, its branches below one another.

    look, told   a module's state and its words, by its name
    most         bytes that a row is wide, if more than the program needs
    """
    rows, drawn = [], set()
    for branch in branches(program):
        parts = []
        for name, start, end, *_ in branch:
            if name in drawn:
                parts.append((end - start, NOTHING, "", False))
            else:
                parts.append((end - start, look(name), told(name), name in touched))
            drawn.add(name)
        if rest := max(program.memory, most) - branch[-1].end:
            parts.append((rest, NOTHING, "", False))
        rows.append(fitted_bar(parts))
    return rows


# A run over time


class Run(NamedTuple):
    """A recorded run and the paging beside it: what the pictures of all its steps share.

    names    the modules that control enters, in order: a column of the picture each
    held     frames_held of them
    """

    program: object
    steps: list
    paged: object
    page_size: int
    names: list
    held: list


def overlay_run(program, steps, paged, page_size):
    names = entered(program, steps, len(steps) - 1)
    return Run(program, steps, paged, page_size, names,
               frames_held(program, names, page_size, paged.nframes))  # fmt: skip


def short_names(names):
    """{name: as many of its first letters as tell it from the others}."""
    short = {}
    for name in names:
        others = [other for other in names if other != name]
        long = next((n for n in range(1, len(name)) if not any(o[:n] == name[:n] for o in others)),
                    len(name))  # fmt: skip
        short[name] = name[:long]
    return short


def block(name, bottom, top, first, last, **more):
    """A module (or some of its pages) at the addresses bottom to top, from column first to last.

    now     it came in this step      over    it went in this step, and something lies over it
    state   IN_USE, or THIRD where it would be lost, RESERVED where it would come
    """
    given = {"name": name, "bottom": bottom, "top": top, "first": first, "last": last,
             "state": IN_USE, "now": False, "over": False}  # fmt: skip
    return {**given, **more}


def overlay_blocks(run, i):
    """What lay where, as overlays: (blocks, column of step i)."""
    program, blocks, live, column = run.program, [], {}, 0

    def comes(name, first, **more):
        place = program.places[name]
        live[name] = block(name, place.start, place.end, first, first, **more)

    comes(program.root, 0)
    for k, step in enumerate(run.steps[: i + 1]):
        entering = step.event in ("call", "load")
        if step.event == "load":
            name = step.detail["module"]
            for gone in [n for n in live if n not in step.state.resident]:
                blocks.append({**live.pop(gone), "last": column, "over": k == i})
            comes(name, column + 1, now=k == i)
        elif step.event in ("run", "return", "illegal call"):
            column += 1
        if step.event == "illegal call":
            stays = program.path(step.detail["callee"])
            lost = {name for module in step.state.stack for name in program.path(module)}
            for name in lost - set(stays):
                live[name]["state"] = THIRD
            for name in stays:
                if name not in live:
                    comes(name, column, state=RESERVED, now=True)
        now = column + entering
        for one in live.values():
            one["last"] = max(now, one["first"])
    return [*blocks, *live.values()], now


def paged_blocks(run, column):
    """The same under demand paging: pages of one module that came and went together are one."""
    spans, size, found = page_spans(run.program, run.page_size), run.page_size, {}
    owner = {page: name for name in reversed(spans) for page in spans[name]}
    column = min(column, len(run.held) - 1)
    for at in range(run.paged.nframes):
        first = 0
        for t in range(column + 1):
            page, after = run.held[t][at], run.held[t + 1][at] if t < column else None
            if t < column and after == page:
                continue
            if page is not None:
                lane = found.setdefault((owner[page], first, t), [])
                if lane and lane[-1][1] == at:
                    lane[-1][1] += 1
                else:
                    lane.append([at, at + 1])
            first = t + 1
    return [
        block(name, bottom * size, top * size, first, last, now=first == column,
              over=last == column - 1)
        for (name, first, last), lanes in found.items() for bottom, top in lanes
    ]  # fmt: skip


def plan_of(program, resident, needs):
    """The tree as it lies in memory: a column for each branch, each module once."""
    plan, drawn = [], set()
    for column, branch in enumerate(branches(program)):
        for name, start, end, *_ in branch:
            if name not in drawn:
                state = IN_USE if name in resident else RESERVED
                now = name in needs
                plan.append(block(name, start, end, column, column, state=state, now=now))
            drawn.add(name)
    return plan


def overlay_picture(run, i):
    """Step i: both ways over time, on one axis of addresses, and what was read so far."""
    program, step = run.program, run.steps[i]
    state, resident = step.state, step.state.resident
    blocks, column = overlay_blocks(run, i)
    asked = step.event in ("call", "illegal call")
    needs = [name for name in program.path(step.detail["callee"]) if name not in resident
             ] if asked else []  # fmt: skip
    # A call that is under way has used no page yet.
    entering = step.event in ("call", "load")
    done = column + (not entering)
    pages = paged_blocks(run, done - 1)
    if entering:
        pages = [{**one, "now": False, "over": False,
                  "last": column if one["last"] == done - 1 else one["last"]}
                 for one in pages]  # fmt: skip
    faults = sum(run.paged.faults[:done])
    paged, total = faults * run.page_size, program.total
    most = max(run.steps[-1].state.nbytes, run.paged.nbytes)
    name, now = run.names[done - 1], run.paged.faults[done - 1]
    used = len(page_spans(program, run.page_size)[name])
    told = f"{name} uses {plural(used, 'page')}, {now} of them read from disk"
    if entering:
        told = "no page is used in this step"
    loads = sum(n for _, n in state.loads)
    heavy = " → ".join(program.heaviest_path)
    memory = run.paged.nframes * run.page_size
    tops = {place.end for place in program.places.values()}
    every = list(program.places)
    words = [("module", "at", "size", "in memory", "loads")]
    for name, n in state.loads:
        place = program.places[name]
        here = "yes" if name in resident else "no"
        words.append((name, size(place.start), size(place.end - place.start), here, n))
    words.append(("read as overlays", "", size(state.nbytes), "", ""))
    words.append(("read by paging", "", size(paged), "", f"{faults} faults"))
    return {
        "kind": "overlays",
        "step": i,
        "sentence": str(step),
        "columns": len(run.names),
        "now": column,
        "runs": run.names[: column + (not entering)],
        "short": short_names(every),
        "modules": every,
        "top": max(program.memory, memory),
        "panels": [
            {
                "title": "overlays",
                "note": "call stack: " + " → ".join(state.stack),
                "count": f"{plural(loads, 'load')}, {size(state.nbytes)}",
                "ticks": [[at, size(at)] for at in sorted({0, *tops})],
                "plan": plan_of(program, resident, needs),
                "branches": len(branches(program)),
                "blocks": blocks,
                "aside": [],
            },
            {
                "title": "demand paging",
                "note": told,
                "count": f"{plural(faults, 'fault')}, {size(paged)}",
                "ticks": [[at, size(at)] for at in (0, memory)],
                "plan": [],
                "branches": 0,
                "blocks": pages,
                "aside": [f"{plural(run.paged.nframes, 'frame')} of {size(run.page_size)}:",
                          "no plan, any module", "may call any"],
            },
        ],
        "read": [["overlays", state.nbytes / most, size(state.nbytes)],
                 ["paging", paged / most, size(paged)]],
        "legend": f"{size(program.memory)} for a program of {size(total)}: {heavy} decides · "
        "dashed: not in memory · hatched: overwritten now",
        "words": [[str(text) for text in line] for line in words],
    }  # fmt: skip
