"""What an update would do is worked out in a worker, which then has had its day."""

import io

import pytest
from pyoxigraph import RdfFormat, Store, parse

from cepgraph.engine.refusal import Refusal
from cepgraph.engine.update import (
    Difference,
    UpdateRequest,
    difference_of,
    update_head,
    update_of,
    work_out,
)
from cepgraph.terms import BASE, GRAPH
from tests.engine.updates import CLUBS, OTHER, PATTERNS, PETS, PREFIXES, lines


def store_of(**graphs: str) -> Store:
    """A store with Turtle in graphs: ``pets``, ``clubs``, ``other``."""
    names = {"pets": PETS, "clubs": CLUBS, "other": OTHER, "entailed": PETS + "/entailed"}
    store = Store()
    for name, turtle in graphs.items():
        trig = f"@prefix : <urn:> . <{names[name]}> {{ {turtle} }}"
        store.extend(parse(trig, format=RdfFormat.TRIG))
    return store


def done(store: Store, update: str, **more: object) -> dict[str, list[str]]:
    """Carry an update out; what differs, in short."""
    request = UpdateRequest(PREFIXES + update, PATTERNS, **more)  # type: ignore[arg-type]
    head, body = work_out(store, update_of(update_head(request)), 1)
    told = difference_of(({**head, "version": 1}, body), request)
    assert {g.graph: (g.added, g.removed) for g in told.graphs} == counted(told)
    return {"+": lines(told.added), "-": lines(told.removed)}


def long(short: list[str]) -> list[str]:
    """N-Quads of what ``lines`` gives, where no literal has a type."""
    return [
        " ".join(
            f"<urn:{term[1:]}>"
            if term.startswith(":")
            else f"<{GRAPH}{term}>"
            if term.startswith("arts/")
            else f"{term}>"
            if term.startswith("<")
            else term
            for term in line.split()
        )
        for line in short
    ]


def counted(told: Difference) -> dict[str, tuple[int, int]]:
    """How many quads of each graph stand in the N-Quads."""
    found: dict[str, list[int]] = {}
    for side, nquads in enumerate((told.added, told.removed)):
        for quad in parse(io.BytesIO(nquads), format=RdfFormat.N_QUADS):
            found.setdefault(quad.graph_name.value, [0, 0])[side] += 1  # type: ignore[union-attr]
    return {graph: (added, removed) for graph, (added, removed) in found.items()}


def refusal(store: Store, update: str, **more: object) -> str:
    """Why an update is refused."""
    with pytest.raises(Refusal) as raised:
        done(store, update, **more)
    return str(raised.value.head)


def test_difference_is_what_was_added_and_what_was_removed() -> None:
    store = store_of(pets=":a :p 1, 2 .", other=":a :p 3 .")
    update = (
        "DELETE { GRAPH a:pets { ?s :p 1 } } INSERT { GRAPH a:pets { ?s :q 1 } "
        "GRAPH a:clubs { ?s :q 2 } } WHERE { GRAPH a:pets { ?s :p 1 } }"
    )
    integer = '"^^<http://www.w3.org/2001/XMLSchema#integer'
    assert done(store, update) == {
        "+": [f':a :q "2{integer} arts/clubs', f':a :q "1{integer} arts/pets'],
        "-": [f':a :p "1{integer} arts/pets'],
    }


def test_what_ends_as_it_began_is_no_difference() -> None:
    store = store_of(pets=":a :p :b .")
    update = (
        "DELETE DATA { GRAPH a:pets { :a :p :b } } ; INSERT DATA { GRAPH a:pets { :a :p :b } } ;"
        "INSERT DATA { GRAPH a:pets { :a :p :c } } ; DELETE DATA { GRAPH a:pets { :a :p :c } }"
    )
    assert done(store, update) == {"+": [], "-": []}


def test_literals_with_strange_line_ends_are_told_whole() -> None:
    update = "INSERT DATA { GRAPH a:pets { :a :p 'one\\n\\u0085\\u2028\\r two ' } }"
    (line,) = done(Store(), update)["+"]
    assert line == ':a :p "one\\n\u0085\u2028\\r two " arts/pets'


