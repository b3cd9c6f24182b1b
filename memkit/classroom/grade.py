"""Grade a batch: `make grade SUBMISSIONS=folder`, or `python -m memkit.classroom.grade folder`.

Sandboxes run on all cores; beside them nbgrader keeps the books, one result after the other. What
is done is on disk: the same command goes on where it was stopped, however that was.
"""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
import traceback
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

from .batch import Shelf, grade, key_of, read, write_grades
from .gradebook import Gradebook
from .process import Inside, Trouble
from .rebuild import read_exercise
from .sandbox import NoSandbox, Sandbox
from .submissions import find

NO_SANDBOX = """memkit: no sandbox, so nothing was graded: {}
Each student's code would run with your rights: it could read the solutions and the gradebook,
change files and use the network. On Debian and Ubuntu: sudo apt-get install bubblewrap
If you trust each line of these hand-ins, say so: make grade SUBMISSIONS=... TRUSTED=1"""


class Batch:
    """Everything that a batch needs: the exercises, the sandbox, the results so far."""

    def __init__(self, root, sandbox, assignment, jobs):
        self.root, self.sandbox, self.jobs = root, sandbox, jobs
        self.grading = root / "grading"
        sources = sorted((root / "solutions").glob("ch*/ch*.ipynb"))
        self.exercises = {path.stem: read_exercise(path) for path in sources}
        self.only = self._called(assignment)
        if assignment and not self.only:
            allowed = ", ".join(self.exercises)
            raise ValueError(f"ASSIGNMENT is one of {allowed}, not {assignment!r}.")
        self.shelf = Shelf(self.grading)
        self.slots = SimpleQueue()
        for slot in range(jobs):
            self.slots.put(slot)
        self.lines = {}  # what the hand-in was called -> what became of it

    def run(self, folder):
        """Grade all hand-ins of a folder or zip. Returns how many could not be graded."""
        shelf = self.grading / "handed-in"
        shutil.rmtree(shelf, ignore_errors=True)
        shelf.mkdir(parents=True)
        hand_ins = find(folder, shelf)
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                self._grade(pool, hand_ins)
            except BaseException:  # Ctrl-C, too: what runs is given up, what is done is kept
                Inside.stop_all()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        write_grades(self.grading / "grades.csv", self.shelf.all(), self.exercises)
        return self._summary(hand_ins)

    def _grade(self, pool, hand_ins):
        self._name(pool, hand_ins)
        book, waiting, started = Gradebook(self.root), {}, time.monotonic()
        for hand_in in self._clear(hand_ins):
            exercise = self.exercises[hand_in.exercise]
            key = key_of(hand_in.path, exercise)
            result = self.shelf.find(exercise.name, hand_in.student, key)
            if result and result.nbgrader is not None:
                self._told(hand_in, result)
            elif result:  # stopped between the judge and the books
                waiting[pool.submit(lambda result=result: result)] = hand_in
            else:
                job = pool.submit(self._in_slot, grade, exercise, hand_in, key)
                waiting[job] = hand_in
        if kept := len(self.lines):
            print(f"memkit: {kept} of {len(hand_ins)} are settled already", flush=True)
        for done, job in enumerate(as_completed(waiting), 1):
            hand_in = waiting[job]
            try:
                result = job.result()
                self.shelf.keep(result)
                self._enter(book, hand_in, result)
            except Exception as error:  # whatever it is, the others get their marks
                if Inside.stopped:  # by Ctrl-C, which nbgrader takes for a failure
                    raise KeyboardInterrupt from None
                self._not(hand_in, error)
            left = (time.monotonic() - started) / done * (len(waiting) - done)
            print(
                f"memkit: {done} of {len(waiting)} done, {_duration(left)} left "
                f"({hand_in.student})",
                flush=True,
            )

    def _enter(self, book, hand_in, result):
        """Let nbgrader enter a result in its books, and keep that it has."""
        exercise = self.exercises[result.exercise]
        book.set_up(exercise)
        result.nbgrader = book.book(exercise, result)
        book.feedback(exercise, result.student)
        self.shelf.keep(result)
        self._told(hand_in, result)

    def _not(self, hand_in, error):
        """Not the student's fault, or a hole in this program: the next run tries again."""
        if not isinstance(error, Trouble):
            traceback.print_exception(error)
        elif "\n" in str(error):
            print(f"memkit: {hand_in.student}: {error}", file=sys.stderr)
        words = str(error).strip() or type(error).__name__
        self.lines[hand_in.origin] = f"not graded: {words.splitlines()[0]}"

    def _in_slot(self, work, *args):
        slot = self.slots.get()
        try:
            return work(self.sandbox, slot, *args)
        finally:
            self.slots.put(slot)

    def _name(self, pool, hand_ins):
        """Find out which exercise each hand-in is of: by its name, its cells, or its company."""
        unknown = []
        for hand_in in hand_ins:
            hand_in.exercise = self.only or self._called(hand_in.exercise)
            if hand_in.exercise is None:
                unknown.append((hand_in, pool.submit(self._in_slot, read, hand_in)))
        for hand_in, job in unknown:
            try:
                hand_in.exercise = self._recognised(job.result()[0])
            except Trouble as trouble:
                self._not(hand_in, trouble)
        known = {hand_in.exercise for hand_in in hand_ins} - {None}
        for hand_in in hand_ins:
            if hand_in.exercise is None and len(known) == 1:
                (hand_in.exercise,) = known

    def _called(self, name):
        """The exercise with this name, or whose name begins so, if there is just one."""
        found = [full for full in self.exercises if name and full.startswith(name)]
        return found[0] if len(found) == 1 else None

    def _recognised(self, cells):
        """The exercise with most of these cells, or None."""
        names = {name for _, name, _ in cells}
        counts = {
            exercise.name: len(names & {*exercise.points, *exercise.solutions.values()})
            for exercise in self.exercises.values()
        }
        best = max(counts, key=counts.get)
        return best if counts[best] else None

    def _clear(self, hand_ins):
        """The hand-ins of which it is clear what they are; the others get their line."""
        theirs = defaultdict(list)
        for hand_in in hand_ins:
            theirs[hand_in.student, hand_in.exercise].append(hand_in)
        for (_, exercise), same in theirs.items():
            contents = {hand_in.path.read_bytes() for hand_in in same} if len(same) > 1 else ()
            if exercise is None:
                words = "not graded: which exercise it is cannot be told; say ASSIGNMENT=chNN"
            elif len(contents) > 1:
                names = ", ".join(hand_in.origin for hand_in in same)
                words = f"not graded: handed in more than once ({names}); keep one"
            else:
                yield same[0]
                words = f"the same as {same[0].origin}"
                same = same[1:]
            for hand_in in same:
                self.lines.setdefault(hand_in.origin, words)

    def _told(self, hand_in, result):
        row = result.row(self.exercises[result.exercise])
        marks = f"{row['score']:>4} of {row['max_score']}"
        self.lines[hand_in.origin] = "  ".join([marks, row["remark"] or row["tasks"]])

    def _summary(self, hand_ins):
        width = max(len(hand_in.student) for hand_in in hand_ins)
        for hand_in in hand_ins:
            print(f"{hand_in.student:<{width}}  {self.lines[hand_in.origin]}")
        failed = sum(line.startswith("not graded") for line in self.lines.values())
        print(f"memkit: {len(hand_ins) - failed} graded, {failed} not; the grades are in")
        print(f"        {self.grading / 'grades.csv'}, the pages in {self.grading / 'feedback'}")
        return failed


