"""A class that several jobs split: who is in which, and that joined they are the whole again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from classes import moodle, pack, students
from hostile import NAME, ROOT, Course, notebook

from memkit.classroom import shards
from memkit.classroom.batch import NotGraded, Result, Shelf
from memkit.classroom.grade import main
from memkit.classroom.rebuild import read_exercises
from memkit.classroom.shards import Shard, alone, join

IDS = [f"student-{number}" for number in range(500)]


def test_each_student_is_in_one_shard_and_shards_are_about_as_large():
    for of in (1, 2, 7, 10):
        parts = [[i for i in IDS if Shard(n, of).has(i)] for n in range(1, of + 1)]
        assert sorted(sum(parts, [])) == sorted(IDS)
        assert min(map(len, parts)) > 0.6 * len(IDS) / of


def test_the_shard_comes_of_the_id_alone():
    """Of SHA-256, which is the same on every machine: worked out with coreutils' sha256sum."""
    assert [Shard(n, 10).has("ana") for n in range(1, 11)].index(True) == 0x24D4B96F58DA6D4A % 10
    assert str(Shard.named("2/10")) == "2/10"


@pytest.mark.parametrize("words", ["0/3", "4/3", "1", "1/", "a/b", "-1/3", "1/0", "1/3/5", " 1/3"])
def test_what_is_no_shard(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["nowhere", f"--shard={words}"]) == 2
    said = capsys.readouterr().err
    assert said == f"memkit: SHARD is a job and how many there are, as 2/10, not {words!r}.\n"


