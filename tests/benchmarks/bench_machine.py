"""What one access to a process's memory costs: found in the TLB, walked, faulted, copied."""

from timing import Row, best_seconds

from memkit import vm

PAGES = 2000
PAGE = 4096


def plain(pages):
    """The least Python can do: a dictionary of pages, a byte stored in each."""
    memory = {n: bytearray(1) for n in range(pages)}
    for n in range(pages):
        memory[n][0] = 1


def process():
    space = vm.Machine(3 * PAGES).spawn()
    return space, space.mmap(PAGES * PAGE)


def touch(space, at, stride=PAGE):
    for n in range(PAGES):
        space.write(at + n * stride, b"x")


def rows():
    loop = PAGES / best_seconds(lambda: plain(PAGES), 5)

    def row(what, seconds):
        return Row(what, PAGES / seconds, "/s", "dictionary of pages", loop)

    space, at = process()
    yield row("first writes: demand zero", best_seconds(lambda: touch(*process()), 2))
    touch(space, at)
    yield row("writes, each in another page", best_seconds(lambda: touch(space, at), 2))
    yield row("writes, all in one page", best_seconds(lambda: touch(space, at, 1), 2))
    yield row("fork and exit, pages", best_seconds(lambda: space.fork().exit(), 2))
    small = vm.Machine(PAGES // 2, PAGES).spawn()
    at = small.mmap(PAGES * PAGE)
    touch(small, at)
    yield row("writes, half of memory in swap", best_seconds(lambda: touch(small, at), 1))
