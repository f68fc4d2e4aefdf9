"""What each command does, prints and ends with."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import AWAY, DATASET, HOME, PREFIXES, PUBLISHER, REX, Run, head

Write = Callable[..., Path]
_MAX = f'<{HOME}> {DATASET} .\nid:max a cep:Pet ; rdfs:label "Max" ; cep:owner id:seeded .\n'


def _files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


# check


def test_check_of_an_empty_folder_judges_by_the_seed_graph_and_leaves_it_empty(
    cepgraph: Run, data: Path, write: Write
) -> None:
    ran = cepgraph("check", write("max.ttl", _MAX), "--graph", HOME)
    assert (ran.status, ran.out) == (
        0,
        "max.ttl: conforms, and would add 1 thing (+5 −0 triples)\n",
    )
    assert "holds nothing yet; the seed graph is taken in its place" in ran.err
    assert not data.exists()


def test_check_of_a_filled_folder_writes_nothing(cepgraph: Run, seeded: Path, write: Write) -> None:
    ran = cepgraph("check", write("max.ttl", _MAX), "--graph", HOME)
    assert ran.status == 0
    assert "would add 1 thing and remove 2 things" in ran.out
    assert head(seeded) == 2
    assert not ran.err


def test_check_says_what_publish_then_does(cepgraph: Run, seeded: Path, write: Write) -> None:
    file = write("max.ttl", _MAX)
    foreseen = cepgraph("check", file, "--graph", HOME, "--json").json
    done = cepgraph("publish", file, "--graph", HOME, "--json").json
    assert foreseen.pop("version") == 2
    assert done.pop("version") == 3
    assert (foreseen.pop("published"), done.pop("published")) == (False, True)
    assert foreseen == done


def test_violation_is_told_with_file_field_message_thing_and_value(
    cepgraph: Run, write: Write
) -> None:
    text = f'<{HOME}> {DATASET} .\nid:p a cep:Pet ; rdfs:label "P" ; cep:owner id:nobody .\n'
    ran = cepgraph("check", write("p.ttl", text), "--graph", HOME)
    assert ran.status == 1
    assert ran.out == (
        "p.ttl\n"
        "  violation  Owner\n"
        "             Name its owner.\n"
        "             https://w3id.org/cepgraph/id/p  “https://w3id.org/cepgraph/id/nobody”\n"
        "\n"
        "p.ttl: does not conform: 1 violation on 1 thing; nothing was written\n"
    )


def test_every_offending_thing_is_told(cepgraph: Run, write: Write) -> None:
    pets = "".join(f'id:p{n} a cep:Pet ; rdfs:label "P" .\n' for n in range(120))
    file = write("pets.ttl", f"<{HOME}> {DATASET} .\n{pets}")
    expected = {f"https://w3id.org/cepgraph/id/p{n}" for n in range(120)}
    ran = cepgraph("check", file, "--graph", HOME)
    told = [line.strip() for line in ran.out.splitlines()]
    assert {line for line in told if line.startswith("https:")} == expected
    report = cepgraph("check", file, "--graph", HOME, "--json").json["report"]
    assert {result["focus"] for result in report["results"]} == expected
    assert report["violations"] == 120
    assert report["conforms"] is False


def test_warning_is_told_and_keeps_nothing_out(cepgraph: Run, data: Path, write: Write) -> None:
    text = (
        f"<{HOME}> {DATASET} .\n{REX} id:c a cep:Club ; rdfs:label 'C' . id:rex cep:friend id:c ."
    )
    ran = cepgraph("publish", write("x.ttl", text), "--graph", HOME)
    assert ran.status == 0
    assert "  warning    Friend\n" in ran.out
    assert "https://w3id.org/cepgraph/id/rex  “https://w3id.org/cepgraph/id/c”\n" in ran.out
    assert "3 things added (+10 −0 triples); 1 warning" in ran.out
    assert head(data) == 2


def test_several_files_are_judged_together(cepgraph: Run, write: Write) -> None:
    pet = write(
        "a.trig",
        f'<{HOME}> {{ <{HOME}> {DATASET} . id:p a cep:Pet ; rdfs:label "P" ; cep:owner id:o . }}',
    )
    owner = write(
        "b.trig", f'<{AWAY}> {{ <{AWAY}> {DATASET} . id:o a cep:Owner ; rdfs:label "Oo" . }}'
    )
    assert cepgraph("check", pet).status == 1
    ran = cepgraph("check", pet, owner)
    assert ran.status == 0
    assert ran.out.startswith("a.trig, b.trig: conforms")


def test_things_of_all_graphs_of_a_file_are_told(cepgraph: Run, write: Write) -> None:
    def trig(graph: str, name: str) -> str:
        return f'<{graph}> {{ <{graph}> {DATASET} . id:{name} a cep:Pet ; rdfs:label "{name}" . }}'

    file = write("x.trig", trig(HOME, "a") + trig(AWAY, "b"))
    ran = cepgraph("check", file)
    assert "https://w3id.org/cepgraph/id/a\n" in ran.out
    assert "https://w3id.org/cepgraph/id/b\n" in ran.out
    report = cepgraph("check", file, "--json").json["report"]
    assert {result["graph"] for result in report["results"]} == {HOME, AWAY}


# publish


def test_publish_fills_an_empty_folder_with_the_seed_graph_first(
    cepgraph: Run, data: Path, write: Write
) -> None:
    ran = cepgraph("publish", write("max.ttl", _MAX), "--graph", HOME)
    assert ran.out.startswith("max.ttl: published as version 2: 1 thing added")
    assert head(data) == 2


def test_refused_file_leaves_an_empty_folder_empty(cepgraph: Run, data: Path, write: Write) -> None:
    ran = cepgraph("publish", write("x.ttl", "id:x a cep:Pet ."), "--graph", HOME)
    assert ran.status == 1
    assert not data.exists()


def test_refused_file_leaves_a_filled_folder_as_it_was(
    cepgraph: Run, seeded: Path, write: Write
) -> None:
    before = _files(seeded / "log")
    ran = cepgraph("publish", write("x.ttl", "id:x a cep:Pet ."), "--graph", HOME, "--json")
    assert ran.status == 1
    assert ran.json["conforms"] is False
    assert (head(seeded), _files(seeded / "log")) == (2, before)


def test_publishing_twice_says_that_nothing_changes(
    cepgraph: Run, seeded: Path, tmp_path: Path
) -> None:
    ran = cepgraph("publish", tmp_path / "first.ttl", "--graph", HOME)
    assert (ran.status, ran.out) == (
        0,
        "first.ttl: nothing changes; the graph holds this already\n",
    )
    assert head(seeded) == 2


def test_sender_may_describe_a_graph_whose_file_does_not(
    cepgraph: Run, seeded: Path, write: Write
) -> None:
    file = write("rex.ttl", REX.replace("Rex", "Max"))
    graph = "https://w3id.org/cepgraph/graph/test/new"
    said = ("--publisher", PUBLISHER, "--licence", "https://example.org/l", "--title", "Pets")
    ran = cepgraph("check", file, "--graph", graph)
    assert ran.status == 1
    assert "described by --title, --publisher, --licence and --source" in ran.out
    assert cepgraph("check", file, "--graph", graph, *said).status == 0
    assert cepgraph("publish", file, "--graph", graph, *said).status == 0
    turtle = cepgraph("export", "--graph", graph, "--format", "turtle").out
    assert 'rdfs:label "Pets"' in turtle
    assert "dcterms:license <https://example.org/l>" in turtle


def test_publishing_without_a_description_keeps_the_old_one(
    cepgraph: Run, seeded: Path, write: Write
) -> None:
    assert (
        cepgraph("publish", write("rex.ttl", REX.replace("Rex", "Max")), "--graph", HOME).status
        == 0
    )
    turtle = cepgraph("export", "--graph", HOME, "--format", "turtle").out
    assert "a cep:Dataset" in turtle
    assert '"Max"' in turtle


def test_several_files_are_one_change(cepgraph: Run, seeded: Path, write: Write) -> None:
    one = write("a.trig", f"<{HOME}> {{ <{HOME}> {DATASET} . {REX} }}")
    two = write(
        "b.trig", f'<{AWAY}/2> {{ <{AWAY}/2> {DATASET} . id:o a cep:Owner ; rdfs:label "Oo" . }}'
    )
    assert cepgraph("publish", one, two).status == 0
    (entry, *_) = cepgraph("history", "--json").json
    assert entry["source"] == "a.trig, b.trig"
    assert len(entry["sourceHash"].split()) == 2
    assert head(seeded) == 3


def test_bad_file_among_several_keeps_all_out(cepgraph: Run, seeded: Path, write: Write) -> None:
    good = write(
        "a.trig", f'<{AWAY}/2> {{ <{AWAY}/2> {DATASET} . id:o a cep:Owner ; rdfs:label "Oo" . }}'
    )
    ran = cepgraph("publish", good, write("b.ttl", "x"), "--graph", HOME)
    assert ran.status == 2
    assert head(seeded) == 2


def test_two_files_for_one_graph_are_wrong_use(cepgraph: Run, seeded: Path, write: Write) -> None:
    ran = cepgraph("publish", write("a.ttl", REX), write("b.ttl", REX), "--graph", HOME)
    assert ran.status == 2
    assert f"b.ttl: an earlier file is for the same graph (found '{HOME}')" in ran.err


def test_who_and_why_are_in_the_log(cepgraph: Run, seeded: Path, write: Write) -> None:
    cepgraph("publish", write("max.ttl", _MAX), "--graph", HOME, "--who", "Ann", "--why", "a [b] c")
    ran = cepgraph("history", "--limit", 1)
    assert "  Ann  +" in ran.out
    assert "a [b] c · max.ttl\n" in ran.out


def test_snapshot_is_taken_when_it_is_due(
    cepgraph: Run, seeded: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEPGRAPH_SNAPSHOT_EVERY", "3")
    cepgraph("publish", write("max.ttl", _MAX), "--graph", HOME)
    assert [path.name for path in (seeded / "snapshots").iterdir()] == ["000003.nq.gz"]


# history


def test_history_of_a_folder_that_is_not_there(cepgraph: Run, data: Path) -> None:
    assert cepgraph("history").out == "no changes yet\n"
    assert cepgraph("history", "--json").json == []
    assert not data.exists()


def test_history_is_newest_first_and_limited(cepgraph: Run, seeded: Path) -> None:
    assert [entry["version"] for entry in cepgraph("history", "--json").json] == [2, 1]
    assert [e["version"] for e in cepgraph("history", "--json", "--limit", 1).json] == [2]


def test_history_of_one_graph(cepgraph: Run, seeded: Path) -> None:
    assert [e["version"] for e in cepgraph("history", "--graph", AWAY, "--json").json] == [1]
    assert cepgraph("history", "--graph", "https://w3id.org/cepgraph/graph/x").out == (
        "no changes yet\n"
    )


def test_entry_of_the_log_tells_what_was_done(cepgraph: Run, seeded: Path) -> None:
    (entry, seed) = cepgraph("history", "--json").json
    assert entry["who"] == "command line"
    assert entry["source"] == "first.ttl"
    assert entry["sourceHash"].startswith("sha256:")
    assert entry["graphs"] == [HOME]
    assert entry["removed"] == 0
    assert seed["why"] == "seed graph"
    out = cepgraph("history").out
    assert "… and 1 more graphs\n" in out
    assert f"       {HOME}\n" in out


# query


def test_catalogue_is_listed_with_parameters(cepgraph: Run, data: Path) -> None:
    ran = cepgraph("query")
    assert ran.status == 0
    assert "pets  Pets and their owners\n" in ran.out
    assert "    --param owner=https://w3id.org/cepgraph/id/seeded  (may be left out)" in ran.out
    assert not data.exists()


def test_catalogue_as_json(cepgraph: Run) -> None:
    listed = {query["name"]: query for query in cepgraph("query", "--json").json}
    assert sorted(listed) == ["any-pet", "pets", "pets-as-graph"]
    assert listed["pets"]["parameters"][0]["name"] == "owner"
    assert listed["pets"]["row"] == "one pet with one of its owners"


_SEEDED_OWNER = "https://w3id.org/cepgraph/id/seeded"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", "pet,petLabel,owner\r\nhttps://w3id.org/cepgraph/id/old,Old,"),
        ("tsv", "?pet\t?petLabel\t?owner\n<https://w3id.org/cepgraph/id/old>"),
        ("json", '{"head":{"vars":["pet","petLabel","owner"]}'),
        ("xml", '<?xml version="1.0"?><sparql'),
        ("text/csv", "pet,petLabel,owner\r\n"),
        (None, "pet,petLabel,owner\r\n"),
    ],
)
def test_query_answers_in_each_format(
    cepgraph: Run, seeded: Path, form: str | None, expected: str
) -> None:
    options = ["--format", form] if form else []
    ran = cepgraph("query", "pets", "--param", f"owner={_SEEDED_OWNER}", *options)
    assert ran.status == 0
    assert ran.out.startswith(expected)
    assert "Rex" not in ran.out


def test_table_shows_the_names_of_things(cepgraph: Run, seeded: Path) -> None:
    ran = cepgraph("query", "pets", "--format", "table")
    assert "│ Old │ id/seeded │" in ran.out
    assert "│ Rex │ id/ann    │" in ran.out
    assert "petLabel" not in ran.out


def test_query_as_json(cepgraph: Run, seeded: Path) -> None:
    bindings = cepgraph("query", "pets", "--json").json["results"]["bindings"]
    assert [row["petLabel"]["value"] for row in bindings] == ["Old", "Rex"]


def test_query_that_gives_a_graph_gives_turtle_or_what_is_asked_for(
    cepgraph: Run, seeded: Path
) -> None:
    assert cepgraph("query", "pets-as-graph").out.endswith(" .\n")
    assert cepgraph("query", "pets-as-graph", "--format", "jsonld").json
    ran = cepgraph("query", "pets-as-graph", "--format", "csv")
    assert ran.status == 2
    assert "known formats for this query are turtle" in ran.err


def test_question_of_yes_or_no(cepgraph: Run, seeded: Path) -> None:
    assert cepgraph("query", "any-pet", "--format", "table").out == "yes\n"
    assert cepgraph("query", "any-pet", "--json").json["boolean"] is True


def test_query_of_an_empty_folder_asks_the_seed_graph(cepgraph: Run, data: Path) -> None:
    ran = cepgraph("query", "pets")
    assert "Old" in ran.out
    assert "holds nothing yet" in ran.err
    assert not data.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["pest"], "there is no query 'pest'; did you mean pets"),
        (["pets", "--param", "owner"], "param: write name=value (found 'owner')"),
        (["pets", "--param", "=x"], "param: write name=value (found '=x')"),
        (["pets", "--param", "ownr=x"], "ownr: is no parameter of the query pets"),
        (["pets", "--param", "owner=a b"], "owner: give an IRI"),
        (["pets", "--format", "docx"], "known formats for this query are table, json"),
    ],
)
def test_wrong_question_is_told(
    cepgraph: Run, seeded: Path, arguments: list[str], says: str
) -> None:
    ran = cepgraph("query", *arguments)
    assert ran.status == 2
    assert says in ran.err
    assert not ran.out


# export


@pytest.mark.parametrize("form", ["nquads", "trig", "jsonld"])
def test_whole_graph_comes_back_from_its_export(
    cepgraph: Run, seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    nested = '[ a cep:Club ; rdfs:label "a\\nb\\u2028c" ; rdfs:comment "d"@en-GB ; cep:limit 1.50 ]'
    text = f"{PREFIXES}<{HOME}> {DATASET} .\n{REX} id:rex rdfs:seeAlso {nested} .\n"
    (tmp_path / "nested.ttl").write_text(text)
    assert cepgraph("publish", tmp_path / "nested.ttl", "--graph", HOME).status == 0
    before = sorted(cepgraph("export", "--format", "nquads", "--entailed").out.splitlines())
    file = tmp_path / f"all.{'nq' if form == 'nquads' else form}"
    assert cepgraph("export", "--format", form, "--output", file).out == ""
    monkeypatch.setenv("CEPGRAPH_SEED", "false")
    elsewhere = ("--data", tmp_path / "elsewhere")
    assert cepgraph("publish", file, *elsewhere).status == 0
    after = cepgraph("export", "--format", "nquads", "--entailed", *elsewhere).out
    assert sorted(after.splitlines()) == before
    assert head(tmp_path / "elsewhere") == 1


@pytest.mark.parametrize("form", ["turtle", "rdfxml", "ntriples", "jsonld", "nquads", "trig"])
def test_one_graph_comes_back_from_its_export(
    cepgraph: Run, seeded: Path, tmp_path: Path, form: str
) -> None:
    ending = {"turtle": "ttl", "rdfxml": "rdf", "ntriples": "nt", "nquads": "nq"}.get(form, form)
    file = tmp_path / f"home.{ending}"
    file.write_bytes(cepgraph("export", "--graph", HOME, "--format", form).out.encode())
    named = [] if form in ("nquads", "trig", "jsonld") else ["--graph", HOME]
    ran = cepgraph("publish", file, *named)
    assert "nothing changes" in ran.out
    assert head(seeded) == 2


def test_export_leaves_out_what_is_entailed_unless_asked(cepgraph: Run, seeded: Path) -> None:
    assert "/entailed" not in cepgraph("export", "--format", "nquads").out
    assert f"<{HOME}/entailed>" in cepgraph("export", "--format", "nquads", "--entailed").out
    assert "cep:Entity" in cepgraph("export", "--graph", HOME, "--format", "ttl", "--entailed").out


def test_earlier_version_can_be_exported(cepgraph: Run, seeded: Path, write: Write) -> None:
    before = cepgraph("export", "--graph", HOME, "--format", "nt").out
    cepgraph("publish", write("max.ttl", _MAX), "--graph", HOME)
    assert cepgraph("export", "--graph", HOME, "--format", "nt").out != before
    assert cepgraph("export", "--graph", HOME, "--format", "nt", "--version", 2).out == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "docx"], "known formats are turtle, ntriples, jsonld, rdfxml, trig, nquads"),
        (["--format", "turtle"], "turtle holds one graph; name it with --graph"),
        (["--graph", "x y"], "graph: write it in full, such as https://w3id.org/cepgraph/graph/"),
        (["--graph", HOME + "s"], f"there is no graph '{HOME}s'; did you mean {HOME}"),
        (["--version", "99"], "there is no version '99'"),
        (["--version", "-1"], "there is no version '-1'"),
        (["--version", "1", "--graph", HOME], f"there is no graph '{HOME}'"),
        (["--output", "/nowhere/at/all.trig"], "No such file or directory"),
    ],
)
def test_export_that_cannot_be_is_told(
    cepgraph: Run, seeded: Path, arguments: list[str], says: str
) -> None:
    ran = cepgraph("export", *arguments)
    assert ran.status == 2
    assert says in ran.err
    assert not ran.out


def test_export_of_an_empty_folder_is_told(cepgraph: Run, data: Path) -> None:
    ran = cepgraph("export")
    assert ran.status == 2
    assert f"data: nothing was published here yet (found '{data}')" in ran.err
    assert not data.exists()


# the rest


def test_version_is_told(cepgraph: Run) -> None:
    assert cepgraph("--version").out.strip()[0].isdigit()


def test_every_command_explains_itself(cepgraph: Run) -> None:
    for command in ("serve", "check", "publish", "query", "history", "export"):
        assert command in cepgraph("--help").out
        ran = cepgraph(command, "--help")
        assert (ran.status, "Usage:" in ran.out) == (0, True)


def test_graph_of_the_project_itself_cannot_be_replaced(cepgraph: Run, seeded: Path) -> None:
    (seeded.parent / "lists.ttl").write_text(f"{PREFIXES}{REX}\n")
    graph = "https://w3id.org/cepgraph/graph/cepgraph/schemes"
    before = cepgraph("history", "--json").out
    ran = cepgraph("publish", seeded.parent / "lists.ttl", "--graph", graph)
    assert ran.status == 2
    assert "choose another name" in ran.err
    assert cepgraph("history", "--json").out == before


# convert


def test_convert_writes_what_rows_say_as_quads_and_keeps_nothing(
    cepgraph: Run, data: Path, write: Write
) -> None:
    file = write("pets.csv", b"key,label,owner\nmax,Max,Seeded Owner\n")
    ran = cepgraph("convert", file, "--graph", HOME)
    assert ran.status == 0
    ours = "https://w3id.org/cepgraph"
    line = f"<{ours}/id/pet/max> <{ours}/ontology#owner> <{ours}/id/owner/seeded> <{HOME}> ."
    assert line in ran.out.splitlines()
    assert not data.exists()


def test_convert_of_rows_with_faults_says_how_to_find_them(cepgraph: Run, write: Write) -> None:
    file = write("pets.csv", b"key,label,owner\nmax,Max,Nobody\n")
    ran = cepgraph("convert", file, "--graph", HOME)
    assert ran.status == 1
    assert "1 violation" in ran.err
    assert "“cepgraph check” tells where" in ran.err


def test_convert_of_a_table_that_cannot_be_used_does_not_call_it_rdf(
    cepgraph: Run, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Pets")
    sheet.append(["key", "label"])
    sheet.append(["max", "Max"])
    sheet.sheet_state = "hidden"
    book.save(tmp_path / "pets.xlsx")
    ran = cepgraph("convert", tmp_path / "pets.xlsx", "--graph", HOME)
    assert (ran.status, ran.out, "RDF" in ran.err) == (1, "", False)
