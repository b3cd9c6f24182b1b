"""Programs of `inside`, run where a student's code can do no harm: by bubblewrap.

What runs in there sees the system's programs, this Python with its packages, and of memkit a copy
of what is named here, all read-only; and an empty /tmp in memory. It sees no other file, no network
and no other process, and with its first process the last one ends. Limits bound its memory,
processes, output and time.

Source: bwrap(1), prlimit(1), setpriv(1).
"""

import compileall
import fcntl
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import seccomp
from .process import MEMORY, PACKAGE, PROCESSES, Clerk, Inside

FILE = 16 << 20  # bytes of a file
LIFE = 120  # seconds that a program may run
FILES = 64 << 20  # bytes of all files together
LIMITS = (
    *(f"--as={MEMORY}", f"--nproc={PROCESSES}", f"--fsize={FILE}", "--nofile=256", "--core=0"),
    *("--msgqueue=0", "--sigpending=1024"),  # memory that belongs to no process
)
STAGE = "memkit-stage-"  # how the folders are called, in /tmp, that sandboxes see copies in
FIRST_USER = 2_000_000_000  # ids that nobody has: root gives each sandbox one of its own

# What there is of memkit in the judge's sandbox: the models, which exercises let learners use,
# and what the worker itself needs. No task is among it, nor what draws one.
MODELS = ("__init__.py", "checks.py", "trace.py", "data", "vm", "malloc", "golang")
MODELS += ("scoreboard.py",)
WORKER = ("classroom/__init__.py", "classroom/inside", "course/attempt.py", "course/plain.py")
WORKER += ("course/wire.py",)
# Where the feedback page is made, checks say what they have to say: all but what decides.
PAGES = ("pictures", "course", "widgets")

# In place of what is not there, so that a cell which imports it runs on.
STAND_IN = '''"""Not here while it is graded: the judge asks from outside."""


class _Nothing:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **options):
        return self


def __getattr__(name):
    return getattr(_Nothing(), name)
'''


class NoSandbox(Exception):
    """No confinement is to be had here; the words say why."""


class Sandbox:
    """A place to run programs in. Use it as a context."""

    def __init__(self, trusted=False):
        self.trusted = trusted
        self.bwrap = None if trusted else shutil.which("bwrap")
        if not trusted:
            self._probe()

    def __enter__(self):
        _clear_stages()
        self._stage = tempfile.TemporaryDirectory(prefix=STAGE)
        stage = Path(self._stage.name)
        self._lives = (stage / "made").open("w")
        fcntl.flock(self._lives, fcntl.LOCK_EX)
        (stage / "made").rename(stage / "lives")  # from now on it is to be asked for
        stage.chmod(0o755)
        copy_package(PACKAGE, stage / "complete", answers=True)
        copy_package(stage / "complete" / "memkit", stage / "answerless", answers=False)
        self.stage = stage
        self._referees = {}
        return self

    def __exit__(self, *_):
        for referee in self._referees.values():
            referee.__exit__()
        self._stage.cleanup()
        self._lives.close()

    def referee(self, slot=0):
        """The Clerk that reads what comes out of this slot."""
        if slot not in self._referees:
            self._referees[slot] = Clerk("referee", self.stage)
        return self._referees[slot]

    def open(self, program, slot=0, answers=False, stdin=subprocess.PIPE, seconds=LIFE):
        """An Inside that runs memkit.classroom.inside.<program>; `slot` tells it from others."""
        package = self.stage / ("complete" if answers else "answerless")
        seen = package if self.trusted else "/course"
        run = [sys.executable, "-P", f"{seen}/memkit/classroom/inside/{program}.py"]
        heard = ()
        if self.trusted:
            # Processes are not limited: the teacher's own would count, too.
            limits = [limit for limit in LIMITS if "nproc" not in limit]
            limits = ["prlimit", *limits] if shutil.which("prlimit") else []
            command, env = [*limits, *run], {**os.environ, **_environment(package)}
        else:
            heard = _filter()
            command, env = [*self._walls(package, slot, heard), *run], {"PATH": os.defpath}
        try:
            return Inside(command, env, stdin, seconds, heard, walled=not self.trusted)
        finally:
            for stream in heard:
                os.close(stream)

    def _walls(self, package, slot, heard):
        """The command line that confines what stands behind it; `heard`: streams of filters."""
        command = [
            self.bwrap,
            *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
            *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"),
            *("--perms", "0777", "--size", str(FILES), "--tmpfs", "/tmp"),
        ]
        root = os.geteuid() == 0
        if root:  # the kernel does not count root's processes: be somebody else inside
            command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            command += ["--unshare-user"]
        for path in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
            if os.path.islink(path):
                command += ["--symlink", os.readlink(path), path]
            elif os.path.isdir(path):
                command += ["--ro-bind", path, path]
        for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"):
            command += ["--ro-bind-try", path, path]
        for path in (*_pythons(), (package, "/course")):
            source, target = path if isinstance(path, tuple) else (path, path)
            for parent in reversed(Path(target).parents[:-1]):
                command += ["--perms", "0755", "--dir", str(parent)]
            command += ["--ro-bind", str(source), str(target)]
        for path in installed():
            command += ["--tmpfs", path, "--remount-ro", path]
        command += ["--proc", "/proc", "--dev", "/dev"]
        command += ["--dev-bind", "/dev/null", "/dev/zero"]  # which would be shared memory, too
        command += ["--perms", "1777", "--size", str(FILES), "--tmpfs", "/dev/shm"]
        command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
        for name, value in _environment("/course").items():
            command += ["--setenv", name, value]
        for stream in heard:
            command += ["--seccomp", str(stream)]
        command += ["--"]
        if root:
            user = str(FIRST_USER + os.getpid() % 100_000 * 1000 + slot)
            command += ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
        return [*command, "prlimit", *LIMITS]

    def _probe(self):
        """Raise NoSandbox unless a confined program runs here, and sees nothing it must not."""
        if self.bwrap is None:
            raise NoSandbox("bubblewrap (bwrap) is not installed.")
        for course in {PACKAGE.parent, Path.cwd()}:
            for path in _pythons():
                if (course / "solutions").exists() and course.is_relative_to(path):
                    raise NoSandbox(
                        f"the course lies inside {path}, which each student's code can read."
                    )
        with tempfile.TemporaryDirectory() as empty:
            os.chmod(empty, 0o755)
            heard = _filter()
            command = [*self._walls(empty, 0, heard), sys.executable, "-c", PROBE]
            run = subprocess.run(
                command, pass_fds=heard, capture_output=True, text=True, errors="replace"
            )
            for stream in heard:
                os.close(stream)
        if run.stdout == "seen\n":
            raise NoSandbox("each student's code can import the memkit that is installed here.")
        if run.stdout != "confined\n":
            words = run.stderr.strip().splitlines() or [f"it ends with {run.returncode}."]
            raise NoSandbox(f"bubblewrap does not work here: {words[-1]}")


