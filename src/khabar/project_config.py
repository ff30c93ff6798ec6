"""project.toml: what a project is called, where its store is, how it fetches and reviews."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

from khabar.capture.fetch import FetchSettings
from khabar.errors import ConfigError

FILE = "project.toml"
STORE = "store.sqlite"
SLUG = "KHB"
TEMPLATE = """# A Khabar project. Every setting not given here has its default (docs/project.md).
[project]
name = {name}
slug = {slug}  # incidents are numbered {slug_bare}-2024-00001 …
database = {database}

[review]
second_pair = true  # a decision counts for publication only when a second person has confirmed it

[fetch]
delay_seconds = 2.0  # between two requests to one host

[custody]
# Checks RFC 3161 tokens, e.g. ["openssl", "ts", "-verify", "-digest", "{{hash}}", "-in", "{{token}}", …]
token_command = []
"""


@dataclass(frozen=True, slots=True)
class ProjectSection:
    """`[project]`."""

    name: str
    slug: str
    database: str = f"sqlite:///{STORE}"


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """`[review]`."""

    second_pair: bool = True


@dataclass(frozen=True, slots=True)
class CustodySection:
    """`[custody]`."""

    token_command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectConfig:
    """All of project.toml."""

    project: ProjectSection
    review: ReviewSection = field(default_factory=ReviewSection)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    custody: CustodySection = field(default_factory=CustodySection)


def start_config(root: Path, *, name: str | None, slug: str | None, database: str | None) -> None:
    """Make the folder and write a new project.toml. Raises ConfigError."""
    head = SLUG if slug is None else slug
    check_slug(head)
    text = TEMPLATE.format(name=_quoted(name or root.name), slug=_quoted(head), slug_bare=head,
                           database=_quoted(database or f"sqlite:///{STORE}"))
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / FILE).write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{root}: a project can't be made here ({error.strerror})") from error


def check_same(root: Path, given: dict[str, str]) -> None:
    """Whether an existing project has these settings of `[project]`. Raises ConfigError."""
    section = load_config(root).project
    for name, value in given.items():
        if getattr(section, name) != value:
            raise ConfigError(f"{root}: is a project with another {name}; change it in {FILE}")


def load_config(root: Path) -> ProjectConfig:
    """Read project.toml. Raises ConfigError naming the file, the setting and the known ones."""
    path = root / FILE
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{root}: not a project (no {FILE}); make one with `khabar init {root}`") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except OSError as error:
        raise ConfigError(f"{path}: can't be read ({error.strerror})") from error
    known = [item.name for item in fields(ProjectConfig)]
    for name in data:
        if name not in known:
            raise ConfigError(f"{path}: section [{name}] is unknown; known: {', '.join(known)}")
    hints = get_type_hints(ProjectConfig)
    sections = {name: _section(hints[name], data[name], f"{path}: [{name}]") for name in known if name in data}
    if "project" not in sections:
        raise ConfigError(f"{path}: section [project] is missing")
    config = ProjectConfig(**sections)
    check_slug(config.project.slug)
    return config


def database_url(config: ProjectConfig, root: Path) -> str:
    """The store's URL; an embedded store is relative to the project folder."""
    url = config.project.database
    prefix = "sqlite:///"
    if url.startswith(prefix):
        return f"{prefix}{(root / url.removeprefix(prefix)).resolve()}"
    return url


def check_slug(slug: str) -> None:
    """Whether a slug can head incident ids. Raises ConfigError."""
    if not (2 <= len(slug) <= 12 and slug.isascii() and slug.isalnum() and slug.isupper()):
        raise ConfigError(f"slug {slug!r}: give 2 to 12 capital Latin letters and digits, e.g. SYR")


def _section(cls: type[Any], data: object, where: str) -> Any:
    if not isinstance(data, dict):
        raise ConfigError(f"{where}: expected a table")
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name not in hints:
            raise ConfigError(f"{where}: setting {name!r} is unknown; known: {', '.join(hints)}")
        values[name] = _value(hints[name], value, f"{where}: {name}")
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _value(kind: Any, value: Any, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if str(kind).startswith("tuple"):
        member = kind.__args__[0]
        if isinstance(value, list) and all(type(item) is member for item in value):
            return tuple(value)
        raise ConfigError(f"{where}: expected a list of {member.__name__}")
    if type(value) is not kind:
        raise ConfigError(f"{where}: expected {kind.__name__}, got {value!r}")
    return value


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
