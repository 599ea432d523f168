"""``python -m edgekws`` does what ``edgekws`` does."""

import sys

from edgekws.cli import main

sys.exit(main())
