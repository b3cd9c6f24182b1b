"""Grade a batch: `make grade SUBMISSIONS=folder`, or `python -m memkit.classroom.grade folder`.

Sandboxes run on all cores; beside them nbgrader keeps the books, one result after the other. What
is done is on disk: the same command goes on where it was stopped, however that was.
"""

import argparse
import errno
import hashlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from .batch import ANEW, NotGraded, Shelf, enter, grade, key_of, read, write_grades
from .names import shown
from .process import Clerk, Inside, Trouble, is_full
from .rebuild import read_exercises, recognise
from .sandbox import NoSandbox, Sandbox
from .shards import Shard, alone
from .submissions import find, last
from .unpack import MACHINE

NO_SANDBOX = """memkit: no sandbox, so nothing was graded: {}
Each student's code would run with your rights: it could read the solutions and the gradebook,
change files and use the network. On Debian and Ubuntu: sudo apt-get install bubblewrap
If you trust each line of these hand-ins, say so: make grade SUBMISSIONS=... TRUSTED=1"""

BOOKS = 60  # seconds that reading the books may take, which grow
# What grading makes in its folder; hand-ins may lie beside it.
OWN = ("results", "not-graded", "release", "executed", "autograded", "feedback", "shards")
AGAIN = "ask for the .ipynb again"
NO_CELLS = (
    "no cell of an exercise is in it, so this may be another notebook; ask for the exercise's, "
    "or say ASSIGNMENT=chNN"
)
KEPT = 200_000  # characters of a hand-in that are kept from naming to grading
GOES_ON = "Nothing that was done is lost: see to that, and the same command goes on from here."


