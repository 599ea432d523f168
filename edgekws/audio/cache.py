"""Where decoded clips and the built-in set are kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """``EDGEKWS_CACHE_DIR`` if set, else the user's cache folder of the system."""
    return Path(os.environ.get("EDGEKWS_CACHE_DIR") or platformdirs.user_cache_dir("edgekws"))
