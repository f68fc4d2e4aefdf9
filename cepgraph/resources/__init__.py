"""Things of the graph as documents: what the REST interface and the pages are made of.

facts.py      statements about a thing and its neighbours, by subject, each with its graphs
vocabulary.py names of classes and fields in JSON, and the JSON-LD context that explains them
document.py   the document of a thing, from facts alone
json_ld.py    a document with its own context: exactly the asserted triples
reader.py     ``ResourceReader``: documents of a collection and of one thing, at a version
sparql.py     a reader that asks SPARQL
"""

from cepgraph.resources.document import Document, document, documents
from cepgraph.resources.facts import Facts, Statement, Text
from cepgraph.resources.json_ld import json_ld, triples
from cepgraph.resources.reader import Account, Item, Listing, Mention, ResourceReader
from cepgraph.resources.sparql import Ask, Rows, SparqlReader
from cepgraph.resources.vocabulary import Vocabulary

__all__ = [
    "Account",
    "Ask",
    "Document",
    "Facts",
    "Item",
    "Listing",
    "Mention",
    "ResourceReader",
    "Rows",
    "SparqlReader",
    "Statement",
    "Text",
    "Vocabulary",
    "document",
    "documents",
    "json_ld",
    "triples",
]