def slurm(course, hand_ins, **environment):
    """The file as Slurm runs it: in the folder it was submitted in, told by the environment."""
    return subprocess.Popen(
        [ROOT / "deploy" / "grade.slurm", "3"],
        cwd=course.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SUBMISSIONS": str(hand_ins), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    """(course, its twin, hand-ins): graded by three jobs at once in one, by a single in the other.

    Seven students, one of them without a notebook, and one whose file has no cells: of which
    exercise that is, only the others tell, who need not be in its shard.
    """
    folder = tmp_path_factory.mktemp("split")
    hand_ins = folder / "in"
    shutil.unpack_archive(pack(folder / "in.zip", students(5), moodle), hand_ins)
    (hand_ins / "Zoë_4711_assignsubmission_file_").mkdir()
    (hand_ins / "Zoë_4711_assignsubmission_file_" / "mine.ipynb").write_bytes(b"")
    (hand_ins / "Yan_4712_assignsubmission_file_").mkdir()
    (hand_ins / "Yan_4712_assignsubmission_file_" / "mine.pdf").write_bytes(b"%PDF")
    course, twin = Course(folder / "course"), Course(folder / "twin")
    (course.folder / ".venv" / "bin").mkdir(parents=True)
    python = course.folder / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    jobs = [
        slurm(course, hand_ins, SLURM_ARRAY_TASK_ID=str(n), SLURM_CPUS_PER_TASK="2")
        for n in (1, 2, 3)
    ]
    for job in jobs:
        said, _ = job.communicate()
        assert job.returncode == 0, said
    status, said = twin.grade(hand_ins)
    assert status == 1 and "8 of 8" not in said
    return course, twin, hand_ins


def joined(course, of):
    command = [sys.executable, "-m", "memkit.classroom.shards", str(of)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=course.folder, env=environment, capture_output=True, text=True
    )


def test_joined_they_are_the_whole_byte_for_byte(split):
    course, twin, _ = split
    run = joined(course, 3)
    assert run.returncode == 0, run.stderr
    whole = (twin.grading / "grades.csv").read_bytes()
    assert (course.grading / "grades.csv").read_bytes() == whole
    assert whole.count(b"\n") == 1 + 7
    assert course.rows()["Zoë-4711"]["assignment"] == NAME and twin.rows()["Yan-4712"]["remark"]
    pages = [
        sorted(page.relative_to(c.grading) for page in c.grading.glob("feedback/*/*/*.html"))
        for c in (course, twin)
    ]
    assert pages[0] == pages[1] and len(pages[0]) == 6
    in_shards = course.grading.glob("shards/*-of-3/grading/results/*/*.json")
    places = [path.parents[3].name for path in in_shards]
    assert len(places) == 6 and len(set(places)) > 1, "or nothing was split"


def test_after_the_join_the_class_goes_on_as_one(split):
    """The whole class once more: nothing is judged anew, and nbgrader's books, which no join
    makes, are filled."""
    course, twin, hand_ins = split
    status, said = course.grade(hand_ins)
    assert status == 1 and "memkit: 6 of 6 done" in said
    whole = (twin.grading / "grades.csv").read_bytes()
    assert (course.grading / "grades.csv").read_bytes() == whole
    status, said = course.grade(hand_ins)
    assert "memkit: 7 of 7 are settled already" in said


def test_one_machine_splits_a_class_with_xargs(split, tmp_path):
    course, *_ = split
    other = Course(tmp_path / "course")
    (other.folder / ".venv").symlink_to(course.folder / ".venv")
    some = tmp_path / "in"
    some.mkdir()
    for name in ("ana", "ben"):
        (some / f"{name}.ipynb").write_bytes(notebook())
    run = subprocess.run(
        f"seq 2 | xargs -P 2 -n 1 {ROOT}/deploy/grade.slurm 2",
        shell=True,
        cwd=other.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SUBMISSIONS": str(some)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert joined(other, 2).returncode == 0
    assert {name: row["score"] for name, row in other.rows().items()} == {"ana": "8", "ben": "8"}


def test_a_job_that_is_not_told_what_it_is_says_so(split, tmp_path):
    """SUBMISSIONS, or which of the jobs it is."""
    course, *_ = split
    for environment in ({"SUBMISSIONS": "x"}, {"SLURM_ARRAY_TASK_ID": "1"}):
        run = subprocess.run(
            [ROOT / "deploy" / "grade.slurm", "3"],
            cwd=course.folder,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
        )
        assert run.returncode and "says wh" in run.stderr and len(run.stderr.splitlines()) == 1


# The join, without grading


def shelved(root, shard, *kept):
    """A shard that is done, with these Results and NotGradeds."""
    place = shard.prepared(root)
    shelf = Shelf(place / "grading")
    for one in kept:
        if isinstance(one, Result):
            shelf.keep(one)
    shelf.settle({}, [one for one in kept if isinstance(one, NotGraded)])
    (place / "grading" / "grades.csv").write_text("")
    return place


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path / "course").folder


def result(student, course):
    points = read_exercises(course)[NAME].points
    return Result(student, NAME, "key", dict(points), nbgrader=dict(points))


def test_a_shard_that_is_not_done_is_named_and_nothing_is_joined(course):
    with pytest.raises(ValueError, match="not done yet: shard 1/3, 2/3, 3/3; nothing was joined"):
        join(course, 3)
    one = shelved(course, Shard(1, 2), result("ana", course))
    shelved(course, Shard(2, 2), result("ben", course))
    with alone(one) as free:
        assert free
        with pytest.raises(ValueError, match="not done yet: shard 1/2; nothing was joined"):
            join(course, 2)
    assert not (course / "grading" / "results").exists()
    assert join(course, 2) == 2


def test_a_damaged_result_is_named_and_nothing_is_joined(course):
    shelved(course, Shard(1, 2), result("ana", course))
    place = shelved(course, Shard(2, 2), result("ben", course))
    path = Shelf(place / "grading").path(NAME, "ben")
    path.write_text("{")
    with pytest.raises(ValueError, match=f"{path} is damaged; grade this student's hand-in again"):
        join(course, 2)
    assert not (course / "grading" / "results").exists()


def test_what_a_shard_graded_is_no_longer_waited_for(course):
    old = NotGraded("ana", "", "no notebook, only a.pdf; ask for the .ipynb")
    Shelf(course / "grading").settle({}, [old])
    shelved(course, Shard(1, 1), result("ana", course), NotGraded("ben", "", "a link"))
    assert join(course, 1) == 2
    table = (course / "grading" / "grades.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in table[1:]] == [["", "ben"], [NAME, "ana"]]


def test_one_sentence_where_it_cannot_be_joined(course, monkeypatch, capsys):
    monkeypatch.chdir(course)
    assert shards.main(["2"]) == 2
    assert capsys.readouterr().err == "memkit: not done yet: shard 1/2, 2/2; nothing was joined.\n"
    with alone(Path(course)):
        assert shards.main(["2"]) == 2
    assert capsys.readouterr().err == "memkit: another `make grade` is running here.\n"
