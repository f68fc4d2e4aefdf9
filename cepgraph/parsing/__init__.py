"""What a query is made of, told by rdflib's SPARQL parser in a process of its own.

    web process  --socket-->  parser process (no network, no files, bounded memory and time)

The engine evaluates queries and does not tell what is in them. rdflib's parser does, slowly, and
not in threads; so one process reads one query at a time, and is killed when that takes too long.
Reasons: ``docs/decisions/0010-service-is-answered-beforehand.md``.
"""

from cepgraph.parsing.parser import Parser
from cepgraph.parsing.values import BadResult, nothing_bound
from cepgraph.parsing.wire import Asked, Pattern, Service

__all__ = ["Asked", "BadResult", "Parser", "Pattern", "Service", "nothing_bound"]