PROBE = """
try:
    import memkit.course
    print("seen")
except ImportError:
    print("confined")
"""


def _clear_stages():
    """Clear what killed batches left: stages of our own whose lock nobody holds."""
    for stage in Path(tempfile.gettempdir()).glob(f"{STAGE}*"):
        try:
            if stage.is_symlink() or stage.stat().st_uid != os.geteuid():
                continue
            with (stage / "lives").open("r+") as lives:
                fcntl.flock(lives, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(stage, ignore_errors=True)
        except OSError:  # it lives, or is just being made, or gone
            continue


def _filter():
    """The streams that bwrap reads filters from: one, or none for a machine without."""
    if not (program := seccomp.program()):
        return ()
    stream, end = os.pipe()
    os.write(end, program)
    os.close(end)
    return (stream,)


def _pythons():
    """The folders of this Python and its packages, outermost only."""
    named = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent]
    wanted = {Path("/usr"), *named, *(path.resolve() for path in named)}
    return sorted(p for p in wanted if not any(p != q and p.is_relative_to(q) for q in wanted))


@functools.cache
def installed():
    """Folders called memkit that these Pythons have, wherever: as paths."""
    # By find(1): os.walk takes long over these hundred thousand files.
    command = ["find", *_pythons(), "-type", "d", "-iname", "memkit", "-print0", "-prune"]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [os.fsdecode(path) for path in run.stdout.split(b"\0") if path]


def _environment(course):
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(course),
        "HOME": "/tmp",
        "USER": "student",
        "NBGRADER_EXECUTION": "autograde",  # as nbgrader says it: this is no learner's progress
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",  # threads count as processes
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def copy_package(package, target, answers):
    """A copy of memkit for a sandbox; without `answers`, of what is named above and no more."""
    memkit = target / "memkit"
    for name in (*MODELS, *WORKER, *(PAGES if answers else ())):
        source, copy = package / name, memkit / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=_of_no_source, dirs_exist_ok=True)
        else:
            shutil.copy(source, copy)
    if not answers:
        # A chapter is a module or a folder of rooms: of neither is more there than its name.
        chapters = [f"course/{path.stem}.py" for path in (package / "course").glob("ch*")]
        for name in ("course/__init__.py", "widgets/__init__.py", *chapters):
            (memkit / name).parent.mkdir(exist_ok=True)
            (memkit / name).write_text(STAND_IN)
    compileall.compile_dir(memkit, quiet=2)
    for path in (target, *target.rglob("*")):  # whatever the umask: others must read it
        path.chmod(0o755 if path.is_dir() else 0o644)


def _of_no_source(folder, names):
    """Bytecode is copied, too: it is large work. But not what a module left that is gone."""
    folder = Path(folder)
    if folder.name != "__pycache__":
        return ()
    sources = {path.stem for path in folder.parent.glob("*.py")}
    return [name for name in names if name.partition(".")[0] not in sources]
