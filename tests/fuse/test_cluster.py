from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khabar.fuse.cluster import Constraints, cluster, find_parts, neighbourhood, pairs_within
from khabar.model.incident import Edge, Feature, Judgement

NOW = datetime(2021, 5, 4, tzinfo=UTC)


def edge(left: str, right: str, score: float, judgement: Judgement = Judgement.SAME, by: str = "machine") -> Edge:
    return Edge(left, right, judgement, score, (), by)


def blocked(left: str, right: str) -> Edge:
    return Edge(left, right, Judgement.DIFFERENT, 0.0, (Feature("contradiction", 1.0, 0.0, "9 days apart"),), "machine")


def test_alike_join_and_others_stay() -> None:
    edges = [edge("a", "b", 0.9), edge("b", "c", 0.3, Judgement.DIFFERENT)]
    assert cluster(edges, records=["d"]) == (("a", "b"), ("c",), ("d",))


def test_a_chain_does_not_drag() -> None:
    """a-b and c-d are alike, b-c barely; nothing links a with c or d."""
    edges = [edge("a", "b", 0.95), edge("c", "d", 0.95), edge("b", "c", 0.7)]
    assert cluster(edges) == (("a", "b"), ("c", "d"))


def test_a_doubtful_member_joins_whom_it_resembles_on_the_whole() -> None:
    edges = [edge("a", "b", 0.95), edge("a", "c", 0.45, Judgement.UNSURE), edge("b", "c", 0.8)]
    assert cluster(edges) == (("a", "b", "c"),)


def about(left: str, right: str, score: float, value: float) -> Edge:
    return Edge(left, right, Judgement.SAME, score, (Feature("about", value, 0.0),), "machine")


def test_what_both_reports_are_about_joins_before_what_one_tells_in_passing() -> None:
    """`stray` is told beside `a` in one report, and is likelier to be `b`."""
    reports = Constraints(reports={"a": "r", "stray": "r", "b": "s"})
    edges = [about("a", "b", 0.7, 0.8), about("b", "stray", 0.95, 0.2)]
    assert cluster(edges, reports) == (("a", "b"), ("stray",))
    assert cluster([about("a", "b", 0.45, 0.8), edges[1]], reports) == (("a",), ("b", "stray"))


def test_contradictions_and_reports_keep_apart() -> None:
    edges = [edge("a", "b", 0.99), edge("b", "c", 0.99), blocked("a", "c")]
    assert ("a", "c") not in pairs_within(cluster(edges))
    same_report = Constraints(reports={"a": "r", "c": "r", "b": "s"})
    clusters = cluster([edge("a", "b", 0.99), edge("b", "c", 0.98)], same_report)
    assert clusters == (("a", "b"), ("c",))


@pytest.mark.parametrize("judgement", [Judgement.DIFFERENT, Judgement.PART])
def test_a_person_keeps_apart_whatever_the_machine_says(judgement: Judgement) -> None:
    edges = [edge("a", "b", 0.99), edge("a", "b", 0.0, judgement, "sara"), edge("a", "c", 0.99), edge("b", "c", 0.98)]
    assert ("a", "b") not in pairs_within(cluster(edges))


def test_a_person_joins_whatever_the_machine_says() -> None:
    edges = [blocked("a", "b"), edge("a", "b", 1.0, by="sara")]
    assert cluster(edges) == (("a", "b"),)
    assert cluster([], Constraints(together=(("a", "b"),)), records=["a", "b"]) == (("a", "b"),)


def test_apart_wins_over_a_chain_of_joins() -> None:
    edges = [
        edge("a", "b", 1.0, by="sara"),
        edge("b", "c", 1.0, by="sara"),
        edge("a", "c", 0.0, Judgement.DIFFERENT, "omar"),
    ]
    assert cluster(edges) == (("a", "b"), ("c",))


def test_withdrawn_judgements_do_not_count() -> None:
    gone = Edge("a", "b", Judgement.SAME, 1.0, (), "sara", NOW, NOW)
    assert cluster([gone], records=["a", "b"]) == (("a",), ("b",))


def test_parts_are_linked_not_merged() -> None:
    edges = [edge("a", "b", 0.95), edge("b", "t", 0.9, Judgement.PART), edge("a", "t", 0.6, Judgement.PART)]
    clusters = cluster(edges)
    assert clusters == (("a", "b"), ("t",))
    assert find_parts(clusters, edges) == ((0, 1, 0.9),)


def test_a_new_report_touches_only_its_neighbours() -> None:
    edges = [edge("a", "b", 0.9), edge("x", "y", 0.9), edge("b", "n", 0.9), edge("a", "n", 0.9)]
    near = neighbourhood(["n"], edges)
    assert near == ("a", "b", "n")
    inside = [e for e in edges if e.left in near]
    assert set(cluster(inside)) <= set(cluster(edges))


NODES = "abcdefg"
SCORES = st.dictionaries(
    st.sampled_from([(x, y) for x in NODES for y in NODES if x < y]), st.integers(1, 99).map(lambda n: n / 100)
)
PAIRS = st.lists(st.sampled_from([(x, y) for x in NODES for y in NODES if x < y]), max_size=4)


RANKED = st.dictionaries(
    st.sampled_from([(x, y) for x in NODES for y in NODES if x < y]), st.tuples(st.integers(1, 99), st.integers(0, 10))
)


@given(RANKED, PAIRS, st.randoms(use_true_random=False))
def test_apart_holds_and_order_does_not_matter_whatever_reports_are_about(
    ranked: dict[tuple[str, str], tuple[int, int]], apart: list[tuple[str, str]], random: Random
) -> None:
    edges = [about(a, b, score / 100, value / 10) for (a, b), (score, value) in ranked.items()]
    reports = {"a": "r", "b": "r", "c": "s", "d": "s"}
    given = Constraints(apart=tuple(apart), reports=reports)
    clusters = cluster(edges, given, records=list(NODES))
    assert sorted(i for members in clusters for i in members) == list(NODES)
    assert not set(pairs_within(clusters)) & {*apart, ("a", "b"), ("c", "d")}
    random.shuffle(edges)
    assert cluster(edges, given, records=list(NODES)) == clusters


@given(SCORES, PAIRS)
def test_whatever_the_scores_apart_stays_apart_and_all_are_in_one(
    scores: dict[tuple[str, str], float], apart: list[tuple[str, str]]
) -> None:
    edges = [edge(a, b, score) for (a, b), score in scores.items()]
    clusters = cluster(edges, Constraints(apart=tuple(apart)), records=list(NODES))
    assert sorted(i for members in clusters for i in members) == list(NODES)
    assert not set(pairs_within(clusters)) & set(apart)


def test_the_order_of_the_edges_does_not_matter() -> None:
    edges = [edge("a", "b", 0.8), edge("b", "c", 0.8), edge("a", "c", 0.5), edge("c", "d", 0.8)]
    assert len({cluster(order) for order in permutations(edges)}) == 1