class Batch:
    """Everything that a batch needs: the exercises, the sandbox, the results so far."""

    def __init__(self, root, sandbox, assignment, jobs, shard=None):
        self.root, self.sandbox, self.jobs, self.shard = root, sandbox, jobs, shard
        self.grading = root / "grading"
        self.exercises = read_exercises(root)
        self.only = self._called(assignment)
        if assignment and not self.only:
            allowed = ", ".join(self.exercises)
            raise ValueError(f"ASSIGNMENT is one of {allowed}, not {assignment!r}.")
        self.shelf = Shelf(self.grading)
        self.slots = SimpleQueue()
        for slot in range(jobs):
            self.slots.put(slot)
        self.graded = defaultdict(set)  # student -> exercises that have their marks
        self.failed = []  # NotGraded, ...

    def run(self, folder):
        """Grade all hand-ins of a folder or zip. Returns how many could not be graded."""
        self._check_place(folder)
        with self._copies() as copies:
            hand_ins = find(folder, copies)
            with ThreadPoolExecutor(self.jobs) as pool:
                try:
                    hand_ins = self._grade(pool, hand_ins)
                except BaseException:  # Ctrl-C, too: what runs is given up, what is done is kept
                    Inside.stop_all()
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        students = {hand_in.student: self.graded[hand_in.student] for hand_in in hand_ins}
        failed = [one for one in self.failed if self._mine(one.student)]
        self.shelf.settle(students, failed)
        rows, damaged = self.shelf.rows(self.exercises)
        write_grades(self.grading / "grades.csv", rows)
        for path in damaged:
            print(f"memkit: {path} is damaged; {ANEW}.", file=sys.stderr)
        return self._summary(hand_ins)

    def _check_place(self, folder):
        """Refuse to take for hand-ins what grading made itself."""
        place, own = Path(os.path.expanduser(folder)).resolve(), self.grading.resolve()
        made = [*(own / name for name in OWN), *own.glob(".copies-*")]
        if own.is_relative_to(place) or any(map(place.is_relative_to, made)):
            raise ValueError(
                f"SUBMISSIONS={shown(folder)} holds what grading made; "
                "say the folder or zip that has the hand-ins and nothing else."
            )

    @contextmanager
    def _copies(self):
        """A folder of our own for copies, gone afterwards; and with it those of killed batches."""
        for left in self.grading.glob(".copies-*"):
            if (left / ".made-by-make-grade").is_file():
                shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(
            prefix=".copies-", dir=self.grading, ignore_cleanup_errors=True
        ) as place:
            Path(place, ".made-by-make-grade").touch()
            yield Path(place)

    def _grade(self, pool, hand_ins):
        """Grade them; returns those that are hand-ins."""
        with Clerk("gradebook", self.root) as books:
            return self._grade_with(books, pool, hand_ins)

    def _grade_with(self, books, pool, hand_ins):
        hand_ins = self._name(pool, hand_ins)
        entered = {tuple(pair) for pair in books.ask({}, BOOKS)["entered"]}
        waiting, started = {}, time.monotonic()
        for hand_in in self._clear(hand_ins):
            exercise = self.exercises[hand_in.exercise]
            key = key_of(hand_in.path, exercise)
            later = self._later(hand_in)
            result = later or self.shelf.find(exercise.name, hand_in.student, key)
            if result and _noted(hand_in, result):
                self.shelf.keep(result)
            known = (exercise.name, hand_in.student) in entered
            if result and known and result.nbgrader is not None:
                self._told(hand_in, result)
                hand_in.line += f"  (of {later.timestamp}; this came before)" if later else ""
            elif result:  # stopped between the judge and the books, or the books are lost
                waiting[pool.submit(lambda result=result: result)] = hand_in
            else:
                job = pool.submit(self._in_slot, grade, exercise, hand_in, key)
                waiting[job] = hand_in
        if kept := sum(bool(hand_in.line) for hand_in in hand_ins):
            print(f"memkit: {kept} of {len(hand_ins)} are settled already", flush=True)
        for done, job in enumerate(as_completed(waiting), 1):
            hand_in = waiting[job]
            try:
                result = job.result()
                _noted(hand_in, result)
                self.shelf.keep(result)
                enter(books, self.exercises[result.exercise], result)
                self.shelf.keep(result)
                self._told(hand_in, result)
            except Exception as error:  # whatever it is, the others get their marks
                if Inside.stopped:  # by Ctrl-C
                    raise KeyboardInterrupt from None
                _raise_the_machines(error)
                self._not(hand_in, error)
            left = (time.monotonic() - started) / done * (len(waiting) - done)
            print(
                f"memkit: {done} of {len(waiting)} done, {_duration(left)} left "
                f"({hand_in.student})",
                flush=True,
            )
        return hand_ins

    def _not(self, hand_in, error):
        """Not the student's fault, or a hole in this program: the next run tries again."""
        if not isinstance(error, Trouble):
            traceback.print_exception(error)
        elif "\n" in str(error):
            words = "\n".join(map(shown, str(error).splitlines()))
            print(f"memkit: {hand_in.student}: {words}", file=sys.stderr)
        words = str(error).strip() or type(error).__name__
        self._failed([hand_in], f"{words.splitlines()[0]}; run this again")

    def _failed(self, hand_ins, words):
        """No mark for these, of one student and exercise: a line for each, and a row for all."""
        for hand_in in hand_ins:
            hand_in.line = f"not graded: {words}"
        first = hand_ins[0]
        exercise = first.exercise or ""
        self.failed.append(NotGraded(first.student, exercise, shown(words), first.timestamp))

    def _in_slot(self, work, *args):
        slot = self.slots.get()
        try:
            return work(self.sandbox, slot, *args)
        finally:
            self.slots.put(slot)

    def _mine(self, student):
        """Whether this job grades the student: each student is in one shard of a class."""
        return not self.shard or self.shard.has(student)

    def _name(self, pool, hand_ins):
        """Find out which exercise each hand-in is of; returns them without what is no hand-in.

        Its cells tell, or else what the teacher says, or its name; for what has no cells at all,
        its company, which is the whole class, however it is split. Returns this shard's.
        """
        mine = [hand_in for hand_in in hand_ins if self._mine(hand_in.student)]
        others = [hand_in for hand_in in hand_ins if not self._mine(hand_in.student)]
        if alone := self._recognise(pool, mine):
            self._recognise(pool, others)
        known = {hand_in.exercise for hand_in in hand_ins} - {None}
        for hand_in in alone:
            if len(known) == 1:
                (hand_in.exercise,) = known
        return _work(mine)

    def _recognise(self, pool, hand_ins):
        """Read them, and note of which exercise each is; returns those without any cell."""
        reading, alone = [], []
        for hand_in in hand_ins:
            hint, hand_in.exercise = hand_in.exercise, self.only or self._called(hand_in.exercise)
            if not hand_in.broken and not self._settled(hand_in, hint):
                reading.append((hand_in, hint, pool.submit(self._in_slot, read, hand_in)))
        for hand_in, hint, job in reading:
            try:
                answer = job.result()
            except Exception as error:
                if Inside.stopped:
                    raise KeyboardInterrupt from None
                _raise_the_machines(error)
                self._not(hand_in, error)
                hand_in.broken = hand_in.line
                continue
            cells, hand_in.wrong, *_ = answer
            if sum(len(source) for _, _, source, *_ in cells) < KEPT:
                hand_in.read = answer
            found, remark = recognise(cells, self.exercises, hint)
            if found and self.only and found != self.only:
                remark = f"ASSIGNMENT is {self.only}, its cells are of {found}: graded as {found}"
            hand_in.notes += [remark] if remark and not hand_in.wrong else []
            hand_in.recognised, hand_in.exercise = bool(found), found or hand_in.exercise
            if hand_in.exercise is None and not any(source.strip() for _, _, source, *_ in cells):
                alone.append(hand_in)
        return alone

    def _settled(self, hand_in, hint):
        """Whether these very bytes have been read and graded already; sets the exercise."""
        for name, exercise in self.exercises.items():
            kept = self.shelf.get(name, hand_in.student) if name.startswith(hint or "") else None
            if kept and kept.recognised and kept.key == key_of(hand_in.path, exercise):
                hand_in.exercise, hand_in.recognised = name, True
                return not self.only or name == self.only
        return False

    def _later(self, hand_in):
        """The Result of a later attempt from another batch, or None."""
        kept = self.shelf.get(hand_in.exercise, hand_in.student)
        if not kept or kept.points.keys() != self.exercises[hand_in.exercise].points.keys():
            return None
        times = hand_in.timestamp, kept.timestamp
        if not all(time[:1].isdigit() for time in times) or times != tuple(sorted(set(times))):
            return None
        hand_in.timestamp, hand_in.recognised = kept.timestamp, kept.recognised
        hand_in.notes = kept.notes
        return kept

    def _called(self, name):
        """The exercise with this name, or whose name begins so, if there is just one."""
        found = [full for full in self.exercises if name and full.startswith(name)]
        return found[0] if len(found) == 1 else None

    def _clear(self, hand_ins):
        """The hand-ins that are to be graded, one for each student and exercise.

        The last attempt is, of those that are notebooks at all. The others get their line.
        """
        theirs, unread = defaultdict(list), {one.student for one in hand_ins if one.line}
        for hand_in in hand_ins:
            if not hand_in.line:
                theirs[hand_in.student, hand_in.exercise].append(hand_in)
        for (student, exercise), same in theirs.items():
            if student in unread:
                self._failed(same, "another file of this student was not read; run this again")
            elif same[0].broken:
                self._failed(same, "; ".join(dict.fromkeys(one.broken for one in same)))
            elif exercise is None:
                wrong = next((f"{one.wrong}; {AGAIN}" for one in same if one.wrong), NO_CELLS)
                self._failed(same, wrong)
            elif counts := self._last(same):
                yield counts
            else:
                names = _listed(one.origin for one in same)
                self._failed(same, f"handed in more than once ({names}); keep one")

    def _last(self, same):
        """The one that counts of a student's hand-ins for one exercise; None where none tells."""
        good = [one for one in same if not one.wrong] or same
        content = {id(one): len(same) > 1 and _digest(one.path) for one in same}
        counts = last(good, [content[id(one)] for one in good])
        if counts is None:
            return None
        earlier = []
        for one in same:
            if one is counts:
                continue
            if content[id(one)] == content[id(counts)]:
                one.line = f"the same as {counts.origin}"
            elif one.wrong and not counts.wrong:
                one.line = f"not graded: {one.wrong}; {counts.origin} counts"
                counts.notes.append(f"{one.origin}: {one.wrong}")
            else:
                one.line = f"an earlier attempt; {counts.origin} counts"
                earlier.append(one.origin)
        if earlier:
            words = f"the last of {len(earlier) + 1} attempts, not {_listed(earlier)}"
            counts.notes.append(words)
        return counts

    def _told(self, hand_in, result):
        self.graded[hand_in.student].add(result.exercise)
        row = result.row(self.exercises[result.exercise])
        marks = f"{row['score']:>4} of {row['max_score']}"
        hand_in.line = "  ".join([marks, row["remark"] or row["tasks"]])

    def _summary(self, hand_ins):
        width = max((len(hand_in.student) for hand_in in hand_ins), default=0)
        for hand_in in hand_ins:
            print(f"{hand_in.student:<{width}}  {shown(hand_in.line)}")
        failed = sum(hand_in.line.startswith("not graded") for hand_in in hand_ins)
        print(f"memkit: {len(hand_ins) - failed} graded, {failed} not; the grades are in")
        print(f"        {self.grading / 'grades.csv'}, the pages in {self.grading / 'feedback'}")
        return failed


