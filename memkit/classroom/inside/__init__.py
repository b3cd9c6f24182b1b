"""Programs that run in the sandbox. Nothing here knows a right answer, or decides a grade.

reader   reads the file that was handed in, which may be anything
worker   runs the student's cells, and calls the functions when the judge asks
pages    runs the notebook in a kernel as nbgrader would, for the feedback pages
"""
