"""An update request is divided where the engine's parser finds that an operation ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Store

from cepgraph.engine.guard import LOAD, may_occur
from cepgraph.engine.operations import (
    NoUpdate,
    TooIntricate,
    UpdateParser,
    graphs_of_data,
    operations,
    prologue_of,
    using,
    with_dataset,
)

G = NamedNode("urn:g")


def parts_of(text: str) -> list[str]:
    """The operations without blanks around them."""
    return [part.strip() for part in operations(text, UpdateParser())]


def with_g(operation: str) -> str:
    """An operation that sees one graph."""
    return with_dataset(operation, using([G], [G]), UpdateParser())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("# nothing\n", []),
        ("PREFIX x: <urn:x> BASE <urn:b>", []),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", ["INSERT DATA { <urn:a> <urn:b> 1 }"]),
        ("INSERT DATA {} ;", ["INSERT DATA {}"]),
        ("INSERT DATA {};DELETE DATA {}", ["INSERT DATA {}", "DELETE DATA {}"]),
        ("INSERT DATA {} # ; }\n ; CLEAR ALL", ["INSERT DATA {} # ; }", "CLEAR ALL"]),
        ("CLEAR ALL; DROP ALL; INSERT DATA {}", ["CLEAR ALL; DROP ALL; INSERT DATA {}"]),
        (
            "INSERT DATA { <urn:a> <urn:b> '} ; ' ; <urn:c> '''\n}\n;''' }",
            ["INSERT DATA { <urn:a> <urn:b> '} ; ' ; <urn:c> '''\n}\n;''' }"],
        ),
        (
            "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o } # } ;\n;\nDELETE WHERE { ?s ?p 1 }",
            ["INSERT { ?s ?p 1 } WHERE { ?s ?p ?o } # } ;", "DELETE WHERE { ?s ?p 1 }"],
        ),
    ],
)
def test_operations_are_told_apart_whatever_strings_and_comments_hold(
    text: str, parts: list[str]
) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize("gap", ["", " ", "\n", "# PREFIX\n", " # } ; BASE <urn:z>\r"])
def test_declarations_between_operations_hold_for_those_that_follow(gap: str) -> None:
    text = (
        f"PREFIX a: <urn:a/>{gap}INSERT DATA {{ a:s a:p a:o }}{gap};{gap}"
        f"PREFIX b: <urn:b/>{gap}CREATE GRAPH b:g{gap};{gap}BASE <urn:c/>{gap}"
        f"PREFIX a: <urn:z/>{gap}INSERT DATA {{ a:s b:p <o> }}"
    )
    with pytest.raises(SyntaxError):
        Store().update(text)
    store = Store()
    for part in operations(text, UpdateParser()):
        store.update(part)
    assert {str(quad) for quad in store} == {
        "<urn:a/s> <urn:a/p> <urn:a/o>",
        "<urn:z/s> <urn:b/p> <urn:c/o>",
    }
    assert [graph.value for graph in store.named_graphs()] == ["urn:b/g"]


def test_declaration_in_a_comment_is_none() -> None:
    text = "INSERT DATA {} # } ; PREFIX x: <urn:x>\n; PREFIX y: <urn:y> INSERT DATA { x:s y:p 1 }"
    with pytest.raises(NoUpdate):
        parts_of(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("INSERT DATA { a:b <urn:p> 1 }", "1:"),
        ("CLEAR ALL;\nPREFIX x: <urn:x>\nINSERT DATA {};\n  INSERT DATA { x: x: 1 ", "4:"),
        ("INSERT DATA {};\n\nPREFIX x: <urn:x>\nINSERT DATA {\n x:a y:a 1 }", "5:"),
    ],
)
def test_fault_is_told_with_its_line_in_the_whole_request(text: str, place: str) -> None:
    with pytest.raises(NoUpdate) as raised:
        parts_of(text)
    assert raised.value.error is not None
    assert str(raised.value.error.msg).startswith(f"error at {place}")
    assert len(raised.value.text) == len(text)


@pytest.mark.parametrize(
    "text", ["INSERT DATA {} INSERT DATA {}", "INSERT DATA {};;", "SELECT * {}", ";", "CLEAR"]
)
def test_what_is_no_update_is_refused(text: str) -> None:
    with pytest.raises(NoUpdate):
        parts_of(text)


CLAUSES = "USING <urn:g> USING NAMED <urn:g> "


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?s ?p 1 } @WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o }@WHERE{ ?s ?p ?o }",
        "WITH <urn:h> DELETE { ?s ?p ?o } INSERT {} @where { ?s ?p ?o }",
        "INSERT { ?s ?p 'x where x' } # where {\n @WHERE { ?s ?p ?o }",
        "INSERT { ?where ?p ''' where {''' }\n@WhErE# where\n{ ?where ?p 'where ' }",
        "PREFIX where: <urn:where> INSERT { ?s where:where 1 } @WHERE { ?s where:p ?o }",
        "INSERT { ?s ?p 1 } @WHERE { { SELECT ?s WHERE { ?s ?p ?o } } FILTER EXISTS { ?s ?p 1 } }",
        "CLEAR ALL; INSERT {} USING <urn:h>@WHERE {}",
    ],
)
def test_clauses_come_before_the_where_of_the_operation_and_no_other(text: str) -> None:
    assert with_g(text.replace("@", "")) == text.replace("@", CLAUSES)


@pytest.mark.parametrize(
    "text",
    [
        "DELETE WHERE { ?s ?p ?o }",
        "DELETEWHERE{ ?s ?p ?o }",
        "INSERT DATA { <urn:a> <urn:b> ' where { ' }",
        "CLEAR ALL # where {",
        "CLEAR ALL",
    ],
)
def test_operation_without_a_where_of_its_own_is_left_as_it_stands(text: str) -> None:
    assert with_g(text) == text


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        ("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }", {"<urn:g>"}),
        (
            "PREFIX x: <urn:> delete#\ndata{ x:a x:b 1 GRAPH x:g { x:a x:b 2 } }",
            {"<urn:g>", "DEFAULT"},
        ),
        ("BASE <urn:x> INSERTDATA { GRAPH <urn:g> { _:a <urn:b> '} ; CLEAR ALL' } }", {"<urn:g>"}),
        ("DELETE DATA {}", set()),
        ("CLEAR ALL ; INSERT DATA { <urn:a> <urn:b> 1 }", None),
        ("DELETE WHERE { ?s ?p ?o }", None),
        ("INSERT { GRAPH <urn:g> { <urn:a> <urn:b> 1 } } WHERE {}", None),
        ("CLEAR GRAPH <urn:INSERT_DATA>", None),
    ],
)
def test_graphs_are_known_beforehand_where_triples_are_said_outright(
    text: str, graphs: set[str] | None
) -> None:
    (part,) = operations(text, UpdateParser())
    found = graphs_of_data(part, None)
    assert (found if found is None else set(map(str, found))) == graphs


LOADS = [
    "LOAD <urn:x>",
    "load silent <urn:x>",
    "LoAdSiLeNt<urn:x>INTOGRAPH<urn:g>",
    "#\rLOAD <urn:x>",
    "PREFIX load: <urn:x> LOADload:x",
    "BASE <urn:load/> LOAD#load\n<x>",
    "CLEAR ALL;LOAD <urn:x>;CLEAR ALL",
    "INSERT DATA { <urn:a> <urn:b> 'load' } ; LOAD <urn:load>",
]
NO_LOADS = [
    "INSERT DATA { <urn:load> <urn:p> 'LOAD <urn:x>' }",
    "PREFIX load: <urn:load> INSERT { ?load load:load _:load } WHERE { ?load load:load ?o }",
    "CLEAR ALL # ; LOAD <urn:x>",
    'INSERT DATA { <urn:a> <urn:b> """\n" ; LOAD <urn:x> """ ; <urn:c> "load"@load }',
]


