"""A file that cannot be read gives one error, with its place; nothing is fetched meanwhile."""

import hashlib
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from cepgraph.errors import BadInput, BadParameter, UnsupportedFormat
from cepgraph.formats import RDF_FORMATS, by_ending
from cepgraph.terms import RDF
from ingest import octets
from ingest.rdf import read_bytes, read_file

GRAPH = NamedNode("https://w3id.org/cepgraph/graph/test/home")
_MB = 1024 * 1024
_TTL = '@prefix : <https://example.org/> .\n:a :p "x" .\n'
_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
    ' xmlns:e="https://example.org/">\n<rdf:Description rdf:about="https://example.org/a">\n'
    "{}\n</rdf:Description>\n</rdf:RDF>\n"
)
_LD = '{"@id": "https://example.org/a",\n "https://example.org/p": "x"\n%s}'


def _read(folder: Path, name: str, content: bytes, graph: NamedNode | None = GRAPH) -> BadInput:
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        read_file(path, graph, "tester", "test", 256 * _MB)
    assert refused.value.file == name
    return refused.value


@dataclass(frozen=True)
class Case:
    """A file, and what is to be said of it."""

    name: str
    text: str
    line: int
    column: int | None
    says: str


def _ttl(text: str, column: int | None, says: str, line: int = 3) -> Case:
    return Case("x.ttl", _TTL + text, line, column, says)


def _xml(text: str, column: int | None, says: str) -> Case:
    return Case("x.rdf", _XML.format(text), 4, column, says)


def _ld(value: str, says: str, column: int | None = None) -> Case:
    return Case("x.jsonld", _LD % f', "https://example.org/q": {value}', 3, column, says)


_MALFORMED = {
    "a word where a thing should be": _ttl("  what :p 1 .", 3, "what"),
    "end in mid statement": _ttl(":a :p", 6, "ends in the middle"),
    "text not closed": _ttl(':a :p "x .\n', 7, "ends in the middle"),
    "unknown prefix": _ttl(":a dct:title 1 .", 4, "dct:"),
    "space in an address": _ttl(":a :p <http://x y> .", 7, "may not hold ' '"),
    "brace in an address": _ttl(":a :p <http://x/{id}> .", 7, "'{'"),
    "host in brackets": _ttl(":a :p <http://[x> .", 7, "'['"),
    "relative address": _ttl("<b> :p 1 .", 1, "relative"),
    "language tag that is too long": _ttl(':a :p "x"@englishlanguage .', 11, "eight"),
    "language tag of digits": _ttl(':a :p "x"@1 .', 11, "letter"),
    "triple term": _ttl(":a :p <<( :a :p :b )>> .", 7, "RDF 1.2"),
    "annotation": _ttl(":a :p :b\n {| :q 1 |} .", None, "RDF 1.2", 4),
    "text with a direction": _ttl('\n:a :p "x"@ar--rtl .', None, "direction", 4),
    "triple as subject": Case("x.trig", "\n<< <x:a> <x:p> 1 >> <x:q> 1 .", 2, 1, "RDF 1.2"),
    "graph not closed": Case("x.trig", "<x:g> {\n<x:a> <x:p> 1\n", 3, 1, "ends in the middle"),
    "text as predicate": Case("x.nt", '<x:a> <x:p> <x:b> .\n<x:a> "p" <x:b> .', 2, 7, "predicate"),
    "too short a triple": Case("x.nq", "<x:a> <x:p> <x:b> <x:g> .\n<x:a> .\n", 2, 7, "predicate"),
    "blank graph": Case(
        "x.nq", '<x:a> <x:p> "1" <x:g> .\n<x:a> <x:p> "2" _:g .\n', 2, None, "blank node"
    ),
    "element not closed": _xml("<e:p>x</e:q>", 9, "mismatched tag"),
    "unknown namespace": _xml("<f:p>x</f:p>", 1, "unbound prefix"),
    "relative address in XML": _xml('<e:p rdf:resource="b"/>', None, "relative"),
    "language tag in XML": _xml('<e:p xml:lang="1x">x</e:p>', None, "1x"),
    "control character in XML": _xml("<e:p>a\x01b</e:p>", 7, "well-formed"),
    "web page": Case("x.rdf", "<html><body>\n<p>x</body></html>", 2, 7, "mismatched tag"),
    "table called XML": Case("x.rdf", "id;name\n1;x\n", 1, 3, "no XML"),
    "JSON not closed": Case("x.jsonld", _LD.replace("}", "") % "", 3, 1, "no JSON"),
    "JSON with a word": _ld("x", "no JSON: unexpected character", 28),
    "identifier that is a number": _ld('{"@id": 3}', "@id"),
    "word without meaning": _ld('1, "titel": 2', "no meaning (found 'titel')"),
    "class without meaning": _ld('1, "@type": "Findin"', "(found 'Findin')"),
    "relative address in JSON": _ld('{"@id": "b/c"}', "write it in full (found 'b/c')"),
    "relative address to above": _ld('{"@id": "../b"}', "relative"),
    "malformed address in JSON": _ld('{"@id": "http://x y"}', "(found 'http://x y')"),
    "language left out in XML": _xml(f'<e:p rdf:datatype="{RDF}langString">x</e:p>', None, "tag"),
    "language left out in JSON": _ld(f'{{"@value": "x", "@type": "{RDF}langString"}}', "tag"),
    "language tag in JSON": _ld('{"@value": "x", "@language": "1 2"}', "(found '1 2')"),
}


