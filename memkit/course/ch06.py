"""The tasks of chapter 06: pages of a span, a list's length, locks taken, free runs that merge.

Each function below with a leading underscore is right; the others are known wrong ideas.
"""

from .task import Task


def _fewest(size, page, part, good_tail):
    """The fewest pages with one `part`-th of a batch and a good tail; good_tail(tail, span)."""
    room, objects = page, min(32, max(2, 65536 // size)) // part
    while room // size < objects or not good_tail(room % size, room):
        room += page
    return room // page


def _pages(size, page, share):
    return _fewest(size, page, 4, lambda tail, room: tail * share <= room)


def any_tail(size, page, share):
    """leaving over whatever is left over. At most one part in {share} of the span may be lost at
    its end."""
    return _fewest(size, page, 4, lambda tail, room: True)


def few_objects(size, page, share):
    """asking for little waste only. A span must hold a quarter of a batch, too."""
    return _fewest(size, page, 99, lambda tail, room: tail * share <= room)


def whole_batch(size, page, share):
    """asking for a whole batch in a span. A quarter is enough."""
    return _fewest(size, page, 1, lambda tail, room: tail * share <= room)


def tail_of_one_page(size, page, share):
    """holding the tail against one page. It is measured against the whole span, all its pages."""
    return _fewest(size, page, 4, lambda tail, room: tail * share <= page)


def _span(random):
    size = random.choice((16, 48, 512, 2048)) * random.randint(1, 30)
    return size, random.choice((4096, 8192, 16384)), random.choice((4, 8, 16, 32))


pages = Task(
    "ch06",
    "the pages of a span",
    _pages,
    _span,
    edges=((2048, 4096, 8), (3072, 4096, 4), (3072, 4096, 8), (9216, 8192, 8)),
    wrong=(any_tail, few_objects, whole_batch, tail_of_one_page),
)


def _run(calls, batch, patience, slow=True, at_hits=False, uses=1, back=None, shrinks=True):
    """(length, most) of a list after the calls, with the mistakes one can make."""
    length, most, overages = 0, 1, 0
    for call in calls:
        if call == "m":
            missed = not length
            if missed:
                length = min(most, batch) if slow else batch
            if missed or at_hits:
                most += 1 if most < batch else batch
            length -= uses if missed else 1
            continue
        length += 1
        if length > most:
            length -= min(length, back or batch)
            if most < batch:
                most += 1
            elif most > batch and shrinks:
                overages += 1
                if overages == patience:
                    most, overages = most - batch, 0
    return length, most


def _lengths(calls, batch, patience):
    return _run(calls, batch, patience)


def whole_batches(calls, batch, patience):
    """fetching a whole batch of {batch} at once. A list fetches no more than it may hold, and at
    first that is 1."""
    return _run(calls, batch, patience, slow=False)


def grows_at_hits(calls, batch, patience):
    """letting the list grow at every malloc. It grows where it was empty, and only there."""
    return _run(calls, batch, patience, at_hits=True)


def keeps_them_all(calls, batch, patience):
    """keeping all that was fetched. One of the objects goes to the program."""
    return _run(calls, batch, patience, uses=0)


def all_go_back(calls, batch, patience):
    """giving the whole list back. Only a batch of {batch} goes."""
    return _run(calls, batch, patience, back=1 << 30)


def never_shrinks(calls, batch, patience):
    """never shrinking. A list above {batch} that was too long {patience} times loses a batch."""
    return _run(calls, batch, patience, shrinks=False)


def _calls_of_a_thread(random):
    calls = "".join(
        random.choice("mf") * random.randint(1, 12) for _ in range(random.randint(1, 7))
    )
    return calls, random.randint(2, 5), random.randint(1, 3)


lengths = Task(
    "ch06",
    "a list under slow start",
    _lengths,
    _calls_of_a_thread,
    edges=(
        ("m", 3, 2),
        ("mmm", 3, 2),
        ("ff", 3, 2),
        ("fff", 2, 1),
        ("mmmmmmffffff", 2, 1),
        ("mmmmmmffffffffffff", 2, 2),
    ),
    wrong=(whole_batches, grows_at_hits, keeps_them_all, all_go_back, never_shrinks),
)


def _count(calls, batch, shared=False, no_cache=True, backs=True, each=1):
    """Locks taken by the calls, with the mistakes one can make."""
    lists, taken = {}, 0
    for thread, call in calls:
        thread = "all" if shared else thread
        if call == "m":
            if not lists.get(thread):
                lists[thread] = batch
                taken += each
            lists[thread] -= 1
        elif thread not in lists and no_cache:
            taken += 1
        elif lists.get(thread, 0) == 2 * batch:
            lists[thread] -= batch - 1
            taken += each * backs
        else:
            lists[thread] = lists.get(thread, 0) + 1
    return taken


def _locks(calls, batch):
    return _count(calls, batch)


def one_lock_a_call(calls, batch):
    """taking the lock at each call: a free list under one lock. A thread's own list needs none."""
    return len(calls)


def one_list_for_all(calls, batch):
    """letting all threads share one list. Each thread has a list of its own."""
    return _count(calls, batch, shared=True)


def everybody_has_a_list(calls, batch):
    """giving a list to a thread that has only freed so far. Its first malloc makes it; until then
    each of its frees takes the lock."""
    return _count(calls, batch, no_cache=False)


def fetches_only(calls, batch):
    """counting the fetches only. What a full list gives back takes the lock, too."""
    return _count(calls, batch, backs=False)


def each_object(calls, batch):
    """taking the lock for each object of a batch. A batch moves under one lock: that is its
    point."""
    return _count(calls, batch, each=batch)


def _calls_of_threads(random):
    calls = []
    for _ in range(random.randint(1, 6)):
        calls += [(random.choice("AB"), random.choice("mf"))] * random.randint(1, 6)
    return calls, random.randint(2, 3)


locks = Task(
    "ch06",
    "the locks of a workload",
    _locks,
    _calls_of_threads,
    edges=(
        ([("A", "m")], 2),
        ([("A", "m"), ("B", "m")], 2),
        ([("A", "m"), ("B", "f")], 2),
        ([("A", "m")] * 5, 2),
        ([("A", "m")] + [("A", "f")] * 4, 2),
        ([("B", "f")] * 2 + [("B", "m")], 3),
    ),
    wrong=(one_lock_a_call, one_list_for_all, everybody_has_a_list, fetches_only, each_object),
)


def _join(runs, at, gaps=False, sides=(1, 0), alike=None):
    """Join run `at` with neighbours in the same state, those behind it first; its new place."""
    for side in sides:
        left = at if side else at - 1
        if left < 0 or left + 1 >= len(runs):
            continue
        (start, npages, state), (then, more, other) = runs[left : left + 2]
        same = state == other or (alike and {state, other} <= alike)
        if same and (gaps or start + npages == then):
            runs[left : left + 2] = [(start, npages + more, runs[at][2])]
            at = left
    return at


def _free(runs, start, limit, merged=True, again=True, **mistakes):
    runs = list(runs)
    at = [run[0] for run in runs].index(start)
    runs[at] = (start, runs[at][1], "free")
    if merged:
        at = _join(runs, at, **mistakes)
    first, npages, _ = runs[at]
    if npages >= limit:
        runs[at] = (first, npages, "returned")
        if again:
            _join(runs, at, **mistakes)
    return runs


def _free_run(runs, start, limit):
    return _free(runs, start, limit)


def no_merging(runs, start, limit):
    """leaving neighbours as they are. A free run merges with free neighbours at once."""
    return _free(runs, start, limit, merged=False, again=False)


def forward_only(runs, start, limit):
    """merging with what follows, only. The run before it may be free as well."""
    return _free(runs, start, limit, sides=(1,))


def over_gaps(runs, start, limit):
    """merging across a gap. Runs must touch: the pages between them are somebody else's."""
    return _free(runs, start, limit, gaps=True)


def free_and_returned(runs, start, limit):
    """merging free runs with returned ones. One has memory behind it, the other has not."""
    return _free(runs, start, limit, alike={"free", "returned"})


def once_only(runs, start, limit):
    """merging once. A run that is returned now may lie beside another returned one."""
    return _free(runs, start, limit, again=False)


def _page_heap(random):
    runs, page = [], random.randint(0, 9)
    for _ in range(random.randint(1, 6)):
        states = ["used", "free", "returned"]
        if runs and runs[-1][2] != "used" and runs[-1][0] + runs[-1][1] == page:
            states.remove(runs[-1][2])  # they would have merged
        npages = random.randint(1, 4)
        runs.append((page, npages, random.choice(states)))
        page += npages + random.choice((0, 0, 0, 1))
    used = [run[0] for run in runs if run[2] == "used"]
    if not used:
        return _page_heap(random)
    return runs, random.choice(used), random.randint(2, 9)


free_run = Task(
    "ch06",
    "free runs that merge",
    _free_run,
    _page_heap,
    edges=(
        ([(0, 2, "used")], 0, 2),
        ([(0, 1, "free"), (1, 2, "used")], 1, 9),
        ([(0, 2, "used"), (3, 1, "free")], 0, 9),
        ([(0, 2, "used"), (2, 1, "returned")], 0, 9),
        ([(0, 2, "used"), (2, 1, "free")], 0, 3),
        ([(0, 2, "used"), (2, 1, "returned")], 0, 2),
    ),
    wrong=(no_merging, forward_only, over_gaps, free_and_returned, once_only),
)
