"""Which nodes a change can affect, and what is read to judge them."""

import pytest
from pyoxigraph import NamedNode, Triple

from cepgraph.change import Change, with_entailments
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from cepgraph.validation.overlay import Overlay
from cepgraph.validation.scope import affected
from cepgraph.validation.view import View, subgraph
from tests import mini

_OWNER = 'id:ann a cep:Owner ; rdfs:label "Ann" .'
_PET = 'id:rex a cep:Pet ; rdfs:label "Rex" ; cep:owner id:ann ; cep:tag "7" .'
_CLUB = (
    'id:club a cep:Club ; rdfs:label "Club" ; cep:limit 1 . '
    'id:tie a cep:Tie ; rdfs:label "Tie" ; cep:club id:club ; cep:animal id:rex .'
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(mini.write_content(tmp_path_factory.mktemp("content")))


def _store(model: Model, graphs: dict[NamedNode, str]) -> OxigraphStore:
    store = OxigraphStore()
    wanted = {graph: mini.turtle(text) for graph, text in graphs.items()}
    whole = with_entailments(Change.replacing(store, wanted), model.rules, store)
    store.apply(whole.added_quads(), whole.removed_quads(), 1)
    return store


def _affected(
    model: Model,
    before: dict[NamedNode, str],
    added: str = "",
    removed: str = "",
    graph: NamedNode = mini.HOME,
) -> dict[str, set[str]]:
    """Short names of graphs and of the nodes to judge in them."""
    store = _store(model, before)
    change = Change()
    change.add(graph, mini.turtle(added))
    change.remove(graph, mini.turtle(removed))
    whole = with_entailments(change, model.rules, store)
    focus = affected(whole, Overlay(store, whole), model.gate.plan)
    return {
        name.value.rsplit("/", 1)[-1]: {node.value.rsplit("/", 1)[-1] for node in nodes}
        for name, nodes in focus.items()
    }


def test_new_thing_is_judged(model: Model) -> None:
    assert _affected(model, {}, added=_OWNER) == {"home": {"ann"}}


def test_what_points_to_a_changed_thing_is_judged_again(model: Model) -> None:
    before = {mini.HOME: _OWNER, mini.AWAY: _PET}
    found = _affected(model, before, removed='id:ann rdfs:label "Ann" .')
    assert found == {"home": {"ann"}, "away": {"rex"}}


def test_what_a_changed_thing_points_to_is_judged_where_a_shape_looks_back(model: Model) -> None:
    before = {mini.HOME: _OWNER, mini.AWAY: _PET}
    found = _affected(model, before, removed="id:rex cep:owner id:ann .", graph=mini.AWAY)
    assert found["home"] == {"ann"}


def test_change_at_the_end_of_a_declared_path_reaches_its_beginning(model: Model) -> None:
    before = {mini.HOME: _OWNER + _PET + _CLUB}
    found = _affected(model, before, removed="id:tie cep:animal id:rex .")
    assert {"club", "tie", "rex"} <= found["home"]


def test_things_that_share_an_identifier_are_judged(model: Model) -> None:
    before = {mini.HOME: _OWNER + _PET}
    other = 'id:max a cep:Animal ; rdfs:label "Max" ; cep:tag "7" .'
    assert {"max", "rex"} <= _affected(model, before, added=other)["home"]


def test_property_that_no_shape_reads_affects_nothing(model: Model) -> None:
    before = {mini.HOME: _OWNER + _PET}
    assert _affected(model, before, added='id:ann foaf:nick "A" .') == {}


def test_thing_that_is_gone_is_not_judged_and_what_pointed_to_it_is(model: Model) -> None:
    before = {mini.HOME: _OWNER, mini.AWAY: _PET}
    assert _affected(model, before, removed=_OWNER) == {"away": {"rex"}}


def test_what_a_graph_no_longer_sees_because_it_describes_the_thing_itself_counts_as_changed(
    model: Model,
) -> None:
    club, tie = 'id:club a cep:Club ; rdfs:label "Club" .', "id:tie cep:club id:club ."
    before = {mini.HOME: club, mini.AWAY: tie + "id:tie a cep:Tie ; cep:animal id:rex ."}
    found = _affected(model, before, added="id:tie a cep:Tie .")
    assert found["home"] == {"club", "tie"}


def test_things_far_from_the_change_are_left_alone(model: Model) -> None:
    herd = " ".join(f'id:o{n} a cep:Owner ; rdfs:label "O{n}" .' for n in range(50))
    found = _affected(model, {mini.HOME: herd + _OWNER + _PET}, added='id:rex cep:born "x" .')
    assert found == {"home": {"rex"}}


def _views(model: Model, graphs: dict[NamedNode, str]) -> tuple[View, View]:
    overlay = Overlay(_store(model, graphs), Change())
    identifiers = model.gate.plan.identifiers
    return View(overlay, mini.HOME, identifiers), View(overlay, mini.AWAY, identifiers)


def test_graph_sees_what_it_describes_as_it_describes_it(model: Model) -> None:
    home, away = _views(
        model, {mini.HOME: _OWNER, mini.AWAY: 'id:ann a cep:Owner ; rdfs:label "Anne" .'}
    )
    ours, theirs = home.everything(), away.everything()
    assert mini.turtle(_OWNER) <= ours
    assert not mini.turtle('id:ann rdfs:label "Anne" .') & ours
    assert mini.turtle('id:ann rdfs:label "Anne" .') <= theirs


def test_graph_sees_what_it_does_not_describe_as_others_do(model: Model) -> None:
    home, _ = _views(model, {mini.HOME: _PET, mini.AWAY: _OWNER})
    assert mini.turtle(_OWNER) <= home.everything()


def test_identifiers_are_seen_whoever_states_them(model: Model) -> None:
    home, _ = _views(model, {mini.HOME: _PET, mini.AWAY: 'id:rex a cep:Animal ; cep:tag "8" .'})
    assert mini.turtle('id:rex cep:tag "7", "8" .') <= home.everything()


def test_what_is_entailed_belongs_to_the_graph_that_entails_it(model: Model) -> None:
    home, away = _views(model, {mini.HOME: _OWNER, mini.AWAY: "id:ann a cep:Club ."})
    entity: set[Triple] = mini.turtle("id:ann a cep:Entity .")
    assert entity <= home.everything()
    assert entity <= away.everything()
    assert not mini.turtle("id:ann a cep:Club .") & home.everything()


def test_what_is_read_is_enough_and_not_much_more(model: Model) -> None:
    herd = " ".join(f'id:o{n} a cep:Owner ; rdfs:label "O{n}" .' for n in range(50))
    store = _store(model, {mini.HOME: herd + _OWNER + _PET + _CLUB})
    view = View(Overlay(store, Change()), mini.HOME, model.gate.plan.identifiers)
    found = subgraph(view, {mini.thing("rex")}, model.gate.plan)
    # the owner's name and the club are read for the pet; what else the owner has is not
    assert mini.turtle(_PET + _OWNER) <= found
    assert mini.turtle("id:tie cep:animal id:rex ; cep:club id:club .") <= found
    assert {t.subject for t in found} <= {mini.thing(n) for n in ("rex", "ann", "tie", "club")}
