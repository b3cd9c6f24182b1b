"""A few lines of C, run one after the other under the doctor: the patients.

One statement a line, which is its place in the reports. Every pointer counts bytes, as a char *:
    char *p;                    a pointer that holds what happened to be there
    static char *p;             a global: a root when the program ends; NULL at first
    p = malloc(24);             also calloc(3, 8) and realloc(p, 48); p = q + 8; p = NULL
    free(p);
    p[3] = 1;   *p = 1;         write one byte
    memset(p, 0, 24);  memcpy(q, p, 8);  strcpy(p, "text");
    p->next = q;  q = p->next;  a pointer within a block; the fields are in FIELDS
    use(p[3]);  use(*p);  use(p, 24);  puts(p);       read: one byte, some, or up to a zero byte
A // begins a comment; "type *" may stand before the first assignment of a pointer.

Unlike the real one: no types but bytes and pointers, no functions, no branches, no loops.
"""

import ast
import operator
import re

from memkit.checks import WORD_MASK, instance, shown
from memkit.malloc.doctor.doctor import Doctor

FIELDS = {"next": 0, "left": 0, "prev": 8, "right": 8, "name": 16}  # bytes from the block's start
GARBAGE = 0x5A5A5A5A5A50  # what an uninitialised pointer holds, the same on every machine
LONGEST_TEXT = 4096

DECLARATION = re.compile(r"(static )?\s*(?:struct )?\w+ \*\s*(\w+)$")
TYPE = re.compile(r"^(?:static )?(?:struct )?\w+ \*\s*(?=\w+\s*=)")
CALL = re.compile(r"(?:(\w+)\s*=\s*)?(\w+)\((.*)\)$")
FIELD_SET = re.compile(r"(\w+)->(\w+)\s*=\s*(.+)$")
FIELD_GET = re.compile(r"(\w+)\s*=\s*(\w+)->(\w+)$")
STORE = re.compile(r"(\*\s*\w+|\w+\[.+\])\s*=\s*(.+)$")
ASSIGN = re.compile(r"(\w+)\s*=\s*(.+)$")
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
ARGUMENTS = {
    "malloc": (1,), "calloc": (2,), "realloc": (2,), "free": (1,), "memset": (3,),
    "memcpy": (3,), "strcpy": (2,), "use": (1, 2), "puts": (1,),
}  # fmt: skip


def run_program(doctor, text):
    """Run all lines of a program and its end; returns the reports, a tuple."""
    for _ in run_lines(doctor, text):
        pass
    return tuple(doctor.reports)


def run_lines(doctor, text, variables=None):
    """Run a program line by line; yields each line's number when it is done, then None.

    variables   a dict that shall hold the variables, name -> number, as of the last line
    ValueError at a line that is none of the statements above; the lines before it are done.
    """
    instance("doctor", doctor, Doctor)
    instance("variables", variables, dict, None)
    return _lines(doctor, instance("text", text, str), {} if variables is None else variables)


def _lines(doctor, text, variables):
    program = _Run(doctor, variables)
    for number, line in enumerate(text.splitlines(), 1):
        statement = line.partition("//")[0].strip().rstrip(";").strip()
        if statement:
            try:
                program.run(statement, number)
            except (KeyError, SyntaxError, TypeError, RecursionError) as error:
                said = shown(line.strip())
                raise ValueError(f"line {number} is not understood: {said}.") from error
            yield number
    doctor.end([program.names[name] for name in program.globals])
    yield None


class _Run:
    """The variables of one run."""

    def __init__(self, doctor, names):
        self.doctor = doctor
        self.names = names
        names["NULL"] = 0
        self.globals = []

    def run(self, statement, line):
        doctor, value = self.doctor, self.value
        if found := DECLARATION.match(statement):
            is_global, name = found.groups()
            self.names[name] = 0 if is_global else GARBAGE
            if is_global:
                self.globals.append(name)
            return
        if statement.startswith("static "):
            self.globals.append(TYPE.sub("", statement).partition("=")[0].strip())
        statement = TYPE.sub("", statement)
        if found := FIELD_SET.match(statement):
            name, field, what = found.groups()
            doctor.write(self.names[name] + FIELDS[field], value(what), line)
        elif found := FIELD_GET.match(statement):
            name, pointer, field = found.groups()
            word = doctor.read(self.names[pointer] + FIELDS[field], 8, line)
            self.names[name] = int.from_bytes(word, "little")
        elif found := CALL.match(statement):
            name, function, arguments = found.groups()
            result = self.call(function, arguments, line)
            if name:
                self.names[name] = result or 0
        elif found := STORE.match(statement):
            doctor.write(self.place(found[1]), bytes([value(found[2]) & 0xFF]), line)
        elif found := ASSIGN.match(statement):
            self.names[found[1]] = value(found[2])
        else:
            raise SyntaxError(statement)

    def call(self, function, text, line):
        doctor, value = self.doctor, self.value
        arguments = [argument.strip() for argument in text.split(",")]
        if len(arguments) not in ARGUMENTS[function]:
            raise SyntaxError(function)
        if function == "strcpy":
            string = ast.parse(arguments[1], mode="eval").body
            if not isinstance(string, ast.Constant) or not isinstance(string.value, str):
                raise SyntaxError(function)
            return doctor.write(value(arguments[0]), string.value.encode() + b"\0", line)
        if function == "use" and len(arguments) == 1:
            return doctor.read(self.place(arguments[0]), 1, line)
        numbers = [value(argument) for argument in arguments]
        if function in ("malloc", "calloc", "realloc", "free"):
            return getattr(doctor, function)(*numbers, at=line)
        if function == "memset":
            return doctor.fill(numbers[0], numbers[2], numbers[1], line)
        if function == "memcpy":
            return doctor.copy(*numbers, at=line)
        if function == "use":
            return doctor.read(*numbers, at=line)
        for found in range(numbers[0], numbers[0] + LONGEST_TEXT):
            reports = len(doctor.reports)
            if doctor.read(found, 1, line) in (b"", b"\0") or len(doctor.reports) > reports:
                break
        return None

    def place(self, text):
        """The address that *p or p[3] names."""
        if text.startswith("*"):
            return self.names[text[1:].strip()]
        name, _, offset = text.rstrip("]").partition("[")
        return self.names[name.strip()] + self.evaluate(self.parse(offset)) & WORD_MASK

    def value(self, text):
        """What an expression comes to, in a word of 64 bits: -1 is the largest number there is."""
        return self.evaluate(self.parse(text)) & WORD_MASK

    def parse(self, text):
        return ast.parse(text.strip(), mode="eval").body

    def evaluate(self, node):
        """A number, a variable, or a sum, difference, product of such."""
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Name):
            return self.names[node.id]
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](self.evaluate(node.left), self.evaluate(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.evaluate(node.operand)
        raise SyntaxError("no expression")
