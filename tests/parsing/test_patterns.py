"""What fits no pattern of a query has no part in its answer."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
)

from cepgraph.catalogue import Query
from cepgraph.content import Content
from cepgraph.parsing import Pattern, tasks

QUERIES = Content.default().queries()
PREFIX = "PREFIX : <urn:> "
ANYTHING = Pattern(None, None, None)

DATA = """
@prefix : <urn:> .
:g1 { :a :p :b . :b :p :c . :a a :C . :a :name "x", "y"@en, 1 . }
:g2 { :c :q :d . :d :p :a . :d :name "d\\te" . }
:g3 { :e :r :f . :f :broader :g . :f a :C }
:g4 { :l :first 1 }
:g5 { :a :other :c . :f :other "x" . :d :other :d . :y :other :b }
"""


def patterns(query: str) -> list[Pattern]:
    """The patterns of a query that can be read."""
    found = tasks.patterns(PREFIX + query)
    assert found is not None, query
    return [Pattern(*pattern) for pattern in found]


def p(text: str) -> Pattern:
    """A pattern as it stands in a query, with ``?`` where any term will do."""
    parts = text.split(" ")
    return Pattern(
        *[
            None
            if part == "?"
            else f"<urn:{part[1:]}>"
            if part[0] == ":"
            else str(Literal(part.strip('"')))
            for part in parts
        ]
    )


def term(text: str | None) -> NamedNode | Literal | None:
    """The term that N-Triples writes so."""
    if text is None:
        return None
    (quad,) = parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, NamedNode | Literal)
    return quad.object


def fitting(store: Store, found: Iterable[Pattern]) -> Store:
    """A store with what fits a pattern, and nothing else."""
    kept = Store()
    for pattern in found:
        subject, predicate, object_ = map(term, pattern)
        if isinstance(subject, Literal) or isinstance(predicate, Literal):
            continue
        kept.extend(store.quads_for_pattern(subject, predicate, object_, None))
    return kept


def answer(store: Store, query: str) -> object:
    """What a query gives: a boolean, or how often there is each row or triple."""
    results = store.query(query, use_default_graph_as_union="FROM" not in query)
    if isinstance(results, QueryBoolean):
        return bool(results)
    if isinstance(results, QueryTriples):
        return set(results)
    assert isinstance(results, QuerySolutions)
    names = results.variables
    return Counter(tuple(str(row[name]) for name in names) for row in results)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_of_the_seed_graph_only_what_fits_matters_to_a_catalogue_query(
    seed_store: Store, path: Path
) -> None:
    query = Query.from_file(path)
    found = tasks.patterns(query.text)
    assert found
    kept = fitting(seed_store, [Pattern(*pattern) for pattern in found])
    assert answer(kept, query.text) == answer(seed_store, query.text)


def test_patterns_tell_graphs_of_the_seed_apart(seed_store: Store) -> None:
    (path,) = (path for path in QUERIES if path.stem == "programme-rules")
    query = Query.from_file(path)
    found = tasks.patterns(query.text)
    assert found
    kept = fitting(seed_store, [Pattern(*pattern) for pattern in found])
    assert 0 < len(kept) < len(seed_store) / 2


EXPECTED = {
    "ASK { ?s :p :b }": ["? :p :b"],
    "ASK { :a ?p ?o }": [":a ? ?"],
    "ASK { ?s a :C, :D ; :p [ :q ?x ; :r :z ] }": [
        *("? :C :C", "? :D :D"),
        *("? :p ?", "? :q ?", "? :r :z"),
    ],
    "ASK { [ :q :x ] :p :y . [] :r :z }": ["? :q :x", "? :p :y", "? :r :z"],
    'ASK { ?s :p "x" . }': ['? :p "x"'],
    "ASK { ?s :p 1, 1.0, true, 'x'^^:d }": ["? :p ?"],
    "SELECT * { OPTIONAL { ?s :p :a } { ?s :q :b } UNION { ?s :r :c } MINUS { ?s :t :d } }": [
        *("? :p :a", "? :q :b", "? :r :c", "? :t :d"),
    ],
    "SELECT * { ?s :p ?o FILTER NOT EXISTS { ?o :q :a } }": ["? :p ?", "? :q :a"],
    "SELECT (EXISTS { :a :b ?x } AS ?e) {}": [":a :b ?"],
    "SELECT ?s { ?s :p ?o } GROUP BY ?s HAVING (EXISTS { ?s :q ?r }) ORDER BY EXISTS { ?s :t 1 }": [
        *("? :p ?", "? :q ?", "? :t ?"),
    ],
    "SELECT * { BIND (EXISTS { ?s :p :x } AS ?b) FILTER (1 IN (2, EXISTS { ?s :q :x })) }": [
        *("? :p :x", "? :q :x"),
    ],
    "SELECT * { { SELECT (COUNT(*) AS ?n) { ?s :p ?o } } }": ["? :p ?"],
    "SELECT * { GRAPH ?g { ?s :p ?o } GRAPH :g { :a :q ?o } }": ["? :p ?", ":a :q ?"],
    "SELECT * FROM :g FROM NAMED :h { ?s :p ?o }": ["? :p ?"],
    "CONSTRUCT { ?s :new ?o } WHERE { ?s :old ?o }": ["? :old ?"],
    "CONSTRUCT WHERE { ?s :old :o . :a ?p ?q }": ["? :old :o", ":a ? ?"],
    "DESCRIBE :a": [":a ? ?"],
    "DESCRIBE :a :b { :c :d :e }": [":a ? ?", ":b ? ?", ":c :d :e"],
    "ASK { :s :p/^:q|:r :o }": [":s :p ?", ":o :q ?", ":s :r :o"],
    "ASK { :s ^:p :o }": [":o :p :s"],
    "ASK { :s :p+ :o }": ["? :p ?"],
    "ASK { :s (:p/:q)+ :o }": ["? :p ?", "? :q ?"],
    "ASK { :s :p? :o }": [*(":s ? ?", "? ? :s", ":o ? ?", "? ? :o"), ":s :p :o"],
    "ASK { ?s a :C ; :broader* ?t . ?t :narrower*/:same? ?u }": [
        *("? :C :C", "? :broader ?", "? :narrower ?", "? :same ?"),
    ],
    "ASK { ?s :p ?o . OPTIONAL { ?o :q* ?x } MINUS { ?z ^:r* ?s } }": [
        "? :p ?",
        "? :q ?",
        "? :r ?",
    ],
    "SELECT * { ?s :p ?o SERVICE <http://example.org/> { ?o :q ?x } }": ["? :p ?"],
    "SELECT * { VALUES ?s { :a } }": [],
}


@pytest.mark.parametrize(("query", "expected"), EXPECTED.items(), ids=EXPECTED)
def test_patterns_are(query: str, expected: list[str]) -> None:
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    wanted = {
        pattern._replace(predicate=f"<{rdf_type}>")
        if pattern.predicate in ("<urn:C>", "<urn:D>")
        else pattern
        for pattern in map(p, expected)
    }
    found = patterns(query)
    assert set(found) == wanted
    assert len(found) == len(wanted)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT ?g { GRAPH ?g {} }",
        "SELECT ?g { GRAPH ?g { OPTIONAL { ?s :p ?o } } }",
        "SELECT ?g { GRAPH ?g { { ?s :p ?o } UNION {} } }",
        "SELECT ?g { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s :p ?o } } }",
        "SELECT ?g { GRAPH ?g { VALUES ?x { 1 } } }",
        "SELECT ?g { GRAPH ?g { FILTER NOT EXISTS { ?s :p ?o } } }",
        "SELECT ?g { GRAPH ?g { GRAPH ?h { ?s :p ?o } } }",
        "ASK { ?s !(:p|:q) ?o }",
        "ASK { ?s :p* ?o }",
        "ASK { ?s (:p/:q?)? ?o }",
        "ASK { ?s ^(:p*) ?o }",
        "ASK { ?s (:p|:q*) ?o }",
        "ASK { VALUES ?s { :a } ?s :p* ?o }",
        "ASK { ?s :p ?o . GRAPH ?g { ?s :q* ?x } }",
        "ASK { ?s :p ?o . GRAPH ?g { ?a :r ?b . ?s :q* ?x } }",
        "ASK { ?s :p ?o . { SELECT (COUNT(*) AS ?n) { ?s :q* ?x } } }",
        "ASK { ?s ?t ?o . FILTER (1 = 1) }",
        "DESCRIBE ?s { ?s :p ?o }",
        "DESCRIBE * { ?s :p ?o }",
    ],
)
def test_anything_may_matter_to(query: str) -> None:
    assert ANYTHING in patterns(query)


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("BASE <http://a.example/b/c> ASK { <../x> <#p> <> }", "/x /b/c#p /b/c"),
        ("BASE <http://a.example/> BASE <d/> ASK { <x> <y> <z> }", "/d/x /d/y /d/z"),
        (
            "BASE <http://a.example/> PREFIX e: <e/> BASE <f/> ASK { <x> e:a.b e:c\\,d }",
            "/f/x /e/a.b /e/c,d",
        ),
        ("PREFIX e: <http://a.example/> ASK { e: e:%41 e:e:e }", "/ /%41 /e:e"),
        ("PREFIX e: <urn:x> PREFIX e: <http://a.example/> ASK { e:a e:b e:c }", "/a /b /c"),
        ("ASK { <http://a.example/\\u00e9> <http://a.example/b/../c> <http://a.example/#> }", None),
    ],
)
def test_names_are_resolved_as_the_engine_does(written: str, resolved: str | None) -> None:
    if resolved is None:
        resolved = "/é /b/../c /#"
    (found,) = tasks.patterns(written) or [()]
    assert found == tuple(f"<http://a.example{part}>" for part in resolved.split(" "))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'x'@en-GB", Literal("x", language="en-gb")),
        ("'a\tb'", Literal("a\tb")),
        ('"""a\\"b\\\\n"""', Literal('a"b\\n')),
        ("'caf\\u00e9 \\U0001F600'", Literal("café 😀")),
        ("'a\\\\u0041'", Literal("a\\u0041")),
        ("'#no comment'", Literal("#no comment")),
    ],
)
def test_literals_are_read_as_the_engine_does(written: str, value: Literal) -> None:
    (found,) = patterns(f"ASK {{ ?s :p {written} }}")
    assert found.object is not None
    assert term(found.object) == value
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), value))
    assert store.query(f"{PREFIX} ASK {{ ?s :p {written} }}")