def test_blank_nodes_have_the_names_that_they_get_at_the_door() -> None:
    update = "INSERT DATA { GRAPH a:pets { _:x :p 'x' ; :q _:y } GRAPH a:clubs { _:y :p 'y' } }"
    store = Store()
    added = done(store, update)["+"]
    assert [line.split()[0] for line in added if "/.well-known/genid/" in line.split()[0]]
    assert "_:" not in "".join(added)
    known = store_of()
    known.extend(parse("".join(f"{line} .\n" for line in long(added)), format=RdfFormat.N_QUADS))
    assert done(known, update) == {"+": [], "-": []}
    more = "INSERT DATA { GRAPH a:pets { [] :p 'x' ; :q [] } }"
    assert len(done(known, more)["+"]) == 2


def test_blank_nodes_that_nothing_tells_apart_are_refused() -> None:
    ring = " . ".join(f"_:n{number} :p _:n{(number + 1) % 50}" for number in range(50))
    assert "look alike" in refusal(Store(), f"INSERT DATA {{ GRAPH a:pets {{ {ring} }} }}")


def test_numbers_of_lines_do_not_hide_a_triple_that_was_replaced() -> None:
    store = store_of(other=":a :p :b .")
    update = "DELETE DATA { GRAPH o:pets { :a :p :b } } ; INSERT DATA { GRAPH o:pets { :a :p :c } }"
    assert OTHER in refusal(store, update)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { GRAPH o:pets { :x :p :b } }",
        "INSERT DATA { GRAPH o:new { :x :p :b } }",
        "INSERT DATA { GRAPH :g { :x :p :b } }",
        "DELETE DATA { GRAPH o:pets { :a :p :b } }",
        "DELETE WHERE { GRAPH ?g { :a :p :b } }",
        "WITH o:pets DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR GRAPH o:pets",
        "DROP SILENT GRAPH o:pets",
        "DROP NAMED",
        "CLEAR ALL",
        "COPY a:pets TO o:pets",
        "MOVE o:pets TO a:pets",
        "ADD a:pets TO o:pets",
        "INSERT { GRAPH ?g { :x :p :b } } WHERE { BIND(IRI(CONCAT(STR(o:pe), 'ts')) AS ?g) }",
        "INSERT { GRAPH ?g { :x :p :b } } WHERE { BIND(BNODE() AS ?g) }",
        f"INSERT DATA {{ GRAPH <{GRAPH}arts/../others/pets> {{ :x :p :b }} }}",
        f"INSERT DATA {{ GRAPH <{GRAPH}arts/%2e%2e/others/pets> {{ :x :p :b }} }}",
        f"INSERT DATA {{ GRAPH <{GRAPH}cepgraph/arts/> {{ :x :p :b }} }}",
    ],
)
def test_graph_of_others_that_would_change_is_named_in_the_refusal(update: str) -> None:
    store = store_of(pets=":a :p :c .", other=":a :p :b .")
    assert "'forbidden'" in refusal(store, update)


def test_graph_of_others_may_be_read() -> None:
    store = store_of(other=":a :p :b .")
    update = "INSERT { GRAPH a:pets { ?s :q ?o } } WHERE { GRAPH o:pets { ?s :p ?o } }"
    assert done(store, update)["+"] == [":a :q :b arts/pets"]


def test_companion_of_a_graph_changes_with_it_alone() -> None:
    store = store_of(pets=":a :p :b .", entailed=":a :q :b .")
    told = refusal(store, "DELETE WHERE { GRAPH ?g { :a :q ?o } }")
    assert f"{PETS}/entailed holds what follows from {PETS}" in told


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { :a :p :b }",
        "DELETE DATA { :a :p :b }",
        "DELETE DATA { GRAPH a:pets { :a :p :b } :a :p :b } ; CLEAR GRAPH a:pets",
        "INSERT { ?s :q ?o } WHERE { ?s :p ?o }",
        "COPY DEFAULT TO a:pets",
        "MOVE a:pets TO DEFAULT",
        "CLEAR DEFAULT",
        "DROP SILENT DEFAULT",
    ],
)
def test_without_a_default_graph_nothing_is_written_to_it(update: str) -> None:
    told = refusal(store_of(pets=":a :p :b ."), update)
    assert "name the graph with GRAPH or WITH, or send the parameter graph" in told


def test_graph_of_the_request_is_the_default_graph() -> None:
    store = store_of(pets=":a :p :b .", clubs=":a :p :c .")
    update = "DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o }"
    assert done(store, update, default=PETS) == {
        "+": [":a :q :b arts/pets"],
        "-": [":a :p :b arts/pets"],
    }