@pytest.mark.parametrize("case", _MALFORMED)
def test_malformed_file_is_told_with_line_and_column(tmp_path: Path, case: str) -> None:
    expected = _MALFORMED[case]
    told = _read(tmp_path, expected.name, expected.text.encode())
    assert (told.line, told.column) == (expected.line, expected.column)
    assert expected.says in told.detail()
    assert "Parser error" not in told.problem
    assert "\n" not in told.detail()


_NO_TEXT = {
    "Windows-1252": (b'@prefix : <x:> .\n:a :p "caf\xe9" .', 2, 11, "would be é"),
    "Windows-1252 in UTF-8": ('\n:é "é caf'.encode() + b'\xe9" .', 2, 10, "0xe9"),
    "no encoding's byte": (b'<x:a> <x:p> "\x81" .', 1, 14, "0x81 is not UTF-8;"),
    "half of a pair": (b'<x:a> <x:p> "\xed\xa0\x80" .', 1, 14, "UTF-8"),
    "cut character": (b'<x:a> <x:p> "x\xc3', 1, 15, "UTF-8"),
    "UTF-16": (_TTL.encode("utf-16"), 1, None, "UTF-16"),
    "UTF-16 low byte first, unmarked": (_TTL.encode("utf-16-le"), 1, 2, "UTF-16"),
    "UTF-16 high byte first, unmarked": (_TTL.encode("utf-16-be"), 1, 1, "UTF-16"),
    "UTF-32": (_TTL.encode("utf-32"), 1, None, "UTF-16"),
    "NUL": (b'<x:a>\n<x:p> "a\x00b" .', 2, 9, "NUL"),
    "empty": (b"", None, None, "empty"),
    "blanks": (b" \r\n\t \n", None, None, "empty"),
    "mark only": (b"\xef\xbb\xbf\n", None, None, "empty"),
    "comments only": (b"# nothing here\n@prefix : <x:> .\n", None, None, "no triples"),
}


@pytest.mark.parametrize("case", _NO_TEXT)
def test_bytes_that_are_no_text_are_told_with_their_place(tmp_path: Path, case: str) -> None:
    content, line, column, says = _NO_TEXT[case]
    told = _read(tmp_path, "x.ttl", content)
    assert (told.line, told.column) == (line, column)
    assert says in told.detail()


def test_wrong_byte_beyond_the_first_megabyte_is_found(tmp_path: Path) -> None:
    content = b"# \xc3\xa9\n" * 300_000 + b"# caf\xe9\n"
    told = _read(tmp_path, "x.ttl", content)
    assert (told.line, told.column) == (300_001, 6)


@pytest.mark.parametrize("marks", [b"\xef\xbb\xbf", b"\xef\xbb\xbf" * 2], ids=["one", "two"])
@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
def test_byte_order_marks_are_left_out(tmp_path: Path, marks: bytes, form: object) -> None:
    texts = {
        "turtle": _TTL,
        "trig": _TTL,
        "ntriples": "<x:a> <x:p> <x:b> .",
        "nquads": "<x:a> <x:p> <x:b> .",
        "rdfxml": '<?xml version="1.0" encoding="UTF-8"?>' + _XML.format("<e:p>x</e:p>"),
        "jsonld": _LD % "",
    }
    chosen = next(f for f in RDF_FORMATS if f is form)
    path = tmp_path / f"x.{chosen.endings[0]}"
    path.write_bytes(marks + texts[chosen.name].encode())
    read = read_file(path, GRAPH, "tester", "test", _MB)
    assert len(read.graphs[GRAPH]) == 1


