from __future__ import annotations

from datetime import date

import pytest

from khabar.code.date_choice import choose_date
from khabar.code.drafts import load_models
from khabar.pipeline import annotate, build_context, make_report

PUBLISHED = date(2021, 5, 9)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("أحيا السكان الذكرى الثالثة لاغتيال رئيس البلدية كمال درويش.", date(2018, 5, 9)),
        ("جاء القصف بعد يوم من الذكرى الثانية لاغتيال قاسم سليماني.", date(2020, 1, 3)),
    ],
)
def test_an_anniversary_dates_the_act_named_after_it(text: str, day: date) -> None:
    ctx = build_context(annotate(make_report(text, published=PUBLISHED)))
    trigger = next(n for n, t in enumerate(ctx.doc.triggers) if t.kinds[0] == "assassination")
    chosen, _ = choose_date(ctx, [trigger], "assassination", [], load_models()["date"])
    assert chosen.interval is not None
    assert chosen.interval.start == chosen.interval.end == day
