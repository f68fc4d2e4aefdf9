"""Every graph describes itself: by its file, by its sender, or as it did before."""

import pytest
from pyoxigraph import NamedNode, Triple

from cepgraph.errors import BadParameter
from cepgraph.graph import Submission
from cepgraph.history import Provenance
from cepgraph.store import OxigraphStore
from cepgraph.terms import CEP, DCTERMS, RDFS_LABEL
from ingest.description import Description, described
from tests import mini

_REX = mini.turtle('id:rex a cep:Pet ; rdfs:label "Rex" .')
_ANN = "https://w3id.org/cepgraph/id/owner/ann"
_SAID = Description("Pets", _ANN, "not stated", "https://example.org/pets")
_SAID_TRIPLES = mini.turtle(
    f'<{mini.HOME.value}> a cep:Dataset ; rdfs:label "Pets" ; dcterms:publisher <{_ANN}> ; '
    'cep:licenceStatement "not stated" ; dcterms:source <https://example.org/pets> .'
)


def _described(
    triples: set[Triple],
    said: Description,
    before: set[Triple] | None = None,
    graph: NamedNode = mini.HOME,
) -> set[Triple]:
    store = OxigraphStore()
    store.apply((mini.quad(t, graph) for t in before or set()), (), 1)
    submission = Submission({graph: triples}, Provenance("tester", "test"))
    return set(described(submission, said, store).graphs[graph])


def test_sender_describes_a_graph_whose_file_does_not() -> None:
    assert _described(_REX, _SAID) == _REX | _SAID_TRIPLES


def test_licence_with_an_address_is_a_licence_and_any_other_a_statement() -> None:
    found = _described(_REX, Description(licence="https://example.org/licence")) - _REX
    assert found == mini.turtle(
        f"<{mini.HOME.value}> a cep:Dataset ; dcterms:license <https://example.org/licence> ."
    )


def test_what_the_file_says_goes_before_what_the_sender_says() -> None:
    own = mini.turtle(f'<{mini.HOME.value}> a cep:Dataset ; rdfs:label "Its own name" .')
    found = _described(_REX | own, _SAID)
    assert found == _REX | own | {t for t in _SAID_TRIPLES if t.predicate != RDFS_LABEL}


def test_graph_that_nobody_describes_keeps_its_description() -> None:
    before = _REX | _SAID_TRIPLES
    assert _described(mini.turtle("id:max a cep:Pet ."), Description(), before) == (
        mini.turtle("id:max a cep:Pet .") | _SAID_TRIPLES
    )


def test_sender_may_say_one_thing_anew_and_leave_the_rest() -> None:
    found = _described(_REX, Description(licence="https://example.org/l"), _REX | _SAID_TRIPLES)
    licences = {CEP + "licenceStatement", DCTERMS + "license"}
    assert {t for t in found if t.predicate.value in licences} == mini.turtle(
        f"<{mini.HOME.value}> dcterms:license <https://example.org/l> ."
    )
    assert found >= {t for t in _SAID_TRIPLES if t.predicate.value not in licences}


def test_file_that_describes_its_graph_may_leave_out_what_it_said_before() -> None:
    own = mini.turtle(f'<{mini.HOME.value}> a cep:Dataset ; rdfs:label "Its own name" .')
    assert _described(_REX | own, Description(), _REX | _SAID_TRIPLES) == _REX | own


def test_description_of_another_graph_is_not_taken_over() -> None:
    store = OxigraphStore()
    store.apply((mini.quad(t, mini.AWAY) for t in _SAID_TRIPLES), (), 1)
    submission = Submission({mini.HOME: set(_REX)}, Provenance("tester", "test"))
    assert described(submission, Description(), store).graphs[mini.HOME] == _REX


def test_new_graph_that_nobody_describes_stays_without() -> None:
    assert _described(_REX, Description()) == _REX


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"publisher": "Arts Connect"}, "publisher"),
        ({"source": "report.pdf"}, "source"),
        ({"licence": "https://example.org/a licence"}, "licence"),
    ],
)
def test_what_should_be_an_address_and_is_none_is_wrong_use(
    said: dict[str, str], name: str
) -> None:
    with pytest.raises(BadParameter, match=f"{name}: an address") as told:
        Description(**said)
    assert told.value.value == said[name]
