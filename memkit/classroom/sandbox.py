"""Programs of `inside`, run where a student's code can do no harm: by bubblewrap.

What runs in there sees the system's programs, this Python with its packages, and a copy of memkit,
all read-only; and an empty /tmp in memory. It sees no other file, no network and no other process,
and with its first process the last one ends. Limits bound its memory, processes, output and time.

Source: bwrap(1), prlimit(1), setpriv(1).
"""

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import seccomp
from .process import MEMORY, PROCESSES, Inside

PACKAGE = Path(__file__).resolve().parent.parent
FILE = 16 << 20  # bytes of a file
LIFE = 120  # seconds that a program may run
FILES = 64 << 20  # bytes of all files together
LIMITS = (f"--as={MEMORY}", f"--nproc={PROCESSES}", f"--fsize={FILE}", "--nofile=256", "--core=0")
FIRST_USER = 2_000_000_000  # ids that nobody has: root gives each sandbox one of its own

# In place of a chapter's tasks: they hold the right answers.
STAND_IN = '''"""The tasks of this chapter, while it is graded: the judge asks from outside."""


class _Task:
    def check(self, *args, **options):
        print("The judge checks this from outside.")

    judge = show = check


def __getattr__(name):
    return _Task()
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
        self._stage = tempfile.TemporaryDirectory(prefix="memkit-stage-")
        stage = Path(self._stage.name)
        stage.chmod(0o755)
        for name in ("complete", "answerless"):
            copy_package(stage / name, answers=name == "complete")
        self.stage = stage
        return self

    def __exit__(self, *_):
        self._stage.cleanup()

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
            return Inside(command, env, stdin, seconds, heard)
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
        command += ["--proc", "/proc", "--dev", "/dev"]
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
        for path in _pythons():
            if PACKAGE.is_relative_to(path) and (PACKAGE.parent / "solutions").exists():
                raise NoSandbox(
                    f"the course lies inside {path}, which each student's code can read."
                )
        with tempfile.TemporaryDirectory() as empty:
            os.chmod(empty, 0o755)
            heard = _filter()
            command = [*self._walls(empty, 0, heard), sys.executable, "-c", "print('confined')"]
            run = subprocess.run(
                command, pass_fds=heard, capture_output=True, text=True, errors="replace"
            )
            for stream in heard:
                os.close(stream)
        if run.stdout != "confined\n":
            words = run.stderr.strip().splitlines() or [f"it ends with {run.returncode}."]
            raise NoSandbox(f"bubblewrap does not work here: {words[-1]}")


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


def copy_package(target, answers):
    """A copy of memkit for the sandbox; without `answers`, no task says what is right."""
    skip = shutil.ignore_patterns("__pycache__")
    memkit = Path(shutil.copytree(PACKAGE, target / "memkit", ignore=skip))
    classroom = memkit / "classroom"
    for path in classroom.glob("*.py"):
        if path.name != "__init__.py":
            path.unlink()
    if not answers:
        for path in (memkit / "course").glob("ch*.py"):
            path.write_text(STAND_IN)
    compileall.compile_dir(memkit, quiet=2)
    for path in (target, *target.rglob("*")):  # whatever the umask: others must read it
        path.chmod(0o755 if path.is_dir() else 0o644)
