"""An event as a card: its values, each tied to its words, its chains of attribution, and why."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from khabar.export.html_texts import isolated, plain, say, say_kind, shown
from khabar.export.html_words import claim_key
from khabar.lexicon.ontology import load_kinds
from khabar.model.document import Interval, TimeBasis
from khabar.model.record import ActorValue, Claim, CountValue, EventRecord, PlaceValue, Reading, Value


class Card:
    """Writes one event's card."""

    def __init__(self, reading: Reading, page_number: int, event: int) -> None:
        self.reading, self.page_number, self.event = reading, page_number, event
        self.record: EventRecord = reading.records[event - 1]

    def write(self) -> str:
        """The card as HTML."""
        record = self.record
        number = f'<span class="n">{self.event}</span>'
        kind = self.value("kind", record.kind, say_kind(record.kind), bare=True)
        status = (
            f'<span class="badge st-{escape(record.status.value)}" title="{plain("status_note", record.status.value)}">'
            f"{say('status', record.status.value)}</span>"
        )
        known = load_kinds().get(record.kind)
        verbal = " verbal" if known is not None and known.verbal else ""
        return (
            f'<article class="card{verbal}" id="r{self.page_number}e{self.event}">'
            f"<header>{number}<h3>{kind}</h3>{status}</header>"
            f'<dl class="slots">{"".join(self.rows())}</dl>{self.why()}</article>'
        )

    def rows(self) -> list[str]:
        """The slots that are told, each as a term and its values."""
        record = self.record
        rows = [
            self.row("actor", [self.value("actor", a, actor_text(a)) for a in record.actors]),
            self.row("target", [self.value("target", a, actor_text(a)) for a in record.targets]),
            self.row(
                "place", [] if record.place is None else [self.value("place", record.place, place_text(record.place))]
            ),
            self.row("date", [] if record.date is None else [self.value("date", record.date, date_text(record.date))]),
            self.row(
                "killed",
                [] if record.killed is None else [self.value("killed", record.killed, count_text(record.killed))],
            ),
            self.row(
                "injured",
                [] if record.injured is None else [self.value("injured", record.injured, count_text(record.injured))],
            ),
            self.row("means", [self.value("means", m, isolated(m)) for m in record.means]),
            self.row("source", self.chains()),
            self.row("link", [self.link(link.relation, link.event) for link in record.links]),
        ]
        return [row for row in rows if row]

    def row(self, slot: str, values: list[str]) -> str:
        """One term with its values; empty when nothing is told."""
        return f"<dt>{say('slot', slot)}</dt><dd>{''.join(values)}</dd>" if values else ""

    def keys(self, matches: Callable[[Claim], bool]) -> str:
        """The keys of the claims that match."""
        claims = enumerate(self.record.claims)
        return " ".join(claim_key(self.page_number, self.event, k) for k, claim in claims if matches(claim))

    def value(self, slot: str, value: Value, content: str, *, bare: bool = False) -> str:
        """A value as a button that shows its words, or as text where no claim carries it."""
        keys = self.keys(lambda c: c.property == slot and c.value == value)
        look = f"s-{slot}" if bare else f"v s-{slot}" + (" num" if isinstance(value, CountValue) else "")
        if not keys:
            return f'<span class="{look}">{content}</span>'
        return f'<button type="button" class="{look}" data-c="{keys}" aria-pressed="false">{content}</button>'

    def chains(self) -> list[str]:
        """Each chain of attribution as chips, the outlet first; the report's own voice when there is none."""
        outlet = self.reading.report.outlet
        first = f'<span class="chip outlet">{isolated(outlet)}</span>' if outlet else ""
        arrow = '<span class="arrow"></span>'
        claims = [k for k, c in enumerate(self.record.claims) if c.property == "source"]
        chains = []
        for i, chain in enumerate(self.record.sources):
            key = claim_key(self.page_number, self.event, claims[i]) if i < len(claims) else ""
            tag = f'button type="button" data-c="{key}" aria-pressed="false"' if key else "span"
            chips = [f'<{tag} class="chip">{isolated(name)}</{tag.split()[0]}>' for name in chain]
            outer = [first] if first and (not chain or chain[0] != outlet) else []
            chains.append(f'<span class="chain">{arrow.join(outer + chips)}</span>')
        own = first or f'<span class="chip own">{say("ui", "own_voice")}</span>'
        return chains or [f'<span class="chain">{own}</span>']

    def link(self, relation: str, event: str) -> str:
        """A link to another event's card."""
        for n, record in enumerate(self.reading.records, 1):
            if record.id == event:
                return (
                    f'<a class="v s-link" href="#r{self.page_number}e{n}">{say("relation", relation)} '
                    f'<span class="n">{n}</span> {say_kind(record.kind)}</a>'
                )
        return f'<span class="v s-link">{say("relation", relation)} {shown(event)}</span>'

    def why(self) -> str:
        """Every claim with its words, its rule, its entry and its score."""
        heads = "".join(f"<th>{say('ui', name)}</th>" for name in ("property", "words", "rule", "entry", "score"))
        rows = "".join(self.claim_row(k, claim) for k, claim in enumerate(self.record.claims))
        return (
            f'<details class="why"><summary>{say("ui", "why")}</summary><div class="scroll"><table>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
        )

    def claim_row(self, number: int, claim: Claim) -> str:
        """One claim as a row of the table."""
        key = claim_key(self.page_number, self.event, number)
        quotes = " · ".join(
            f'<button type="button" class="q s-{escape(claim.property)}" data-c="{key}" title="{e.start}-{e.end}">'
            f"{isolated(e.quote)}</button>"
            for e in claim.evidence
        )
        steps = " ".join(f"{s.feature} {s.weight:+.2f}" for s in claim.steps)
        origin = claim.origin.reviewer or f"{claim.origin.stage}: {claim.origin.rule}"
        score = f'<meter min="0" max="1" value="{claim.score:.2f}"></meter> {claim.score:.2f}'
        return (
            f"<tr><td>{say('slot', claim.property)}</td><td>{quotes}</td><td><code>{shown(origin)}</code></td>"
            f"<td><code>{shown(claim.origin.entry or '–')}</code></td>"
            f'<td>{score}<div class="steps"><code>{shown(steps)}</code></div></td></tr>'
        )


