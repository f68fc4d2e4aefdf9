"""Queries that somebody might send to harm the service, by the way in which they do."""

from collections.abc import Iterator

LARGE = 900_000
"""Bytes of a query text just below what is taken."""
SEVERAL = (2, 3, 4, 6, 9)
DEPTHS = (100, 2_000, 30_000)
ELSEWHERE = "http://127.0.0.1:{port}/sparql"


def hostile(port: int) -> Iterator[tuple[str, str]]:
    """Name and text of each; ``port`` is one where no query may ever connect."""
    for kind in (
        _cross_joins,
        _paths,
        _values,
        _expressions,
        _strings,
        _nesting,
        _texts,
        _malformed,
    ):
        for number, query in enumerate(kind()):
            yield f"{kind.__name__.strip('_')} {number}", query
    for number, query in enumerate(_elsewhere(ELSEWHERE.format(port=port))):
        yield f"elsewhere {number}", query


def _cross_joins() -> Iterator[str]:
    for many in SEVERAL:
        anything = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(many))
        yield f"SELECT * {{ {anything} }}"
        yield f"SELECT DISTINCT * {{ {anything} }}"
        yield f"SELECT * {{ {anything} }} ORDER BY ?o0 DESC(?s1)"
        yield f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {anything} }}"
        yield f"SELECT ?p0 (GROUP_CONCAT(?o1) AS ?all) {{ {anything} }} GROUP BY ?p0"
        yield f"SELECT ?p0 (SAMPLE(?o1) AS ?one) {{ {anything} }} GROUP BY ?p0 HAVING(SUM(?o0) < 0)"
        yield f"CONSTRUCT {{ ?s0 ?p1 ?o0 . ?s1 ?p0 [] }} WHERE {{ {anything} }}"
        yield f"DESCRIBE * {{ {anything} }}"
        yield f"ASK {{ {anything} FILTER(CONCAT(STR(?s0), STR(?o1)) = 'never') }}"
        optional = " ".join(f"OPTIONAL {{ ?s{n} ?p{n} ?o{n} }}" for n in range(many))
        yield f"SELECT (COUNT(*) AS ?n) {{ {optional} }}"
        union = " UNION ".join(f"{{ ?s{n} ?p{n} ?o{n} . ?a ?b ?c }}" for n in range(many))
        yield f"SELECT * {{ {union} }} ORDER BY ?a"
        minus = " ".join(f"MINUS {{ ?x{n} ?y{n} ?s }}" for n in range(many))
        yield f"SELECT * {{ ?s ?p ?o . ?a ?b ?c {minus} }}"
        graphs = " ".join(f"GRAPH ?g{n} {{ ?s{n} ?p{n} ?o{n} }}" for n in range(many))
        yield f"SELECT (COUNT(*) AS ?n) {{ {graphs} }}"


def _paths() -> Iterator[str]:
    anywhere = "(<urn:none>|!<urn:none>|^!<urn:none>)"
    for mark in "*+?":
        yield f"SELECT * {{ ?s {anywhere}{mark} ?o }}"
        yield f"SELECT (COUNT(*) AS ?n) {{ ?s {anywhere}{mark} ?m . ?m {anywhere}{mark} ?o }}"
        yield f"SELECT * {{ ?s (({anywhere}{mark})*/({anywhere})+)* ?o }} ORDER BY ?s"
        yield f"ASK {{ <urn:s> {anywhere}{mark} ?x . ?x {anywhere}{mark} <urn:nowhere> }}"
    for many in SEVERAL:
        steps = "/".join([f"{anywhere}*"] * many)
        yield f"SELECT (COUNT(*) AS ?n) {{ ?s {steps} ?o }}"
        names = "|".join(f"<urn:{n}>" for n in range(many * 1000))
        yield f"SELECT * {{ ?s !({names}) ?o . ?a ?b ?c }}"
    for depth in DEPTHS:
        yield f"SELECT * {{ ?s {'(' * depth}<urn:p>{')*' * depth} ?o }}"
        yield f"SELECT * {{ ?s {'/'.join(['<urn:p>'] * depth)} ?o }}"
        yield f"SELECT * {{ ?s {'|'.join(['<urn:p>*'] * depth)} ?o }}"


def _values() -> Iterator[str]:
    for many in SEVERAL:
        numbers = " ".join(str(number) for number in range(200))
        blocks = " ".join(f"VALUES ?v{n} {{ {numbers} }}" for n in range(many))
        yield f"SELECT * {{ {blocks} }} ORDER BY ?v0"
        yield f"SELECT (SUM(?v0 * ?v1) AS ?n) {{ {blocks} }}"
    yield f"SELECT * {{ VALUES ?v {{ {' '.join(str(n) for n in range(LARGE // 8))} }} }}"
    row = f"({' '.join(['UNDEF'] * 300)})"
    wide = " ".join(f"?v{n}" for n in range(300))
    yield f"SELECT * {{ VALUES ({wide}) {{ {row * 400} }} VALUES ({wide}) {{ {row * 10} }} }}"


def _expressions() -> Iterator[str]:
    yield "SELECT (1e308 * 1e308 AS ?x) (1/0 AS ?y) (-9223372036854775808 / -1 AS ?z) {}"
    yield "SELECT (9223372036854775807 + 1 AS ?x) (99999999999999999999.9 * 99999999999.9 AS ?y) {}"
    long = "<http://www.w3.org/2001/XMLSchema#duration>"
    yield f"SELECT ('P999999999999Y'^^{long} + 'P999999999999Y'^^{long} AS ?x) {{}}"
    for many in SEVERAL:
        terms = " || ".join(f"?o = {n}" for n in range(many * 5000))
        yield f"SELECT * {{ ?s ?p ?o . ?a ?b ?c FILTER({terms}) }}"
        listed = ", ".join(str(n) for n in range(many * 5000))
        yield f"SELECT * {{ ?s ?p ?o . ?a ?b ?c FILTER(?o NOT IN ({listed})) }} ORDER BY ?a"
        exists = "FILTER NOT EXISTS { ?x ?y ?o . ?q ?r ?z " * many + "}" * many
        yield f"SELECT * {{ ?s ?p ?o . ?a ?b ?c {exists} }}"


