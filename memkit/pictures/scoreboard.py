"""One workload through free list, ptmalloc, TCMalloc and Go, and what it cost each."""

from memkit import pictures
from memkit.checks import plural
from memkit.pictures.language import FREE, IN_USE, NOTHING, THIRD
from memkit.pictures.table_size import about


def _bar(label, most, *parts):
    """A row: parts (amount, state) to the scale of `most`."""
    shown = [(amount, state, "", False) for amount, state in parts if amount]
    rest = most - sum(amount for amount, _ in parts)
    return pictures.bar([*shown, (rest, NOTHING, "", False)] if rest else shown, label)


def _rows(results, write, *columns):
    """A bar for each allocator. columns: (field, state of the cells)"""
    amounts = {
        name: [(getattr(result, field), state) for field, state in columns]
        for name, result in results.items()
    }
    most = max(sum(amount for amount, _ in parts) for parts in amounts.values()) or 1
    return [_bar(f"{name}: {write(results[name])}", most, *amounts[name]) for name in results]


def _locks(result):
    if result.locks in (0, result.calls):
        return f"{plural(result.locks, 'lock')}, one for {'each' if result.locks else 'no'} call"
    apart = result.calls / result.locks
    written = f"{apart:.1f}" if apart < 10 else f"{apart:,.0f}"
    return f"{plural(result.locks, 'lock')}, one for {written} calls"


def _memory(result):
    parts = (result.asked, result.inside, result.outside)
    asked, inside, outside = map(about, parts)
    return f"{about(result.peak)} = {asked} asked for + {inside} inside + {outside} outside"


def _faults(result):
    return plural(result.faults, "page fault")


def scoreboard_picture(results, gogc=100):
    """The picture of {allocator: Score}."""
    calls = next(iter(results.values())).calls
    told = [f"{name} {result.locks:,}" for name, result in results.items()]
    sentence = f"Locks taken in {calls:,} calls: {', '.join(told)}."
    collections = plural(results["Go"].collections, "collection")
    floors = [
        pictures.floor(
            "mcentral", "locks", "taken by all threads", _rows(results, _locks, ("locks", IN_USE))
        ),
        pictures.floor(
            "mheap",
            "memory",
            "when it was highest. Filled: asked for; hatched: waste inside of blocks; empty: "
            "waste outside, in no block",
            _rows(results, _memory, ("asked", IN_USE), ("inside", THIRD), ("outside", FREE)),
            f"Go, GOGC {gogc}: {collections}",
        ),
        pictures.floor(
            "frames",
            "page faults",
            "first touches of 4 KiB, and those after memory went back",
            _rows(results, _faults, ("faults", IN_USE)),
        ),
    ]
    return pictures.picture("scores", sentence, floors, _words(results))


def _words(results):
    head = "allocator", "calls", "locks", "memory", "asked for", "inside", "outside", "page faults"
    rows = [(*head, "collections")]
    for name, result in results.items():
        calls, locks, *memory, faults, collections = result
        told = [f"{calls:,}", f"{locks:,}", *map(about, memory), f"{faults:,}", collections]
        rows.append((name, *told))
    return rows
