"""The html page in a real browser: what a reader sees, hovers, clicks and types."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from khabar.export.html import write
from khabar.model.record import Reading
from made import load_made, make_reading

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as p:
        args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = p.chromium.launch(executable_path=CHROMIUM, args=args)
        yield chromium
        chromium.close()


def made() -> Reading:
    """The strike example with characters beyond the first plane before and inside the evidence."""
    annotated = load_made("strike")
    annotated["text"] = "😀👩‍🚒 " + annotated["text"].replace("مقتل سبعة أشخاص", "مقتل سبعة 💥 أشخاص")
    annotated["events"][0]["killed"]["quotes"] = ["مقتل سبعة 💥 أشخاص"]
    return make_reading(annotated)


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    file = tmp_path / "page.html"
    reading = made()
    with file.open("w", encoding="utf-8") as out:
        write([reading, replace(reading, report=replace(reading.report, id="second"))], out)
    context = browser.new_context(locale="en-GB", viewport={"width": 1300, "height": 900})
    tab = context.new_page()
    tab.said = []
    tab.on("console", lambda message: tab.said.append(message.text))
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    tab.on("request", lambda request: tab.said.append(request.url) if not request.url.startswith("file:") else None)
    tab.goto(file.as_uri())
    yield tab
    assert tab.said == []  # no error, no breach of the policy, no request
    context.close()


def lit(page: Any) -> str:
    """The words that are lit in the first report."""
    return str(page.evaluate("[...document.querySelectorAll('#r1 .m.on')].map(m => m.textContent).join('')"))


def test_hovering_a_value_lights_its_words(page: Any) -> None:
    page.hover("#r1e1 .v.s-killed")
    assert lit(page) == "مقتل سبعة 💥 أشخاص"
    page.hover("h3 >> nth=1")
    page.hover("#r1e1 .v.s-actor")
    assert lit(page) == "جهة لم يكشف عن هويتها"
    page.mouse.move(0, 0)
    assert lit(page) == ""


def test_clicking_stays_and_escape_leaves(page: Any) -> None:
    value = page.locator("#r1e1 .v.s-injured")
    value.click()
    page.mouse.move(0, 0)
    assert lit(page) == "إصابة ثلاثة آخرين"
    assert value.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert lit(page) == ""
    assert value.get_attribute("aria-pressed") == "false"


def test_words_are_scrolled_to(page: Any) -> None:
    page.set_viewport_size({"width": 700, "height": 500})
    page.locator("#r1e2 .v.s-target").click()
    page.wait_for_function(
        "() => { const r = document.querySelector('#r1 .m.on').getBoundingClientRect();"
        " return r.top >= 0 && r.bottom <= innerHeight }"
    )


def test_clicking_words_leads_to_the_card(page: Any) -> None:
    page.locator("#r1 .m.s-target").last.click()
    assert page.locator("#r1e2.on").count() == 1
    assert page.locator("#r1e2 .v.s-target.on").count() == 1


def test_keyboard_alone_is_enough(page: Any) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#r1e1 .v.s-place')"):
            break
    assert "البوكمال" in lit(page)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"


def test_report_is_right_to_left_and_at_the_right(page: Any) -> None:
    for _ in range(2):
        report, card = page.locator("#r1 .report").bounding_box(), page.locator("#r1e1").bounding_box()
        assert report["x"] > card["x"] + card["width"] - 1
        assert page.evaluate("getComputedStyle(document.querySelector('#r1 .text p')).direction") == "rtl"
        page.click("#ui")


def test_interface_in_arabic_and_english(page: Any, browser: Any) -> None:
    assert page.locator("#r1e1 h3").inner_text() == "Airstrike"
    assert page.locator("#ui").inner_text() == "العربية"
    page.click("#ui")
    assert page.locator("#r1e1 h3").inner_text() == "غارة جوية"
    assert page.evaluate("document.documentElement.dir + document.documentElement.lang") == "rtlar"
    other = browser.new_context(locale="ar").new_page()
    other.goto(page.url)
    assert other.locator("#r1e1 .badge").inner_text() == "مزعوم"


def test_chain_reads_from_the_outlet_inwards(page: Any) -> None:
    chips = page.locator("#r1e1 .chain .chip")
    assert chips.all_inner_texts() == ["شبكة المنارة", "وكالة الأفق للأنباء", "مصدر ميداني"]
    boxes = [chip.bounding_box()["x"] for chip in chips.all()]
    assert boxes == sorted(boxes)
    arrow = "getComputedStyle(document.querySelector('#r1 .arrow'), '::before').content"
    assert page.evaluate(arrow) == '"←"'
    page.click("#ui")
    boxes = [chip.bounding_box()["x"] for chip in chips.all()]
    assert boxes == sorted(boxes, reverse=True)
    assert page.evaluate(arrow) == '"→"'


def test_why_shows_every_claim(page: Any) -> None:
    page.locator("#r1e1 .why summary").click()
    rows = page.locator("#r1e1 .why tbody tr")
    assert rows.count() == len(made().records[0].claims)
    assert "0.80" in rows.first.inner_text()


def test_nothing_is_cut_off_on_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    contrast = page.evaluate("""() => {
      const rgb = (c) => c.match(/[\\d.]+/g).slice(0, 3).map(Number);
      const part = (v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
      const light = (c) => { const [r, g, b] = rgb(c).map(part);
        return .2126 * r + .7152 * g + .0722 * b; };
      const panel = getComputedStyle(document.querySelector('.card')).backgroundColor;
      return [...document.querySelectorAll('.card dt, .badge, .card h3, .text p, .why summary')].map(e => {
        const [a, b] = [light(getComputedStyle(e).color), light(panel)].sort((x, y) => y - x);
        return (a + .05) / (b + .05); }).reduce((a, b) => Math.min(a, b)); }""")
    assert contrast >= 4.5  # WCAG 2 AA for small text
