"""What a person may decide, and which states follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from khabar.errors import InputError


class State(StrEnum):
    """How far the review of a record or incident has come."""

    MACHINE = "machine"  # nobody has looked at it
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    REJECTED = "rejected"
    PUBLISHED = "published"


class Action(StrEnum):
    """A kind of decision, with the payload it takes."""

    STATE = "state"  # {"to": state}
    ASSIGN = "assign"  # {"to": person or null}
    COMMENT = "comment"  # {"text": words}
    CORRECT = "correct"  # {"property", "values": [{"type": …}, …], "evidence": [[start, end], …], "reference"}
    ADD = "add"  # {"report", "kind", "spans": [[start, end], …]}: an event that the machine missed
    GRADE = "grade"  # {"grading": one of GRADINGS}
    MERGE = "merge"  # {"with": id of the other incident, "pairs": [[left, right], …], "made": hash of the result}
    SPLIT = "split"  # {"records": [ids that leave], "pairs": [[left, right], …], "made": hash of the result}
    RELEASE = "release"  # {"name": a sensitive name that may be public}
    WITHHOLD = "withhold"  # {"name": a name to keep from the public}
    CONFIRM = "confirm"  # {"decision": id}: a second pair of eyes
    WITHDRAW = "withdraw"  # {"decision": id}: the author, or anybody, takes it back; it stays in the history


# Arguments that a decision must have, and those that it may have.
ARGUMENTS: dict[Action, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Action.STATE: (("to",), ()),
    Action.ASSIGN: (("to",), ()),
    Action.COMMENT: (("text",), ()),
    Action.CORRECT: (("property", "values"), ("evidence", "reference")),
    Action.GRADE: (("grading",), ()),
    Action.RELEASE: (("name",), ()),
    Action.WITHHOLD: (("name",), ()),
    Action.CONFIRM: (("decision",), ()),
    Action.WITHDRAW: (("decision",), ()),
}
# Decisions that are about one kind of subject only; the others are about records, incidents and reports.
ABOUT = {Action.CORRECT: "record", Action.RELEASE: "record", Action.WITHHOLD: "record", Action.GRADE: "incident"}

GRADINGS = ("confirmed", "fair", "weak", "contested", "discounted")  # Airwars' terms

FOLLOWS: dict[State, tuple[State, ...]] = {
    State.MACHINE: (State.IN_REVIEW, State.REVIEWED, State.REJECTED),
    State.IN_REVIEW: (State.MACHINE, State.REVIEWED, State.REJECTED),
    State.REVIEWED: (State.IN_REVIEW, State.REJECTED, State.PUBLISHED),
    State.REJECTED: (State.IN_REVIEW,),
    State.PUBLISHED: (State.IN_REVIEW, State.REJECTED),
}

# Decisions that rest on what the machine read; when that changes, they are stale.
RESTING = frozenset((Action.STATE, Action.CORRECT, Action.GRADE, Action.MERGE, Action.SPLIT, Action.CONFIRM))
# Decisions that need a second pair of eyes before publication.
CONFIRMABLE = frozenset((Action.STATE, Action.CORRECT, Action.ADD, Action.GRADE, Action.RELEASE))
# Decisions that must give a reason.
REASONED = frozenset((Action.CORRECT, Action.GRADE, Action.MERGE, Action.SPLIT, Action.RELEASE, Action.WITHDRAW))


def parse_action(name: str) -> Action:
    """The action of this name. Raises InputError naming the known ones."""
    try:
        return Action(name)
    except ValueError:
        raise InputError(f"action {name!r} is unknown; known: {', '.join(Action)}") from None


def check_arguments(action: Action, kind: str, payload: Mapping[str, object]) -> None:
    """Whether a decision on a subject of this kind has the arguments it takes. Raises InputError."""
    about = ABOUT.get(action, kind)
    if kind != about:
        raise InputError(f"{action}: it is for {about}s; this is of the kind {kind}")
    needed, optional = ARGUMENTS[action]
    for name in needed:
        if name not in payload:
            raise InputError(f"{action}: {name!r} is missing")
    for name, value in payload.items():
        if name not in (*needed, *optional):
            raise InputError(f"{action}: argument {name!r} is unknown; known: {', '.join((*needed, *optional))}")
        may_be_none = action == Action.ASSIGN
        if name not in ("values", "evidence") and not (isinstance(value, str) or (value is None and may_be_none)):
            raise InputError(f"{action}: {name} must be words, not {value!r}")
    if action in (Action.RELEASE, Action.WITHHOLD) and not str(payload["name"]).strip():
        raise InputError(f"{action}: give the name")


def parse_state(name: str) -> State:
    """The state of this name. Raises InputError naming the known ones."""
    try:
        return State(name)
    except ValueError:
        raise InputError(f"state {name!r} is unknown; known: {', '.join(State)}") from None
