"""Programs that answer a line with a line, within limits of time, memory and size.

Inside   runs in the sandbox; what it writes may be anything, as student's code can take it over
Clerk    the teacher's own side, but reads what hand-ins made: a Clerk that breaks is replaced

What an Inside writes is read here as bytes. Only a Clerk makes something of them, so that no
hand-in costs this process time or memory, and Ctrl-C is heard at any moment.
"""

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

MEMORY = 2 << 30  # bytes of address space a process, and of memory all of them together
PROCESSES = 64  # threads count
OUTPUT = 16 << 20  # bytes of an answer
START = 60  # seconds until the program is there; only a machine in trouble takes them
SHORT = 1000  # bytes of an answer that is read here
INODE = 2 << 10  # bytes of the kernel's memory for a file's inode, its entry and a long name

PACKAGE = Path(__file__).resolve().parent.parent


class Trouble(Exception):
    """The machine failed, not the student: no grade comes of this."""


def is_full(words):
    """Whether these, of whatever program, tell of a full disk."""
    return bool(re.search("No space left|disk is full|quota exceeded", words))


class Ended(Exception):
    """The program came to an end before it answered; the words say how."""


class Inside:
    """A program, and all that it starts. Use it as a context: at its end nothing of it is left.

    `walled`: it lies in namespaces of its own, so that its files and sockets can be told.
    """

    live = set()  # those that run now
    stopped = False  # whether no more may start

    def __init__(self, command, env, stdin, seconds, streams=(), walled=False, cwd="/"):
        if Inside.stopped:
            raise Trouble("stopped")
        self.asked = 0  # questions so far
        self.end = time.monotonic() + seconds
        self.process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=cwd,
            pass_fds=streams,
            start_new_session=True,
        )
        self._input = self.process.stdin and self.process.stdin.fileno()
        self._output = self.process.stdout.fileno()
        self._errors = self.process.stderr.fileno()
        for stream in filter(None, (self._input, self._output, self._errors)):
            os.set_blocking(stream, False)
        Inside.live.add(self)
        self._walled, self._started = walled, False
        self._got, self._said = bytearray(), b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        family = descendants(self.process.pid)
        self.kill()
        self.process.wait()
        Inside.live.discard(self)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        for _ in range(500):  # bwrap is gone; the kernel takes the others along at once
            if not any(map(alive, family)):
                break
            time.sleep(0.01)

    @classmethod
    def stop_all(cls):
        """End all that run, and let no more start."""
        cls.stopped = True
        for program in list(cls.live):
            program.kill()

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def ready(self):
        """Wait until the program has started; whatever goes wrong before is not the student's."""
        try:
            answer = self.ask(None, START)
        except Ended as ended:
            raise Trouble(f"the sandbox did not start: {self.last_words() or ended}") from None
        if answer != {"ready": True}:
            raise Trouble("the sandbox did not start as it should.")
        self._started = True

    def last_words(self):
        """The end of what it said on stderr."""
        return self._said.decode(errors="replace").strip()[-300:]

    def ask(self, request, seconds, longest=SHORT):
        """Send a request, if one is given, and return the answer, read as JSON.

        Raises Ended where none comes in time, a limit is passed, or it is longer than `longest`.
        """
        line = json.dumps(request).encode() + b"\n" if request is not None else b""
        answer = self.ask_line(line, seconds)
        try:
            if len(answer) <= longest:
                return json.loads(answer)
        except (ValueError, RecursionError):
            pass
        raise Ended("answered what is no answer")

    def ask_line(self, left, seconds):
        """Send these bytes and return the next line that comes, whatever it is."""
        deadline, look, seen = time.monotonic() + seconds, 0, 0
        with selectors.DefaultSelector() as events:
            events.register(self._output, selectors.EVENT_READ)
            events.register(self._errors, selectors.EVENT_READ)
            if left:
                events.register(self._input, selectors.EVENT_WRITE)
            left = memoryview(left)
            while (end := self._got.find(b"\n", seen)) < 0:
                seen = len(self._got)
                now = time.monotonic()
                if now > deadline:
                    raise Ended(f"took longer than {seconds} seconds")
                if now > self.end:
                    raise Ended("took too long in all")
                if now > look:
                    self._watch()
                    look = time.monotonic() + 0.25
                for key, _ in events.select(0.25):
                    if key.fd == self._input:
                        left = self._write(left)
                        if not left:
                            events.unregister(self._input)
                    elif key.fd == self._errors:
                        if not self._hear():
                            events.unregister(self._errors)
                    else:
                        self._take()
        line = bytes(self._got[:end])
        del self._got[: end + 1]
        return line

    def _write(self, data):
        try:
            return data[os.write(self._input, data[:65536]) :]
        except BlockingIOError:
            return data
        except BrokenPipeError:
            return b""  # the end comes with its output

    def _hear(self):
        """Keep the end of what is said on stderr."""
        data = os.read(self._errors, 65536)
        self._said = (self._said + data)[-2000:]
        return data

    def _take(self):
        data = os.read(self._output, 1 << 20)
        if not data:
            raise Trouble("stopped") if Inside.stopped else Ended("ended its own process")
        self._got += data
        if len(self._got) > OUTPUT:
            raise Ended("wrote more than it may")

    def _watch(self):
        """The kernel bounds each process; this bounds them together, and what is in no process."""
        family = descendants(self.process.pid)
        used = sum(map(memory, family))
        if self._walled and self._started and len(family) > 1:  # the first is bwrap, outside
            used += files(family[1]) + sockets(family[1])
        if used > MEMORY:
            raise Ended("used more memory than it may")
        if len(family) > 2 * PROCESSES:
            raise Ended("started more processes than it may")


