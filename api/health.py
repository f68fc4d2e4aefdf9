"""Whether the service lives, and whether it can answer."""

from fastapi import APIRouter, Request

from cepgraph.engine import Pool
from cepgraph.errors import EngineDown

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/ready")
async def ready(request: Request) -> dict[str, str | int]:
    """The graph is loaded; tells its version. 503 until then."""
    pool: Pool = request.app.state.pool
    if pool.version is None:
        raise EngineDown(pool.problem or "the graph is being loaded")
    return {"status": "ready", "version": pool.version}
