"""The kernel as a heap sees it: what it is asked, kept in order, so that all can be done again.

Unlike the real one: it is the address space's; here it is only listened to.
"""

from memkit.vm import AlreadyMapped, OutOfMemory, Vma


class Kernel:
    """An address space, whose answers are kept; answers = None: no longer."""

    def __init__(self, space):
        self.space = space
        self.answers = []

    def _ask(self, verb, *arguments, **more):
        try:
            answer = getattr(self.space, verb)(*arguments, **more)
        except (AlreadyMapped, OutOfMemory) as error:
            self._keep(type(error))
            raise
        self._keep(answer)
        return answer

    def _keep(self, answer):
        if self.answers is not None:
            self.answers.append(answer)

    def brk(self, *arguments):
        return self._ask("brk", *arguments)

    def sbrk(self, increment):
        return self._ask("sbrk", increment)

    def mmap(self, *arguments, **more):
        return self._ask("mmap", *arguments, **more)

    def munmap(self, start, length):
        return self._ask("munmap", start, length)


class Answers:
    """The same answers once more, to the same questions; no area is looked at."""

    def __init__(self, space, answers):
        self.user_end = space.user_end
        self.everything = Vma(0, space.user_end, "rw-")
        self.answers = iter(answers)

    def find_vma(self, address):
        return self.everything

    def _answer(self, *arguments, **more):
        answer = next(self.answers)
        if isinstance(answer, type):
            raise answer("as before")
        return answer

    brk = sbrk = mmap = munmap = _answer
