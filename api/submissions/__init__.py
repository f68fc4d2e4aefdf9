"""``/api/v1/submissions``: files come in, reports go out. What reads them is another process."""