def actor_text(actor: ActorValue) -> str:
    """An actor as named, with its English label beside it."""
    name = actor.names[0] if actor.names else actor.label
    label = "" if actor.label in actor.names or actor.label == name else f" <small>{shown(actor.label)}</small>"
    return isolated(name) + label


def place_text(place: PlaceValue) -> str:
    """A place as named, with how it is tied to the act and what it lies in."""
    relation = "" if place.relation in ("in", "at", "") else f"<small>{say('place_relation', place.relation)}</small> "
    area = ", ".join(a for a in (place.admin1, place.country) if a)
    name = isolated(place.names[0] if place.names else place.name or "")
    return relation + name + (f" <small><bdi>{shown(area)}</bdi></small>" if area else "")


def date_text(date: Interval) -> str:
    """The days, and why they are these where the text does not say so."""
    days = date.start.isoformat() if date.start == date.end else f"{date.start.isoformat()} – {date.end.isoformat()}"
    note = "" if date.basis is TimeBasis.TOLD else f" <small>{say('basis', date.basis.value)}</small>"
    return f"<bdi>{days}</bdi>{note}"


def count_text(count: CountValue) -> str:
    """A number, a range or a lower bound."""
    if count.maximum is None:
        return f"{say('ui', 'at_least')} {count.minimum}"
    return str(count.minimum) if count.minimum == count.maximum else f"<bdi>{count.minimum}–{count.maximum}</bdi>"
