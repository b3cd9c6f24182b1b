"""What a learner's function may take while it is checked: time, memory, and room on the page.

In the main thread a timer's signal raises Stopped in the learner's code, also where it sleeps or
waits; elsewhere, and where there is no such signal, another thread has it raised, which code that
waits sees only afterwards. A function that catches it gets it again, until it has left. What
nothing ends is a loop in C that asks for no signal and no memory: sum(range(10**12)).
"""

import ast
import builtins
import ctypes
import io
import itertools
import linecache
import signal
import sys
import threading
import time
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from .attempt import Raised, attempt, in_line

SECONDS = 8  # for all calls together: whoever grades gives the cell of a check 10
LOOK = 0.3  # seconds before the end, from which on it is noted where the function is
AGAIN = 0.02  # seconds between two such looks, and between two times that Stopped is raised
MEMORY = 1 << 30  # bytes that the process may grow by
PRINTED = 2000  # characters kept of what a call prints
LINES = 12  # lines shown of them
DEEPEST = 1000  # calls that are looked at

LOOPS = (ast.For, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Stopped(BaseException):
    """Time is up. One that was caught has the next line of the learner's code raise another."""

    limits = None

    def __del__(self):
        if self.limits and self.limits._leave:
            self.limits._raise_at_a_line_of(sys._getframe(1))


class Limits:
    """What bounds the calls of a check, SECONDS or these; use it as a context around them.

    stopped    whether the last call was stopped, or not begun, since time is up
    alone      of a call that was stopped: whether it alone took most of the time
    printed    what it printed, cut
    where      of a call that was stopped: " in line 4: while bits[hand]:", or ""
    look_at    of a call that was stopped: what there to look at, in words, or ""
    """

    def __init__(self, seconds=None):
        self._seconds = SECONDS if seconds is None else seconds
        self.stopped, self.alone, self.where, self.look_at = False, False, "", ""
        self._output = _Output()
        self._memory = _memory_limit()
        self._tracer = sys.gettrace()
        self._over = False
        self._leave = False  # whether Stopped is raised in the learner's code, until it has left
        self._interrupt = False  # whether that is the learner's wish
        self._looks = []  # the learner's calls at each look: [(frame, line number), ...]
        self._skip = itertools.cycle(range(5))

    def __enter__(self):
        self._end = time.monotonic() + self._seconds
        self._bounds = self._all_bounds()
        self._bounds.__enter__()
        return self

    def __exit__(self, *error):
        return self._bounds.__exit__(*error)

    @contextmanager
    def _all_bounds(self):
        clock = self._by_signal if _signals_may_be_set() else self._by_thread
        with _alone(self._output), clock():
            self._memory(True)
            try:
                yield
            finally:
                self._memory(False)
                self._leave = False  # a Stopped that is kept may go in any later call

    @property
    def printed(self):
        return self._output.text()

    def call(self, answer, args):
        """As `attempt`; None where it was stopped."""
        if self._output.length:
            self._output.clear()
        self._looks.clear()
        begin = time.monotonic()
        if self._over:  # since the last call
            self.stopped = True
            return None
        try:
            answered = attempt(answer, args)
        except Stopped:
            answered = None
        except MemoryError:  # in `attempt`: what the function has filled outlives it
            self._memory(False)
            answered = Raised("raises MemoryError", False)
        finally:
            if self._leave:
                sys.settrace(self._tracer)
        if self._interrupt:
            raise KeyboardInterrupt  # the learner's code has caught its own
        if self._leave:
            self.stopped, answered = True, None
            self.alone = time.monotonic() - begin > self._seconds / 2
            self._look_back()
        return answered

    # The clock

    @contextmanager
    def _by_signal(self):
        alarm = signal.signal(signal.SIGALRM, self._rings)
        interrupt = signal.getsignal(signal.SIGINT)
        if interrupt is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._interrupted)
        begin = time.monotonic()
        left, interval = signal.setitimer(signal.ITIMER_REAL, self._seconds - LOOK, AGAIN)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, alarm)
            if interrupt is signal.default_int_handler:
                signal.signal(signal.SIGINT, interrupt)
            if left:  # somebody else's timer goes on; what was due meanwhile is due now
                left = max(left - (time.monotonic() - begin), 0.001)
                signal.setitimer(signal.ITIMER_REAL, left, interval)

    def _rings(self, number, frame):
        if self._due(frame):
            error = self._another()  # a call behind the next line would be traced
            self._raise_at_a_line_of(frame)
            raise error

    def _interrupted(self, number, frame):
        if not _calls(frame):
            raise KeyboardInterrupt
        self._interrupt = self._leave = True
        signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        raise KeyboardInterrupt

    @contextmanager
    def _by_thread(self):
        thread, done = threading.get_ident(), threading.Event()
        set_error = ctypes.pythonapi.PyThreadState_SetAsyncExc

        def watch():
            while not done.wait(max(self._end - LOOK - time.monotonic(), AGAIN)):
                if self._due(sys._current_frames()[thread]):
                    set_error(ctypes.c_ulong(thread), ctypes.py_object(Stopped))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            set_error(ctypes.c_ulong(thread), None)

    def _due(self, frame):
        """Look at where the learner's code is; whether it has to leave."""
        calls = _calls(frame)
        if not self._leave:
            self._looks.append([(call, call.f_lineno) for call in calls[:DEEPEST]])
            self._over = time.monotonic() >= self._end
            self._leave = bool(self._over and calls)
        return calls and self._leave

    def _another(self):
        error = Stopped()
        error.limits = self
        return error

    def _raise_at_a_line_of(self, frame):
        """Raise in one of the next lines of the learner's code.

        So it is raised outside of a `try` as well, however little of the time is spent there; not
        always at the next line, since that one may be in it each time.
        """
        calls = _calls(frame)
        if not calls:
            return
        skip = next(self._skip)

        def trace(frame, event, arg):
            nonlocal skip
            skip -= event == "line"
            if skip < 0:
                raise self._another()
            return trace

        for call in calls:
            call.f_trace = trace
        sys.settrace(trace)

    # What is said of a call that was stopped

    def _look_back(self):
        looks = [calls for calls in self._looks if calls]
        self._looks = []
        home = looks[-1][0][0].f_code.co_filename
        looks = [[call for call in calls if call[0].f_code.co_filename == home] for calls in looks]
        depth = 0  # of the innermost call that all looks have seen
        while all(len(calls) > depth + 1 for calls in looks) and (
            len({calls[depth + 1][0] for calls in looks}) == 1
        ):
            depth += 1
        self.where = in_line(looks[-1])
        code = looks[-1][depth][0].f_code
        depths = sum(call[0].f_code is code for call in looks[-1])
        if depths > 1:
            self.look_at = f"{code.co_name} calls itself, here {depths} calls deep. How many calls "
            self.look_at += "does it need in all?"
        else:
            self.look_at = _of_loops(_loops(home, code, {calls[depth][1] for calls in looks}), home)
            self.look_at = self.look_at or "that line. Does it wait, or is its work that large?"


