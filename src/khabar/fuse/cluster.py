"""Edges to clusters of records that tell one incident: average linkage that keeps apart what must stay apart.

A person's judgements come first: "same" joins whatever the machine thinks, "different" and "part" keep apart whatever
else is joined. Then clusters join while the mean log-odds over all pairs of their records says "same"; a pair without
an edge speaks against it. What both reports are about joins first, then what they tell in passing (the edge's feature
"about"; the likelier first where it is equal): the pair model was learnt from the former, and since two records of one
report never join, a stray record that joined first would keep the report's own event out.
Part and whole are linked (`find_parts`), never merged.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from khabar.model.incident import Edge, Judgement

MACHINE = "machine"
# Mean log-odds from which two clusters are one, and that of a pair that is not known to be alike; chosen on
# pairs_dev.jsonl by cross-validation (tools/evaluate_pairs.py). Re-run when the pair model changes.
JOIN = 0.2
UNKNOWN = -4.0
LIMIT = 6.0  # log-odds beyond count no more: one sure pair must not carry a cluster
PART = -2.0  # what a machine's "part" says of a merge

Pair = tuple[str, str]
_Sum = tuple[float, int, float]  # of the log-odds of the known pairs, how many these are, their best rank


@dataclass(frozen=True, slots=True)
class Constraints:
    """What clustering must keep to: pairs of records apart, and the report of each record (two of one never join)."""

    apart: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()
    reports: Mapping[str, str] = field(default_factory=dict)


def cluster(
    edges: Iterable[Edge],
    constraints: Constraints | None = None,
    *,
    records: Sequence[str] = (),
    join: float = JOIN,
) -> tuple[tuple[str, ...], ...]:
    """Clusters of record ids, each sorted, in the order of their first; every record given is in one.

    Withdrawn edges do not count. Records that no edge connects do not influence each other, so clustering the
    neighbours of a new report gives what clustering everything would give them.
    """
    given = constraints or Constraints()
    standing = sorted((e for e in edges if e.withdrawn is None), key=lambda e: (e.left, e.right, e.by))
    ids = sorted({*records, *(i for e in standing for i in (e.left, e.right))})
    return _Clustering(ids, standing, given).run(join)


def find_parts(clusters: Sequence[Sequence[str]], edges: Iterable[Edge]) -> tuple[tuple[int, int, float], ...]:
    """Pairs of clusters (indices, with the best score) that edges judge part and whole; sorted. They are not merged."""
    of = {ident: n for n, members in enumerate(clusters) for ident in members}
    found: dict[tuple[int, int], float] = {}
    for edge in edges:
        if edge.withdrawn is None and edge.judgement == Judgement.PART and edge.left in of and edge.right in of:
            a, b = sorted((of[edge.left], of[edge.right]))
            if a != b:
                found[a, b] = max(found.get((a, b), 0.0), edge.score)
    return tuple((a, b, score) for (a, b), score in sorted(found.items()))


def neighbourhood(fresh: Iterable[str], edges: Iterable[Edge]) -> tuple[str, ...]:
    """The fresh records and all that standing edges connect to them, sorted: what a new report can change."""
    beside: dict[str, list[str]] = {}
    for edge in edges:
        if edge.withdrawn is None:
            beside.setdefault(edge.left, []).append(edge.right)
            beside.setdefault(edge.right, []).append(edge.left)
    found = dict.fromkeys(fresh)
    heads = list(found)
    while heads:
        head = heads.pop()
        for other in beside.get(head, ()):
            if other not in found:
                found[other] = None
                heads.append(other)
    return tuple(sorted(found))


class _Clustering:
    """One run. Clusters are named by the smallest id in them; sums of log-odds and the
    best rank are kept per pair of clusters."""

    def __init__(self, ids: list[str], edges: list[Edge], constraints: Constraints) -> None:
        self.members: dict[str, list[str]] = {ident: [ident] for ident in ids}
        self.reports = {i: {constraints.reports[i]} if i in constraints.reports else set[str]() for i in ids}
        self.apart: dict[str, set[str]] = {ident: set() for ident in ids}
        self.sums: dict[str, dict[str, _Sum]] = {ident: {} for ident in ids}
        self.name = {ident: ident for ident in ids}
        human = {(e.left, e.right) for e in edges if e.by != MACHINE}
        self.together = [p for p in constraints.together if p[0] in self.members and p[1] in self.members]
        for a, b in constraints.apart:
            self._keep_apart(a, b)
        for edge in edges:
            if edge.by != MACHINE:
                self._take_person(edge)
            elif (edge.left, edge.right) not in human:
                self._take_machine(edge)

    def _take_person(self, edge: Edge) -> None:
        if edge.judgement == Judgement.SAME:
            self.together.append((edge.left, edge.right))
        elif edge.judgement in (Judgement.DIFFERENT, Judgement.PART):
            self._keep_apart(edge.left, edge.right)

    def _take_machine(self, edge: Edge) -> None:
        if any(f.name in ("contradiction", "one_report") for f in edge.features):
            self._keep_apart(edge.left, edge.right)
            return
        odds = PART if edge.judgement == Judgement.PART else _log_odds(edge.score)
        rank = next((f.value for f in edge.features if f.name == "about"), 0.0)
        for a, b in ((edge.left, edge.right), (edge.right, edge.left)):
            self.sums[a][b] = (odds, 1, rank)

    def _keep_apart(self, a: str, b: str) -> None:
        if a in self.apart and b in self.apart and a != b:
            self.apart[a].add(b)
            self.apart[b].add(a)

    def run(self, join: float) -> tuple[tuple[str, ...], ...]:
        for a, b in sorted(self.together):
            one, other = self.name[a], self.name[b]
            if one != other and other not in self.apart[one]:
                self._merge(one, other)
        heap = [
            entry
            for a in sorted(self.members)
            for b in sorted(self.sums[a])
            if a < b
            for entry in [self._entry(a, b)]
            if -entry[1] >= join
        ]
        heapq.heapify(heap)
        while heap:
            entry = heapq.heappop(heap)
            _, _, a, b, size = entry
            if a not in self.members or b not in self.members or size != self._size(a, b) or not self._may(a, b):
                continue
            kept = self._merge(a, b)
            for c in sorted(self.sums[kept]):
                fresh = self._entry(*sorted((kept, c)))
                if -fresh[1] >= join:
                    heapq.heappush(heap, fresh)
        return tuple(sorted(tuple(sorted(m)) for m in self.members.values()))

    def _size(self, a: str, b: str) -> int:
        return len(self.members[a]) * len(self.members[b])

    def _entry(self, a: str, b: str) -> tuple[float, float, str, str, int]:
        """Negative rank (how far both reports are about it) and mean log-odds, the clusters, and the number of pairs,
        which tells a stale entry."""
        total, known, rank = self.sums[a][b]
        size = self._size(a, b)
        return -rank, -(total + UNKNOWN * (size - known)) / size, a, b, size

    def _may(self, a: str, b: str) -> bool:
        return b not in self.apart[a] and not self.reports[a] & self.reports[b]

    def _merge(self, a: str, b: str) -> str:
        kept, gone = sorted((a, b))
        self.members[kept] += self.members.pop(gone)
        for ident in self.members[kept]:
            self.name[ident] = kept
        self.reports[kept] |= self.reports.pop(gone)
        for other in self.apart.pop(gone):
            self.apart[other].discard(gone)
            if other != kept:
                self.apart[other].add(kept)
                self.apart[kept].add(other)
        self.apart[kept].discard(gone)
        for other, (total, known, rank) in self.sums.pop(gone).items():
            del self.sums[other][gone]
            if other != kept:
                old = self.sums[kept].get(other, (0.0, 0, 0.0))
                joint = (old[0] + total, old[1] + known, max(old[2], rank))
                self.sums[kept][other] = self.sums[other][kept] = joint
        return kept


def _log_odds(score: float) -> float:
    if score <= 0.0 or score >= 1.0:
        return math.copysign(LIMIT, score - 0.5)
    return max(-LIMIT, min(LIMIT, math.log(score / (1 - score))))


def pairs_within(clusters: Iterable[Sequence[str]]) -> tuple[Pair, ...]:
    """Every pair of ids that are in one cluster, sorted."""
    return tuple(sorted(pair for members in clusters for pair in combinations(sorted(members), 2)))
