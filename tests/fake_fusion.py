"""A small fusion for tests of the project."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.model.incident import Edge, Feature, Judgement
from khabar.project_fusion import Apart, Sighting


class SamePlace(Apart):
    """Events of one kind at one place on one day are one, unless a person said otherwise."""

    def block_keys(self, sighting: Sighting) -> Sequence[str]:
        record = sighting.record
        return (f"{record.kind}/{record.place.id}",) if record.place is not None else ()

    def judge(self, left: Sighting, right: Sighting) -> Edge | None:
        same = left.record.date == right.record.date
        feature = Feature("day", float(same), 1.0, "the same day" if same else "another day")
        return Edge(
            left.record.id,
            right.record.id,
            Judgement.SAME if same else Judgement.DIFFERENT,
            float(same),
            (feature,),
            "x",
        )

    def cluster(self, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> Sequence[Sequence[str]]:
        apart = {frozenset((e.left, e.right)) for e in edges if e.judgement == Judgement.DIFFERENT}
        clusters = [{s.record.id} for s in sightings]
        for edge in sorted(
            (e for e in edges if e.judgement == Judgement.SAME), key=lambda e: (e.by == "machine", e.left, e.right)
        ):
            left = next(c for c in clusters if edge.left in c)
            right = next(c for c in clusters if edge.right in c)
            if left is not right and not any(frozenset((a, b)) in apart for a in left for b in right):
                clusters.remove(right)
                left |= right
        return [sorted(c) for c in clusters]
