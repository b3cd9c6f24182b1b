"""Run a notebook in a kernel, as nbgrader would, and write each cell's outputs to stdout.

One line of JSON comes in on stdin, {"sources": [...], "seconds": s}: the code cells, and how long
each may take. One line goes out a cell, {"cell": number, "outputs": [...]}. A kernel that dies
ends it: the cells that follow have no line.
"""

import json
import os
import socket
import sys

from memkit.classroom.inside import PLOTS, let_pass

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


class Kernel:
    """A kernel, forked from here, as jupyter_client sees a process: it shares what both import.

    That is before there is any loop or socket of zmq. It then waits for its arguments.
    """

    stdin = stdout = stderr = None

    def __init__(self):
        self.left = None  # how it ended
        ours, its = socket.socketpair()
        self.pid = os.fork()
        if self.pid:
            its.close()
            self._its = ours
            return
        try:
            ours.close()
            os.setsid()
            its.sendall(b"\n")
            _serve(its)
        finally:
            os._exit(0)

    def launch(self, command, **_):
        """In place of jupyter_client's launch_kernel."""
        self._its.recv(1)  # from now on it leads a group, which signals go to
        self._its.sendall(json.dumps(command).encode() + b"\n")
        self._its.close()
        return self

    def poll(self):
        if self.left is None and os.waitpid(self.pid, os.WNOHANG)[0]:
            self.left = 0
        return self.left

    wait = poll  # it is asked for only when it has ended

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)


def _serve(told):
    """Be the kernel that is asked for."""
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    with open(os.devnull, "rb") as nowhere:
        os.dup2(nowhere.fileno(), 0)
    os.dup2(2, 1)
    sys.modules["debugpy"] = None  # large, and nobody debugs here
    from ipykernel.kernelapp import IPKernelApp

    with told, told.makefile("rb") as lines:
        command = json.loads(lines.readline() or "null")
    if command:
        sys.argv = command[command.index("-m") + 1 :]
        kernel = IPKernelApp.instance()
        kernel.initialize()
        let_pass(kernel.shell, PLOTS)  # a page shows text and PNGs, whatever is installed
        del sys.modules["debugpy"]  # a cell may import it
        kernel.start()


def main():
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning import local_provisioner

    kernel = Kernel()
    local_provisioner.launch_kernel = kernel.launch

    import nbformat.v4 as v4
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
