"""The reading side: an engine process that holds the graph, and workers that answer queries.

    web process  --control socket-->  engine  --fork-->  worker, worker, ...
         \\____________________ a socket to each worker ______/

The engine loads the graph from the log, forks workers that share it copy-on-write, and follows the
log. A worker answers one query at a time and can be killed without harm to anything else. ``Pool``
is the web process's end of it. Reasons: ``docs/decisions/0004-queries-run-in-workers.md``.
"""

from cepgraph.engine.dump import DumpRequest
from cepgraph.engine.options import EngineOptions
from cepgraph.engine.pool import Pool
from cepgraph.engine.wire import Answer, Question

__all__ = ["Answer", "DumpRequest", "EngineOptions", "Pool", "Question"]
