"""Mutants of a function: copies with one slip each, and runs of them that end.

comparisons one off or turned round, constants one off, a bit of a mask cleared, and/or, a part of
a condition forgotten, min/max, arithmetic, rounding the other way, the end of a slice; a statement
left out, two in the other order, a sum that begins anew
"""

import ast
import copy
from functools import cache

COMPARED = {
    **{ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt)},
    **{ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt)},
    **{ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,)},
    **{ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,)},
}
COUNTED = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult},
    **{ast.Mod: ast.FloorDiv, ast.Div: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift},
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr},
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
MOST = 20_000  # times round a loop; a mutant may have no end


class Endless(Exception):
    """A loop, or a recursion, that goes round too often."""


@cache
def mutants(source):
    """{what is changed: the mutated source's tree} for all functions of a cell."""
    tree, found = ast.parse(source), {}
    for place, node in enumerate(ast.walk(tree)):
        for k in range(len(_slips(node))):
            other = copy.deepcopy(tree)
            node_of_other = list(ast.walk(other))[place]
            statement = _statement(other, node_of_other)
            before = ast.unparse(statement).partition("\n")[0]
            _slips(node_of_other)[k]()
            after = ast.unparse(statement).partition("\n")[0]
            label = f"{before}  ->  {'nothing' if after == 'pass' else after}"
            if before != after:
                found[label if label not in found else f"{label} ({place})"] = other
    for place, node in enumerate(ast.walk(tree)):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            for i in range(len(block) if isinstance(block, list) else 0):
                for label, instead, many in _replaced(block, i):
                    other = copy.deepcopy(tree)
                    rest = getattr(list(ast.walk(other))[place], field)
                    rest[i : i + many] = copy.deepcopy(instead)
                    label = f"{_first_line(block[i])}  ->  {label}"
                    found[label if label not in found else f"{label} ({place}.{i})"] = other
    return found


def _first_line(statement):
    return ast.unparse(statement).partition("\n")[0]


def _replaced(block, i):
    """(in words, the statements instead, of how many) for slips in statement i of a block."""
    here, *after = block[i : i + 2]
    after = [other for other in after if not isinstance(other, ast.FunctionDef)]
    if isinstance(here, (ast.FunctionDef, ast.Import, ast.ImportFrom)):
        return
    if isinstance(here, ast.Expr) and not isinstance(here.value, ast.Call):
        return
    yield "nothing", [ast.Pass()], 1
    if isinstance(here, ast.AugAssign) and isinstance(here.op, (ast.Add, ast.Sub)):
        anew = ast.Assign([here.target], here.value)
        yield _first_line(ast.fix_missing_locations(anew)), [anew], 1
    if after and (_changed(here) & _names(after[0]) or _changed(after[0]) & _names(here)):
        yield f"after {_first_line(after[0])}", [after[0], here], 2


def _names(statement):
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _changed(statement):
    """The names that a statement may give another value, or change the value of."""
    found = set()
    for node in ast.walk(statement):
        if isinstance(getattr(node, "ctx", None), ast.Store):
            found |= _names(getattr(node, "value", node))
        elif isinstance(node, ast.Expr) and isinstance(
            getattr(node.value, "func", 0), ast.Attribute
        ):
            found |= _names(node.value.func)
    return found


def _slips(node):
    """Functions that make one slip each in this node."""
    made = []
    if isinstance(node, ast.Compare):
        for i, operator in enumerate(node.ops):
            for other in COMPARED.get(type(operator), ()):
                made.append(lambda i=i, other=other: node.ops.__setitem__(i, other()))
        if len(node.ops) == 2:
            made.append(lambda: (node.ops.pop(), node.comparators.pop()))
            made.append(lambda: (node.ops.pop(0), setattr(node, "left", node.comparators.pop(0))))
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in COUNTED:
        made.append(lambda: setattr(node, "op", COUNTED[type(node.op)]()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
            made.append(lambda: _round_up(node))
        if isinstance(node.op, ast.BitAnd):
            made += [
                lambda mask=mask, bit=bit: setattr(mask, "value", mask.value ^ 1 << bit)
                for mask in ast.iter_child_nodes(node)
                if isinstance(mask, ast.Constant)
                for bit in range(mask.value.bit_length())
                if mask.value >> bit & 1
            ]
    elif isinstance(node, ast.Slice) and node.upper:
        made.append(lambda: setattr(node, "upper", None))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        made.append(lambda: setattr(node, "op", other()))
        neutral = ast.Constant(isinstance(node.op, ast.And))
        for i in range(len(node.values)):
            made.append(lambda i=i: node.values.__setitem__(i, neutral))
    elif isinstance(node, ast.Name) and node.id in CALLED and isinstance(node.ctx, ast.Load):
        made.append(lambda: setattr(node, "id", CALLED[node.id]))
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        made += [lambda by=by: setattr(node, "value", node.value + by) for by in (1, -1)]
    return made


def _round_up(node):
    """a // b becomes -(-a // b): what -(-a // b) was is rounded down."""
    down = ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.FloorDiv(), node.right)
    node.left, node.op, node.right = down, ast.Mult(), ast.UnaryOp(ast.USub(), ast.Constant(1))


def _statement(tree, node):
    """The innermost statement around a node."""
    return [
        around
        for around in ast.walk(tree)
        if isinstance(around, ast.stmt) and any(inner is node for inner in ast.walk(around))
    ][-1]


class _Counted(ast.NodeTransformer):
    def _looped(self, node):
        self.generic_visit(node)
        node.body.insert(0, ast.parse("_round()").body[0])
        return node

    visit_For = visit_While = visit_FunctionDef = _looped


def function(tree, name):
    """The function `name` of a cell; a call of it raises Endless where it goes round too often."""
    left = [0]

    def around():
        left[0] -= 1
        if left[0] < 0:
            raise Endless

    tree = ast.fix_missing_locations(_Counted().visit(copy.deepcopy(tree)))
    space = {"_round": around}
    exec(compile(tree, name, "exec"), space)

    def call(*args):
        left[0] = MOST
        return space[name](*args)

    return call
