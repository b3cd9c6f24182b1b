"""Address translation: many at once against one by one, and against 5 million a second.

x86-64, 200,000 mapped pages (800 MiB) whose A bits are set, addresses at random among them.
"""

import numpy as np
from timing import Row, best_seconds

from memkit import vm

PAGES = 200_000
BASE = 0x7F00_0000_0000


def rows():
    table = vm.PageTable(vm.X86_64, vm.PhysicalMemory(600))
    for n in range(PAGES):
        table.map(BASE + n * 4096, n)
    mmu = vm.MMU(table, tlb=vm.TLB(1536, 12))
    vas = BASE + np.random.default_rng(1).integers(0, PAGES * 4096, 2_000_000)
    few = [int(va) for va in vas[:5000]]
    mmu.translate_many(vas)
    many = len(vas) / best_seconds(lambda: mmu.translate_many(vas))
    yield Row("translate_many, x86-64", many, "/s", "5 million a second", 5e6)

    walks = vm.MMU(table)
    walk = len(few) / best_seconds(lambda: [walks.translate(va) for va in few])
    yield Row("translate_many, x86-64", many, "/s", "translate, a walk each", walk)

    page = few[0]
    hit = len(few) / best_seconds(lambda: [mmu.translate(page) for _ in few])
    yield Row("translate, a TLB hit each", hit, "/s", "translate, a walk each", walk)

    for scheme in (vm.X86_32, vm.SV39):
        table = vm.PageTable(scheme, vm.PhysicalMemory(600))
        for n in range(10_000):
            table.map(n * 4096, n)
        other = vm.MMU(table)
        small = vas % (10_000 * 4096)
        other.translate_many(small)
        rate = len(small) / best_seconds(lambda m=other, v=small: m.translate_many(v))
        yield Row(f"translate_many, {scheme.name}", rate, "/s", "translate_many, x86-64", many)
