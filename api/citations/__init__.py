"""Citations: a query, the version that answered it and the hash of its answer, at a permalink."""
