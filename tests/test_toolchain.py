"""A learner's Go program beside the model, with a go command that is a script: what it is given,
what comes back, and what is said where something is wrong or no Go is there."""

import json
import os
import sys

import pytest

from memkit import data, golang

MIB = 1 << 20
PROGRAM = """block := make([]byte, 8<<20)
step("allocated")
for i := 0; i < len(block); i += 4096 {
	block[i] = 1
}
step("touched")
"""
# Stands for `go build -o OUT .`: keeps what it was given, and makes a program that notes two steps.
GO = """#!{python}
import json, os, shutil, sys
if {fails}:
    print("# program", "program.go:3:1: undefined: blok", sep="\\n", file=sys.stderr)
    sys.exit(1)
assert sys.argv[1:3] == ["build", "-o"] and sys.argv[4:] == ["."], sys.argv
assert os.environ["GOTOOLCHAIN"] == "local"
for name in os.listdir("."):
    shutil.copy(name, {kept!r})
with open(sys.argv[3], "w") as out:
    out.write({built!r})
os.chmod(sys.argv[3], 0o700)
"""
BUILT = """#!{python}
import json, os, sys
assert os.environ["GOMAXPROCS"] == "1" and os.environ["GODEBUG"] == "gctrace=1"
print("what the learner prints")
print("gc 1 @0.000s 1%: 0.1+1+0.1 ms clock", file=sys.stderr)
with open(sys.argv[1], "a") as out:
    for row in {rows!r}:
        out.write(json.dumps(row) + "\\n")
sys.exit({code})
"""


def row(step, resident):
    return {
        "step": step, "go": "go1.27.3", "num_gc": 1, "vma_readwrite": 12 * MIB,
        "vma_reserved_noaccess": 52 * MIB, "rss_of_heap_vmas": resident,
    }  # fmt: skip


ROWS = [row("allocated", 400 << 10), row("touched", 8 * MIB)]


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put a go command on the PATH; returns the folder with what it was given to build."""

    def install(rows=ROWS, fails=False, code=0):
        kept, commands = tmp_path / "kept", tmp_path / "bin"
        kept.mkdir()
        commands.mkdir()
        built = BUILT.format(python=sys.executable, rows=rows, code=code)
        go = GO.format(python=sys.executable, kept=str(kept), built=built, fails=fails)
        (commands / "go").write_text(go)
        (commands / "go").chmod(0o700)
        monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
        return kept

    return install


def model(go):
    block = go.alloc(8 * MIB)
    go.step("allocated")
    go.touch(block, 8 * MIB)
    go.step("touched")


def test_a_program_is_built_run_and_set_beside_the_model(install):
    kept = install()
    both = golang.beside(PROGRAM, model)
    assert both.source == "go1.27.3 on this computer; 1 collection."
    assert [found.step for found in both.real] == [found.step for found in both.model]
    assert both.real[1] == ("touched", 12 * MIB, 52 * MIB, 8 * MIB)
    assert [found.mapped for found in both.model] == [12 * MIB] * 2
    before, after = (found.resident for found in both.model)
    assert 0 <= after - before - 8 * MIB < 64 << 10
    lines = str(both).splitlines()
    assert len({len(line) for line in lines[1:]}) == 1 and lines[-1].startswith("touched")
    source = (kept / "program.go").read_text()
    assert source.startswith("package main") and PROGRAM in source
    assert "func step(name string)" in (kept / "step.go").read_text()
    assert (kept / "go.mod").exists()


def test_a_whole_file_is_built_as_it_is(install):
    kept = install()
    whole = 'package main\n\nfunc main() { step("allocated") }\n'
    run = golang.run_go(whole)
    assert (kept / "program.go").read_text() == whole
    assert len(run.rows) == 2 and len(run.gctrace) == 1 and run.version == "go1.27.3"


def test_without_proc_the_kernel_s_numbers_are_left_out(install):
    bare = [{"step": name, "go": "go1.27.3"} for name in ("allocated", "touched")]
    install(bare)
    both = golang.beside(PROGRAM, model)
    assert both.real[0].mapped is None and str(both).splitlines()[-1].split()[1] == "-"


@pytest.mark.parametrize(
    "given, says",
    [
        ({"fails": True}, "program does not compile: program.go:3:1: undefined: blok."),
        ({"code": 3}, "program does not run to its end: gc 1 @"),
        ({"rows": [row("allocated", 0)]}, "program and model must have the same steps"),
        ({"rows": []}, "program and model must have the same steps"),
    ],
)
def test_what_goes_wrong_is_one_sentence(install, given, says):
    install(**given)
    with pytest.raises(ValueError) as wrong:
        golang.beside(PROGRAM, model)
    said = str(wrong.value)
    assert said.startswith(says) and said.endswith(".") and "\n" not in said


def test_where_there_is_no_go_the_recorded_run_is_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    both = golang.beside(PROGRAM, model)
    assert str(both).startswith("There is no Go toolchain here")
    rows = [row for row in data.table("vm_steps") if row["block_mib"] == 6]
    assert [found.step for found in both.real] == [row["step"] for row in rows]
    assert [a[1:3] for a in both.real] == [b[1:3] for b in both.model], "mapped, reserved: exactly"
    with pytest.raises(ValueError, match="no go command"):
        golang.run_go(PROGRAM)


def test_a_program_must_be_text(install):
    install()
    with pytest.raises(ValueError, match="program must be Go source text, not int."):
        golang.run_go(7)


def test_a_block_is_dropped_once():
    go = golang.GoProcess()
    block = go.alloc(MIB)
    go.drop(block)
    with pytest.raises(ValueError, match="one of a block that is held"):
        go.drop(block)


def test_the_steps_of_a_program_are_json_lines(install):
    """What step.go writes is what run_go reads: the same names as the recorded table has."""
    kept = install()
    run = golang.run_go(PROGRAM)
    source = (kept / "step.go").read_text()
    for name in ("step", "heap_alloc", "heap_inuse", "heap_sys", "heap_released", "vma_readwrite",
                 "vma_reserved_noaccess", "rss_of_heap_vmas"):  # fmt: skip
        assert f'"{name}"' in source and name in data.table("vm_steps")[0]
    assert json.dumps(run.rows)
