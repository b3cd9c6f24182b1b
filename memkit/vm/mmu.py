"""The MMU: every address goes through it, by way of the TLB or of a walk.

hit    the TLB knows the page: no memory reference
miss   walk the tables, one memory reference a level, check the rights, keep the translation
A, D   the walk sets accessed in every entry it uses (RISC-V: in the leaf), a write sets dirty in
       the leaf; nobody but software clears them (SDM vol. 3A, 4.8)
stale  the MMU never looks whether a TLB entry still agrees with the tables. Who changes an entry
       must flush it on every CPU (shoot-down, SDM 4.10.4.2 and 4.10.5), or else it goes on working

Unlike the real one: one access at a time, in order; no caches of upper levels, no speculation.
"""

from typing import NamedTuple

from memkit.checks import flag, instance, octets, real, whole
from memkit.trace import Trace
from memkit.vm.access import forbidden, marks_accessed, rights_of, tlb_entry
from memkit.vm.faults import CODE_BITS, GeneralProtection, PageFault
from memkit.vm.memory import MOST_BYTES
from memkit.vm.paging import PageTable, TableState
from memkit.vm.tlb import TLB

LONGEST = 1e100  # ns: products of two such times are numbers still


class Translation(NamedTuple):
    """va -> pa; `steps` are the entries read for it (none on a TLB hit)."""

    va: int
    pa: int
    steps: tuple
    tlb_hit: bool


class MmuState(NamedTuple):
    """Frozen: address space, TLB (sets of ways, () without one), page tables, counts so far."""

    asid: int
    tlb: tuple
    table: TableState
    counts: tuple


