"""Where a subject's review stands: a fold over the decisions on it. Nothing is edited; the fold can be redone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from khabar.errors import InputError
from khabar.model.incident import Decision
from khabar.review.actions import CONFIRMABLE, FOLLOWS, GRADINGS, REASONED, RESTING, Action, State, parse_state


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody noted."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a review. `stale`: the machine reads it otherwise than when the last decision was taken.

    `unconfirmed` are ids of standing decisions that no second person has confirmed.
    """

    state: State = State.MACHINE
    assignee: str | None = None
    stale: bool = False
    comments: tuple[Comment, ...] = ()
    corrections: tuple[Decision, ...] = ()
    grading: str | None = None
    grading_by: str | None = None
    released: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    confirmed: tuple[tuple[str, str], ...] = ()  # (decision, by)
    unconfirmed: tuple[str, ...] = ()


def payload_of(decision: Decision) -> dict[str, Any]:
    """A decision's arguments."""
    found: dict[str, Any] = json.loads(decision.payload or "{}")
    return found


def standing_decisions(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those that nobody has withdrawn, in order."""
    withdrawn = {payload_of(d)["decision"] for d in decisions if d.action == Action.WITHDRAW}
    return tuple(d for d in decisions if d.id not in withdrawn and d.action != Action.WITHDRAW)


def fold_decisions(decisions: Sequence[Decision], seen: str) -> Standing:
    """Where the review stands. `seen` is the hash of what the machine reads today."""
    valid = standing_decisions(decisions)
    state, assignee, grading, grading_by = State.MACHINE, None, None, None
    comments: list[Comment] = []
    corrections: dict[str, Decision] = {}
    public: dict[str, bool] = {}
    confirmed: list[tuple[str, str]] = []
    for decision in valid:
        payload = payload_of(decision)
        match Action(decision.action):
            case Action.STATE:
                state = parse_state(payload["to"])
            case Action.ADD:
                state = State.IN_REVIEW
            case Action.ASSIGN:
                assignee = payload["to"]
            case Action.COMMENT:
                comments.append(Comment(decision.by, decision.at, payload["text"]))
            case Action.CORRECT:
                corrections[payload["property"]] = decision
            case Action.GRADE:
                grading, grading_by = payload["grading"], decision.by
            case Action.RELEASE | Action.WITHHOLD:
                public[payload["name"]] = decision.action == Action.RELEASE
            case Action.CONFIRM:
                confirmed.append((payload["decision"], decision.by))
            case _:
                pass
    resting = [d for d in valid if d.action in RESTING]
    done = {ident for ident, _ in confirmed}
    return Standing(
        state, assignee, bool(resting) and _seen_after(resting[-1]) != seen, tuple(comments),
        tuple(corrections[name] for name in sorted(corrections)), grading, grading_by,
        tuple(sorted(n for n, ok in public.items() if ok)), tuple(sorted(n for n, ok in public.items() if not ok)),
        tuple(confirmed), tuple(d.id for d in _awaiting(valid) if d.id not in done),
    )


def _seen_after(decision: Decision) -> str:
    """What there was to see once it was taken: a merge or split changes that itself."""
    return str(payload_of(decision).get("made") or decision.seen)


def check_decision(decision: Decision, before: Sequence[Decision], seen: str, *, second_pair: bool) -> None:
    """Whether a decision may be taken after those `before`. Raises InputError saying why not."""
    action, payload = Action(decision.action), payload_of(decision)
    if not decision.by.strip():
        raise InputError("a decision needs the name of who takes it")
    if action in REASONED and not decision.reason.strip():
        raise InputError(f"{action}: give a reason")
    standing = fold_decisions(before, seen)
    if action == Action.STATE:
        _check_state(parse_state(payload["to"]), standing, second_pair=second_pair)
    elif action in (Action.CONFIRM, Action.WITHDRAW):
        _check_target(action, decision.by, payload["decision"], before)
    elif action == Action.GRADE and payload["grading"] not in GRADINGS:
        raise InputError(f"grading {payload['grading']!r} is unknown; known: {', '.join(GRADINGS)}")
    elif action == Action.COMMENT and not str(payload.get("text", "")).strip():
        raise InputError("a comment needs words")


def _check_state(to: State, standing: Standing, *, second_pair: bool) -> None:
    if to not in FOLLOWS[standing.state]:
        known = ", ".join(FOLLOWS[standing.state])
        raise InputError(f"state: {standing.state} can't become {to}; it can become {known}")
    if to != State.PUBLISHED:
        return
    if standing.stale:
        raise InputError("state: the machine reads it otherwise than when it was reviewed; review it again first")
    if second_pair and standing.unconfirmed:
        waiting = ", ".join(standing.unconfirmed)
        raise InputError(f"state: a second person must confirm {waiting} before it is published")


def _check_target(action: Action, by: str, target: str, before: Sequence[Decision]) -> None:
    found = next((d for d in standing_decisions(before) if d.id == target), None)
    if found is None:
        raise InputError(f"{action}: no standing decision {target!r} on this subject")
    if action == Action.WITHDRAW and found.action in (Action.MERGE, Action.SPLIT):
        raise InputError("withdraw: a merge is undone by a split, and a split by a merge")
    if action == Action.WITHDRAW and found.action == Action.ADD:
        raise InputError("withdraw: an added event is rejected (state to=rejected), not withdrawn")
    if action == Action.CONFIRM:
        if found.action not in CONFIRMABLE:
            raise InputError(f"confirm: a decision to {found.action} needs no confirmation")
        if found.by.strip().casefold() == by.strip().casefold():
            raise InputError(f"confirm: {by} took decision {target}; a second person must confirm it")


def _awaiting(valid: Sequence[Decision]) -> tuple[Decision, ...]:
    """Standing decisions that need confirming: the last of each kind and property that still has effect."""
    last: dict[tuple[str, str], Decision] = {}
    for decision in valid:
        payload = payload_of(decision)
        if decision.action not in CONFIRMABLE:
            continue
        if decision.action == Action.STATE and payload["to"] not in (State.REVIEWED, State.REJECTED):
            last.pop((Action.STATE, ""), None)
            continue
        last[(decision.action, str(payload.get("property") or payload.get("name") or ""))] = decision
    return tuple(last[key] for key in sorted(last))
