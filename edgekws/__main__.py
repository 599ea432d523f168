"""``python -m edgekws`` does what ``edgekws`` does."""

from edgekws.cli import main

main()
