"""The teacher's side: a folder of hand-ins becomes grades and feedback pages (`make grade`).

submissions  finds the hand-ins in a folder or a zip, and who and what each belongs to
sandbox      runs a program of `inside` confined, by bubblewrap
inside       what runs in the sandbox, beside the student's code; it decides nothing
rebuild      a hand-in laid over the exercise's source, so that no test is missing or edited
judge        asks the student's functions from outside the sandbox, and decides the grade
gradebook    nbgrader's own scores, gradebook and feedback pages
grade        the batch: all cores, progress, and going on where it stopped
"""
