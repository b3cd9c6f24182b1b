"""Whole strings against a plain OrderedDict LRU loop over the same one."""

from collections import OrderedDict

import numpy as np
from timing import Row, best_seconds

from memkit import data, vm


def zipf(n=1_000_000, pages=65_536, alpha=0.9):
    draw = np.random.default_rng(1)
    weight = 1 / np.arange(1, pages + 1) ** alpha
    return draw.permutation(pages)[draw.choice(pages, n, p=weight / weight.sum())]


def plain_lru(refs, nframes):
    resident, faults = OrderedDict(), 0
    for page in refs:
        if page in resident:
            resident.move_to_end(page)
        else:
            faults += 1
            if len(resident) >= nframes:
                resident.popitem(last=False)
            resident[page] = None
    return faults


def rows():
    for name, refs in (("Zipf", zipf()), ("sqlite", data.page_trace("sqlite")["refs"])):
        listed = refs.tolist()
        for nframes in (64, 1024):
            loop = len(refs) / best_seconds(lambda n=nframes, r=listed: plain_lru(r, n), 3)
            for policy in ("lru", "fifo", "clock", "opt"):
                took = best_seconds(lambda p=policy, n=nframes, r=refs: vm.simulate(r, n, p), 3)
                what = f"{policy}, {name}, {nframes} frames"
                yield Row(what, len(refs) / took, "/s", "OrderedDict LRU loop", loop)
