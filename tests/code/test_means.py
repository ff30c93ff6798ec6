from __future__ import annotations

from datetime import date

from khabar.reader import read


def test_what_was_struck_is_not_the_means() -> None:
    text = "غارة جوية تستهدف رتل شاحنات قرب البوكمال\nاستهدفت غارة جوية اليوم رتل شاحنات قرب مدينة البوكمال."
    records = [r for r in read(text, published=date(2023, 3, 14)).records if r.kind == "airstrike"]
    assert records and records[0].targets
    assert any("غارة" in means for means in records[0].means)
    assert not any("شاحنات" in means for means in records[0].means)
