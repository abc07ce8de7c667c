"""``python -m adim`` is ``adim``."""

import sys

from adim.cli import main

sys.exit(main())
