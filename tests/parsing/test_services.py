"""SERVICE patterns are found where the engine has them, and are queries by themselves."""

import pytest

from cepgraph.parsing import Asked, Service, tasks

PREFIX = "PREFIX : <urn:> "


def found(query: str) -> Asked:
    """What a query asks of others."""
    told = tasks.services(PREFIX + query)
    assert "problem" not in told, told
    return Asked(told["text"], tuple(Service(**service) for service in told["services"]))


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("ASK { SERVICE :e { ?s :p ?o } }", ["SERVICE :e { ?s :p ?o }"]),
        ("ASK {SERVICE:e{?s :p ?o}}", ["SERVICE:e{?s :p ?o}"]),
        ("ASK { {}SERVICE<urn:e>{} }", ["SERVICE<urn:e>{}"]),
        ("ASK { service\tSilent\r\n:e\n{ } }", ["service\tSilent\r\n:e\n{ }"]),
        ("ASK { # SERVICE :x {}\n SERVICE # }\n :e #{\r { } #}\n }", ["SERVICE # }\n :e #{\r { }"]),
        ("ASK { ?s :p 'SERVICE :x {}' SERVICE :e { ?s :p '}' } }", ["SERVICE :e { ?s :p '}' }"]),
        ("ASK { SERVICE :e { { } UNION { } } SERVICE :f { } }",
         ["SERVICE :e { { } UNION { } }", "SERVICE :f { }"]),
        ("SELECT (EXISTS { SERVICE :e {} } AS ?x) {} HAVING (EXISTS { SERVICE :f {} })",
         ["SERVICE :e {}", "SERVICE :f {}"]),
        ("ASK { SERVICE :e { ?s :p 'é\t\\u00e9' } }", ["SERVICE :e { ?s :p 'é\té' }"]),
        ("ASK { ?s :service ?service }", []),
        ("ASK { SERVICE }", []),
    ],
)  # fmt: skip
def test_places_of_services(query: str, texts: list[str]) -> None:
    asked = found(query)
    assert [asked.text[one.start : one.end] for one in asked.services] == texts


def test_service_is_a_query_with_the_names_of_its_columns() -> None:
    (service,) = found(
        "SELECT * { ?a :p ?b SERVICE SILENT :e { ?a :q ?c MINUS { ?x :y ?z } FILTER (?b > 1) } }"
    ).services
    assert (service.endpoint, service.silent) == ("urn:e", True)
    assert service.query == (
        "PREFIX : <urn:>\nSELECT * WHERE { ?a :q ?c MINUS { ?x :y ?z } FILTER (?b > 1) }"
    )
    assert sorted(service.variables) == ["a", "c"]


def test_answers_stand_where_the_services_stood() -> None:
    asked = found("ASK { SERVICE :e { } ?s :p ?o . SERVICE :f { } }")
    assert asked.answered(["{1}", "{2}"]) == f"{PREFIX}ASK {{  {{1}}  ?s :p ?o .  {{2}}  }}"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("ASK { SERVICE ?e { } }", "name the endpoint"),
        ("ASK { SERVICE :e { SERVICE :f { } } }", "within a SERVICE"),
        ("ASK { SERVICE :e { FILTER EXISTS { SERVICE :f { } } } }", "within a SERVICE"),
        ("ASK { SERVICE :e { ?s :p ?o LATERAL { } } }", "plain SPARQL 1.1"),
        ("ASK { SERVICE :e { ?s :p '\\u0027' } }", "plain SPARQL 1.1"),
        ("ASK { ?s :p 1SERVICE:e{ } }", "plain SPARQL 1.1"),
    ],
)
def test_what_is_not_answered_is_said(query: str, problem: str) -> None:
    assert problem in tasks.services(PREFIX + query)["problem"]
