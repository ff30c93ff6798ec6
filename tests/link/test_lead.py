from __future__ import annotations

from dataclasses import replace
from datetime import date

from khabar.link.lead import lead_record
from khabar.model.record import CountValue, Reading, Status
from told import make_record, make_report

REPORT = make_report(
    "r",
    "إدانات دولية بعد غارة على حلب\nقتل عشرة مدنيين في غارة على سوق في حلب. وهدد متحدث برد قريب.\n"
    "وكانت قذيفة قتلت الشهر الماضي أربعين شخصا في البلدة.",
)
STRIKE = make_record(REPORT, "strike", "غارة", killed=CountValue(10, 10))


def test_an_act_in_the_title_leads() -> None:
    blame = make_record(REPORT, "blame", "إدانات", kind="accusation", place=None)
    old = make_record(REPORT, "old", "قذيفة", day=date(2021, 4, 1), killed=CountValue(40, 40))
    feared = make_record(REPORT, "feared", "برد", status=Status.THREATENED)
    lead = lead_record(Reading(REPORT, (old, feared, blame, STRIKE)))
    assert lead is STRIKE


def test_the_order_of_the_records_does_not_matter() -> None:
    twin = replace(STRIKE, id="twin")
    assert lead_record(Reading(REPORT, (STRIKE, twin))) == lead_record(Reading(REPORT, (twin, STRIKE)))


def test_nothing_leads_where_nothing_was_found() -> None:
    assert lead_record(Reading(REPORT, ())) is None
