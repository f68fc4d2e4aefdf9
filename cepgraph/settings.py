"""Settings, read from ``CEPGRAPH_*`` variables when a ``Settings`` is made, never at import."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_ADDRESS: Final = re.compile(r"[^\s<>\"{}|^`\\#]+")


class Settings(BaseSettings):
    """Every setting, its default and its meaning. Command-line options override them."""

    model_config = SettingsConfigDict(
        env_prefix="CEPGRAPH_", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    data: Path = Field(Path("cepgraph-data"), description="folder of the log, store and snapshots")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]*[^\s?#/])?$",
        description="address at which the public reaches the service, for links to itself; "
        "otherwise that of the request",
    )
    seed: bool = Field(True, description="fill an empty data folder with the seed graph")
    workers: int = Field(
        2, ge=1, le=64, description="light queries that are evaluated at the same time"
    )
    query_deadline_s: float = Field(10.0, gt=0, description="seconds after which a query is ended")
    query_memory_mb: int = Field(1024, ge=64, description="memory a query may add to its worker")
    query_result_mb: int = Field(256, ge=1, description="largest result of a query")
    query_queue: int = Field(64, ge=0, description="queries that may wait for a worker")
    query_heavy: int = Field(
        4, ge=1, le=64, description="queries of more than a quarter of a second at the same time"
    )
    query_per_client: int = Field(
        32, ge=1, description="queries that one address may have at work and waiting"
    )
    query_versions: int = Field(
        2, ge=1, le=16, description="earlier versions that are kept ready at the same time"
    )
    proxies: int = Field(
        0, ge=0, le=9, description="reverse proxies in front, which add to X-Forwarded-For"
    )
    query_max_kb: int = Field(1024, ge=1, description="largest query text")
    service_endpoints: str = Field(
        "",
        description="SPARQL endpoints that a query may ask by SERVICE, exact addresses with commas "
        "between; none: SERVICE is refused",
    )
    update_max_mb: int = Field(4, ge=1, le=8, description="largest text of a SPARQL update")
    result_cache_mb: int = Field(64, ge=0, description="memory for results of repeated queries")
    dumps: int = Field(4, ge=1, description="dumps that are sent at the same time")
    lock_wait_s: float = Field(10.0, ge=0, description="seconds to wait for another writer")
    snapshot_every: int = Field(50, ge=1, description="log entries after which a snapshot is taken")
    input_max_mb: int = Field(256, ge=1, description="largest file that is read")
    submission_rows: int = Field(1_000_000, ge=1, description="most rows of a submission")
    submission_files: int = Field(20, ge=1, le=1000, description="most files of a submission")
    submission_deadline_s: float = Field(
        300.0, gt=0, description="seconds after which a submission is ended"
    )
    submission_memory_mb: int = Field(
        4096, ge=256, description="memory that a submission may take in the ingest process"
    )
    submission_wait_s: float = Field(
        5.0, ge=0, description="seconds that a request waits for the report of its submission"
    )
    submission_queue: int = Field(16, ge=1, description="submissions that may wait for their turn")
    submission_per_token: int = Field(
        4, ge=1, description="submissions that a token may have under way at once"
    )
    submission_per_minute: int = Field(
        30, ge=1, description="submissions that a token may send in a minute"
    )
    submission_kept_s: float = Field(
        3600.0, gt=0, description="seconds for which the report of a submission is kept"
    )
    citations: int = Field(100_000, ge=0, description="most citations that are kept")
    citations_per_minute: int = Field(
        10, ge=1, description="citations that an address may make in a minute"
    )
    citation_result_mb: int = Field(16, ge=1, description="largest result that can be cited")

    @field_validator("service_endpoints")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for endpoint in _listed(value):
            parts = urlsplit(endpoint)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
                raise ValueError(f"{endpoint!r} is no address of an endpoint: http(s)://…")
            if parts.port == 0 or parts.username is not None or not _ADDRESS.fullmatch(endpoint):
                raise ValueError(f"{endpoint!r} holds what an address may not: a name, a space, …")
        return value

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The addresses in ``service_endpoints``."""
        return _listed(self.service_endpoints)


def _listed(value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.split(",") if one.strip())