def _duration(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    return f"about {minutes} min {seconds} s" if minutes else f"about {seconds} s"


def _cores():
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _stop(*_):
    Inside.stop_all()
    raise KeyboardInterrupt


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make grade", description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="a folder of notebooks, or a zip of a learning platform")
    parser.add_argument("--assignment", default="", help="chNN, where the names do not tell")
    parser.add_argument("--trusted", action="store_true", help="run without a sandbox")
    parser.add_argument("--jobs", type=int, default=_cores(), help="hand-ins at a time")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, _stop)
    root = Path.cwd()
    (root / "grading").mkdir(exist_ok=True)
    with (root / "grading" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with Sandbox(options.trusted) as sandbox:
                batch = Batch(root, sandbox, options.assignment, options.jobs)
                return 1 if batch.run(options.folder) else 0
        except BlockingIOError:
            print("memkit: another `make grade` is running here.", file=sys.stderr)
        except NoSandbox as missing:
            print(NO_SANDBOX.format(missing), file=sys.stderr)
        except ValueError as wrong:
            print(f"memkit: {wrong}", file=sys.stderr)
        except KeyboardInterrupt:
            print("memkit: stopped; the same command goes on from here.", file=sys.stderr)
            return 130
    return 2


if __name__ == "__main__":
    sys.exit(main())
