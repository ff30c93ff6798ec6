"""The event that a report is about."""

from __future__ import annotations

from khabar.lexicon.ontology import load_kinds
from khabar.link.sketch import Sketch, sketch_report
from khabar.model.document import Precision, TimeBasis
from khabar.model.record import EventRecord, Reading, Status

_FINE = frozenset((Precision.HOUR, Precision.PART_OF_DAY, Precision.DAY, Precision.DAYS))


def lead_record(reading: Reading, sketch: Sketch | None = None) -> EventRecord | None:
    """The record that the title and the first sentences tell; None where the reader found no event.

    Acts go before words (a condemnation of an attack is no lead), what happened before what is feared, what is told
    first before what is told later; a toll, a place and a day near the publication speak for a record.
    """
    if sketch is None:
        report = reading.report
        sketch = sketch_report(report.text, report=report.id, published=report.published, title=report.title)
    best = max(
        ((lead_points(record, sketch), -record.mentions[0].start, record) for record in reading.records),
        key=lambda row: (row[0], row[1], row[2].id),
        default=None,
    )
    return None if best is None else best[2]


def lead_points(record: EventRecord, sketch: Sketch) -> float:
    """How far the record's report is about it: some -11 to 9 points, chosen on the training reports' first events."""
    title_end = sketch.sentences[1] if len(sketch.sentences) > 1 else sketch.lead_end
    starts = [m.start for m in record.mentions]
    points = 3.0 * any(s < title_end for s in starts) + 2.5 * any(title_end <= s < sketch.lead_end for s in starts)
    points -= 4.0 * load_kinds()[record.kind].verbal
    points -= 3.0 * (record.status in (Status.THREATENED, Status.HYPOTHETICAL))
    points += 0.3 * min(len(starts), 4) + 1.0 * (record.killed is not None) + 0.5 * (record.place is not None)
    points += 0.5 * (record.injured is not None)
    day = record.date
    if day is not None and sketch.published is not None:
        points -= 3.0 * (abs((sketch.published - day.end).days) > 20 or day.precision not in _FINE)
        points += 0.5 * (day.basis == TimeBasis.TOLD)
    return points
