"""RSS and Atom feeds, and lists of addresses (OPML, or one a line)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin

from khabar.capture.dates import parse_date
from khabar.capture.items import Draft
from khabar.capture.texts import decode, guess_language, make_text
from khabar.errors import InputError
from khabar.model.report import PublishedBasis

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_HEAD = 2048  # bytes in which a feed's first element stands


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: where the article is, and what the feed itself says of it."""

    link: str | None
    ident: str | None
    title: str | None
    published: date | None
    html: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's title and entries, in its own order."""

    title: str | None
    entries: tuple[Entry, ...]


def is_feed(body: bytes) -> bool:
    """Whether bytes begin like RSS or Atom."""
    return _FEED.search(body[:_HEAD]) is not None


def read_feed(body: bytes, *, url: str) -> Feed:
    """A feed's entries. Raises InputError when it is none."""
    import feedparser

    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=True, resolve_relative_uris=False)
    if not parsed.entries and not parsed.feed.get("title"):
        raise InputError(f"{url}: not an RSS or Atom feed ({parsed.get('bozo_exception', 'no entries')})")
    entries = tuple(_entry(entry, url) for entry in parsed.entries)
    return Feed(_text(parsed.feed.get("title")), entries)


def read_list(body: bytes) -> tuple[str, ...]:
    """Addresses of an OPML file, or of a text with one a line (# begins a comment)."""
    text, _ = decode(body)
    if "<opml" in text[:_HEAD]:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
        root = etree.fromstring(text.encode("utf-8"), parser=parser)
        found = [node.get("xmlUrl") for node in root.iter("outline") if node.get("xmlUrl")]
    else:
        found = [
            line.split("#")[0].strip() if line.lstrip().startswith("#") else line.strip() for line in text.splitlines()
        ]
    return tuple(dict.fromkeys(address for address in found if address))


def draft_of(entry: Entry, feed: Feed, *, outlet: str | None) -> Draft:
    """The draft of an entry whose text is in the feed itself. Raises InputError when it holds none."""
    from lxml import html

    if entry.html is None:
        raise InputError("the feed gives no text for it")
    tree = html.fromstring(f"<div>{entry.html}</div>")
    for block in tree.iter("p", "br", "div", "li"):
        block.tail = "\n" + (block.tail or "")
    lines = (" ".join(line.split()) for line in tree.text_content().split("\n"))
    body = "\n".join(line for line in lines if line)
    text = make_text(f"{entry.title}\n{body}" if entry.title and not body.startswith(entry.title) else body)
    return Draft(
        text=text, extractor="feed/1", title=entry.title, outlet=outlet or feed.title, url=entry.link,
        published=entry.published, basis=PublishedBasis.UNKNOWN if entry.published is None else PublishedBasis.TOLD,
        origin=None if entry.published is None else "feed", language=guess_language(text),
    )


def _entry(entry: Any, url: str) -> Entry:
    content = next((c.get("value") for c in entry.get("content", ()) if c.get("value")), None)
    link = _text(entry.get("link"))
    day = next(
        (day for name in ("published", "updated") if (day := parse_date(_text(entry.get(name)))) is not None), None
    )
    return Entry(
        None if link is None else urljoin(url, link), _text(entry.get("id")), _text(entry.get("title")), day,
        _text(content) or _text(entry.get("summary")),
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
