"""An explanation names for every claim the words, the rule, the entry and the score."""

from __future__ import annotations

import pytest

from khabar.errors import ConfigError
from khabar.export.explanation import explain_record, find_record
from khabar.model.record import Reading
from made import load_made, make_reading


def test_every_claim_is_explained(strike: Reading) -> None:
    record = strike.records[0]
    text = "\n".join(explain_record(strike, record, 1))
    for claim in record.claims:
        assert f"{claim.property}: " in text
        assert f"rule     {claim.origin.stage}: {claim.origin.rule}" in text
        for e in claim.evidence:
            assert f"[{e.quote}]" in text and f"{e.start}–{e.end}" in text
    assert text.count("score    0.80  from agreement +1.20, distance -0.30") == len(record.claims)
    assert "(data/ar/" in text  # the entry's file and line


def test_what_is_not_told_is_said(strike: Reading) -> None:
    assert "not told: target, place, killed, injured, means" in list(explain_record(strike, strike.records[2], 3))


def test_find_record(strike: Reading) -> None:
    other = make_reading({**load_made("strike"), "id": "other"})
    for wanted in ("e2", "2", strike.records[1].id, "strike/e2"):
        assert find_record([strike], wanted)[1] is strike.records[1]
    assert find_record([strike, other], "other/e1")[0] is other
    for readings, wanted in (([strike], "e9"), ([strike], "e0"), ([strike, other], "e1"), ([], "e1"), ([strike], "x")):
        with pytest.raises(ConfigError, match="there are"):
            find_record(readings, wanted)