def _signals_may_be_set():
    """In the main thread, where there are timers; None is a handler that is not Python's."""
    return (
        threading.current_thread() is threading.main_thread()
        and hasattr(signal, "setitimer")
        and signal.getsignal(signal.SIGALRM) is not None
    )


def _calls(frame):
    """The frames of the learner's code, outermost first; none where it does not run."""
    found = []
    while frame is not None and frame.f_code is not attempt.__code__:
        found.append(frame)
        frame = frame.f_back
    return found[::-1] if frame is not None else []


def _loops(path, code, lines):
    """The loops around these lines of a function, innermost first: `while`, or else the others."""
    try:
        nodes = list(ast.walk(ast.parse("".join(linecache.getlines(path)))))
    except (SyntaxError, ValueError, RecursionError):  # no Python: a cell with magic, say
        return []
    around = [
        node
        for node in nodes
        if isinstance(node, (ast.While, *LOOPS))
        and code.co_firstlineno <= node.lineno <= min(lines)
        and max(lines) <= node.end_lineno
    ]
    around.sort(key=lambda node: (node.lineno, node.col_offset), reverse=True)
    # What a `for` goes through has an end nearly always.
    return [node for node in around if isinstance(node, ast.While)] or around[:1]


def _of_loops(loops, path):
    if not loops:
        return ""
    lines = [loop.lineno for loop in loops]
    named = [f"`{linecache.getline(path, line).strip()}` in line {line}" for line in lines]
    if len(loops) > 1:
        return f"{' and '.join(named)}. Does each of these loops come to its end?"
    if isinstance(loops[0], LOOPS):
        return f"{named[0]}. How often does it go round, and how long does each time take?"
    if not isinstance(loops[0].test, ast.Constant):
        return f"{named[0]}. Does its condition ever become false?"
    ends = any(isinstance(node, (ast.Break, ast.Return)) for node in ast.walk(loops[0]))
    what = "Is its break or return ever reached?" if ends else "It has no break and no return."
    return f"{named[0]}. {what}"


# Memory, and who hears the function


def _memory_limit():
    """limit(True): the process may grow by MEMORY, from its size now; limit(False): as before.

    It does nothing where the system tells no size, or would not hold a process to a limit.
    """
    try:
        import resource

        with open("/proc/self/statm") as file:
            most = int(file.read().split()[0]) * resource.getpagesize() + MEMORY
    except (ImportError, OSError):
        return lambda on: None
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        most = min(most, soft)
    bounds = (soft, hard), (most, hard)  # made now: later there may be no memory for it
    return lambda on: resource.setrlimit(resource.RLIMIT_AS, bounds[on])


@contextmanager
def _alone(output):
    """What is printed and displayed goes to `output`, and nobody is there to be asked."""

    def display(data=None, *rest, **options):
        output.write(f"{(data or {}).get('text/plain', '')}\n")

    # IPython is not imported for that: where there is a notebook, it is loaded.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    publisher = getattr(shell, "display_pub", None)
    asked = builtins.input
    builtins.input = _nobody_answers
    if publisher:
        publisher.publish = display
    try:
        with redirect_stdout(output), redirect_stderr(output):
            yield
    finally:
        builtins.input = asked
        if publisher:
            del publisher.publish


def _nobody_answers(prompt=""):
    raise EOFError("input() has nobody to ask here: all that is given is in the arguments")


class _Output(io.TextIOBase):
    """Keeps the beginning of what is written."""

    def __init__(self):
        self.clear()

    def clear(self):
        self._kept, self.length = [], 0

    def writable(self):
        return True

    def write(self, text):
        if self.length < PRINTED:
            self._kept.append(text[: PRINTED - self.length])
        self.length += len(text)
        return len(text)

    def text(self):
        lines = "".join(self._kept).splitlines(keepends=True)[:LINES]
        shown = "".join(lines)
        more = self.length - len(shown)
        return f"{shown.rstrip()}\n... {more:,} characters more" if more else shown.rstrip()
