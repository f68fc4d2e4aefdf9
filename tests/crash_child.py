"""What the processes do that ``test_crash`` kills: they publish, over and over.

In a module of its own, so that a fork server can import it: a process that has had a store open
must not be forked, its background threads would be missing.
"""

import importlib
import os
import signal
from pathlib import Path

from pyoxigraph import Quad

from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from tests import mini

_PETS = 40


def world(version: int) -> str:
    """A different world for every version: all pets change their names, and half of them leave."""
    pets = "".join(
        f'id:p{n} a cep:Pet ; rdfs:label "P{n} of {version}" ; cep:owner id:o{n} .'
        f'id:o{n} a cep:Owner ; rdfs:label "Owner {n}" .'
        for n in range(_PETS)
        if n % 2 == version % 2
    )
    return pets + f'id:count a cep:Club ; rdfs:label "Version {version}" .'


def publish_on(root: Path, content: Path) -> None:
    """Publish one world after the other, until somebody ends the process."""
    model = Model(Content(content))
    (root / "ready").touch()
    while True:
        with mini.open_graph(root, model, snapshot_every=3) as graph:
            graph.publish(mini.submission(world(graph.version + 1)))
            graph.maintain()


def publish_and_die_at(root: Path, content: Path, owner: str, method: str) -> None:
    """Publish, and die when ``method`` of ``owner`` (``module:Class`` or ``module``) is called."""
    module, _, name = owner.partition(":")
    place = importlib.import_module(module)
    setattr(getattr(place, name) if name else place, method, _die)
    publish_on(root, content)


def apply_half_and_die(root: Path, content: Path) -> None:
    """Publish, and die with half of the entry in the store."""
    OxigraphStore.apply = _half_applied  # type: ignore[assignment,method-assign]
    publish_on(root, content)


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _half_applied(store: OxigraphStore, added: list[Quad], removed: list[Quad], *_: object) -> None:
    store.engine.bulk_extend(added[: len(added) // 2])
    for quad in removed[: len(removed) // 2]:
        store.engine.remove(quad)
    store.engine.flush()
    _die()