def _work(hand_ins):
    """The hand-ins without what only lies beside one: a notebook that is of no exercise."""
    theirs, known = defaultdict(set), set()
    for hand_in in hand_ins:
        theirs[hand_in.student].add(hand_in.exercise)
        if hand_in.recognised:
            known.add((hand_in.student, hand_in.exercise))
    return [
        one
        for one in hand_ins
        if one.recognised
        or one.broken
        or (one.exercise is None and theirs[one.student] == {None})
        or (one.exercise and (one.wrong or (one.student, one.exercise) not in known))
    ]


def _noted(hand_in, result):
    """Let the result say what is to be known of its hand-in; returns whether that is new."""
    about = {name: getattr(hand_in, name) for name in ("timestamp", "notes", "recognised")}
    new = any(getattr(result, name) != value for name, value in about.items())
    for name, value in about.items():
        setattr(result, name, value)
    return new


def _raise_the_machines(error):
    """Raise again what is no hand-in's fault, and would befall the next one, too: a full disk."""
    if isinstance(error, OSError) and error.errno in MACHINE:
        raise error
    if is_full(str(error)):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


def _digest(path):
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def _listed(names):
    names = list(names)
    more = [f"{len(names) - 5} more"] if len(names) > 5 else []
    return ", ".join([*names[:5], *more])


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
    parser.add_argument("--shard", default="", help="2/10: the second of ten jobs for one class")
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):  # a name must not stop what tells of it
        stream.reconfigure(errors="backslashreplace")
    root = Path.cwd()
    try:
        shard = Shard.named(options.shard) if options.shard else None
        root = shard.prepared(root) if shard else root
        with alone(root) as free:
            if not free:
                print("memkit: another `make grade` is running here.", file=sys.stderr)
                return 2
            if shard:  # a job that is stopped shall not look done
                (root / "grading" / "grades.csv").unlink(missing_ok=True)
            with Sandbox(options.trusted) as sandbox:
                batch = Batch(root, sandbox, options.assignment, options.jobs, shard)
                return 1 if batch.run(options.folder) else 0
    except NoSandbox as missing:
        print(NO_SANDBOX.format(missing), file=sys.stderr)
    except (ValueError, Trouble) as wrong:
        print(f"memkit: {wrong}", file=sys.stderr)
    except OSError as fault:
        where = f" ({shown(fault.filename)})" if fault.filename else ""
        print(f"memkit: stopped: {fault.strerror or fault}{where}. {GOES_ON}", file=sys.stderr)
    except KeyboardInterrupt:
        print("memkit: stopped; the same command goes on from here.", file=sys.stderr)
        return 130
    return 2


if __name__ == "__main__":
    if sys.getfilesystemencoding() != "utf-8":  # names of files are UTF-8, whatever the locale
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    signal.signal(signal.SIGINT, _stop)
    sys.exit(main())
