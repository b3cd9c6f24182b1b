"""Run a student's cells, and call the functions in them, as the judge outside asks.

Each request is a line of JSON on stdin, each answer one on what was stdout, with its number:

    {"run": source, "seconds": s}        {"failed": null or one sentence}
    {"call": name, "cases": [...]}       {"answers": [...]} or {"missing": what the name is}

The student's code shares this process and may do with it as it likes. It can spoil its own
answers that way; the right ones are not here.
"""

import json
import os
import signal
import sys

from memkit.classroom.inside import PLOTS, let_pass
from memkit.course.attempt import attempt
from memkit.course.plain import text
from memkit.course.wire import decode, encode

KERNELS = ("autosave", "clear", "edit", "less", "man", "more")  # magics that a plain shell has not


class Worker:
    def __init__(self, shell):
        self.shell = shell
        self.home = os.getpid()

    def answer(self, request):
        if "run" in request:
            return {"failed": self.run(request["run"], request["seconds"])}
        return self.call(request["call"], request["cases"])

    def run(self, source, seconds):
        """What went wrong in the cell, in a sentence, or None. A long one is interrupted."""
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.alarm(seconds)
        try:
            done = self.shell.run_cell(source)
            error = done.error_before_exec or done.error_in_exec
        except BaseException as escaped:
            error = escaped
        finally:
            signal.alarm(0)
        if isinstance(error, ImportError):
            return f"{type(error).__name__}: {error}"[:120]
        return type(error).__name__[:80] if error is not None else None

    def call(self, name, cases):
        if name not in self.shell.user_ns:
            return {"missing": "nothing"}
        function = self.shell.user_ns[name]
        if not callable(function):
            return {"missing": text(function)}
        # One after another: a case that takes the process down must not hide behind others.
        return {"answers": [encode(attempt(function, decode(case))) for case in cases]}


def serve():
    requests, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    with open(os.devnull, "r+b") as nowhere:
        for stream in (0, 1, 2):  # what the student prints goes nowhere, and input() finds nothing
            os.dup2(nowhere.fileno(), stream)
    worker = Worker(_shell())
    _write(answers, {"ready": True})
    for line in requests:
        request = json.loads(line)
        answer = worker.answer(request)
        if os.getpid() != worker.home:
            os._exit(0)  # a copy that the student's code made by fork: it has no say
        _write(answers, {**answer, "number": request["number"]})


def _shell():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    sys.path.insert(0, os.getcwd())
    shell = InteractiveShell.instance(config=config)
    let_pass(shell, PLOTS + KERNELS)
    return shell


def _write(stream, answer):
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[os.write(stream, data) :]


if __name__ == "__main__":
    serve()
