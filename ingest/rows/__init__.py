"""Rows become triples: headers to fields, cells to values, references to things, keys to IRIs."""
