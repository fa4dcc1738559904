"""``python -m lrc``: the ``lrc`` command."""

from lrc.cli import main

main()
