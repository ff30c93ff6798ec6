from __future__ import annotations

from dataclasses import replace
from datetime import date

from khabar.link.block import BlockIndex, block_keys, find_candidates
from khabar.model.document import TimeBasis
from told import ADEN, HALIB, make_record, make_report

TEXT = "غارة على حلب\nقتل عشرة في غارة جوية على مدينة حلب.\nوفي بلد آخر جرت مباراة.\nوانفجر لغم في قرية بعيدة."
A = make_report("a", TEXT)
FAR = make_report("b", "لغم في عدن\nانفجر لغم في عدن صباحا.", date(2021, 5, 30))


def test_records_of_one_day_and_place_share_a_key() -> None:
    near = replace(HALIB, id="kh:x", name="الباب", names=("الباب",), lat=36.37, lon=37.3)
    late = make_record(A, "r2", "لغم", kind="shelling", place=near, day=date(2021, 5, 4))
    assert set(block_keys(make_record(A, "r1", "غارة"), A)) & set(block_keys(late, A))


def test_another_day_and_place_share_none() -> None:
    other = make_record(FAR, "r2", "لغم", place=ADEN, day=date(2021, 5, 29))
    assert not set(block_keys(make_record(A, "r1", "غارة"), A)) & set(block_keys(other, FAR))


def test_leads_meet_by_their_words_where_day_and_place_were_read_differently() -> None:
    lost = make_record(A, "r2", "غارة", place=None, day=date(2019, 1, 1), kind="protest")
    assert set(block_keys(make_record(A, "r1", "غارة"), A)) & set(block_keys(lost, A))


def test_a_default_day_is_found_from_the_day_before() -> None:
    keys = block_keys(make_record(A, "r1", "لغم", day=date(2021, 5, 4), basis=TimeBasis.PUBLISHED), A)
    assert any(key.startswith("2021-05-03|") for key in keys)


def test_a_record_without_day_is_found_by_its_publication() -> None:
    assert any(key.startswith("2021-05-04|") for key in block_keys(make_record(A, "r1", "لغم", day=None), A))
    unknown = replace(A, published=None)
    assert block_keys(make_record(unknown, "r1", "لغم", day=None), unknown) == ()


def test_keys_are_sorted_and_stable() -> None:
    keys = block_keys(make_record(A, "r1", "غارة"), A)
    assert list(keys) == sorted(set(keys))


def test_the_index_adds_moves_and_removes() -> None:
    index = BlockIndex()
    index.add("r1", ("x", "y"))
    index.add("r2", ("y",))
    assert index.candidates(("y", "z")) == ("r1", "r2")
    index.add("r2", ("z",))
    assert index.candidates(("y",)) == ("r1",)
    index.remove("r1")
    index.remove("r1")
    assert index.candidates(("x", "y")) == ()
    assert len(index) == 1


def test_candidates_leave_the_record_itself_out() -> None:
    index = BlockIndex()
    first, second = make_record(A, "r1", "غارة"), make_record(A, "r2", "غارة")
    for record in (first, second):
        index.add(record.id, block_keys(record, A))
    assert find_candidates(first, A, index) == ("r2",)