def test_missing_file_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file") as told:
        read_file(tmp_path / "x.ttl", GRAPH, "", "", _MB)
    assert told.value.file == str(tmp_path / "x.ttl")


def test_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").mkdir()
    with pytest.raises(BadInput, match="folder"):
        read_file(tmp_path / "x.ttl", GRAPH, "", "", _MB)


def test_device_is_no_file() -> None:
    with pytest.raises(BadInput, match="ordinary"):
        read_file(Path("/dev/zero"), GRAPH, "", "", _MB)


def test_path_through_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="not a directory"):
        read_file(tmp_path / "file" / "x.ttl", GRAPH, "", "", _MB)


@pytest.mark.parametrize("name", ["x.csv", "x.docx", "x", "ttl", "x.ttl.gz", ".ttl~"])
def test_ending_that_is_unknown_is_told_with_the_known_ones(tmp_path: Path, name: str) -> None:
    told = _read(tmp_path, name, b"x")
    assert isinstance(told, UnsupportedFormat)
    assert ".ttl" in told.problem
    assert ".jsonld" in told.problem


def test_ending_may_be_written_in_capitals(tmp_path: Path) -> None:
    path = tmp_path / "X.TTL"
    path.write_text(_TTL)
    assert read_file(path, GRAPH, "", "", _MB).graphs


def test_file_above_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"# x\n" * _MB)
    with pytest.raises(BadInput, match="larger than 3 MB"):
        read_file(path, GRAPH, "", "", 3 * _MB)


def test_line_of_a_hundred_megabytes_is_refused_without_holding_it(tmp_path: Path) -> None:
    path = tmp_path / "x.nt"
    with path.open("wb") as file:
        file.write(b'<x:a> <x:p> <x:b> .\n<x:a> <x:p> "')
        for _ in range(100):
            file.write(b"x" * _MB)
        file.write(b'" .\n')
    tracemalloc.start()
    with pytest.raises(BadInput, match="longer than 32 MB") as told:
        read_file(path, GRAPH, "", "", 256 * _MB)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.value.line == 2
    assert most < 2 * octets.LONGEST_LINE


def test_value_that_the_parser_cannot_hold_is_told(tmp_path: Path) -> None:
    told = _read(tmp_path, "x.nt", b'<x:a> <x:p> "' + b"x" * (20 * _MB) + b'" .\n')
    assert "too long" in told.problem
    assert told.line == 1


def test_text_of_a_megabyte_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.nt").write_bytes(b'<x:a> <x:p> "' + b"x" * _MB + b'" .\n')
    read = read_file(tmp_path / "x.nt", GRAPH, "", "", 2 * _MB)
    (triple,) = read.graphs[GRAPH]
    assert len(triple.object.value) == _MB  # type: ignore[union-attr]


_DEEP = {
    "objects": ("x.jsonld", '{"x:p":' * 20_000 + "1" + "}" * 20_000),
    "lists": ("x.jsonld", "[" * 2_000),
    "contexts": ("x.jsonld", '{"@context":' + "[" * 5_000 + "]" * 5_000 + "}"),
    "elements": ("x.rdf", _XML.format("<e:p><e:Q>" * 1_000)),
    "triples": ("x.nt", "<x:a> <x:p> " + "<<( <x:a> <x:p> " * 20_000 + "<x:b>" + " )>>" * 20_000),
    "triples in Turtle": ("x.ttl", '# <<\n<x:a> <x:p> "<<", <<(' + "<x:a> <x:p> <<(" * 20_000),
}


@pytest.mark.parametrize("case", _DEEP)
def test_nesting_that_would_end_the_process_is_refused(tmp_path: Path, case: str) -> None:
    name, text = _DEEP[case]
    assert _read(tmp_path, name, text.encode()).line is not None


