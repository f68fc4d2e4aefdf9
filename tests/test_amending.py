"""Amendments: single triples through the one door, and what comes of many after one another."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from cepgraph.errors import BadInput, BadParameter, GateRefused, StaleVersion
from cepgraph.graph import Amendment, KnowledgeGraph, Outcome, Submission
from cepgraph.history import Provenance
from cepgraph.model import Model
from cepgraph.terms import RDF_TYPE, RDFS_LABEL, entailed_graph, is_skolem
from cepgraph.validation import Report
from tests import mini

REX = (
    'id:ann a cep:Owner ; rdfs:label "Ann" . '
    'id:rex a cep:Pet ; rdfs:label "Rex" ; cep:owner id:ann .'
)
_BY = Provenance("tester", "amend")
_GRAPHS = (mini.HOME, mini.AWAY)
_WORLD = """
id:a a cep:Owner ; rdfs:label "Ann" .
id:b a cep:Owner ; rdfs:label "Bob" .
id:c a cep:Pet ; rdfs:label "Rex" ; cep:owner id:a ; cep:friend id:d ; cep:tag "Rex" .
id:d a cep:Pet ; rdfs:label "Max" ; cep:owner id:a, id:b ; cep:tag "x" .
id:e a cep:Club ; rdfs:label "Club" ; cep:limit 1 .
id:f a cep:Tie ; rdfs:label "Tie" ; cep:club id:e ; cep:animal id:c .
"""
_NODES = [mini.thing(name) for name in "abcdef"]
_node = st.sampled_from(_NODES)
_year = st.sampled_from([Literal(year) for year in (2001, 2002, 2003)])
_triple = st.one_of(
    st.sampled_from(sorted(mini.turtle(_WORLD), key=str)),
    st.builds(Triple, _node, st.sampled_from([mini.term(n) for n in ("owner", "friend")]), _node),
    st.builds(Triple, _node, st.just(RDFS_LABEL), st.sampled_from([Literal("x"), Literal("Ann")])),
    st.builds(Triple, _node, st.just(RDF_TYPE), st.sampled_from([mini.term("Owner")])),
    # what mostly conforms
    st.builds(Triple, _node, st.just(mini.term("friend")), st.sampled_from(_NODES[:4])),
    st.builds(Triple, _node, st.just(mini.term("born")), _year),
    st.builds(Triple, _node, st.just(mini.term("died")), _year),
)
_side = st.dictionaries(st.sampled_from(_GRAPHS), st.sets(_triple, max_size=2))
_steps = st.lists(st.tuples(_side, _side), max_size=8)

Graphs = dict[NamedNode, set[Triple]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(mini.write_content(tmp_path_factory.mktemp("content")))


def _tried(graph: KnowledgeGraph, change: Amendment | Submission) -> tuple[Report, Outcome | None]:
    """The verdict on a change, and its outcome when it was made."""
    try:
        made = graph.amend(change) if isinstance(change, Amendment) else graph.publish(change)
    except GateRefused as refused:
        return refused.report, None
    return made.report, made


def _held(graph: KnowledgeGraph) -> Graphs:
    """All that a graph holds, entailments included."""
    names = (*_GRAPHS, *map(entailed_graph, _GRAPHS))
    return {name: {quad.triple for quad in graph.store.graph(name)} for name in names}


def _opened(root: Path, model: Model) -> KnowledgeGraph:
    return mini.open_graph(root, model, in_memory=True)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=_steps)
def test_amendments_after_one_another_are_what_publishing_the_whole_each_time_is(
    model: Model, steps: list[tuple[Graphs, Graphs]]
) -> None:
    """The same verdicts, the same graphs, the same entailments, the same entries of the log."""
    whole = {graph: mini.described(graph, mini.turtle(_WORLD)) for graph in _GRAPHS}
    with TemporaryDirectory() as folder:
        one, other = (_opened(Path(folder) / name, model) for name in ("one", "other"))
        with one, other:
            for graph in (one, other):
                graph.publish(Submission(whole, _BY))
            accepted = 0
            for added, removed in steps:
                wanted = {
                    name: (whole[name] - removed.get(name, set())) | added.get(name, set())
                    for name in {*added, *removed}
                }
                report, made = _tried(one, Amendment(added, removed, _BY))
                expected, published = _tried(other, Submission(wanted, _BY))
                assert report == expected
                assert (made is None) == (published is None)
                if made is not None and published is not None:
                    accepted += made.changed
                    whole |= wanted
                    counted = [
                        (o.version, o.triples_added, o.triples_removed, o.subjects_changed)
                        for o in (made, published)
                    ]
                    assert counted[0] == counted[1]
                assert _held(one) == _held(other)
            assert one.version == other.version == 1 + accepted
            _assert_as_from_nothing(one, model, whole)


def _assert_as_from_nothing(graph: KnowledgeGraph, model: Model, whole: Graphs) -> None:
    held = _held(graph)
    for name in _GRAPHS:
        assert held[name] == whole[name]
        assert held[entailed_graph(name)] == model.rules.closure(whole[name])
    assert model.gate.judge_everything(graph.store).conforms


def test_amending_changes_single_triples(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        outcome = graph.amend(
            mini.amendment(
                {mini.HOME: 'id:rex rdfs:label "Rexy" .'},
                {mini.HOME: 'id:rex rdfs:label "Rex", "never there" .'},
            )
        )
        labels = {q.object.value for q in graph.store.outgoing([mini.thing("rex")])}
    assert (outcome.triples_added, outcome.triples_removed) == (1, 1)
    assert "Rexy" in labels
    assert "Rex" not in labels


def test_blank_node_cannot_be_removed_by_itself(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        blank = '[] a cep:Club ; rdfs:label "C" .'
        with pytest.raises(BadInput, match="blank node"):
            graph.amend(mini.amendment({}, {mini.HOME: blank}))


def test_blank_node_that_is_added_is_a_new_thing(tmp_path: Path, model: Model) -> None:
    """Its name in the graph is none of those that blank nodes have there already."""
    club = '[] a cep:Club ; rdfs:label "{}" .'
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(club.format("One")))
        graph.amend(mini.amendment({mini.HOME: club.format("Two")}))
        again = graph.amend(mini.amendment({mini.HOME: club.format("Two")}))
        clubs = {q.subject for q in graph.store.graph(mini.HOME) if is_skolem(q.subject.value)}
    assert len(clubs) == 2
    assert not again.changed


def test_several_graphs_are_amended_in_one_entry(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        club = mini.described(mini.AWAY, mini.turtle('id:c a cep:Club ; rdfs:label "C" .'))
        outcome = graph.amend(
            Amendment(
                {mini.AWAY: club, mini.HOME: mini.turtle("id:rex cep:born 2001 .")},
                {},
                _BY,
            )
        )
        head = graph.version
        entry = graph.history.entry(head)
    assert head == 2
    assert entry.graphs == (mini.AWAY.value, mini.HOME.value)
    assert outcome.graphs_added == (mini.AWAY.value,)


def test_fault_in_one_amended_graph_keeps_all_as_they_are(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        with pytest.raises(GateRefused) as refused:
            graph.amend(
                mini.amendment(
                    {mini.HOME: "id:rex cep:born 2001 .", mini.AWAY: "id:c a cep:Club ."}
                )
            )
        assert graph.version == 1
        assert mini.AWAY not in graph.store.graphs()
    graphs = {result.graph for result in refused.value.report.violations}
    assert graphs == {mini.AWAY.value}


def test_amendment_of_a_companion_graph_is_refused(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph, pytest.raises(BadParameter, match="derived"):
        graph.amend(mini.amendment({}, {entailed_graph(mini.HOME): "id:rex cep:born 2001 ."}))


def test_amendment_of_an_older_version_is_refused(tmp_path: Path, model: Model) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        born = mini.amendment({mini.HOME: "id:rex cep:born 2001 ."})
        graph.amend(born, base=1)
        with pytest.raises(StaleVersion) as refused:
            graph.amend(mini.amendment({mini.HOME: "id:rex cep:died 2011 ."}), base=1)
        assert (refused.value.base, refused.value.newer) == (1, 2)
        with pytest.raises(StaleVersion, match="no version 9"):
            graph.amend(born, base=9)
        assert graph.version == 2


def test_change_of_another_graph_does_not_make_what_was_seen_of_one_stale(
    tmp_path: Path, model: Model
) -> None:
    with mini.open_graph(tmp_path, model) as graph:
        graph.publish(mini.submission(REX))
        graph.publish(mini.submission('id:c a cep:Club ; rdfs:label "C" .', mini.AWAY))
        graph.refuse_stale(1, mini.HOME)
        with pytest.raises(StaleVersion):
            graph.refuse_stale(1, mini.AWAY)
