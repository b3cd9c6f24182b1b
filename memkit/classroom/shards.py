"""A class that several jobs split: each grades its shard of the students, and a join makes one of
them again (`make grade SHARD=2/10`, `make grade JOIN=10`).

Which shard a student is in comes of the id alone, so the jobs need not know of each other. Each
works in a folder of its own, grading/shards/2-of-10, over the same exercises.
"""

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import sys
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .batch import Shelf, write_grades
from .rebuild import read_exercises


@dataclass(frozen=True)
class Shard:
    number: int  # from 1
    of: int

    @classmethod
    def named(cls, words):
        """The Shard that "2/10" names; ValueError for what names none."""
        found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", words)
        shard = cls(*map(int, found.groups())) if found else None
        if not shard or shard.number > shard.of:
            raise ValueError(f"SHARD is a job and how many there are, as 2/10, not {words!r}.")
        return shard

    def __str__(self):
        return f"{self.number}/{self.of}"

    def has(self, student):
        """Whether the student with this id is in it."""
        digest = hashlib.sha256(student.encode()).digest()
        return int.from_bytes(digest[:8]) % self.of == self.number - 1

    def place(self, root):
        """The folder that stands for the course's own, `root`, in this job."""
        return root / "grading" / "shards" / f"{self.number}-of-{self.of}"

    def prepared(self, root):
        """place(root), with the exercises in it, and no grades: they come when the job is done."""
        place = self.place(root)
        (place / "grading").mkdir(parents=True, exist_ok=True)
        for name in ("solutions", "nbgrader_config.py"):
            if not (place / name).is_symlink():
                (place / name).symlink_to(os.path.relpath(root / name, place))
        return place


@contextmanager
def alone(root):
    """Whether no other batch works in this folder, nor begins to before the end of the block."""
    (root / "grading").mkdir(exist_ok=True)
    with (root / "grading" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def join(root, of):
    """Make grades.csv and the pages of `of` shards, as one job over the class would have.

    What they got is in the course's own results then, as if it had been graded there. ValueError,
    and nothing changed, where a shard is not done.
    """
    shards = [Shard(number, of) for number in range(1, of + 1)]
    missing = [str(shard) for shard in shards if not _done(shard.place(root))]
    if missing:
        raise ValueError(f"not done yet: shard {', '.join(missing)}; nothing was joined.")
    shelf, graded, failed = Shelf(root / "grading"), defaultdict(set), []
    found = [Shelf(shard.place(root) / "grading").everything() for shard in shards]
    for shard, (results, others) in zip(shards, found, strict=True):
        for result in results:
            shelf.keep(result)
            graded[result.student].add(result.exercise)
        for one in others:
            graded[one.student] |= set()
            failed.append(one)
        pages = shard.place(root) / "grading" / "feedback"
        if pages.is_dir():
            shutil.copytree(pages, root / "grading" / "feedback", dirs_exist_ok=True)
    shelf.settle(graded, failed)
    rows, _ = shelf.rows(read_exercises(root))
    write_grades(root / "grading" / "grades.csv", rows)
    return len(rows)


def _done(place):
    """Whether a job has been at work there, to its end, and none is now."""
    if not (place / "grading" / "grades.csv").is_file():
        return False
    with alone(place) as free:
        return free


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="make grade JOIN=", description=join.__doc__)
    parser.add_argument("of", type=int, help="how many shards the class was split into")
    options = parser.parse_args(arguments)
    root = Path.cwd()
    try:
        with alone(root) as free:
            if not free:
                raise ValueError("another `make grade` is running here.")
            print(f"memkit: {join(root, options.of)} rows are in {root / 'grading' / 'grades.csv'}")
    except ValueError as wrong:
        print(f"memkit: {wrong}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
