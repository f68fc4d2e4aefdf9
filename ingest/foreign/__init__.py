"""Lists that others publish in their own form, read by a declared mapping each."""
