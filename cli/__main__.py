"""``python -m cli``, for where the console script is not on the path."""

from cli.app import main

main()
