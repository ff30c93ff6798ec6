"""One entrance for everything that can be added: files, folders, addresses, feeds, lists, archives, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from khabar.capture.feeds import is_feed, read_list
from khabar.capture.fetch import Fetched, Fetcher
from khabar.capture.files import KNOWN as KNOWN_FILES
from khabar.capture.files import has_reader, read_file, walk_folder
from khabar.capture.items import Failure, Found, Known, Wishes, reason_of
from khabar.capture.web import read_address, read_feed_articles
from khabar.errors import InputError, KhabarError

LISTS = frozenset((".opml", ".urls"))
FEEDS = frozenset((".rss", ".atom", ".xml"))


@dataclass(frozen=True, slots=True)
class Validators:
    """What a watched address answered with last time."""

    etag: str | None = None
    modified: str | None = None


def kind_of(target: str) -> str:
    """What a target is: address, list, folder, file. Raises InputError when there is no such thing."""
    if target.startswith(("http://", "https://")):
        return "address"
    path = Path(target)
    try:
        if path.is_dir():
            return "folder"
        if not path.exists():
            raise InputError(f"{target}: no such file or folder, and not an http(s) address")
    except (OSError, ValueError) as error:
        raise InputError(f"{target}: can't be looked at ({error})") from error
    if not path.is_file():
        raise InputError(f"{target}: neither a file nor a folder")
    return "list" if path.suffix.lower() in LISTS else "file"


def collect(target: str, *, fetcher: Fetcher, wishes: Wishes, known: Known,
            validators: Validators | None = None, again: bool = False) -> Iterator[Found]:
    """Everything that a target gives, new or known, in a fixed order. Raises InputError for an unreadable target."""
    kind = kind_of(target)
    if kind == "address":
        last = Validators() if validators is None else validators
        yield from read_address(target, fetcher=fetcher, wishes=wishes, known=known, etag=last.etag,
                                modified=last.modified, again=again)
        return
    try:
        yield from _local(target, kind, fetcher, wishes, known, again=again)
    except OSError as error:
        raise InputError(f"{target}: can't be read ({error.strerror or error})") from error


def _local(
    target: str, kind: str, fetcher: Fetcher, wishes: Wishes, known: Known, *, again: bool
) -> Iterator[Found]:
    if kind == "list":
        addresses = read_list(Path(target).read_bytes())
        if not addresses:
            raise InputError(f"{target}: no address in it (OPML, or one a line)")
        for address in addresses:
            if address.startswith(("http://", "https://")):
                yield from read_address(address, fetcher=fetcher, wishes=wishes, known=known, again=again)
            else:
                yield Failure(address, f"not an http(s) address in {target}")
    elif kind == "folder":
        for path in walk_folder(Path(target)):
            yield from _in_folder(path, fetcher, wishes, known)
    else:
        yield from _file(Path(target), fetcher, wishes, known)


def _in_folder(path: Path, fetcher: Fetcher, wishes: Wishes, known: Known) -> Iterator[Found]:
    """A file of a folder: what can't be read is named and the rest goes on."""
    if not has_reader(path) and path.suffix.lower() not in FEEDS:
        yield Failure(str(path), f"no reader for this kind of file; known: {KNOWN_FILES}")
        return
    try:
        yield from _file(path, fetcher, wishes, known)
    except KhabarError as error:
        yield Failure(str(path), reason_of(str(path), error))
    except OSError as error:
        yield Failure(str(path), f"can't be read ({error.strerror or error})")


def _file(path: Path, fetcher: Fetcher, wishes: Wishes, known: Known) -> Iterator[Found]:
    now = fetcher.now()
    if path.suffix.lower() in FEEDS:
        body = path.read_bytes()
        if not is_feed(body):
            raise InputError(f"{path}: not an RSS or Atom feed")
        saved = Fetched(path.resolve().as_uri(), path.resolve().as_uri(), 200, (), body, now)
        yield from read_feed_articles(saved, body, fetcher=fetcher, wishes=wishes, known=known)
        return
    yield from read_file(path, wishes=wishes, known=known, now=now)
