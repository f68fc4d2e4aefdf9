"""``/api/v1/templates``: the empty form of every class."""

from io import BytesIO

import orjson
import pytest
from openpyxl import load_workbook

from api.submissions.description import paths
from api.submissions.room import Submissions
from api.submissions.task import FIELDS
from api.templates import CSV, SCHEMA, WORKBOOK
from cepgraph.engine import EngineOptions, Pool
from cepgraph.model import Model
from cepgraph.settings import Settings
from tests.api.site import Site
from tests.memory import MemoryGraph
from tests.mini import write_content

PLACE = "/api/v1/templates"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(write_content(tmp_path_factory.mktemp("content")))


@pytest.fixture
def client(model: Model) -> Site:
    return Site(MemoryGraph(model, ""), model)


@pytest.mark.parametrize(
    ("ending", "media_type"), [(".xlsx", WORKBOOK), (".csv", CSV), (".schema.json", SCHEMA)]
)
def test_form_comes_by_ending_or_by_accept(client: Site, ending: str, media_type: str) -> None:
    named = client.get(f"{PLACE}/pets{ending}")
    assert named.status_code == 200
    assert named.headers["content-type"].partition(";")[0] == media_type
    assert f'filename="pets{ending}"' in named.headers["content-disposition"]
    assert client.get(f"{PLACE}/pets", accept=media_type).content == named.content
    tag = named.headers["etag"]
    assert client.get(f"{PLACE}/pets{ending}", if_none_match=tag).status_code == 304


def test_every_class_has_a_template_without_code_of_its_own(client: Site, model: Model) -> None:
    assert set(model.schema.collections) >= {"pets", "owners", "clubs", "ties"}
    for name in model.schema.collections:
        assert load_workbook(BytesIO(client.get(f"{PLACE}/{name}.xlsx").content)).sheetnames
        assert client.get(f"{PLACE}/{name}.csv").content.strip()
        assert orjson.loads(client.get(f"{PLACE}/{name}.schema.json").content)["$schema"]


def test_unknown_collection_is_404_with_what_is_near(client: Site) -> None:
    answer = client.get(f"{PLACE}/pet.xlsx")
    assert answer.status_code == 404
    assert answer.json()["nearest"] == ["pets"]
    assert client.get(PLACE).status_code == 404


def test_other_forms_are_406_and_other_methods_405(client: Site) -> None:
    assert client.get(f"{PLACE}/pets", accept="text/turtle").status_code == 406
    assert client.request("POST", f"{PLACE}/pets").status_code == 405


def test_openapi_has_every_address_and_field_of_submissions(model: Model, tmp_path: object) -> None:
    settings = Settings(data=f"{tmp_path}")  # type: ignore[arg-type]
    room = Submissions(settings, model.content.root, Pool(EngineOptions(settings.data)))
    assert {route.path.rstrip("/") for route in room.routes()} == set(paths())
    told = Site(MemoryGraph(model, ""), model).json("/openapi.json")
    form = told["components"]["schemas"]["SubmissionForm"]["properties"]
    assert set(form) == {"file", *FIELDS}
    answers = told["paths"]["/api/v1/submissions"]["post"]["responses"]
    assert {"200", "201", "202", "401", "403", "413", "422", "429"} <= set(answers)
    for operations in paths().values():
        for operation in operations.values():
            assert {"401", "503"} <= set(operation["responses"])
    assert told["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
