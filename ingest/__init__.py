"""A submission, whatever it came as, becomes triples in named graphs."""
