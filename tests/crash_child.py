"""What the processes do that ``test_crash`` kills: they publish, over and over.

In a module of its own, so that a fork server can import it: a process that has had a store open
must not be forked, its background threads would be missing.
"""

import importlib
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

from pyoxigraph import Quad

from cepgraph.content import Content
from cepgraph.history import Origin
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


def rows_of(version: int) -> list[Origin]:
    """The rows that ``world(version)`` could have come from."""
    pets = [n for n in range(_PETS) if n % 2 == version % 2]
    return [Origin(mini.thing(f"p{n}").value, f"{version}.csv", "", n + 2) for n in pets]


def publish_on(root: Path, content: Path) -> None:
    """Publish one world after the other, until somebody ends the process."""
    model = Model(Content(content))
    (root / "ready").touch()
    while True:
        with mini.open_graph(root, model, snapshot_every=3) as graph:
            version = graph.version + 1
            submission = mini.submission(world(version))
            graph.publish(replace(submission, origins=partial(rows_of, version)))
            graph.maintain()


def publish_and_die_at(root: Path, content: Path, owner: str, method: str, call: int) -> None:
    """Publish, and die at a call of ``method`` of ``owner`` (``module:Class`` or ``module``)."""
    module, _, name = owner.partition(":")
    place = importlib.import_module(module)
    holder = getattr(place, name) if name else place
    setattr(holder, method, _dying_at(call, getattr(holder, method)))
    publish_on(root, content)


def apply_half_and_die(root: Path, content: Path) -> None:
    """Publish, and die with half of the entry in the store."""
    OxigraphStore.apply = _half_applied  # type: ignore[assignment,method-assign]
    publish_on(root, content)


def _dying_at(call: int, method: Callable[..., object]) -> Callable[..., object]:
    calls = count(1)

    def instead(*arguments: object, **named: object) -> object:
        if next(calls) == call:
            _die()
        return method(*arguments, **named)

    return instead


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _half_applied(store: OxigraphStore, added: list[Quad], removed: list[Quad], *_: object) -> None:
    store.engine.bulk_extend(added[: len(added) // 2])
    for quad in removed[: len(removed) // 2]:
        store.engine.remove(quad)
    store.engine.flush()
    _die()
