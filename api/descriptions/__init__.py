"""What the service says of itself and of its data, made of the graph and of its log.

survey.py      what is asked of the graph for it, once for each version
statistics.py  counts, of all graphs and of each
datasets.py    what each graph says of itself: title, publisher, licence, sources
releases.py    the log's entries, as far as they are public
statements.py  triples that are put together and written in one of the RDF forms
service.py     the SPARQL service description
void.py        VoID
dcat.py        the catalogue: a dataset for each graph, and one for all
versions.py    what each version changed
dumps.py       all quads of a version, as a file
pages.py       the same to read
"""
