"""Puts the descriptions into the application."""

from fastapi import FastAPI
from starlette.routing import Route

from api.descriptions import dcat, void
from api.descriptions.dumps import Dumps
from api.descriptions.facts import Facts
from api.descriptions.forms import DUMPS
from api.descriptions.pages import DescriptionPages
from api.descriptions.releases import Releases
from api.descriptions.rooms import Datasets, DumpList, NoVersion, Version, Versions
from api.descriptions.service import UPDATE, Abilities, ServiceDescription
from api.descriptions.survey import PoolAsking
from api.descriptions.versions import ADDRESS as VERSION
from api.html import Pages
from api.messages import Reply, Request
from api.reading import Reading, ReadOnly, Room, address_of
from cepgraph.engine import Pool
from cepgraph.history import History
from cepgraph.model import Model
from cepgraph.resources import Vocabulary
from cepgraph.settings import Settings


def install(app: FastAPI, model: Model, pool: Pool, settings: Settings) -> None:
    """Add the service description, VoID, the catalogue, versions and dumps to ``app``.

    Comes last: what else the application answers is part of what it says of itself.
    """
    releases = Releases(History(settings.data))
    facts = Facts(PoolAsking(pool), releases, lambda: pool.version)
    pages = DescriptionPages(Pages(Vocabulary(model.schema), model.ontology))
    examples = [cls.iri for cls in model.schema.collections.values()]
    places = {getattr(route, "path", "") for route in app.router.routes}
    abilities = Abilities(update=UPDATE in places, federation=bool(settings.endpoints))

    def served(room: Room) -> ReadOnly:
        return ReadOnly(room, lambda: pool.version)

    description = served(ServiceDescription(facts, model.rules, abilities))

    async def described(request: Request) -> Reply:
        origin = settings.public_url or address_of(request.scheme, request.headers.get("host", ""))
        return await description.answer(Reading("", request, origin=origin))

    app.state.sparql.description = described
    app.state.dumps = Dumps(pool, facts, settings.dumps, proxies=settings.proxies)
    datasets = served(Datasets(facts, pages))
    rooms = {
        f"{DUMPS}/{{rest:path}}": app.state.dumps,
        DUMPS: served(DumpList(facts, pages)),
        f"{dcat.ADDRESS}/{{rest:path}}": datasets,
        f"{dcat.ADDRESS}{{rest:path}}": datasets,
        f"{dcat.VERSIONS}{{rest:path}}": served(Versions(facts, pages)),
        f"{VERSION}/{{rest:path}}": served(Version(facts, pages)),
        VERSION: served(NoVersion()),
        f"{void.ADDRESS}{{rest:path}}": served(void.Void(facts, examples)),
    }
    app.router.routes += [
        Route(place, room, include_in_schema=False) for place, room in rooms.items()
    ]
