"""All memory sizes in one pass against a plain OrderedDict LRU loop for one of them."""

from bench_replacement import plain_lru, zipf
from timing import Row, best_seconds

from memkit import data, vm


def rows():
    sqlite = data.page_trace("sqlite")["refs"]
    for name, refs, policies in (("Zipf", zipf(), ["lru"]), ("sqlite", sqlite, ["lru", "opt"])):
        listed = refs.tolist()
        loop = best_seconds(lambda r=listed: plain_lru(r, 1024), 3)
        for policy in policies:
            took = best_seconds(lambda r=refs, p=policy: vm.miss_curve(r, policy=p), 3)
            yield Row(f"{policy} curve, {name}", took, "s", "OrderedDict LRU loop, one size", loop)