def test_comment_ends_where_the_engine_ends_it() -> None:
    assert patterns("ASK { #\r?s :p :o\r\n# ?s :q :o\n}") == [p("? :p :o")]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT",
        "ASK { ?s unknown:p ?o }",
        "ASK { <relative> :p ?o }",
        "ASK { ?s :p '\\u0022' }",
        "ASK { ?s :p '\\u0027 . ?a ?b \\u0027' }",
        "ASK { ?s :p ?o LATERAL { ?o :q ?x } }",
        "INSERT DATA { :a :b :c }",
        "SELECT * { " + "{" * 10_000 + "}" * 10_000 + " }",
        "SELECT * { FILTER (" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
        "",
    ],
    ids=lambda query: query[:40],
)
def test_what_cannot_be_read_has_no_patterns(query: str) -> None:
    assert tasks.patterns(PREFIX + query) is None


_NODES = st.sampled_from([":a", ":b", ":c", ":d", "?x", "?y", "?z", "_:n", "[]", '"x"', "1"])
_SUBJECTS = st.sampled_from([":a", ":b", ":f", "?x", "?y", "?z", "_:n"])
_STEPS = st.sampled_from([":p", ":q", ":r", "a", ":name", ":broader"])
_PATHS = st.recursive(
    _STEPS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("?*+")).map(lambda pair: f"({pair[0]}){pair[1]}"),
        st.tuples(inner, inner).map("/".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        inner.map(lambda path: f"^({path})"),
        st.sampled_from(["!(:p|^:q)", "!a"]),
    ),
    max_leaves=3,
)
_VERBS = st.one_of(_PATHS, st.sampled_from(["?v", "?x"]))
_OBJECTS = st.recursive(
    _NODES,
    lambda inner: st.one_of(
        st.lists(st.tuples(_VERBS, inner), min_size=1, max_size=2).map(
            lambda pairs: "[ " + " ; ".join(" ".join(pair) for pair in pairs) + " ]"
        ),
        st.lists(inner, min_size=1, max_size=2).map(lambda items: f"( {' '.join(items)} )"),
    ),
    max_leaves=3,
)
_PROPERTIES = st.lists(
    st.tuples(_VERBS, st.lists(_OBJECTS, min_size=1, max_size=2).map(" , ".join)).map(" ".join),
    min_size=1,
    max_size=2,
).map(" ; ".join)
_TRIPLES = st.one_of(
    st.tuples(_SUBJECTS, _PROPERTIES).map(" ".join),
    st.tuples(st.tuples(_VERBS, _OBJECTS), st.one_of(st.just(""), _PROPERTIES)).map(
        lambda pair: f"[ {' '.join(pair[0])} ] {pair[1]}"
    ),
).map(lambda text: f"{text} .")
_BLOCKS = st.lists(_TRIPLES, max_size=2).map(" ".join)


