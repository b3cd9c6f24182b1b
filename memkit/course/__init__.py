"""The graded side: tasks that check a learner's function, and say what is wrong with it.

    from memkit.course import ch08
    ch08.slot_size.check(my_function)      # prints "right", or says what is not, and how
    ch08.slot_size.show(my_function)       # plays the smallest wrong case beside the right answer

attempt   one call of a learner's function, and what it did instead of answering
limits    the time, memory and room that such calls may take in a check
task      checking: cases, the smallest that differs, the wrong idea it looks like
plain     what a learner's code returned, shown and compared without trusting it
chNN      the tasks of one chapter
contents  the chapters, their questions and tasks
progress  what the learner has answered and solved, in a file of their own
"""

from .task import NotYet, Task, Verdict, student

__all__ = ["NotYet", "Task", "Verdict", "student"]
