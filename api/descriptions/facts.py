"""What the descriptions are made of, at the version that queries see."""

from collections.abc import Callable
from functools import partial

from api.descriptions.datasets import Dataset, datasets
from api.descriptions.releases import Releases
from api.descriptions.statistics import Contents, Counting, Sizes, Statistics
from api.descriptions.survey import Asking, OncePerVersion
from cepgraph.errors import EngineDown, NotFound
from cepgraph.terms import GRAPH


class Facts:
    """Statistics, what graphs say of themselves, and the log."""

    def __init__(self, ask: Asking, releases: Releases, version: Callable[[], int | None]) -> None:
        self.releases = releases
        self._version = version
        self._counting = Counting(ask)
        self._sizes = OncePerVersion(self._counting.sizes)
        self._statistics = OncePerVersion(self._counted)
        self._datasets = OncePerVersion(partial(datasets, ask))

    def newest(self) -> int:
        """The version that queries see; what is said in one answer holds for one version.

        Raises:
            EngineDown: there is none yet.
        """
        version = self._version()
        if version is None:
            raise EngineDown("the graph is being loaded")
        return version

    async def sizes(self, version: int) -> Sizes:
        """How large all is, and each graph."""
        return await self._sizes.get(version)

    async def statistics(self, version: int) -> Statistics:
        """Counts of all graphs."""
        return await self._statistics.get(version)

    async def datasets(self, version: int) -> dict[str, Dataset]:
        """Graphs that describe themselves, by name."""
        return await self._datasets.get(version)

    async def dataset(self, path: str, version: int) -> Dataset:
        """The graph at ``publisher/dataset``.

        Raises:
            NotFound: there is none, or it does not describe itself.
        """
        known = await self.datasets(version)
        found = known.get(GRAPH + path)
        if found is None:
            publisher = path.partition("/")[0] + "/"
            near = [other.path for other in known.values() if other.path.startswith(publisher)]
            raise NotFound("dataset", path, tuple(near[:3]))
        return found

    async def contents(self, graph: str, version: int) -> Contents:
        """What one graph holds."""
        return await self._counting.contents(graph, version)

    async def _counted(self, version: int) -> Statistics:
        return await self._counting.statistics(await self.sizes(version))
