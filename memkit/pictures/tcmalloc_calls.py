"""What the steps of a TCMalloc tell together: its calls, the locks they take, what moves where.

call    the steps of one malloc or one free
place   where a free object is: ("thread", number, depth), ("slot", k), ("span",)
"""

ENDS = ("hit", "fetch", "large")  # the last step of a malloc
FREES = ("free", "no cache", "free large")  # the first step of a free
GROWS = ("span", "grow", "brk", "mmap")  # of these the first step of a large malloc
MAX_THREADS = 4  # threads that have a row


def call_starts(steps, i):
    """The steps, of 0 to i, at which a call begins; the first one does."""
    starts, inside = [], False  # inside: of a malloc that has not ended yet
    for k in range(i + 1):
        event = steps[k].event
        again = event == "miss" and steps[k - 1].event == "new cache" and k > 0
        if event in FREES or event in ("hit", "new cache") or (event == "miss" and not again):
            starts.append(k)
            inside = event in ("miss", "new cache")
        elif not inside and event in GROWS:
            starts.append(k)
            inside = True
        elif event in ENDS:
            inside = False
        elif not starts:
            starts.append(k)
    return starts


def locks(steps, i):
    """(calls, calls that took no lock, central locks, page heap locks) of steps 0 to i."""
    starts = [*call_starts(steps, i), i + 1]
    alone = sum(
        after - start == 1 and steps[start].event in ("hit", "free")
        for start, after in zip(starts, starts[1:], strict=False)
    )
    first, now = steps[0].state.counts, steps[i].state.counts
    told_late = steps[0].event in ("new cache", *GROWS)  # its lock is in `first` already
    central = now["central_locks"] - first["central_locks"]
    return (
        len(starts) - 1,
        alone,
        central,
        now["pageheap_locks"] - first["pageheap_locks"] + (1 if told_late else 0),
    )


# Where the objects of a class are


def places(state, cl):
    """Address -> where, of the free objects: ("thread", number, depth), ("slot", k), ("span",)."""
    found = {}
    for thread in state.threads:
        objects = thread.lists[cl].objects if cl in thread.lists else ()
        for depth, address in enumerate(reversed(objects)):
            found[address] = ("thread", thread.thread, depth)
    if cl in state.central:
        for k, batch in enumerate(state.central[cl].slots):
            found.update(dict.fromkeys(batch, ("slot", k)))
    for span in state.spans:
        if span.sizeclass == cl:
            found.update(dict.fromkeys(span.objects, ("span",)))
    return found


def on_the_way(steps, i, start, cl, now):
    """Objects that a call has taken out of one list and not yet put into another."""
    if steps[i].event in ENDS or i == start:
        return set()
    return places(steps[start].state, cl).keys() - now.keys()


def moves(steps, i, cl, now):
    """[(address, where it was, where it is)] of the objects that step i moved; None: elsewhere."""
    if i == 0 or steps[i].event == "carve":
        return []
    before = places(steps[i - 1].state, cl)
    addresses = sorted(before.keys() | now.keys())
    return [(a, before.get(a), now.get(a)) for a in addresses if before.get(a) != now.get(a)]


def class_shown(steps, i):
    """The class of the last step that names one; 0 for none."""
    return next((s.detail["cl"] for s in reversed(steps[: i + 1]) if s.detail.get("cl")), 0)


def threads_of(steps, i):
    """The threads that have a row, always the same ones as long as the acting one is there."""
    known = {step.detail["thread"] for step in steps if step.detail.get("thread", -1) >= 0}
    known |= {cache.thread for cache in steps[-1].state.threads if cache.thread >= 0}
    shown = sorted(known)[:MAX_THREADS] or [0]
    acting = steps[i].detail.get("thread", shown[0])
    return shown if acting in shown or acting < 0 else [*shown[:-1], acting]


def page_path(steps, start, i):
    """(address, pages) of the run that the call last dealt with up to step i, or None."""
    for step in reversed(steps[start : i + 1]):
        if "npages" in step.detail and "address" in step.detail:
            return step.detail["address"], step.detail["npages"]
    return None