@pytest.mark.parametrize("text", LOADS)
def test_load_is_found(text: str) -> None:
    parser = UpdateParser()
    assert any(may_occur(LOAD, part, parser.parses) for part in operations(text, parser))


@pytest.mark.parametrize("text", NO_LOADS)
def test_the_word_alone_is_no_load(text: str) -> None:
    parser = UpdateParser()
    assert not any(may_occur(LOAD, part, parser.parses) for part in operations(text, parser))


PIECES = st.sampled_from(
    [
        *("LOAD", "load ", "<urn:a>", " ", ";", "{", "}", "#", "\n", "'", '"', "PREFIX load:"),
        *("INSERT DATA {", "CLEAR ALL", "INTO GRAPH", "BASE", ":", "load:", "SERVICE", "?s ?p"),
        *("INSERT { ?s ?p ?o } WHERE { ?s ?p ?o", "DELETE WHERE { ?s ?p ?o", "\\", ".", "@"),
    ]
)


@given(st.lists(PIECES, max_size=10).map("".join))
def test_no_text_that_the_guard_passes_loads_anything(text: str) -> None:
    parser = UpdateParser()
    try:
        parts = operations(text, parser)
    except NoUpdate:
        return
    for part in parts:
        if not may_occur(LOAD, part, parser.parses):
            # were there a LOAD in it, it would not reach that port and say so
            assert "port 1" not in outcome(part.replace("<urn:a>", "<http://127.0.0.1:1/>"))


def outcome(text: str) -> str:
    """What becomes of an update of an empty store in this process."""
    try:
        Store().update(text)
    except (SyntaxError, RuntimeError, OSError) as error:
        return str(error)
    return ""


def test_load_that_nobody_refuses_would_be_noticed() -> None:
    assert "port 1" in outcome("LOAD <http://127.0.0.1:1/>")


def test_declarations_are_read_as_the_parser_reads_them() -> None:
    text = "# x\nPREFIX#y\n:<urn:x>base <urn:y>Prefix x-1.y: <urn:z#>\t# INSERT\n"
    assert prologue_of(text + "INSERT DATA { : x-1.y:a 1 }") == text
    assert UpdateParser().parses(text)


def test_request_that_would_take_too_long_to_divide_is_given_up() -> None:
    text = "INSERT DATA { <urn:a> <urn:b> '" + "} ; " * 1000 + "' }"
    with pytest.raises(TooIntricate):
        operations(text, UpdateParser(most=len(text) * 100))
