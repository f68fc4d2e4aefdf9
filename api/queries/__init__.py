"""The query catalogue over HTTP: as an interface with typed parameters, as RDF, and as pages.

Nothing here knows a query: addresses, documentation and forms follow from the headers of the files.
"""
