"""What a host's robots.txt allows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

MAX_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host. `parser` None: everything (`all_allowed`) or nothing."""

    parser: RobotFileParser | None
    all_allowed: bool = True

    @staticmethod
    def open() -> Robots:
        """No rules: the host has no robots.txt."""
        return Robots(None)

    @staticmethod
    def closed() -> Robots:
        """The rules could not be read: nothing may be fetched until they can."""
        return Robots(None, all_allowed=False)

    @staticmethod
    def parse(body: bytes) -> Robots:
        """The rules of a robots.txt."""
        parser = RobotFileParser()
        parser.parse(body[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff").splitlines())
        parser.modified()
        return Robots(parser)

    def allows(self, agent: str, url: str) -> bool:
        """Whether `agent` may fetch `url`."""
        return self.all_allowed if self.parser is None else self.parser.can_fetch(agent, url)

    def delay(self, agent: str) -> float:
        """Seconds between requests that the host asks for, 0 without a wish."""
        found = None if self.parser is None else self.parser.crawl_delay(agent)
        return 0.0 if found is None else float(found)
