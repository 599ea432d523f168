"""Find what a room offers by looking into its folder, so that adding a file is enough."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def module_names(package: ModuleType) -> tuple[str, ...]:
    """Sorted names of the public modules directly inside ``package``; imports none of them."""
    found = pkgutil.iter_modules(package.__path__)
    return tuple(sorted(info.name for info in found if not info.name.startswith("_")))


def load(package: ModuleType, name: str) -> ModuleType:
    """Import one module that `module_names` listed."""
    return importlib.import_module(f"{package.__name__}.{name}")
