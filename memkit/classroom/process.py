"""A program that runs in the sandbox: one line of JSON goes in, one comes out, within limits.

What is read from it may be anything, since a student's code can have taken it over. It is bounded
in time and size, and parsed as JSON, nothing else.
"""

import json
import os
import selectors
import signal
import subprocess
import time
from pathlib import Path

MEMORY = 2 << 30  # bytes of address space a process, and of memory all of them together
PROCESSES = 64  # threads count
OUTPUT = 16 << 20  # bytes that may come out
START = 60  # seconds until the program is there; only a machine in trouble takes them


class Trouble(Exception):
    """The machine failed, not the student: no grade comes of this."""


class Ended(Exception):
    """The program came to an end before it answered; the words say how."""


class Inside:
    """A program in the sandbox. Use it as a context: at its end nothing of it is left."""

    live = set()  # those that run now
    stopped = False  # whether no more may start

    def __init__(self, command, env, stdin, seconds, streams=()):
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
            cwd="/",
            pass_fds=streams,
            start_new_session=True,
        )
        self._input = self.process.stdin and self.process.stdin.fileno()
        self._output = self.process.stdout.fileno()
        self._errors = self.process.stderr.fileno()
        for stream in filter(None, (self._input, self._output, self._errors)):
            os.set_blocking(stream, False)
        Inside.live.add(self)
        self._got, self._said, self._read = b"", b"", 0

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
            words = self._said.decode(errors="replace").strip()[-300:]
            raise Trouble(f"the sandbox did not start: {words or ended}") from None
        if answer != {"ready": True}:
            raise Trouble("the sandbox did not start as it should.")

    def ask(self, request, seconds):
        """Send a request, if one is given, and return the next line that comes, read as JSON.

        Raises Ended where none comes in time, or a limit is passed.
        """
        left = json.dumps(request).encode() + b"\n" if request is not None else b""
        deadline, look = time.monotonic() + seconds, 0
        with selectors.DefaultSelector() as events:
            events.register(self._output, selectors.EVENT_READ)
            events.register(self._errors, selectors.EVENT_READ)
            if left:
                events.register(self._input, selectors.EVENT_WRITE)
            while b"\n" not in self._got:
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
        line, _, self._got = self._got.partition(b"\n")
        try:
            return json.loads(line)
        except (ValueError, RecursionError, MemoryError):
            raise Ended("answered what is no answer") from None

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
            raise Ended("ended its own process")
        self._got += data
        self._read += len(data)
        if self._read > OUTPUT:
            raise Ended("wrote more than it may")

    def _watch(self):
        """The kernel bounds each process; this bounds them together."""
        family = descendants(self.process.pid)
        if sum(map(resident, family)) > MEMORY:
            raise Ended("used more memory than it may")
        if len(family) > 2 * PROCESSES:
            raise Ended("started more processes than it may")


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


def resident(pid):
    """Bytes of memory that a process has in use; 0 where it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE")