class MMU:
    """Translates for one CPU. `counts`: hits, misses, references (to entries), faults.

    From now on the table tells its steps through this MMU (of several, through the last one made).
    """

    def __init__(self, table, tlb=None, asid=0):
        instance("table", table, PageTable)
        instance("tlb", tlb, TLB, None)
        self.table, self.tlb, self.asid = table, tlb, whole("asid", asid, 0, 0xFFFF)
        self.counts = dict(hits=0, misses=0, references=0, faults=0)
        self.trace = table.trace = Trace(self)

    def translate(self, va, write=False, user=True, fetch=False):
        """One access -> Translation. Raises PageFault, or GeneralProtection if not canonical."""
        table, scheme = self.table, self.table.scheme
        va = scheme.check(va)
        if type(write) is not bool or type(user) is not bool or type(fetch) is not bool:
            write, user, fetch = _flags(write, user, fetch)
        if write and fetch:
            raise ValueError("an access is a write or a fetch, not both.")
        if not scheme.is_canonical(va):
            self._not_canonical(va, write, user, fetch)
        hit = self.tlb and self.tlb.lookup(va, self.asid, scheme.page_bits)
        if hit:
            lacks = forbidden(hit, scheme, write, user, fetch)
            if lacks:  # a fault also drops the entry (SDM 4.10.4.1), so the next try walks
                self.tlb.flush_page(va, self.asid)
                self._fault(va, 1, write, user, fetch, f"the TLB entry {lacks}")
            if hit.dirty or not write:
                pa = hit.frame | va & (1 << hit.page_bits) - 1
                self.counts["hits"] += 1
                if self.trace.on:
                    self.trace.emit("tlb hit", "TLB hit: {va:#x} is {pa:#x}.", va=va, pa=pa)
                return Translation(va, pa, (), True)
        self._miss(va, hit)
        steps = table.walk(va)
        self.counts["references"] += len(steps)
        entry = self._follow(va, steps, write, user, fetch)
        pa = entry.frame | va & (1 << entry.page_bits) - 1
        if self.tlb:
            self._keep(entry)
        if self.trace.on:
            self.trace.emit("translate", "{va:#x} is {pa:#x}.", va=va, pa=pa, references=len(steps))
        return Translation(va, pa, steps, False)

    def translate_many(self, vas, write=False, user=True, fetch=False):
        """Physical addresses (int64, same shape) of many accesses; -1 where translate() raises.

        The results and the A and D bits are those of translate(va) one by one. The TLB and the
        counts are left as they are.
        """
        from memkit.vm import bulk  # needs numpy, which nothing else here does

        return bulk.translate_many(self, vas, *_flags(write, user, fetch))

    def read(self, va, nbytes=1, user=True):
        """Load bytes, translating every page they touch."""
        nbytes = whole("nbytes", nbytes, 0, MOST_BYTES)
        return b"".join(
            self.table.memory.read(self.translate(at, user=user).pa, n)
            for at, n in self._pieces(va, nbytes)
        )

    def write(self, va, data, user=True):
        """Store bytes. All pages are translated before the first byte changes."""
        data = octets("data", data)
        spots = [
            (self.translate(at, write=True, user=user).pa, n)
            for at, n in self._pieces(va, len(data))
        ]
        for pa, n in spots:
            self.table.memory.write(pa, data[:n])
            data = data[n:]

    def _pieces(self, va, nbytes):
        va, page = self.table.scheme.check(va), self.table.scheme.page_bytes
        end = va + nbytes
        while va < end:
            n = min(end, (va // page + 1) * page) - va
            yield va, n
            va += n

    # the parts of a miss

    def _miss(self, va, hit):
        self.counts["misses"] += 1
        if not self.trace.on:
            return
        if hit:
            words = "{va:#x} is in the TLB, but its first write must set D: walk."
        else:
            words = "TLB miss: walk the tables for {va:#x}." if self.tlb else "Walk for {va:#x}."
        self.trace.emit("tlb miss", words, va=va)

    def _follow(self, va, steps, write, user, fetch):
        """Go through what the walk read: set A and D, tell, fault -> what a TLB keeps of it."""
        scheme = self.table.scheme
        for step in steps:
            if step.kind == "table" and marks_accessed(scheme, step):
                self._set(step, "accessed")
            if self.trace.on:
                self.trace.emit("walk", "{step}.", va=va, step=step)
        last = steps[-1]
        if last.kind != "page":
            absent = last.kind == "not present"
            self._fault(va, 0 if absent else 1 | CODE_BITS["RSVD"], write, user, fetch, last, steps)
        entry = tlb_entry(scheme, self.asid, va, steps, write)
        if forbidden(entry, scheme, write, user, fetch):
            for step in steps if scheme.readable is None else (last,):
                lacks = forbidden(rights_of(scheme, (step,)), scheme, write, user, fetch)
                if lacks:
                    reason = f"{step.name}[{step.index}] at {step.address:#x} {lacks}"
                    self._fault(va, 1, write, user, fetch, reason, steps)
        self._set(last, "accessed")
        if write:
            self._set(last, "dirty")
        return entry

    def _set(self, step, flag):
        """The hardware sets A or D in memory, if the entry has that bit and it is 0."""
        scheme, memory = self.table.scheme, self.table.memory
        mask = scheme.at(step.level, flag)
        if mask & ~step.entry:
            entry = memory.number(step.address, scheme.pte_bytes)
            memory.put(step.address, scheme.pte_bytes, entry | mask)

    def _keep(self, entry):
        victim = self.tlb.insert(entry)
        if not self.trace.on:
            return
        words = "The TLB keeps page {vpn:#x} in set {set}."
        if victim:
            words = "The TLB keeps page {vpn:#x} in set {set}; page {victim:#x} has to go."
        row, gone = entry.vpn % self.tlb.nsets, victim and victim.vpn
        self.trace.emit("tlb fill", words, vpn=entry.vpn, set=row, victim=gone)

    def _not_canonical(self, va, write, user, fetch):
        width = self.table.scheme.va_bits
        reason = f"{va:#x} is not canonical: bits 63 to {width - 1} must all be equal"
        if self.table.scheme.readable is not None:  # Sv39 calls it a page fault
            self._fault(va, 0, write, user, fetch, reason)
        self.counts["faults"] += 1
        self.trace.emit("general protection", "#GP: {reason}.", va=va, reason=reason)
        raise GeneralProtection(va, f"general protection: {reason}.")

    def _fault(self, va, code, write, user, fetch, reason, steps=()):
        scheme = self.table.scheme
        code |= CODE_BITS["W"] * bool(write) | CODE_BITS["U"] * bool(user)
        if fetch and (scheme.no_execute is not None or scheme.executable is not None):
            code |= CODE_BITS["I"]
        self.counts["faults"] += 1
        fault = PageFault(va, code, f"{reason}.", steps)
        if self.trace.on:
            self.trace.emit("page fault", "{fault}", va=va, error_code=code, fault=str(fault))
        raise fault

    # what system software does

    def switch(self, table, asid=None):
        """Go to another address space. Without an asid that costs all entries but global ones."""
        if not isinstance(table, PageTable) or table.scheme != self.table.scheme:
            raise ValueError(f"table must be a PageTable of {self.table.scheme.name}.")
        now = self.asid if asid is None else whole("asid", asid, 0, 0xFFFF)
        gone = self.tlb.flush(keep_global=True) if self.tlb and asid is None else 0
        self.table, self.asid = table, now
        table.trace = self.trace
        words = "The root is frame {root:#x} now; {gone} TLB entries are gone."
        self.trace.emit("switch", words, root=table.root, asid=self.asid, gone=gone)

    def invlpg(self, va):
        """Flush one page from this CPU's TLB, and from no other's -> how many entries went."""
        gone = self.tlb.flush_page(self.table.scheme.check(va), self.asid) if self.tlb else 0
        self.trace.emit("invlpg", "Page of {va:#x}: {gone} TLB entry flushed.", va=va, gone=gone)
        return gone

    def snapshot(self):
        tlb = self.tlb.snapshot() if self.tlb else ()
        return MmuState(self.asid, tlb, self.table.snapshot(), tuple(self.counts.items()))


def effective_access_time(hit_rate, levels, tlb=1, memory=100, fault_rate=0, fault_cost=8_000_000):
    """Mean time of one access, in ns: (1 - p) x a + p x fault_cost, where `fault_rate` p of all
    accesses are page faults and a is the time of the others (Silberschatz, "Virtual memory": 8 ms
    a fault), h(tlb + mem) + (1 - h)(tlb + levels x mem + mem) (OSTEP ch. 19).
    """
    hit_rate, fault_rate = real("hit_rate", hit_rate, 0, 1), real("fault_rate", fault_rate, 0, 1)
    times = {"levels": levels, "tlb": tlb, "memory": memory, "fault_cost": fault_cost}
    levels, tlb, memory, fault_cost = (real(n, time, 0, LONGEST) for n, time in times.items())
    served = tlb + memory + (1 - hit_rate) * levels * memory
    return (1 - fault_rate) * served + fault_rate * fault_cost


def _flags(write, user, fetch):
    return flag("write", write), flag("user", user), flag("fetch", fetch)
