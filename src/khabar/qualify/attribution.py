"""Who says so: reporting verbs, prepositional frames and headline colons, as chains with a scope.

The chain reads from the outlet inwards: "نقلت سانا عن مصدر عسكري" is [سانا, مصدر عسكري];
"قال متحدث باسم التحالف لرويترز" is [رويترز, متحدث باسم التحالف]. The scope of a verb runs from it to the end of
the sentence; a prepositional frame covers its whole sentence. A speaker goes on in the sentences after his own:
inside an open quotation (`quote_carry`), or with an empty stretch where nothing but nearness says so (`carry`).
"""

from __future__ import annotations

from collections.abc import Sequence

from khabar.model.document import ActorMention, Attribution, Sentence, TimeMention, Token
from khabar.qualify.frames import Frame, Frames
from khabar.qualify.names import Source

_MARKS = frozenset("«“»”\"")
_CARRY = 2  # sentences for which a speaker may go on unnamed


class _Attributions:
    """Turns frames into attributions with spans; follows quotations across sentences."""

    def __init__(self, tokens: Sequence[Token], norms: Sequence[str], actors: Sequence[ActorMention]) -> None:
        self.tokens, self.norms, self.actors = tokens, norms, actors
        self.quoting = False

    def span(self, source: Source) -> tuple[int, int]:
        """Character span of a name, a leading particle and closing marks outside it."""
        token = self.tokens[source.first]
        begin = token.start + source.lead
        if source.actor is not None and self.actors[source.actor].first == source.first:
            begin = self.actors[source.actor].start
        return begin, self.tokens[source.last - 1].end

    def make(self, frame: Frame, number: int, sentence: Sentence) -> Attribution:
        """The attribution of a frame."""
        start = self.tokens[frame.at].start if frame.covers == "after" else sentence.start
        end = sentence.start if frame.covers == "none" else sentence.end
        actors = tuple(s.actor for s in frame.chain if s.actor is not None)
        chain = tuple(map(self.span, frame.chain))
        return Attribution(chain, frame.verb, frame.manner, start, end, number, actors, frame.opened)

    def follow_quotes(self, sentence: Sentence) -> None:
        """Whether a quotation is open at the end of a sentence."""
        norms = self.norms[sentence.first:sentence.last]
        for norm in norms if not _MARKS.isdisjoint(norms) else ():
            if norm in "«“":
                self.quoting = True
            elif norm in "»”":
                self.quoting = False
            elif norm == '"':
                self.quoting = not self.quoting


def find_attributions(
    text: str, tokens: Sequence[Token], norms: Sequence[str], sentences: Sequence[Sentence],
    actors: Sequence[ActorMention], times: Sequence[TimeMention],
) -> tuple[Attribution, ...]:
    """Every attribution of the report, in text order."""
    frames = Frames(tokens, norms, actors, times)
    maker = _Attributions(tokens, norms, actors)
    found: list[Attribution] = []
    said = 0  # the last sentence that tells a source
    for number, sentence in enumerate(sentences):
        before, quoted = frames.last, maker.quoting
        made = frames.sentence(number, sentence)
        if quoted and before:
            found.append(maker.make(Frame(before, "quote_carry", "neutral", sentence.first, "after"), number, sentence))
        elif not made and before and number - said <= _CARRY:
            found.append(maker.make(Frame(before, "carry", "neutral", sentence.first, "none"), number, sentence))
        said = number if made else said
        found += [maker.make(frame, number, sentence) for frame in made]
        maker.follow_quotes(sentence)
    return tuple(found)
