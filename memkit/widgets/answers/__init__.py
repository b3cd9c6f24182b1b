"""An answer to a task, played in the chapter's own pictures: the learner's above, the right below.

comparison   the player of one case; it begins at the first step that differs
chNN         how the answers to a chapter's tasks are played: a function for each task
claimed      a number of an answer as text, whatever it is; dump: bytes and tables of entries

    def second_chance(answer, refs, frames):
        for page in refs: yield a picture of that step, were `answer` what the function gave

Such a function gets the arguments of the case and any answer of the kind that the right one is
(or None), however wrong; it gives one picture a step. The same function plays the right answer,
so the first step that differs is the first whose two pictures differ. GRIDS names the grids of
tasks whose pictures are not those of pictures.py.
"""

from .comparison import Comparison, comparison

__all__ = ["Comparison", "comparison"]
