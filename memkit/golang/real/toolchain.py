"""A learner's own Go program, built and run where there is a Go toolchain, beside the model.

    program = "b := make([]byte, 8<<20); step(\\"allocated\\"); keep(b)"
    def model(go):
        go.alloc(8 << 20)
        go.step("allocated")
    print(beside(program, model))

program   the body of main, or a whole file with its package clause. step(name) notes what
          runtime.MemStats and /proc/self/smaps say; keep(x) holds on to x
model     a function that does the same to a GoProcess
"""

import json
import os
import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from memkit import data
from memkit.checks import plural, shown
from memkit.golang.process.goprocess import GoProcess, HeapMemory, predict_vm_steps

BODY = """package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

var _, _, _ = fmt.Sprint, runtime.GC, debug.FreeOSMemory

func main() {
//line program.go:1
%s
}
"""
NONE_HERE = (
    "There is no Go toolchain here (no go on the PATH): this is a recorded run of Go 1.27.3."
)
BUILD_SECONDS, RUN_SECONDS = 180, 30


class GoRun(NamedTuple):
    """rows: a dict for each step, with the columns of vm_steps; gctrace: a line a collection."""

    version: str
    rows: list
    gctrace: tuple


class Beside(NamedTuple):
    """A real run and the model's, step by step: HeapMemory both. str() is a table in MiB."""

    source: str
    real: list
    model: list
    gctrace: tuple = ()

    def __str__(self):
        names = [found.step.partition(" (")[0] for found in self.real]
        width = max(map(len, (*names, "MiB")))
        heads = "".join(f"{name:>16}" for name in HeapMemory._fields[1:])
        lines = [self.source, f"{'MiB':{width}}{heads}", f"{'':{width}}" + 3 * "    real   model"]
        for name, real, model in zip(names, self.real, self.model, strict=True):
            numbers = (n for pair in zip(real[1:], model[1:], strict=True) for n in pair)
            lines.append(f"{name:{width}}" + "".join(map(_mib, numbers)))
        return "\n".join(lines)


def _mib(nbytes):
    return "       -" if nbytes is None else f"{nbytes / (1 << 20):8.2f}"


def find_go():
    """The path of the go command, or None."""
    return shutil.which("go")


def beside(program, model):
    """Run a Go program, and the model's twin of it -> Beside.

    Where there is no Go: the recorded run of 5 blocks of 6 MiB, and the model's prediction of it.
    ValueError where the program does not compile or fails, or the two have not the same steps.
    """
    if not isinstance(program, str):
        raise ValueError(f"program must be Go source text, not {type(program).__name__}.")
    if not callable(model):
        raise ValueError(f"model must be a function of a GoProcess, not {shown(model)}.")
    if find_go() is None:
        rows = [row for row in data.table("vm_steps") if row["block_mib"] == 6]
        return Beside(NONE_HERE, [_memory(row) for row in rows], predict_vm_steps(rows))
    go = GoProcess()
    model(go)
    run = run_go(program)
    real = [_memory(row) for row in run.rows]
    names = [found.step for found in real], [found.step for found in go.steps]
    if names[0] != names[1] or not real:
        raise ValueError(
            f"program and model must have the same steps, one or more, not {', '.join(names[0])} "
            f"and {', '.join(names[1])}."
        )
    source = f"{run.version} on this computer; {plural(len(run.gctrace), 'collection')}."
    return Beside(source, real, go.steps, run.gctrace)


def _memory(row):
    names = ("vma_readwrite", "vma_reserved_noaccess", "rss_of_heap_vmas")
    return HeapMemory(row["step"], *(row.get(name) for name in names))


def run_go(program):
    """Build a Go program and run it on one P -> GoRun. ValueError where there is no Go, where it
    does not compile, fails, or takes longer than 30 s."""
    if not isinstance(program, str):
        raise ValueError(f"program must be Go source text, not {type(program).__name__}.")
    go = find_go()
    if go is None:
        raise ValueError("there is no go command on the PATH to build the program with.")
    whole = any(line.startswith("package ") for line in program.splitlines())
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "go.mod").write_text("module program\n\ngo 1.21\n")
        (folder / "program.go").write_text(program if whole else BODY % program)
        step = resources.files("memkit.golang.real").joinpath("step.go").read_text()
        (folder / "step.go").write_text(step)
        environment = {**os.environ, "GOTOOLCHAIN": "local", "GOWORK": "off"}
        built = folder / "built"
        _run([go, "build", "-o", str(built), "."], folder, environment, BUILD_SECONDS, "compile")
        environment |= {"GOMAXPROCS": "1", "GODEBUG": "gctrace=1"}
        noted = folder / "steps.jsonl"
        told = _run([str(built), str(noted)], folder, environment, RUN_SECONDS, "run to its end")
        rows = (
            [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []
        )
    gctrace = tuple(line for line in told.stderr.splitlines() if line.startswith("gc "))
    return GoRun(rows[0]["go"] if rows else "", rows, gctrace)


def _run(command, folder, environment, seconds, what):
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"program does not {what} within {seconds} s.") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line and not line.startswith("#")]
        said = "; ".join(lines[:3]) or f"exit status {done.returncode}"
        raise ValueError(f"program does not {what}: {said}.")
    return done
