"""An exercise once around on a real hub: handed out, solved, handed in, graded, handed back; what
a student can reach of others meanwhile; and a hub that is killed in the middle.

`make test-hub` runs it on a machine of its own (tests/hub.py).
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hostile import ALWAYS, NAME, PAGE, PAGE_CALL, SEARCH, UNTOUCHED, WRONG, notebook
from hub import EXCHANGE, HOMES, HUB, Hub, Student, copy_of_the_course, run, settle

from memkit.classroom.exchange import MOST
from memkit.lecture import IS_ON

INBOUND = EXCHANGE / "memkit" / "inbound"
TASK = f"{NAME}/{NAME}.ipynb"
TEACHER = "teacher"
BIN = Path(sys.executable).parent
# What each hands in, and the marks that it deserves, whatever mallory forges.
SEARCHES = SEARCH.format(places=[f"{HOMES}/teacher/memkit/solutions", f"{HOMES}/ana"], name=NAME)
CLASS = {
    "ana": ({}, 8),
    "ben": ({}, 8),
    "carl": ({}, 8),
    "dora": ({"memory": WRONG}, 6),
    "emma": ({"memory": WRONG, "call": "call = 4"}, 3),
    "fritz": ({"base": UNTOUCHED}, 0),
    "gina": ({"memory": ALWAYS}, 6),
    "hans": ({"first": PAGE, "memory": PAGE_CALL}, 6),
    "ida": ({"first": "import os; os._exit(0)"}, 0),
    "mallory": ({"first": SEARCHES}, 8),
}
# Mallory by hand, in a kernel: in ben's name, long after ben's; with links to what is the teacher's
# and ben's; with a pipe that nobody writes; a folder that none may read; and names that are none.
FORGE = f"""
import os, shutil
inbound = {str(INBOUND)!r}
def folder(name):
    path = os.path.join(inbound, name)
    os.mkdir(path)
    os.chmod(path, 0o777)
    return path
own = os.path.expanduser("~/{TASK}")
ben = folder("ben+{NAME}+2099-01-01 00:00:00.000000 UTC+x")
os.symlink("{HOMES}/teacher/memkit/solutions/{TASK}", ben + "/{NAME}.ipynb")
os.mkfifo(ben + "/pipe.ipynb")
for number in range({2 * MOST}):
    open(ben + "/z%d.txt" % number, "w").close()
