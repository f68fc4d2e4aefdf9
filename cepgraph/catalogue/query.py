"""One query: a file that runs as it stands in any SPARQL 1.1 engine, with a header in YAML.

The lines at its top that begin with ``#+`` are the header: what the query answers, what a row
means, and which of its variables may be bound beforehand. A value is never pasted into the text:
``bind`` makes a term of it, and the engine substitutes the term for the variable.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pyoxigraph import QueryBoolean, QuerySolutions, Store, Variable

from cepgraph.catalogue.parameter import Parameter, Term
from cepgraph.catalogue.standalone import with_values
from cepgraph.errors import BadInput, BadParameter

Form = Literal["select", "ask", "graph"]

RESERVED: Final = ("version", "format")
"""No parameter may be called so: with these a client says how it wants to be answered."""

_MARK: Final = "#+"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLACE: Final = re.compile(r"error at (\d+):(\d+): ?")


@dataclass(frozen=True)
class Query:
    """One query of the catalogue.

    Attributes:
        name: the file's name without its ending.
        summary, description: for people; ``row`` says what one row of the result means.
        parameters: in the order of the header.
        text: the file as it stands, header included.
        form: ``select``, ``ask``, or ``graph`` (CONSTRUCT and DESCRIBE).
        columns: of a ``select``, in their order.
    """

    name: str
    summary: str
    description: str
    row: str
    parameters: tuple[Parameter, ...]
    tags: tuple[str, ...]
    text: str
    form: Form
    columns: tuple[str, ...] = ()

    def bind(self, values: Mapping[str, str]) -> dict[str, Term]:
        """Variable names and the terms to substitute for them, defaults included.

        Raises:
            BadParameter: an unknown name, a required one left out, or a value of a wrong type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                near = get_close_matches(name, known, n=1) or known
                hint = f"known are {', '.join(near)}" if near else "it has none"
                raise BadParameter(name, f"is no parameter of the query {self.name}; {hint}")
        bound = {}
        for name, parameter in known.items():
            value = values.get(name, parameter.default)
            if value is not None:
                bound[name] = parameter.term(value)
            elif parameter.required:
                raise BadParameter(name, f"is required, for example {parameter.example}")
        return bound

    def sparql(self, bound: Mapping[str, Term]) -> str:
        """The query with these values in it and without its header, to run as it stands anywhere.

        Raises:
            ParseException: rdflib's grammar does not know it.
        """
        lines = self.text.splitlines(keepends=True)
        body = "".join(line for line in lines if not line.startswith(_MARK))
        return f"# {' '.join(self.summary.split())}\n{with_values(body, bound)}"

    @classmethod
    def from_file(cls, path: Path) -> "Query":
        """Read one file.

        Raises:
            BadInput: unreadable, its header not well formed, or no SPARQL; names file and line.
        """
        if not _NAME.fullmatch(path.stem):
            raise BadInput("name it in lower case, with hyphens between words", file=path.name)
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise BadInput(error.strerror or str(error), file=str(path)) from error
        except UnicodeDecodeError as error:
            raise BadInput("is not encoded in UTF-8", file=path.name) from error
        return _Reader(text, path.name).query(path.stem)


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    summary: str = Field(min_length=1)
    description: str = Field(min_length=1)
    row: str = Field(min_length=1)
    tags: tuple[str, ...] = Field(min_length=1)
    parameters: tuple[Parameter, ...] = ()


class _Reader:
    """Reads one file; remembers on which line each part of the header stands."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._lines: dict[tuple[str | int, ...], int] = {}

    def query(self, name: str) -> Query:
        header = self._header()
        self._check(header.parameters)
        form, columns = self._compile(header.parameters)
        return Query(
            name=name,
            summary=header.summary,
            description=header.description,
            row=header.row,
            parameters=header.parameters,
            tags=header.tags,
            text=self._text,
            form=form,
            columns=columns,
        )

    def _header(self) -> _Header:
        block = []
        for line in self._text.splitlines():
            if not line.startswith(_MARK):
                break
            block.append(line.removeprefix(_MARK).removeprefix(" "))
        if not block:
            raise BadInput(f"begins with no header: lines of {_MARK}", file=self._file, line=1)
        try:
            node = yaml.compose("\n".join(block), Loader=yaml.SafeLoader)
            return _Header.model_validate(self._plain(node, ()))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = mark.line + 1 if mark else 1
            raise self._fault(error.problem or "not YAML", at) from error
        except yaml.YAMLError as error:
            raise self._fault(str(error).splitlines()[0], 1) from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            part = ".".join(map(str, first["loc"]))
            problem = f"{part}: {first['msg']}" if part else first["msg"]
            raise self._fault(problem, self._line(first["loc"])) from error

    def _plain(self, node: yaml.Node | None, at: tuple[str | int, ...]) -> Any:
        """Strings, lists and mappings; every scalar is taken as it is written."""
        if node is None:
            return None
        self._lines[at] = node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*at, index)) for index, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return node.value
        plain: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in plain:
                raise self._fault(f"{name} is given twice", key.start_mark.line + 1)
            plain[name] = self._plain(value, (*at, name))
            self._lines[*at, name] = key.start_mark.line + 1
        return plain

    def _check(self, parameters: Sequence[Parameter]) -> None:
        """Each name once; examples and defaults of the parameter's own type."""
        names = set()
        for index, parameter in enumerate(parameters):
            if parameter.name in names:
                line = self._line(("parameters", index, "name"))
                raise self._fault(f"the parameter {parameter.name} is described twice", line)
            names.add(parameter.name)
            if parameter.name in RESERVED:
                line = self._line(("parameters", index, "name"))
                raise self._fault(f"no parameter may be called {parameter.name}", line)
            for key in ("example", "default"):
                value = getattr(parameter, key)
                try:
                    if value is not None:
                        parameter.term(value)
                except BadParameter as error:
                    line = self._line(("parameters", index, key))
                    raise self._fault(f"{key} of {error.detail()}", line) from error

    def _compile(self, parameters: Sequence[Parameter]) -> tuple[Form, tuple[str, ...]]:
        """Form and columns; every parameter must be a variable that the engine can bind."""
        store = Store()
        try:
            results = store.query(self._text)
        except SyntaxError as error:
            message = str(error.msg)
            place = _PLACE.match(message)
            raise BadInput(
                f"no SPARQL query: {message[place.end() :] if place else message}",
                file=self._file,
                line=int(place[1]) if place else None,
                column=int(place[2]) if place else None,
            ) from error
        for index, parameter in enumerate(parameters):
            example = parameter.term(parameter.example)
            try:
                store.query(self._text, substitutions={Variable(parameter.name): example})
            except RuntimeError as error:
                line = self._line(("parameters", index, "name"))
                raise self._fault(f"{parameter.name} is no column of the query", line) from error
        if isinstance(results, QuerySolutions):
            return "select", tuple(variable.value for variable in results.variables)
        return ("ask" if isinstance(results, QueryBoolean) else "graph"), ()

    def _line(self, at: Sequence[str | int]) -> int:
        """Line of a part of the header, or of what should contain it."""
        for length in range(len(at), -1, -1):
            if tuple(at[:length]) in self._lines:
                return self._lines[tuple(at[:length])]
        return 1

    def _fault(self, problem: str, line: int | None) -> BadInput:
        return BadInput(f"header: {problem}", file=self._file, line=line)
