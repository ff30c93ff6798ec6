"""The rooms `link` and `fuse` behind the seam that a project stores through (`khabar.project_fusion.Fusion`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from khabar.fuse.cluster import Constraints, cluster
from khabar.fuse.incident import consolidate
from khabar.fuse.sources import Source
from khabar.link.block import block_keys
from khabar.link.features import Side, make_side
from khabar.link.score import WORTH, judge_pair
from khabar.link.sketch import Sketch, sketch_report
from khabar.model.incident import Edge, Incident, Judgement
from khabar.project_fusion import Sighting

REASONS = 3  # heaviest features kept with an edge that says "different"
REMEMBERED = 2000  # sketches of reports kept between look-ups, some 10 KB each; neighbours return within days of news


class LinkAndFuse:
    """The machine's judgement. It keeps sketches of the reports it met last; results do not depend on them."""

    def __init__(self) -> None:
        self._sketches: dict[str, Sketch] = {}

    def block_keys(self, sighting: Sighting) -> Sequence[str]:
        """Keys by day, place and kind family."""
        return block_keys(sighting.record, sighting.report)

    def judge(self, left: Sighting, right: Sighting) -> Edge | None:
        """The edge of two records; None when "same" is so unlikely that nobody will ask, unless they contradict."""
        a, b = sorted((left, right), key=lambda s: s.record.id)
        edge = judge_pair(self._side(a), self._side(b))
        contradicts = any(feature.name == "contradiction" for feature in edge.features)
        if edge.score < WORTH and not contradicts:
            return None
        # Most edges say "different": enough of their reasons are kept to tell why, all of the others'.
        return replace(edge, features=edge.features[:REASONS]) if edge.judgement == Judgement.DIFFERENT else edge

    def cluster(self, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> Sequence[Sequence[str]]:
        """Average linkage that keeps apart what a person or a contradiction keeps apart."""
        reports = {sighting.record.id: sighting.report.id for sighting in sightings}
        return cluster(edges, Constraints(reports=reports), records=sorted(reports))

    def consolidate(self, ident: str, sightings: Sequence[Sighting], edges: Sequence[Edge]) -> Incident:
        """The incident with every claim by property and a proposed grading."""
        sources = {
            s.report.id: Source(s.report.id, s.report.outlet, s.group, s.agency, s.report.published) for s in sightings
        }
        return consolidate([sighting.record for sighting in sightings], sources, id=ident)

    def _side(self, sighting: Sighting) -> Side:
        return make_side(sighting.record, self._sketch(sighting))

    def _sketch(self, sighting: Sighting) -> Sketch:
        report = sighting.report
        known = self._sketches.get(report.id)
        if known is None:
            if len(self._sketches) >= REMEMBERED:
                for ident in list(self._sketches)[: REMEMBERED // 4]:
                    del self._sketches[ident]
            known = self._sketches[report.id] = sketch_report(
                report.text, report=report.id, published=report.published, title=report.title, outlet=report.outlet,
                group=sighting.group,
            )
        return known
