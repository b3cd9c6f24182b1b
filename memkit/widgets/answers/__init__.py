"""An answer to a task, played in the chapter's own pictures: the learner's above, the right below.

comparison   the player of one case; it begins at the first step that differs
counted      the row of an answer that counts events; the calls of threads
maps         a process's areas and pages, as chapter 04 draws them
marking      a heap marked from its roots, object by object, and what of it an answer frees
page_runs    runs of pages, and what is wrong with one
places       pieces of memory around an address
program      the requests of a Go program and the spans that hold them
blocks       large blocks of a heap and their pages, to scale
dump         bytes of memory, and tables of one-byte entries
claimed      a number that an answer claims, as text, whatever it is
chNN         how the answers to a chapter's tasks are played: a function for each task

    def second_chance(answer, refs, frames):
        for page in refs: yield a picture of that step, were `answer` what the function gave

Such a function gets the arguments of the case and any answer of the kind that the right one is
(or None), however wrong; it gives one picture a step. The same function plays the right answer,
so the first step that differs is the first whose two pictures differ. GRIDS names the grids of
tasks whose pictures are not those of pictures.py.
"""

from .comparison import Comparison, comparison

__all__ = ["Comparison", "comparison"]
