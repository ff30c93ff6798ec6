"""The folded view maps back to the source exactly, whatever the source."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.lexicon.fold import fold, fold_view

ARABIC = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
        st.characters(min_codepoint=0xFB50, max_codepoint=0xFDFF),  # presentation forms
        st.characters(min_codepoint=0xFE70, max_codepoint=0xFEFC),
        st.sampled_from("ـًٌَُِّْٰ٠١٢٣۴۵ﻻﷺ\u200c\u200f \u2067abcA١"),
        st.characters(),
    ),
    max_size=80,
)


@given(ARABIC)
@settings(max_examples=300, deadline=None)
def test_view_is_the_fold_with_its_way_back(text: str) -> None:
    view = fold_view(text)
    assert view.norm == fold(text)
    assert len(view.origin) == len(view.norm)
    assert list(view.origin) == sorted(view.origin)
    for i, at in enumerate(view.origin):
        assert view.norm[i] in fold(text[at])


@given(ARABIC, st.data())
@settings(max_examples=200, deadline=None)
def test_span_covers_what_it_was_folded_from(text: str, data: st.DataObject) -> None:
    view = fold_view(text)
    start = data.draw(st.integers(0, len(view.norm)))
    end = data.draw(st.integers(start, len(view.norm)))
    first, last = view.span(start, end)
    assert 0 <= first <= last <= len(text)
    assert view.norm[start:end] in fold(text[first:last])


@given(ARABIC)
@settings(max_examples=200, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("source", "norm", "word", "quote"),
    [
        ("قـــصف المدينة", "قصف المدينه", "قصف", "قـــصف"),
        ("قُتِلَ جنديٌّ", "قتل جندي", "جندي", "جنديٌّ"),
        ("مقتل ٢٥ و۲۶", "مقتل 25 و26", "26", "۲۶"),
        ("إطلاق ﻻجئين", "اطلاق لاجيين", "لاجيين", "ﻻجئين"),
        ("ﻗﺼﻒ", "قصف", "قصف", "ﻗﺼﻒ"),
        ("هجوم 😀 آخر", "هجوم 😀 اخر", "اخر", "آخر"),
    ],
)
def test_known_foldings(source: str, norm: str, word: str, quote: str) -> None:
    view = fold_view(source)
    assert view.norm == norm
    start, end = view.span(norm.index(word), norm.index(word) + len(word))
    assert source[start:end] == quote