shutil.copy(own, ben + "/a.ipynb")
os.symlink("{HOMES}/ben", os.path.join(inbound, "ana+{NAME}+2099-01-01 00:00:00.000000 UTC+x"))
os.symlink("/nowhere", os.path.join(inbound, "nobody+{NAME}+no time+x"))
os.chmod(folder("emma+{NAME}+2099+x"), 0)
"""


def mark(name):
    """What is in a student's notebook and in nobody else's."""
    return f"Handed in by {name}, and by nobody else."


def handed_in(name):
    more, _ = CLASS[name]
    return notebook(text=mark(name), **more).decode()


def submit(student):
    student.nbgrader("fetch", course_id="memkit", assignment_id=NAME)
    student.put(TASK, handed_in(student.name))
    student.nbgrader("submit", course_id="memkit", assignment_id=NAME)


class Class:
    """What happened: the students, what was said, and when."""

    def __init__(self, hub, students, course):
        self.hub, self.students, self.course = hub, students, course

    def all(self, action, names=None):
        with ThreadPoolExecutor(4) as pool:
            return dict(
                zip(
                    names or self.students,
                    pool.map(action, [self.students[n] for n in names or self.students]),
                    strict=True,
                )
            )


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    """The class up to the feedback; the hub is killed when half of it has handed in."""
    settle([TEACHER, *CLASS])
    course = copy_of_the_course(TEACHER)
    run("chmod", "go=", HOMES / TEACHER, user=TEACHER)
    run(BIN / "nbgrader", "release_assignment", NAME, user=TEACHER, cwd=course)
    with Hub(tmp_path_factory.mktemp("hub") / "hub") as hub:
        got = Class(hub, {name: Student(name) for name in CLASS}, course)
        got.all(Student.begin)
        names = list(CLASS)
        got.all(submit, names[:4])
        hub.kill()
        got.all(submit, names[4:7])  # the servers and the proxy go on
        hub.start()
        got.all(submit, names[7:])
        mallory = got.students["mallory"]
        got.kernel = mallory.kernel()
        got.forged = mallory.run(got.kernel, FORGE)
        got.submitted = sorted(path.name.split("+")[0] for path in INBOUND.iterdir())
        got.collected = run(BIN / "nbgrader", "collect", NAME, user=TEACHER, cwd=course)
        grade = [BIN / "python", "-W", "ignore", "-m", "memkit.classroom.grade"]
        got.graded = run(*grade, "grading/submitted", user=TEACHER, cwd=course)
        got.released = run(BIN / "nbgrader", "release_feedback", NAME, user=TEACHER, cwd=course)
        got.all(lambda s: s.nbgrader("fetch_feedback", course_id="memkit", assignment_id=NAME))
        yield got


# Once around


def test_each_hands_in_although_the_hub_was_killed(taught):
    assert taught.forged == ""
    assert set(taught.submitted) == {*CLASS, "nobody"}
    for name in CLASS.keys() - {"ana", "ben", "emma"}:  # in whose names mallory handed in, too
        assert taught.submitted.count(name) == 1


def test_the_marks_are_right(taught):
    table = (taught.course / "grading" / "grades.csv").read_text().splitlines()
    scores = {line.split(",")[1]: line.split(",")[3] for line in table[1:]}
    assert scores == {name: str(marks) for name, (_, marks) in CLASS.items()}


def test_each_gets_their_own_feedback_and_nobody_anothers(taught):
    assert "no feedback for mallory" in taught.released  # who handed in by hand, without a secret
    assert not (HOMES / "mallory" / NAME / "feedback").exists()
    for name in CLASS.keys() - {"mallory"}:
        pages = list((HOMES / name / NAME / "feedback").rglob("*.html"))
        assert len(pages) == 1, name
        text = pages[0].read_text()
        assert [other for other in CLASS if mark(other) in text] == [name]
        assert f"{CLASS[name][1]}.0 / 8.0" in text


def test_who_handed_in_and_when_the_kernel_says_and_no_name(taught):
    """What mallory forged counts as mallory's own; of it only plain files are taken, not all."""
    submitted = taught.course / "grading" / "submitted"
    assert sorted(path.name for path in submitted.iterdir()) == sorted(CLASS)
    for name in CLASS:
        for path in (submitted / name / NAME).iterdir():
            assert path.is_file() and not path.is_symlink()
        stamp = (submitted / name / NAME / "timestamp.txt").read_text()
        assert stamp.startswith(time.strftime("%Y-"))
    assert "not collected" in taught.collected and "cheating" not in taught.collected
    assert len(list((submitted / "mallory").rglob("*.txt"))) < MOST
    solution = (taught.course / "solutions" / TASK).read_bytes()
    for path in (submitted / "mallory").rglob("*.ipynb"):
        assert path.read_bytes() != solution


# What a student can reach of others


def mallory(taught, code):
    return taught.students["mallory"].run(taught.kernel, code)


@pytest.mark.parametrize(
    "code",
    [
        f"import os; os.listdir('{HOMES}/ana')",
        f"import os; os.listdir('{HOMES}/teacher')",
        f"import os; os.listdir('{HOMES}/teacher/memkit/solutions')",
        f"import os; os.listdir({str(INBOUND)!r})",
        f"import os; os.listdir({str(INBOUND.parent / 'feedback')!r})",
        f"import os; os.rename({str(INBOUND.parent)!r}, {str(EXCHANGE / 'x')!r})",
        f"open({str(INBOUND.parent / 'outbound' / 'x')!r}, 'w')",
        f"open({str(INBOUND.parent / 'outbound' / TASK)!r}, 'w')",
        f"open({str(INBOUND.parent / 'feedback' / 'x')!r}, 'w')",
    ],
)
def test_files_of_others_are_out_of_reach(taught, code):
    assert mallory(taught, code).startswith("PermissionError"), code


def test_processes_of_others_keep_their_tokens(taught):
    """Names and arguments of processes can be seen, tokens not; nobody else's can be stopped."""
    code = """
import os, pathlib, pwd
seen = []
for place in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        owner = pwd.getpwuid(place.stat().st_uid).pw_name
        line = (place / "cmdline").read_text()
    except OSError:
        continue
    if owner == "mallory" or not line:
        continue
    assert "token" not in line.lower(), line
    for act in (lambda: (place / "environ").read_bytes(), lambda: os.kill(int(place.name), 0)):
        try:
            act()
            print("REACHED", owner, line)
        except (PermissionError, ProcessLookupError):
            seen.append(owner)
print(sorted(set(seen)))
"""
    assert mallory(taught, code) == f"{sorted({*CLASS, 'root'} - {'mallory'})}\n"


