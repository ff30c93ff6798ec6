"""Groups of wire copies and re-posts, found as reports come in.

A text's signature is a MinHash (rensa, 128 permutations) of its folded three-word shingles; 32 bands of 4
find candidates, and the newcomer joins the best group whose first report it resembles by at least
THRESHOLD and from which it was published at most DAYS apart. Measuring against the first report only
keeps groups from drifting; each group's bands are stored once, so a look-up costs the same in a large store.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from khabar.store.engine import Transaction
from khabar.store.schema import bands, groups, reports
from khabar.store.shadow import find_words

PERMUTATIONS = 128
ROWS = 4  # a band; 32 bands find 87 % of pairs at resemblance 0.5, 98.8 % at 0.6
SEED = 1
# Of 533 judged pairs of reports, those above 0.5 share over 70 % of the shorter one's shingles
# (benchmarks/bench_project.py copies); below, reports of one event by two desks begin.
THRESHOLD = 0.5
DAYS = 5  # wire copies and re-posts follow within days; a yearly text that returns is another report
SHINGLE = 3


@dataclass(frozen=True, slots=True)
class Signature:
    """A text's MinHash."""

    values: tuple[int, ...]

    def resemblance(self, other: Signature) -> float:
        """Estimated Jaccard index of the shingles, 0..1 (standard error 0.04 at 0.5)."""
        return sum(a == b for a, b in zip(self.values, other.values, strict=True)) / PERMUTATIONS

    def bands(self) -> tuple[int, ...]:
        """64-bit keys, one a band; equal keys make candidates."""
        size = struct.calcsize("q")
        keys: list[int] = []
        for i in range(0, PERMUTATIONS, ROWS):
            data = struct.pack(f"<{ROWS + 1}I", i, *self.values[i:i + ROWS])
            keys.append(int.from_bytes(_digest(data)[:size], "big", signed=True))
        return tuple(keys)

    def pack(self) -> bytes:
        """For storage: 512 bytes."""
        return struct.pack(f"<{PERMUTATIONS}I", *self.values)

    @staticmethod
    def unpack(body: bytes) -> Signature:
        """The signature of `pack`."""
        return Signature(struct.unpack(f"<{PERMUTATIONS}I", body))


def sign(text: str) -> Signature:
    """The signature of a text."""
    from rensa import RMinHash

    words = find_words(text)
    shingles = [" ".join(words[i:i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))]
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update(shingles)
    return Signature(tuple(minhash.digest()))


def find_group(conn: Connection, signature: Signature, published: date | None) -> str | None:
    """Id of the group this text is a copy in."""
    query = select(groups).where(groups.c.id.in_(select(bands.c.group_id).where(bands.c.band.in_(signature.bands()))))
    best: tuple[float, str] | None = None
    for row in conn.execute(query):
        if not _near(published, row.published):
            continue
        found = signature.resemblance(Signature.unpack(row.signature))
        if found >= THRESHOLD and (best is None or (-found, row.id) < (-best[0], best[1])):
            best = (found, row.id)
    return None if best is None else best[1]


def start_group(tx: Transaction, report: str, signature: Signature, published: date | None, agency: str | None) -> None:
    """Make a group of a report that is a copy of nothing known."""
    tx.conn.execute(insert(groups).values(
        id=report, signature=signature.pack(), published=None if published is None else published.isoformat(),
        agency=agency,
    ))
    make = postgresql.insert if tx.conn.dialect.name == "postgresql" else sqlite.insert
    rows = [{"band": band, "group_id": report} for band in sorted(set(signature.bands()))]
    tx.conn.execute(make(bands).on_conflict_do_nothing(), rows)


def join_group(tx: Transaction, group: str, agency: str | None) -> None:
    """Take a copy into a group: the first agency that a copy names becomes the group's."""
    if agency is not None:
        tx.conn.execute(update(groups).where(groups.c.id == group, groups.c.agency.is_(None)).values(agency=agency))


def agencies_of(conn: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The agencies of those groups in which a copy names one."""
    query = select(groups.c.id, groups.c.agency).where(groups.c.id.in_(sorted(set(ids))), groups.c.agency.is_not(None))
    return {row.id: row.agency for row in conn.execute(query)}


def copies(conn: Connection, group: str) -> tuple[str, ...]:
    """Ids of a group's current reports, first first."""
    query = select(reports.c.id).where(reports.c.copies_of == group, reports.c.current == 1).order_by(reports.c.seq)
    return tuple(conn.execute(query).scalars())


def _near(published: date | None, other: str | None) -> bool:
    if published is None or other is None:
        return True
    return abs((published - date.fromisoformat(other)).days) <= DAYS


def _digest(data: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(data, digest_size=8).digest()
