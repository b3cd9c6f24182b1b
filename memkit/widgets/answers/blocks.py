"""Large blocks of a heap and their pages, to scale, and what has happened to them so far."""

from memkit.trace import plural
from memkit.widgets import pictures
from memkit.widgets.pictures import FREE, IN_USE, NOTHING, THIRD


def story_floor(events, i):
    """What has happened so far, the last few events as words in a line."""
    lines = [f"{verb} {name} {npages or ''}".strip() for verb, name, npages in events[: i + 1]]
    first = max(0, len(lines) - 6)
    parts = [(1, NOTHING, line, False) for line in lines[first:]]
    parts = [(1, FREE, line, first + k == i) for k, (_, _, line, _) in enumerate(parts)]
    parts += [(1, NOTHING, "", False)] * (6 - len(parts))
    return pictures.floor("mcache", "program", "what happens", [pictures.bar(parts)])


def blocks_bar(blocks, dead, on, end):
    parts, at = [], 0
    for name, (start, npages) in sorted(blocks.items(), key=lambda item: item[1]):
        parts.append((start - at, FREE, "free", False))
        look = THIRD if name in dead else IN_USE
        parts.append((npages, look, name, name in on))
        at = start + npages
    parts.append((end - at, FREE, "free", False))
    parts = [part for part in parts if part[0] > 0]
    caption = f"{plural(end, 'page')} of 4 KiB"
    return pictures.bar(parts or [(1, NOTHING, "", False)], caption=caption)


def pages_bar(there, written, end, caption):
    """The pages 0 .. end - 1 in runs: in a frame or not, written at this step or not."""
    parts = []
    for page in range(end):
        run = (IN_USE if page in there else FREE, "", page in written)
        if parts and parts[-1][1:] == run:
            parts[-1] = (parts[-1][0] + 1, *run)
        else:
            parts.append((1, *run))
    return pictures.bar(parts or [(1, NOTHING, "", False)], caption=caption)
