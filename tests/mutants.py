"""Mutants of a function: copies with one slip each, and runs of them that end.

comparisons one off or turned round, constants one off, and/or, min/max, arithmetic, a statement
left out
"""

import ast
import copy

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
                if isinstance(block[i], (ast.FunctionDef, ast.Expr, ast.Import, ast.ImportFrom)):
                    if not isinstance(getattr(block[i], "value", None), ast.Call):
                        continue
                other = copy.deepcopy(tree)
                rest = getattr(list(ast.walk(other))[place], field)
                label = f"{ast.unparse(rest[i]).partition(chr(10))[0]}  ->  nothing"
                rest[i] = ast.Pass()
                found[label if label not in found else f"{label} ({place}.{i})"] = other
    return found


def _slips(node):
    """Functions that make one slip each in this node."""
    made = []
    if isinstance(node, ast.Compare):
        for i, operator in enumerate(node.ops):
            for other in COMPARED.get(type(operator), ()):
                made.append(lambda i=i, other=other: node.ops.__setitem__(i, other()))
    elif isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in COUNTED:
        made.append(lambda: setattr(node, "op", COUNTED[type(node.op)]()))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        made.append(lambda: setattr(node, "op", other()))
    elif isinstance(node, ast.Name) and node.id in CALLED and isinstance(node.ctx, ast.Load):
        made.append(lambda: setattr(node, "id", CALLED[node.id]))
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        made += [lambda by=by: setattr(node, "value", node.value + by) for by in (1, -1)]
    return made


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
