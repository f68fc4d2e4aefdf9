"""``/api/v1/templates``: the empty form of a class, as a workbook, a table or a JSON Schema."""

import asyncio
from functools import cached_property
from typing import Any, Final

from api.messages import Reply
from api.problems import MEDIA_TYPE as PROBLEM
from api.reading import FOR_AN_HOUR, JSON, Reading, representation
from cepgraph.errors import NotFound
from cepgraph.model import Model
from ingest.lists import Lists
from ingest.template import template
from ingest.template.page import version_of

Json = dict[str, Any]

PATH: Final = "/api/v1/templates"
CSV: Final = "text/csv"
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCHEMA: Final = "application/schema+json"
FORMS: Final = {WORKBOOK: "xlsx", CSV: "csv", SCHEMA: "json", JSON: "json"}
ENDINGS: Final = {".xlsx": WORKBOOK, ".csv": CSV, ".schema.json": SCHEMA}


class Templates:
    """One template for each collection and form; each is made once."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._made: dict[tuple[str, str], bytes] = {}

    async def reply(self, reading: Reading) -> Reply:
        """The template of a collection, in the form of its ending or of ``Accept``."""
        reading.parameters()
        name, media_type = _chosen(reading)
        if name not in self._model.schema.collections:
            near = tuple(n for n in self._model.schema.collections if n.startswith(name[:4]))
            raise NotFound("collection", name, near[:3])
        form = FORMS[media_type]
        body = self._made.get((name, form))
        if body is None:
            body = await asyncio.to_thread(self._make, name, form)
            self._made[name, form] = body
        ending = next(end for end, kind in ENDINGS.items() if FORMS[kind] == form)
        headers = [("content-disposition", f'attachment; filename="{name}{ending}"')]
        return representation(body, media_type, headers=headers, cache=FOR_AN_HOUR)

    def _make(self, name: str, form: str) -> bytes:
        model = self._model
        cls = model.schema.collections[name]
        return template(form, [cls], model.schema, self._lists, version_of(model.shapes))

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self._model.content)


def paths() -> Json:
    """For OpenAPI."""
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        PATH + "/{collection}": {
            "get": {
                "operationId": "getTemplate",
                "tags": ["Submissions"],
                "summary": "The form of a class, to fill and to send",
                "description": "The form comes by ending (`.xlsx`, `.csv`, `.schema.json`) or by "
                "the Accept header.",
                "parameters": [
                    {
                        "name": "collection",
                        "in": "path",
                        "required": True,
                        "description": "A collection's name, perhaps with an ending.",
                        "schema": {"type": "string"},
                        "examples": {"workbook": {"value": "findings.xlsx"}},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "The template.",
                        "content": {
                            WORKBOOK: binary,
                            CSV: {"schema": {"type": "string"}},
                            SCHEMA: {"schema": {"type": "object"}},
                        },
                    },
                    "404": {"description": "There is no such collection.", "content": problem},
                    "406": {"$ref": "#/components/responses/NotAcceptable"},
                },
            }
        }
    }


def _chosen(reading: Reading) -> tuple[str, str]:
    """The collection's name, and the media type."""
    for ending, media_type in ENDINGS.items():
        if reading.path.endswith(ending):
            return reading.path.removesuffix(ending), media_type
    return reading.path, reading.accepted(tuple(FORMS))
