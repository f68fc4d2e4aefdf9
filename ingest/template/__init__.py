"""Templates: the empty forms that people fill, made from the shapes of their classes."""

from collections.abc import Sequence
from typing import Final

from cepgraph.errors import BadParameter, UnsupportedFormat
from cepgraph.schema import ClassSchema, Schema
from ingest.lists import Lists

FORMS: Final = ("xlsx", "csv", "json")
"""A workbook, a table, and the JSON Schema of what can be sent as JSON."""


def template(
    form: str, classes: Sequence[ClassSchema], schema: Schema, lists: Lists, version: str = ""
) -> bytes:
    """The template of some classes, in one of ``FORMS``.

    ``version`` is that of the shapes; a workbook and a JSON Schema carry it.

    Raises:
        UnsupportedFormat: a form that is not made.
        BadParameter: no class, or several for a table, which holds one.
    """
    if not classes:
        raise BadParameter("class", "name one class at least")
    if form == "xlsx":
        from ingest.template.workbook import workbook

        return workbook(classes, schema, lists, version)
    if form == "csv":
        from ingest.template.table import table

        if len(classes) > 1:
            problem = "a CSV file holds one class; write an .xlsx file for several"
            raise BadParameter("class", problem, ", ".join(cls.collection for cls in classes))
        return table(classes[0], schema, lists)
    if form == "json":
        import orjson

        from ingest.template.json_schema import json_schema
        from ingest.template.page import with_graph

        made = json_schema(with_graph(classes, schema), schema, lists, version)
        return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    known = ", ".join(f".{name}" for name in FORMS)
    raise UnsupportedFormat(f"templates are made as {known}", value=form)
