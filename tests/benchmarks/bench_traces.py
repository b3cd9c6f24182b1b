"""Files of references against numpy.loadtxt on the same numbers, one a line."""

import gzip
import tempfile
from pathlib import Path

import numpy as np
from timing import Row, best_seconds

from memkit import vm
from memkit.vm.traces import ORACLE

N = 1_000_000


def files(folder):
    """(what it is, its path, how it is read) of the same addresses in each format."""
    addresses = (1 << 46) + np.random.default_rng(1).integers(0, 1 << 32, N)
    listed = addresses.tolist()
    records = np.zeros(N, ORACLE)
    records["object"], records["next"] = addresses, -1
    texts = {
        "decimal": "".join(f"{a}\n" for a in listed),
        "hex": "".join(f"{a:#x}\n" for a in listed),
        "CSV": "time,address,size\n" + "".join(f"{n},{a},8\n" for n, a in enumerate(listed)),
        "lackey": "".join(f" L {a:x},8\n" for a in listed),
    }
    contents = {name: text.encode() for name, text in texts.items()}
    contents["decimal, gzipped"] = gzip.compress(contents["decimal"], 1)
    contents["oracleGeneral"] = records.tobytes()
    for name, content in contents.items():
        path = Path(folder, name)
        path.write_bytes(content)
        yield name, path, {"column": "address"} if name == "CSV" else {}


def rows():
    with tempfile.TemporaryDirectory() as folder:
        for name, path, how in files(folder):
            if name == "decimal":
                loadtxt = N / best_seconds(lambda p=path: np.loadtxt(p, np.int64), 3)
            took = best_seconds(lambda p=path, h=how: vm.read_trace(p, page_size=4096, **h), 3)
            yield Row(f"read_trace, {name}", N / took, "lines/s", "numpy.loadtxt, decimal", loadtxt)
