"""Pages and feeds on the web."""

from __future__ import annotations

from collections.abc import Iterator

from khabar.capture.addresses import normalise
from khabar.capture.feeds import Entry, Feed, draft_of, is_feed, read_feed
from khabar.capture.fetch import Fetched, Fetcher, decode_body
from khabar.capture.html import host_of, read_page
from khabar.capture.items import Checked, Draft, Failure, Found, Item, Known, Skipped, Wishes, reason_of
from khabar.capture.texts import decode, guess_language, make_text
from khabar.errors import FetchError, InputError
from khabar.model.report import PublishedBasis

TEXT_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "")


def read_address(url: str, *, fetcher: Fetcher, wishes: Wishes, known: Known,
                 etag: str | None = None, modified: str | None = None, again: bool = False) -> Iterator[Found]:
    """What an address gives: a page, or every new article of a feed.

    A page that is known is only fetched `again` on request; a feed always is, with the validators of last time.
    """
    try:
        key = normalise(url)
        if known.key(key) and not again:
            yield Skipped(key)
            return
        fetched = fetcher.fetch(url, etag=etag, modified=modified)
        if fetched.status == 304:
            yield Checked(url, etag, modified)
            return
        body = decode_body(fetched, fetcher.settings.max_bytes)
    except FetchError as error:
        yield Failure(url, reason_of(url, error), retry=True)
        return
    if not is_feed(body):
        yield _page(fetched, body, key, wishes)
        yield Checked(url, fetched.header("etag"), fetched.header("last-modified"))
        return
    yield from read_feed_articles(fetched, body, fetcher=fetcher, wishes=wishes, known=known)


def read_feed_articles(
    fetched: Fetched, body: bytes, *, fetcher: Fetcher, wishes: Wishes, known: Known
) -> Iterator[Found]:
    """The feed document itself, then its new articles, oldest entry last as the feed has them."""
    try:
        feed = read_feed(body, url=fetched.url)
    except InputError as error:
        yield Failure(fetched.url, reason_of(fetched.url, error))
        return
    yield Item(f"feed:{fetched.url}", fetched.url, "feed", _media(fetched) or "application/xml", fetched.body,
               fetched.retrieved_at, _headers(fetched))
    for entry in feed.entries:
        yield _read_entry(entry, feed, fetched, fetcher, wishes, known)
    yield Checked(fetched.url, fetched.header("etag"), fetched.header("last-modified"))


def _read_entry(entry: Entry, feed: Feed, fetched: Fetched, fetcher: Fetcher, wishes: Wishes, known: Known) -> Found:
    key = entry.ident or ""
    reason = "the entry links to nothing"
    if entry.link is not None:
        try:
            key = normalise(entry.link)
        except FetchError as error:
            return Failure(entry.link, reason_of(entry.link, error))
        if known.key(key):
            return Skipped(key)
        if wishes.articles:
            try:
                page = fetcher.fetch(entry.link)
                item = _page(page, decode_body(page, fetcher.settings.max_bytes), key, wishes, entry)
                if item.draft is not None:
                    return item
                reason = item.problem or reason
            except FetchError as error:
                reason = str(error)
    if not key or known.key(key):
        return Skipped(key) if key else Failure(fetched.url, "an entry has neither link nor id")
    try:
        draft = draft_of(entry, feed, outlet=wishes.outlet)
    except InputError as error:
        return Failure(entry.link or key, f"{reason}; {error}", retry=True)
    body = (entry.html or "").encode("utf-8")
    return Item(key, entry.link or key, "feed", "text/html", body, fetched.retrieved_at,
                (("khabar-feed", fetched.url),), draft, None, None, reason if wishes.articles else None)


def _page(fetched: Fetched, body: bytes, key: str, wishes: Wishes, entry: Entry | None = None) -> Item:
    media = _media(fetched)
    draft, problem = None, None
    try:
        if media not in TEXT_TYPES:
            raise InputError(f"{media} is kept but not read")
        draft = _draft(fetched, body, media, wishes, entry)
    except InputError as error:
        problem = str(error)
    return Item(key, fetched.final_url, "fetch", media or "application/octet-stream", fetched.body,
                fetched.retrieved_at, _headers(fetched), draft, None, None, problem)


def _draft(fetched: Fetched, body: bytes, media: str, wishes: Wishes, entry: Entry | None) -> Draft:
    from dataclasses import replace

    if media == "text/plain":
        text = make_text(decode(body)[0])
        draft = Draft(text, "text/1", outlet=wishes.outlet or host_of(fetched.final_url), url=fetched.final_url,
                      language=guess_language(text))
    else:
        draft = read_page(body, url=fetched.final_url, content_type=fetched.header("content-type"), wishes=wishes)
    if draft.published is None and entry is not None and entry.published is not None:
        draft = replace(draft, published=entry.published, basis=PublishedBasis.TOLD, origin="feed")
    return draft


def _media(fetched: Fetched) -> str:
    return (fetched.header("content-type") or "").split(";")[0].strip().lower()


def _headers(fetched: Fetched) -> tuple[tuple[str, str], ...]:
    """The response's headers with what else a sceptic asks for: status, redirects."""
    return (
        ("khabar-status", str(fetched.status)),
        *(("khabar-redirect", url) for url in fetched.redirects),
        *fetched.headers,
    )
