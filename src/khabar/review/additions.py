"""An event that the machine missed, made by a reviewer who selected its words."""

from __future__ import annotations

import hashlib

from khabar.errors import InputError
from khabar.model.record import Claim, EventRecord, Origin, Status
from khabar.review.corrections import check_kind, find_evidence


def make_record(report: str, text: str, spans: object, *, kind: str, status: Status, by: str) -> EventRecord:
    """A record of `kind` told by the words at `spans` (code points). Its other values are added as corrections.

    Its id hashes report, words and kind, so that adding it twice gives one record. Raises InputError.
    """
    check_kind(kind)
    evidence = find_evidence(text, spans)
    if not evidence:
        raise InputError("add: select the words that tell the event")
    content = f"{report}\0review\0{kind}\0" + ",".join(f"{e.start}-{e.end}" for e in evidence)
    ident = "e-" + hashlib.sha256(content.encode()).hexdigest()[:20]
    original = " … ".join(item.quote for item in evidence)
    claim = Claim(ident, "kind", kind, original, evidence, (), status, 1.0, Origin("review", "added", None, by))
    return EventRecord(
        id=ident, report=report, kind=kind, mentions=evidence, actors=(), targets=(), place=None, date=None,
        killed=None, injured=None, means=(), sources=(), status=status, links=(), score=1.0, claims=(claim,),
    )