def test_graph_of_the_request_may_be_new() -> None:
    update = "INSERT DATA { :a :p :b }"
    assert done(Store(), update, default=CLUBS)["+"] == [":a :p :b arts/clubs"]


@pytest.mark.parametrize(
    ("update", "added", "removed"),
    [
        ("CLEAR DEFAULT", [], [":a :p :b arts/pets"]),
        ("CLEAR NAMED", [], [":a :p :c arts/clubs"]),
        ("CLEAR ALL", [], [":a :p :c arts/clubs", ":a :p :b arts/pets"]),
        ("COPY DEFAULT TO a:clubs", [":a :p :b arts/clubs"], [":a :p :c arts/clubs"]),
        (
            "MOVE a:clubs TO DEFAULT",
            [":a :p :c arts/pets"],
            [":a :p :c arts/clubs", ":a :p :b arts/pets"],
        ),
        ("INSERT { ?g :p :q } WHERE { GRAPH ?g { :a ?p ?o } }", ["arts/clubs :p :q arts/pets"], []),
        (
            "INSERT { GRAPH ?g { :x :p :y } } WHERE { VALUES ?g { a:pets } }",
            [":x :p :y arts/pets"],
            [],
        ),
        ("DROP ALL ; INSERT DATA { :a :p :b }", [], [":a :p :c arts/clubs"]),
    ],
)
def test_default_graph_of_the_request_is_that_alone(
    update: str, added: list[str], removed: list[str]
) -> None:
    store = store_of(pets=":a :p :b .", clubs=":a :p :c .")
    assert done(store, update, default=PETS) == {"+": added, "-": removed}


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { GRAPH a:pets { :a :p :b } }",
        f"WITH <{PETS}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"INSERT {{ ?s ?p ?o }} USING NAMED#\n<{PETS}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "COPY a:clubs TO a:pets",
        "CLEAR SILENT GRAPH a:pets",
        f"INSERT DATA {{}} ; PREFIX x: <{GRAPH}> DROP GRAPH x:arts\\/pets ; DROP GRAPH <{PETS}>",
        "MOVE <graph/arts/pets> TO a:clubs",
    ],
)
def test_default_graph_of_the_request_is_not_named_besides(update: str) -> None:
    told = refusal(store_of(pets=":a :p :b ."), update, default=PETS, base=BASE)
    assert f"{PETS} is the default graph of this update" in told


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { a:pets :p :b }",
        "INSERT DATA { GRAPH a:pets2 { :a :p :b } }",
        "DELETE { a:pets ?p ?o } WHERE { GRAPH a:clubs { a:pets ?p ?o } }",
    ],
)
def test_default_graph_of_the_request_may_be_spoken_of(update: str) -> None:
    assert done(Store(), update, default=PETS) is not None


def test_where_sees_all_graphs_as_one_and_each_by_its_name() -> None:
    store = store_of(pets=":a :p :b .", other=":b :p :c .")
    update = "INSERT { GRAPH a:clubs { ?s :q ?o } } WHERE { ?s :p/:p ?o }"
    assert done(store, update)["+"] == [":a :q :c arts/clubs"]
    update = "INSERT { GRAPH a:clubs { ?g :has ?s } } WHERE { ?s :p ?x GRAPH ?g { ?s :p ?x } }"
    assert done(store, update)["+"] == [
        "arts/pets :has :a arts/clubs",
        "others/pets :has :b arts/clubs",
    ]


def test_where_sees_what_earlier_operations_did_to_new_graphs_too() -> None:
    update = (
        "INSERT DATA { GRAPH a:pets { :a :p :b } } ; "
        "INSERT { GRAPH a:clubs { ?s :q ?o } } WHERE { ?s :p ?o }"
    )
    assert done(Store(), update)["+"] == [":a :q :b arts/clubs", ":a :p :b arts/pets"]


def test_with_and_using_of_one_operation_leave_the_others_their_dataset() -> None:
    store = store_of(pets=":a :p :b .", clubs=":c :p :d .")
    update = (
        "WITH a:pets INSERT { ?s :q ?o } WHERE { ?s :p ?o } ; "
        "INSERT { GRAPH a:pets { ?s :r ?o } } WHERE { ?s :p ?o } ; "
        "INSERT { GRAPH a:pets { ?s :t ?o } } USING a:clubs WHERE { ?s :p ?o } "
    )
    assert done(store, update)["+"] == [
        ":a :q :b arts/pets",
        ":a :r :b arts/pets",
        ":c :r :d arts/pets",
        ":c :t :d arts/pets",
    ]


