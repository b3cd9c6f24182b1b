"""Two processes side by side, and the frames between them: what a fork shares, and how it parts.

group   an area that one of the two has pages of, or that this step is about
line    a page of both, at one address: the left one, the frames that they have, the right one
alike   areas that both have, with no page of memory: folded into one row
"""

from memkit.checks import PAGE, hex, plural, size
from memkit.pictures.process_fields import area_name, pages_of

MOST_LINES = 12  # from more on pages that look alike are one line
MOST_AREAS = 12  # told of those that are folded
WORDS = {"own": "its own", "shared": "shared", "swap": "in swap", "none": "no memory yet"}


def fork_picture(both, fixed, frames, acting, va, changed, copied):
    """(the picture, what is told of the areas that it folds) of two ProcessStates.

    acting    the pid that acts, on the page at `va`; or None
    changed   (start, end) of the addresses that the step is about, or ()
    copied    is the frame of that page a copy of what the other one has?
    """
    areas = [{vma.start: vma for vma in one.vmas} for one in both]
    starts = sorted(areas[0].keys() | areas[1].keys(), reverse=True)
    groups, folded = [], []
    for start in starts:
        pair = [one.get(start) for one in areas]
        held = [pages_of(one, vma) if vma else {} for one, vma in zip(both, pair, strict=True)]
        alike = all(pair) and pair[0][:3] == pair[1][:3]
        here = any(
            vma is not None
            and (va is not None and vma.start <= va < vma.end and one.pid == acting
                 or changed and vma.start < changed[1] and changed[0] < vma.end)
            for one, vma in zip(both, pair, strict=True)
        )  # fmt: skip
        if alike and not any(held) and not here:
            folded.append(pair[0])
            continue
        lines = []
        for at in sorted(held[0].keys() | held[1].keys()):
            touched = [at == va and one.pid == acting for one in both]
            line = _line([one.get(at) for one in held], touched, frames, copied)
            lines.append({"first": (at - start) // PAGE, "last": (at - start) // PAGE, **line})
        if len(lines) > MOST_LINES:
            lines = _joined(lines)
        heads = [vma and _head(one, vma, pages, fixed, here) for one, vma, pages in
                 zip(both, pair, held, strict=True)]  # fmt: skip
        groups.append({"heads": heads, "lines": lines})
    return {
        "folded": [[f"{one.pid} folded", f"{plural(len(folded), 'area')} without memory",
                    size(sum(vma.length for vma in folded))] for one in both],
        "groups": groups,
    }, _told(folded, fixed)  # fmt: skip


def _head(process, vma, pages, fixed, here):
    bare = vma.length // PAGE - len(pages)
    note = f"{plural(bare, 'page')} without memory" if bare and pages else ""
    return {
        "key": f"{process.pid} area {hex(vma.start)}",
        "name": area_name(vma, fixed),
        "prot": vma.prot + ("s" if vma.shared else ""),
        "note": note if pages else "no memory yet",
        "size": size(vma.length),
        "touched": here,
    }


def _line(infos, touched, frames, copied):
    """A page of both: its PageInfos, None where there is none."""
    sides, between = [], {}
    for info, here in zip(infos, touched, strict=True):
        state, at = "none", None
        if info is not None and info.swapped:
            state = "swap"
        elif info is not None and info.present:
            frame = frames[info.pfn]
            state = "own" if info.exclusive and frame.kind == "anon" else "shared"
            box = between.setdefault(info.pfn, _frame(info.pfn, frame))
            box["touched"] |= here
            at = list(between).index(info.pfn)
        sides.append({"state": state, "text": WORDS[state], "touched": here, "frame": at})
    split = any(touched) and copied and len(between) == 2
    return {"sides": sides, "frames": list(between.values()), "copied": split}


def _frame(pfn, frame):
    pids = sorted({pid for pid, _ in frame.owners})
    who = "Z" if frame.kind == "zero" else ("F" if frame.kind == "file" else "")
    who += "" if frame.kind == "zero" else "+".join(map(str, pids))
    state = "own" if frame.kind == "anon" and len(pids) == 1 else "shared"
    return {"key": f"frame {pfn}", "text": str(pfn), "who": who, "state": state, "touched": False}


def _joined(lines):
    """Lines of pages that follow each other and look alike become one, with so many frames."""
    joined = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and _alike(before, line):
            before["last"] = line["last"]
            for one, other in zip(before["frames"], line["frames"], strict=True):
                if one["who"] != "Z":
                    one["text"] = one["text"].split("–")[0] + f"–{other['text']}"
        else:
            joined.append(line)
    return joined


def _alike(one, other):
    touched = any(side["touched"] for line in (one, other) for side in line["sides"])
    follows = other["first"] == one["last"] + 1
    states = [[(side["state"], side["frame"]) for side in line["sides"]] for line in (one, other)]
    frames = [
        int(there["text"]) - int(here["text"].split("–")[-1]) == (here["who"] != "Z")
        for here, there in zip(one["frames"], other["frames"], strict=False)
    ]
    return follows and not touched and states[0] == states[1] and all(frames)


def _told(folded, fixed):
    """What is told of the folded areas: a title and its lines."""
    lines = [
        (
            area_name(vma, fixed),
            f"{hex(vma.start)}-{hex(vma.end)}",
            f"{vma.prot}, {size(vma.length)}",
        )
        for vma in folded[:MOST_AREAS]
    ]
    if len(folded) > MOST_AREAS:
        lines.append(("", f"and {len(folded) - MOST_AREAS} more", ""))
    return "areas without memory", tuple(lines) or (("none", "", ""),)
