"""The teacher's side: a folder of hand-ins becomes grades and feedback pages (`make grade`).

names        what the name of a hand-in tells: whose it is, of which exercise, when it came
unpack       the files in a folder or a zip, and in the zips among them, within bounds
submissions  the hand-ins among these files, and which of several attempts counts
process      programs that answer a line with a line, within limits: Inside, and the Clerks
sandbox      runs a program of `inside` confined, by bubblewrap; seccomp: which system calls it has
inside       what runs in the sandbox, beside the student's code; it decides nothing
rebuild      a hand-in laid over the exercise's source, so that no test is missing or edited
judge        asks the student's functions from outside the sandbox, and decides the grade
referee      a Clerk: compares answers and checks outputs, whatever they are
pages        the notebook run once more, as nbgrader would, for the feedback page
gradebook    a Clerk: nbgrader's own scores, gradebook and feedback pages
batch        one hand-in, from its bytes to a result that is kept
grade        the batch: all cores, progress, and going on where it stopped
shards       a class that several jobs split, and one table of theirs again
exchange     nbgrader's exchange between students who may not be trusted
lms          the grades in the columns of Moodle and Canvas
"""