class Clerk:
    """A program of memkit.classroom that reads what hand-ins made. Use it as a context.

    It is started when it is asked for the first time, and anew after it broke.
    """

    def __init__(self, program, root):
        self._program, self._root, self._inside = program, root, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._inside:
            self._inside.__exit__()
            self._inside = None

    def ask(self, request, seconds, line=None):
        """The answer to a request, and to a line that an Inside wrote.

        Ended, where that takes too long or too much memory; Trouble where it is not to blame.
        """
        try:
            if self._inside is None:
                self._inside = self._start()
                self._inside.ready()
            asked = json.dumps(request).encode() + b"\n"
            if line is not None:  # it may be empty
                asked += line + b"\n"
            answer = json.loads(self._inside.ask_line(asked, seconds))
        except Ended as ended:
            words = self._inside.last_words().splitlines()[-1:]
            self.__exit__()
            if str(ended) == "ended its own process":
                raise Trouble(f"{self._program} ended: {''.join(words)}") from None
            raise
        except BaseException:
            self.__exit__()
            raise
        if "trouble" in answer:
            raise Trouble(answer["trouble"])
        if "ended" in answer:
            raise Ended(answer["ended"])
        return answer

    def _start(self):
        command = [sys.executable, "-W", "ignore", "-m", f"memkit.classroom.{self._program}"]
        if shutil.which("prlimit"):
            command = ["prlimit", f"--as={MEMORY}", "--core=0", *command]
        if shutil.which("setpriv"):  # or the next batch would meet it at the books
            command = ["setpriv", "--pdeathsig", "KILL", *command]
        env = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
        return Inside(command, env, subprocess.PIPE, float("inf"), cwd=self._root)


def serve(answer):
    """The Clerk's side: answer(request, next line) -> what goes back, for each that comes."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in requests:
        try:
            given = answer(json.loads(line), requests.readline)
        except Ended as ended:
            given = {"ended": str(ended)}
        except (MemoryError, RecursionError):
            given = {"ended": "gave more than can be read"}
        except Trouble as trouble:
            given = {"trouble": str(trouble)}
        except Exception as error:
            traceback.print_exc()
            given = {"trouble": f"{type(error).__name__}: {error}"}
        print(json.dumps(given), file=answers, flush=True)


def descendants(pid):
    """The ids of all processes that come from this one, itself included."""
    found, ahead = [], [pid]
    while ahead:
        pid = ahead.pop()
        found.append(pid)
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                children = Path(f"/proc/{pid}/task/{task}/children").read_text()
                ahead += map(int, children.split())
        except OSError:
            pass  # it has ended meanwhile
    return found


def alive(pid):
    """Whether the process is there and more than an entry that its parent has not read yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def memory(pid):
    """Bytes of memory that a process has in use, swapped out or in page tables; 0 if it ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    fields = dict(line.split(":", 1) for line in lines if line.startswith("Vm"))
    return sum(int(fields.get(name, "0").split()[0]) for name in ("VmRSS", "VmSwap", "VmPTE")) << 10


def files(pid):
    """Bytes of memory that the files in a sandbox take, where this process of it sees them."""
    used = 0
    for folder in ("tmp", "dev/shm"):
        try:
            disk = os.statvfs(f"/proc/{pid}/root/{folder}")
        except OSError:
            continue  # it has ended meanwhile
        used += (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        used += (disk.f_files - disk.f_ffree) * INODE
    return used


def sockets(pid):
    """Bytes that may lie unread in the sockets of a sandbox, sent but in no process.

    All of them are of the family AF_UNIX, and keep the size they are born with (seccomp.py).
    """
    try:
        number = Path(f"/proc/{pid}/net/unix").read_bytes().count(b"\n") - 1
        each = int(Path("/proc/sys/net/core/wmem_default").read_text())
    except OSError:
        return 0
    return number * (each + (64 << 10))  # the last message may stand over
