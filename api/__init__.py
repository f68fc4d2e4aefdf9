"""HTTP: the SPARQL protocol, REST, linked-data pages. Nothing here decides about data."""
