"""An article's text and metadata out of a web page: trafilatura for the text, the page's own words for the rest.

The publication date is only taken where the page states it, and where it was read is kept (`origin`):
a date guessed from somewhere on a page is worse than none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from khabar.capture.dates import date_in_url, parse_date
from khabar.capture.items import Draft, Wishes
from khabar.capture.texts import declared_encoding, decode, guess_language, make_text
from khabar.errors import InputError
from khabar.model.report import PublishedBasis

# In order of trust: what publishers fill for readers and search engines, then older conventions.
DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "sailthru.date",
    "parsely-pub-date",
)
TITLE_METAS = ("og:title", "twitter:title", "dc.title")
OUTLET_METAS = ("og:site_name", "application-name", "twitter:site", "dc.publisher")
SHORTEST = 25  # letters of an article: one urgent line has more, the remains of a menu fewer
MAX_JSON = 1_000_000  # characters of a page's linked data that are parsed


def read_page(body: bytes, *, url: str, content_type: str | None, wishes: Wishes) -> Draft:
    """The article on a page. Raises InputError when there is none."""
    page, _ = decode(body, declared_encoding(body, content_type))
    tree = parse_tree(page)
    if tree is None:
        raise InputError("the page holds no HTML")
    facts = _Facts(tree)
    # Dates and titles are read first: trafilatura prunes the tree it is given.
    title, outlet = facts.title(), facts.outlet()
    published, origin = facts.published(url)
    canonical = facts.canonical(url)
    text = _article_text(page, url)
    if title is not None and not _starts_with(text, title):
        text = f"{title}\n{text}"
    if published is None and wishes.published is not None:
        published, origin = wishes.published, "told"
    text = make_text(text)
    return Draft(
        text=text,
        extractor=extractor_name(),
        title=title,
        outlet=outlet or wishes.outlet or host_of(url),
        url=canonical,
        published=published,
        basis=PublishedBasis.UNKNOWN if published is None else PublishedBasis.TOLD,
        origin=origin,
        language=facts.language() or guess_language(text),
    )


def parse_tree(page: str) -> Any:
    """The page as an lxml tree: no network, no entities; None when nothing can be parsed."""
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, encoding="utf-8")
    try:
        return html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def extractor_name() -> str:
    """Name and version of what makes the text."""
    from importlib.metadata import version

    return f"trafilatura/{version('trafilatura')}"


def host_of(url: str) -> str | None:
    """The host of an address without www, None for other addresses."""
    host = urlsplit(url).hostname
    return None if host is None else host.removeprefix("www.")


class _Facts:
    """What a page says of itself."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._metas: dict[str, str] = {}
        for meta in tree.iter("meta"):
            name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
            content = (meta.get("content") or "").strip()
            if name and content:
                self._metas.setdefault(name, content)
        self._linked = tuple(_linked_data(tree))

    def title(self) -> str | None:
        """Headline: linked data, meta, the page's only h1, the title element."""
        for item in self._linked:
            if isinstance(item.get("headline"), str) and item["headline"].strip():
                return _line(item["headline"])
        found = next((self._metas[name] for name in TITLE_METAS if name in self._metas), None)
        if found is None:
            heads = [_line(h.text_content()) for h in self._tree.iter("h1")]
            found = heads[0] if len(heads) == 1 and heads[0] else None
        if found is None:
            found = next((t.text_content() for t in self._tree.iter("title")), None)
        return _line(found) or None if found is not None else None

    def outlet(self) -> str | None:
        """Publisher: linked data, then meta."""
        for item in self._linked:
            publisher = item.get("publisher")
            if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
                return _line(publisher["name"]) or None
        found = next((self._metas[name] for name in OUTLET_METAS if name in self._metas), None)
        return None if found is None else _line(found).removeprefix("@") or None

    def published(self, url: str) -> tuple[date | None, str | None]:
        """Day of publication and where it was read: linked data, meta, a time element, the address."""
        for item in self._linked:
            day = parse_date(item["datePublished"]) if isinstance(item.get("datePublished"), str) else None
            if day is not None:
                return day, "json-ld:datePublished"
        for name in DATE_METAS:
            day = parse_date(self._metas.get(name))
            if day is not None:
                return day, f"meta:{name}"
        for element in self._tree.iter("time"):
            stated = element.get("itemprop") == "datePublished" or element.get("pubdate") is not None
            day = parse_date(element.get("datetime")) if stated or len(list(self._tree.iter("time"))) == 1 else None
            if day is not None:
                return day, "time"
        day = date_in_url(url)
        return (day, "url") if day is not None else (None, None)

    def language(self) -> str | None:
        """Language the page declares."""
        declared = (self._tree.get("lang") or "").strip().lower()
        return declared.split("-")[0] or None

    def canonical(self, url: str) -> str:
        """The page's own name for itself, if on the same host; else the address it came from."""
        for link in self._tree.iter("link"):
            if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
                own: str = urljoin(url, link.get("href").strip())
                if urlsplit(own).hostname == urlsplit(url).hostname and urlsplit(own).scheme in ("http", "https"):
                    return own
        return url


def _article_text(page: str, url: str) -> str:
    from trafilatura import bare_extraction

    document = bare_extraction(page, url=url, with_metadata=False, include_comments=False, include_tables=True)
    text = getattr(document, "text", None)
    if not isinstance(text, str) or sum(char.isalpha() for char in text) < SHORTEST:
        raise InputError("no article text was found on the page")
    return text


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Objects of schema.org linked data that describe an article, in order."""
    for script in tree.iter("script"):
        if (
            (script.get("type") or "").lower() != "application/ld+json"
            or not script.text
            or len(script.text) > MAX_JSON
        ):
            continue
        try:
            data = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):
            continue
        queue = data if isinstance(data, list) else [data]
        for item in queue:
            if isinstance(item, dict):
                graph = item.get("@graph")
                members = graph if isinstance(graph, list) else [item]
                yield from (m for m in members if isinstance(m, dict) and "Article" in str(m.get("@type", "")))


def _line(text: str) -> str:
    return " ".join(text.split())


def _starts_with(text: str, title: str) -> bool:
    return _line(text[: len(title) * 2 + 20]).startswith(title)


def saved_address(body: bytes) -> str | None:
    """The address that a saved page gives for itself (canonical link, og:url); None without one."""
    tree = parse_tree(decode(body, declared_encoding(body, None))[0])
    if tree is None:
        return None
    links = [(n.get("href") or "").strip() for n in tree.iter("link") if (n.get("rel") or "").lower() == "canonical"]
    metas = [
        (n.get("content") or "").strip() for n in tree.iter("meta") if (n.get("property") or "").lower() == "og:url"
    ]
    return next((url for url in (*links, *metas) if url.startswith(("http://", "https://"))), None)