def test_ports_answer_nobody_without_a_token(taught):
    """Each server listens where all users of the machine may knock; so does a kernel, for what its
    children print, and there says nothing."""
    code = """
import json, urllib.error, urllib.request
lines = [line.split() for line in open("/proc/net/tcp").read().splitlines()[1:]]
ports = sorted({int(line[1].split(":")[1], 16) for line in lines if line[3] == "0A"})
class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_): return None
opener = urllib.request.build_opener(Stay)
told = {}
for port in ports:
    for path in ("/user/ana/api/contents", "/api/routes", "/hub/api/users", "/user/ana/lab"):
        url = f"http://127.0.0.1:{port}{path}"
        try:
            told[f"{port}{path}"] = opener.open(url, timeout=20).status
        except urllib.error.HTTPError as error:
            told[f"{port}{path}"] = error.code
        except TimeoutError:
            told[port] = "silent"
            break
print("TOLD", json.dumps([ports, told]))
"""
    kernel = taught.students["ana"].kernel()
    assert taught.students["ana"].run(kernel, "print(6 * 7)") == "42\n"
    ports, told = json.loads(mallory(taught, code).partition("TOLD")[2])
    kernels = [port for port, said in told.items() if said == "silent"]
    assert len(kernels) == 2, "ana's and mallory's own"
    assert len(ports) == 3 + len(CLASS) + len(kernels) and {8000, 8001, 8081} < set(ports)
    answers = [said for said in told.values() if said != "silent"]
    assert min(answers) >= 300, told  # forbidden, not found, or to the login
    assert told["8001/api/routes"] == 403 and told["8081/hub/api/users"] == 403


def test_ones_own_token_opens_nothing_of_others(taught):
    code = """
import os, urllib.error, urllib.request
def ask(url):
    token = {"Authorization": "token " + os.environ["JUPYTERHUB_API_TOKEN"]}
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=token)).status
    except urllib.error.HTTPError as error:
        return error.code
hub = "http://127.0.0.1:8000"
print(ask(hub + "/hub/api/users/mallory"), ask(hub + "/user/mallory/api/contents"),
      ask(hub + "/hub/api/users/ana"), ask(hub + "/hub/api/users"),
      ask(hub + "/user/ana/api/contents"), ask("http://127.0.0.1:8001/api/routes"))
"""
    own, contents, *others = mallory(taught, code).split()
    assert (own, contents) == ("200", "200"), "or the others say nothing"
    assert set(others) <= {"403", "404"} and len(others) == 4


def test_a_browser_that_is_logged_in_opens_no_other_server(taught):
    student = taught.students["mallory"]
    assert student.ask("get", "api/contents").status_code == 200
    for path in ("api/contents", "lab", f"files/{TASK}"):
        assert student.of("ana", "get", path).status_code == 403


def test_one_who_wants_all_memory_or_all_processes_gets_a_part(taught):
    assert mallory(taught, "bytearray(1 << 30)").startswith("MemoryError")
    code = """
import subprocess
made = []
try:
    while len(made) < 1000:
        made.append(subprocess.Popen(["sleep", "600"]))
except BlockingIOError:
    print(len(made) < 256)
for one in made:
    one.kill()
    one.wait()
"""
    assert mallory(taught, code) == "True\n"
    assert taught.students["ana"].ask("get", "api/status").ok


def test_a_link_for_all_opens_a_chapter_as_slides_in_ones_own_server(taught):
    """The browser's part of it is in tests/test_slides.py."""
    page = taught.students["carl"].session.get(f"{HUB}/hub/user-redirect/memkit/slides/09")
    assert page.ok and page.url.startswith(f"{HUB}/user/carl/lab/tree/notebooks/09-")
    told = HOMES / "carl" / ".jupyter" / "lab" / "user-settings" / IS_ON
    assert json.loads(told.read_text()) == {"active": True}


def test_after_the_hub_came_back_a_student_goes_on_and_can_log_in_anew(taught):
    kernel = taught.students["ana"].kernel()
    assert taught.students["ana"].run(kernel, "print(6 * 7)") == "42\n"
    again = Student("ana")
    again.begin()
    assert again.ask("get", "api/status").ok