def test_words_in_literals_are_no_clauses() -> None:
    store = store_of(pets=":a :p 'with using' .")
    update = "INSERT { GRAPH a:pets { ?s :q 'with' } } WHERE { ?s :p 'with using' }"
    assert done(store, update)["+"] == [':a :q "with" arts/pets']


def test_dataset_of_the_protocol_is_that_of_every_where() -> None:
    store = store_of(pets=":a :p :b .", clubs=":c :p :d .", other=":e :p :f .")
    update = "INSERT { GRAPH a:new { ?s :q ?o } } WHERE { ?s :p ?o }"
    assert done(store, update, graphs=(CLUBS,))["+"] == [":c :q :d arts/new"]
    twice = "INSERT { GRAPH a:new { ?s :r ?o } } WHERE { ?s :p ?o }"
    assert done(store, f"{update} ; {twice}", graphs=(CLUBS, OTHER))["+"] == [
        *(":c :r :d arts/new", ":e :q :f arts/new", ":e :r :f arts/new"),
    ]
    named = "INSERT { GRAPH a:n { ?s :q ?o } } WHERE { GRAPH ?g { ?s :p ?o } }"
    assert done(store, named, named_graphs=(PETS,))["+"] == [":a :q :b arts/n"]
    assert done(store, named, graphs=(PETS,))["+"] == []
    assert done(store, update, named_graphs=(PETS,))["+"] == []


@pytest.mark.parametrize("clause", ["WITH a:pets", "USING a:pets", "USING NAMED a:pets"])
@pytest.mark.parametrize("given", [{"graphs": (PETS,)}, {"named_graphs": (PETS,)}])
def test_dataset_that_is_given_twice_is_refused(clause: str, given: dict[str, object]) -> None:
    with_, using = (clause, "") if clause.startswith("WITH") else ("", clause)
    update = f"{with_} INSERT {{ GRAPH a:pets {{ :a :b :c }} }} {using} WHERE {{ ?s ?p ?o }}"
    assert "given twice" in refusal(Store(), update, **given)
    assert "given twice" in refusal(Store(), f"INSERT DATA {{}} ; {update}", **given)


@pytest.mark.parametrize(
    "update",
    [
        "SELECT * { ?s ?p ?o }",
        "INSERT DATA { GRAPH a:pets { ?s :p :b } }",
        "DELETE DATA { GRAPH a:pets { _:x :p :b } }",
        "INSERT DATA { GRAPH a:pets { :a :p :b }",
    ],
)
def test_what_is_no_update_is_told_with_its_place(update: str) -> None:
    with pytest.raises(Refusal) as raised:
        done(Store(), update)
    assert raised.value.head["error"] == "syntax"
    assert raised.value.head["line"] == 1


@pytest.mark.parametrize("update", ["CLEAR GRAPH a:x", "DROP GRAPH a:x", "CREATE GRAPH a:pets"])
def test_operation_on_a_graph_that_is_not_so_fails_unless_silent(update: str) -> None:
    store = store_of(pets=":a :p :b .")
    assert "'evaluation'" in refusal(store, update)
    kind, _, rest = update.partition(" ")
    assert done(store, f"{kind} SILENT {rest}") == {"+": [], "-": []}


def test_graph_that_holds_nothing_is_not_there() -> None:
    store = store_of(pets=":a :p :b .")
    store.update(f"DELETE WHERE {{ GRAPH <{PETS}> {{ ?s ?p ?o }} }}")
    assert "does not exist" in refusal(store, "DROP GRAPH a:pets")
    assert done(store, "CREATE GRAPH a:pets") == {"+": [], "-": []}


def test_change_that_is_too_large_is_refused_whole() -> None:
    numbers = " ".join(map(str, range(200)))
    update = (
        "INSERT { GRAPH a:pets { :a :p ?x } } WHERE { "
        f"VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} "
        "BIND(CONCAT(STR(?a), '-', STR(?b)) AS ?x) }"
    )
    assert "1 MB" in refusal(Store(), update)