def _groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    framed = st.sampled_from(
        [
            *("OPTIONAL {{ {0} }}", "MINUS {{ {0} }}", "{{ {0} }}", "GRAPH ?g {{ {0} }}"),
            *("GRAPH :g1 {{ {0} }}", "FILTER EXISTS {{ {0} }}", "FILTER NOT EXISTS {{ {0} }}"),
            *("{{ SELECT (COUNT(*) AS ?n) {{ {0} }} }}", "{{ SELECT DISTINCT ?x {{ {0} }} }}"),
            *("{{ {0} }} UNION {{ ?x :q ?y }}", "VALUES ?y {{ :a :b :f }} {{ {0} }}"),
        ]
    )
    parts = st.tuples(framed, inner).map(lambda pair: pair[0].format(pair[1]))
    return st.tuples(_BLOCKS, st.lists(parts, max_size=2).map(" ".join), _BLOCKS).map(" ".join)


_QUERIES = st.recursive(_BLOCKS, _groups, max_leaves=4).map(
    lambda group: f"{PREFIX}SELECT * {{ {group} }}"
)


def _accepted(query: str) -> bool:
    try:
        Store().query(query)
    except SyntaxError:
        return False
    return True


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(_QUERIES.filter(_accepted))
def test_what_fits_no_pattern_can_be_taken_away(query: str) -> None:
    store = Store()
    store.load(DATA.encode(), format=RdfFormat.TRIG)
    found = tasks.patterns(query)
    assert found is not None
    kept = fitting(store, [Pattern(*pattern) for pattern in found])
    assert answer(kept, query) == answer(store, query)