def _strings() -> Iterator[str]:
    for times in (20, 28, 40):
        grown = " ".join(f"BIND(CONCAT(?b{n}, ?b{n}) AS ?b{n + 1})" for n in range(times))
        yield f"SELECT ?b{times} {{ BIND('0123456789' AS ?b0) {grown} }}"
        yield f"SELECT (STRLEN(?b{times}) AS ?n) {{ BIND('é' AS ?b0) {grown} }}"
        yield f"SELECT (SHA512(UCASE(?b{times})) AS ?n) {{ BIND('ß' AS ?b0) {grown} }}"
    bombs = (
        "(a+)+$",
        "(a|a)*$",
        "((a{1,100}){1,100}){1,100}",
        "(?:(?:(?:a?){50}){50}){50}",
        ".*.*.*.*.*.*.*.*=.*",
        "\\\\p{L}{1000}{100}",
        "(" * 1000 + ")" * 1000,
        "[",
    )
    for bomb in bombs:
        subject = f"'{'a' * 5000}!'"
        yield f"SELECT * {{ ?s ?p ?o . ?a ?b ?c FILTER REGEX({subject}, '{bomb}', 'i') }}"
        yield f"SELECT (REPLACE({subject}, '{bomb}', '$0$0$0$0') AS ?x) {{ ?s ?p ?o . ?a ?b ?c }}"


def _nesting() -> Iterator[str]:
    for depth in DEPTHS:
        yield f"SELECT * {'{' * depth}{'}' * depth}"
        yield f"SELECT ({'(' * depth}1{')' * depth} AS ?x) {{}}"
        yield f"SELECT ({'!' * depth}true AS ?x) {{}}"
        yield f"SELECT ({'-' * depth}1 AS ?x) {{}}"
        yield f"SELECT * {{ {'OPTIONAL { ?s ?p ?o ' * depth}{'}' * depth} }}"
        yield f"SELECT * {'{ SELECT * ' * depth}{{}}{'}' * depth}"
        yield f"SELECT ({'COALESCE(1, ' * depth}1{')' * depth} AS ?x) {{}}"
        yield f"SELECT * {{ ?s ?p {'[ <urn:p> ' * depth}{']' * depth} }}"
        yield f"SELECT * {{ ?s ?p {'( ' * depth}{')' * depth} }}"
        yield f"SELECT * {{ {'GRAPH ?g { ' * depth}{'}' * depth} }}"


def _texts() -> Iterator[str]:
    yield "SELECT * {} #" + "x" * LARGE
    yield "SELECT * {} #" + "x" * 10_000_000
    yield "SELECT * { VALUES ?x { '" + "x" * LARGE + "' } }"
    yield "".join(f"PREFIX p{n}: <urn:{n}> " for n in range(LARGE // 20)) + "ASK {}"
    yield "ASK {" + "?s ?p ?o . " * (LARGE // 12) + "}"
    yield "SELECT " + " ".join(f"?v{n}" for n in range(LARGE // 10)) + " { ?s ?p ?o }"
    yield "SELECT * {" + "{ ?s ?p ?o } UNION " * (LARGE // 20) + "{} }"
    yield "\n" * LARGE + "ASK {}"


def _malformed() -> Iterator[str]:
    yield ""
    yield "\0"
    yield "\ufeffASK {}"
    yield "ASK { ?s ?p '\ud7ff\uffff\U0010ffff' }"
    yield "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999999"
    yield "SELECT * { ?s ?p ?o } OFFSET -1"
    yield "SELECT * { ?s ?p 'unclosed }"
    yield "INSERT DATA { <urn:s> <urn:p> <urn:o> }"
    yield "DROP ALL"


def _elsewhere(url: str) -> Iterator[str]:
    """Ways out of the machine, or to its files."""
    for block in (
        f"SERVICE <{url}> {{ ?s ?p ?o }}",
        f"SERVICE SILENT <{url}> {{ ?s ?p ?o }}",
        f"service<{url}>{{?s ?p ?o}}",
        f"SeRvIcE # comment\n <{url}> {{ }}",
        f"\\u0053ERVICE <{url}> {{ ?s ?p ?o }}",
        f"BIND(<{url}> AS ?e) SERVICE ?e {{ ?s ?p ?o }}",
        f"VALUES ?e {{ <{url}> }} SERVICE SILENT ?e {{ ?s ?p ?o }}",
        f"OPTIONAL {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"{{ SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
        "SERVICE <file:///etc/passwd> { ?s ?p ?o }",
    ):
        yield f"SELECT * {{ {block} }}"
        yield f"CONSTRUCT {{ <urn:a> <urn:b> ?o }} WHERE {{ {block} }}"
        yield f"ASK {{ {block} }}"
    yield f"SELECT * FROM <{url}> {{ ?s ?p ?o }}"
    yield f"SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    yield f"DESCRIBE <{url}> FROM <{url}>"
    yield f"LOAD <{url}>"
    yield f"LOAD SILENT <{url}> INTO GRAPH <urn:g>"
    yield f"ASK {{}} ; LOAD <{url}>"
    yield "LOAD <file:///etc/passwd>"
    yield f"PREFIX s: <{url}> ASK {{ SERVICE s: {{}} }}"
    yield f"BASE <{url}> ASK {{ SERVICE <> {{}} }}"
