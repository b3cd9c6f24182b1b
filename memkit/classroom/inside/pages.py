"""Run a notebook in a kernel, as nbgrader would, and write each cell's outputs to stdout.

One line of JSON comes in on stdin, {"sources": [...], "seconds": s}: the code cells, and how long
each may take. One line goes out a cell, {"cell": number, "outputs": [...]}. A kernel that dies
ends it: the cells that follow have no line.
"""

import json
import os
import sys

ROOM = 20_000  # characters of text that a cell may leave on a page
PICTURE = 500_000
MOST = 50  # outputs of a cell
SHOWN = ("text/plain", "image/png")  # no HTML and no scripts: a teacher opens these pages


def outputs_of(cell):
    """The outputs of a cell that a page shows, of bounded size."""
    room, kept = ROOM, []
    for out in cell.outputs[:MOST]:
        kind = out.output_type
        if kind == "stream":
            shown = {"output_type": kind, "name": out.name, "text": _cut(out.text, room)}
            room -= len(shown["text"])
        elif kind == "error":
            trace = _cut("\n".join(out.traceback), ROOM)
            shown = {
                "output_type": kind,
                "ename": out.ename[:200],
                "evalue": out.evalue[:2000],
                "traceback": trace.split("\n"),
            }
        elif kind in ("display_data", "execute_result"):
            data = {mime: _joined(out.data[mime]) for mime in SHOWN if mime in out.data}
            if len(data.get("image/png", "")) > PICTURE:
                del data["image/png"]
            if "text/plain" in data:
                data["text/plain"] = _cut(data["text/plain"], room)
                room -= len(data["text/plain"])
            shown = {"output_type": "display_data", "data": data, "metadata": {}}
        else:
            continue
        kept.append(shown)
    return kept


def _joined(text):
    return "".join(text) if isinstance(text, list) else str(text)


def _cut(text, room):
    return text if len(text) <= room else text[: max(room, 0)] + "\n... cut off ...\n"


def main():
    # jsonschema would build a grammar of internet addresses: a second of work for nothing here.
    sys.modules["rfc3987_syntax"] = None

    import nbformat.v4 as v4
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError
    from traitlets.config import Config

    stdout = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"ready": True}), file=stdout, flush=True)
    job = json.loads(sys.stdin.readline())
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in job["sources"]])

    def tell(cell, cell_index, execute_reply):
        reply = execute_reply["content"]
        if reply["status"] == "error":
            seen = [out.ename for out in cell.outputs if out.output_type == "error"]
            if reply["ename"] not in seen:
                cell.outputs.append(
                    v4.new_output(
                        "error",
                        ename=reply["ename"],
                        evalue=reply["evalue"],
                        traceback=reply["traceback"],
                    )
                )
        print(
            json.dumps({"cell": cell_index, "outputs": outputs_of(cell)}), file=stdout, flush=True
        )

    client = NotebookClient(
        notebook,
        kernel_manager_class=AsyncKernelManager,
        config=Config(KernelManager={"transport": "ipc"}),  # there is no network
        kernel_name="python3",
        timeout=job["seconds"],
        interrupt_on_timeout=True,
        error_on_timeout={
            "ename": "CellTimeoutError",
            "evalue": f"stopped after {job['seconds']} seconds",
            "traceback": [f"This cell was stopped after {job['seconds']} seconds."],
        },
        allow_errors=True,
        on_cell_executed=tell,
        extra_arguments=["--HistoryManager.enabled=False"],
    )
    try:
        client.execute()
    except DeadKernelError:
        print(json.dumps({"died": True}), file=stdout, flush=True)


if __name__ == "__main__":
    main()
