"""Known wrong ideas, as data: what is changed in a task's rule, and the sentence that names it.

    Idea("never_shrinks", "never shrinking. A list above ...", "`most` shrinks", shrinks=False)

flags     what the rule is run with; a mistake that no flag can say has a function `instead`
sentence  begins with the mistake; {names} in it are those of the case that is shown
decides   words of the task's text that the idea breaks
"""

from itertools import chain, combinations, islice

MOMENTS = 5000


class Idea:
    """A wrong idea; within a task it is the function that somebody with that idea would write."""

    def __init__(self, name, sentence, decides, instead=None, **flags):
        self.__name__, self.__doc__ = name, sentence
        self.decides, self.instead, self.flags = decides, instead, flags
        self.rule = self.answer = None

    def of(self, rule, answer):
        """The same idea, of a task with this rule, and this answer to its moments."""
        bound = Idea(self.__name__, self.__doc__, self.decides, self.instead, **self.flags)
        bound.rule, bound.answer = rule, answer
        return bound

    def and_also(self, other):
        """Both ideas at once."""
        return Idea("both", "", "", **self.flags, **other.flags).of(self.rule, self.answer)

    def __call__(self, *args):
        if self.instead:
            return self.instead(*args)
        moments = self.rule(*args, **self.flags)
        return self.answer(_ending(moments) if self.flags else moments)

    def __repr__(self):
        return self.__name__


def _ending(moments):
    """The moments; with two mistakes at once a rule may have no end."""
    moments = iter(moments)
    return chain(islice(moments, MOMENTS), _no_more(moments))


def _no_more(moments):
    for _ in moments:
        raise RuntimeError("this has no end")
    yield from ()


def pairs(ideas):
    """[(idea, idea)] of those that can be had together: each changes something else."""
    flagged = [idea for idea in ideas if getattr(idea, "flags", None)]
    for one, other in combinations(flagged, 2):
        if not one.flags.keys() & other.flags.keys():
            yield one, other


def by_name(*tasks):
    """The __getattr__ of a chapter: its wrong ideas by their names."""
    every = [idea for task in tasks for idea in task.wrong]
    ideas = {idea.__name__: idea for idea in every}
    assert len(ideas) == len(every), "two ideas of a chapter have one name"

    def __getattr__(name):
        if name in ideas:
            return ideas[name]
        raise AttributeError(f"this chapter has no task and no wrong idea called {name}")

    return __getattr__
