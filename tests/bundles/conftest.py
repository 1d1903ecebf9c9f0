"""Lets the files of this suite import one another by name."""

import sys
from pathlib import Path

# Last, so that `conftest` stays the one of all suites.
sys.path.append(str(Path(__file__).resolve().parent))
