"""A heap marked from its roots, object by object, as CollectorView draws it.

freed   numbers of the objects that an answer frees: one that marking finds all the same is lost
named   number -> what the picture calls it
some    numbers -> how a sentence lists them
"""

from memkit.golang.gcstate import CollectorState, ObjectState
from memkit.trace import Step
from memkit.widgets.collector import collector_picture
from memkit.widgets.collector_run import Run


def marking(freed, points_to, roots, named, some):
    """Marking goes as it must; what it has found, and the answer frees, is gone at once."""
    every = range(len(points_to))
    colours, queue, steps = dict.fromkeys(every, "white"), [], []

    def step(words, waits=(), phase="mark", touched=()):
        gone = {at for at in freed if phase == "sweep" or colours.get(at, "white") != "white"}
        objects = tuple(
            ObjectState(at, 8, colours[at], tuple(points_to[at]), 0)
            for at in every
            if at not in gone
        )
        found = tuple(("root", to) for to in roots)
        state = CollectorState(
            phase, phase == "mark", "object", objects, found, not waits, (),
            tuple(waits), tuple(queue), (), 0, 0, 0, 0, None,
        )  # fmt: skip
        steps.append(Step(phase, {"objects": tuple(touched)}, state, words))

    def find(found, what):
        found = [at for at in dict.fromkeys(found) if colours[at] == "white"]
        for at in found:
            colours[at] = "grey"
        queue.extend(found)
        lost = [at for at in found if at in freed]
        words = f"{what} to {some(found) if found else 'nothing new'}"
        if lost:
            words += f", but the answer frees {some(lost)}"
        elif found:
            words += ", which lives" if len(found) == 1 else ", which live"
        return found, f"{words}."

    step("marking begins: nothing is found yet.", ["globals"])
    found, words = find(roots, "the roots lead")
    step(words, touched=found)
    while queue:
        at = queue.pop(0)
        colours[at] = "black"
        found, words = find(points_to[at], f"{some([at])} leads")
        step(words, touched=[at, *found])
    white = [at for at in every if colours[at] == "white"]
    kept = [at for at in white if at not in freed]
    words = f"the sweep frees {some(freed)}"
    if kept:
        words += f"; no root leads to {some(kept)}, kept all the same"
    step(f"{words}.", phase="sweep", touched=[*white, *freed])
    run = Run(steps, named)
    for i in range(len(steps)):
        yield collector_picture(run, i)
