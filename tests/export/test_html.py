"""The page is complete in itself, escapes everything, and marks exactly the evidence."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from khabar.export.html import write
from khabar.export.html_texts import load_texts, shown
from khabar.model.document import Issue
from khabar.model.record import ActorValue, Reading, Status
from made import load_made, make_reading


def page(*readings: Reading) -> str:
    out = io.StringIO()
    write(readings, out)
    return out.getvalue()


class Marks(HTMLParser):
    """Collects the words marked for each claim, the whole text, and every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, str] = {}
        self.text = ""
        self._open: list[str] = []
        self._in_text = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "div" and (found.get("class") == "text" or self._in_text):
            self._in_text += 1
        if tag == "mark":
            self._open = (found["data-c"] or "").split()

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._in_text:
            self._in_text -= 1
        if tag == "mark":
            self._open = []

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.text += data
            for key in self._open:
                self.words[key] = self.words.get(key, "") + data


def parse(html: str) -> Marks:
    marks = Marks()
    marks.feed(html)
    return marks


def test_marks_are_the_evidence(strike: Reading) -> None:
    marks = parse(page(strike))
    for n, record in enumerate(strike.records, 1):
        for k, claim in enumerate(record.claims):
            spans = sorted({(e.start, e.end) for e in claim.evidence})
            covered = sorted({i for a, b in spans for i in range(a, b)})
            assert marks.words[f"1.{n}.{k}"] == "".join(strike.report.text[i] for i in covered)


def test_text_is_whole(strike: Reading) -> None:
    assert parse(page(strike)).text.split() == strike.report.text.split()


def test_code_points_beyond_the_first_plane_shift_nothing() -> None:
    annotated = load_made("strike")
    annotated["text"] = "😀👩‍🚒 " + annotated["text"].replace("غارة جوية", "غارة 💥 جوية")
    annotated["events"][0]["mentions"][0]["quote"] = "غارة 💥 جوية"
    reading = make_reading(annotated)
    marks = parse(page(reading))
    assert marks.words["1.1.0"].startswith("غارة 💥 جوية")
    assert marks.words["1.1.1"] == "جهة لم يكشف عن هويتها"


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \" ' & </style>"


def test_everything_is_escaped(strike: Reading) -> None:
    record = strike.records[0]
    claim = replace(
        record.claims[0], property=HOSTILE, origin=replace(record.claims[0].origin, rule=HOSTILE, entry=HOSTILE)
    )
    actor = ActorValue((HOSTILE,), HOSTILE)
    evil = replace(
        record,
        id=HOSTILE,
        kind=HOSTILE,
        actors=(actor,),
        targets=(actor,),
        means=(HOSTILE,),
        sources=((HOSTILE,),),
        status=Status.DENIED,
        claims=(*record.claims, claim),
        links=(),
        place=replace(record.place, names=(HOSTILE,), relation=HOSTILE, admin1=HOSTILE) if record.place else None,
    )
    text = HOSTILE + "\n" + strike.report.text
    report = replace(strike.report, id=HOSTILE, url=None, title=HOSTILE, outlet=HOSTILE, text=text)
    html = page(Reading(report, (evil,), (Issue(HOSTILE, HOSTILE),)), strike)
    tags = parse(html).tags
    assert [t for t, _ in tags].count("script") == 1
    assert not [t for t, _ in tags if t in ("img", "link", "iframe", "object", "base", "form")]
    assert not [
        name for _, attrs in tags for name in attrs if name.startswith("on") or name in ("src", "style", "srcset")
    ]


def test_nothing_is_loaded_and_the_policy_allows_nothing_else(strike: Reading) -> None:
    html = page(strike)
    tags = parse(html).tags
    assert all((attrs.get("href") or "#").startswith("#") for _, attrs in tags)
    assert "http://" not in html and "https://" not in html and "url(" not in html and "@import" not in html
    policy = next(a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.S)
        assert body is not None
        digest = base64.b64encode(hashlib.sha256(body.group(1).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_directions_and_languages(strike: Reading) -> None:
    html = page(strike)
    assert '<div class="text" lang="ar" dir="rtl">' in html
    for language in ("en", "ar"):
        assert f'class="t-{language}" lang="{language}"' in html


def test_every_text_is_in_both_languages() -> None:
    for group, texts in load_texts().items():
        for name, pair in texts.items():
            assert len(pair) == 2 and all(pair), f"{group}.{name}"


def test_every_status_has_a_text() -> None:
    assert {s.value for s in Status} == set(load_texts()["status"]) == set(load_texts()["status_note"])


def test_a_report_without_events_says_so(strike: Reading) -> None:
    html = page(replace(strike, records=(), issues=(Issue("other-language", "Give a report in Arabic."),)))
    assert "No event found" in html and "Give a report in Arabic." in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a<b", "a&lt;b"),
        ("\u202eقصف", '<span class="ctl" data-ctl="U+202E"></span>قصف'),
        ("a\x00b", 'a<span class="ctl" data-ctl="U+0000"></span>b'),
        ("قُتِل", "قُتِل"),
    ],
)
def test_shown(text: str, html: str) -> None:
    assert shown(text) == html