@pytest.mark.parametrize(
    "text",
    [
        '<x:a> <x:p> "a << b", \'<<\', """ << " << """, <x:c> . # << x',
        "<x:a> <x:p> ''' << ' '''.",
        '<x:a> <x:p> "a \\" << b" .',
    ],
)
def test_angle_brackets_in_texts_and_comments_are_no_triples(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.ttl").write_text(text)
    assert read_file(tmp_path / "x.ttl", GRAPH, "", "", _MB).graphs


_LOL = '<!DOCTYPE lolz [\n <!ENTITY lol "lol">' + "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10)
)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:{port}/x.dtd">',
        '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:{port}/x"> %x;]>',
        '<!DOCTYPE r PUBLIC "-//x//x" "http://127.0.0.1:{port}/x">',
        _LOL + "]>",
    ],
    ids=["external entity", "external type", "parameter entity", "public type", "billion laughs"],
)
def test_document_type_is_refused_and_not_fetched(
    tmp_path: Path, listener: "Listener", prolog: str
) -> None:
    text = prolog.replace("{port}", str(listener.port)) + _XML.format("<e:p>&x;&lol9;</e:p>")
    told = _read(tmp_path, "x.rdf", text.encode())
    assert "DOCTYPE" in told.problem
    assert told.line == 1
    assert listener.connections == 0


@pytest.mark.parametrize("encoding", ["windows-1252", "UTF-16", "x-unknown"])
def test_xml_that_calls_itself_something_else_is_refused(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + _XML.format("<e:p>x</e:p>")
    told = _read(tmp_path, "x.rdf", text.encode())
    assert encoding in told.problem
    assert told.line == 1


@pytest.mark.parametrize(
    "context",
    [
        '"http://127.0.0.1:{port}/context.jsonld"',
        '["http://127.0.0.1:{port}/context.jsonld"]',
        '{{"@version": 1.1, "@import": "http://127.0.0.1:{port}/context.jsonld"}}',
        '{{"t": {{"@id": "x:t", "@context": "http://127.0.0.1:{port}/context.jsonld"}}}}',
    ],
    ids=["address", "list", "import", "scoped"],
)
def test_context_elsewhere_is_refused_and_not_fetched(
    tmp_path: Path, listener: "Listener", context: str
) -> None:
    text = f'{{"@context": {context.format(port=listener.port)},\n"@id": "x:a", "t": {{"x:p": 1}}}}'
    told = _read(tmp_path, "x.jsonld", text.encode())
    assert "not fetched" in told.problem
    assert listener.connections == 0


def test_triples_in_no_graph_need_to_be_told_which(tmp_path: Path) -> None:
    text = "<x:g> {\n<x:a> <x:p> 1 .\n}\n<x:a> <x:p> 2 .\n"
    told = _read(tmp_path, "x.trig", text.encode(), graph=None)
    assert "no named graph" in told.problem
    assert told.line == 4


def test_two_graphs_in_one_file_are_two_graphs(tmp_path: Path) -> None:
    (tmp_path / "x.trig").write_text("<x:g> { <x:a> <x:p> 1 . } <x:h> { <x:a> <x:p> 1, 2 . }")
    read = read_file(tmp_path / "x.trig", None, "", "", _MB)
    assert {g.value: len(triples) for g, triples in read.graphs.items()} == {"x:g": 1, "x:h": 2}


def test_graph_of_the_file_and_graph_of_the_sender_are_both_filled(tmp_path: Path) -> None:
    (tmp_path / "x.trig").write_text("<x:g> { <x:a> <x:p> 1 . } <x:a> <x:p> 1, 2 .")
    read = read_file(tmp_path / "x.trig", GRAPH, "", "", _MB)
    assert {g.value: len(t) for g, t in read.graphs.items()} == {"x:g": 1, GRAPH.value: 2}


def test_graph_that_no_triple_is_for_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "x.trig").write_text("<x:g> { <x:a> <x:p> 1 . }")
    with pytest.raises(BadParameter, match="names its own graphs"):
        read_file(tmp_path / "x.trig", GRAPH, "", "", _MB)


def test_hash_is_that_of_the_file_as_it_was_sent(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf<x:a> <x:p> <x:b> ."
    (tmp_path / "x.ttl").write_bytes(content)
    provenance = read_file(tmp_path / "x.ttl", GRAPH, "ann", "why", _MB).provenance
    assert provenance.source == "x.ttl"
    assert provenance.source_hash == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert (provenance.who, provenance.why) == ("ann", "why")


def test_bytes_from_memory_follow_the_same_rules() -> None:
    form = by_ending("x.ttl")
    assert form is not None
    with pytest.raises(BadInput, match="UTF-16") as told:
        read_bytes(_TTL.encode("utf-16"), form, GRAPH, name="body", who="", why="")
    assert told.value.file == "body"
    read = read_bytes(_TTL.encode(), form, GRAPH, name="body", who="", why="")
    assert len(read.graphs[GRAPH]) == 1


class Listener:
    """Counts who connects to a port of this machine."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def test_listener_would_notice_a_connection(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as client:
        client.recv(1)
    assert listener.connections == 1
