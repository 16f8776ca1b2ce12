"""Modules that Great Expectations imports for expectations no suite here has: loaded once anybody asks for them."""

import importlib
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any, Final

UNUSED: Final = ("scipy.stats", "altair")
"""Statistics and charts of `expect_column_kl_divergence_to_be_less_than`: a third of what the import takes."""


class Deferred(ModuleType):
    """Stands for a module that is not loaded yet, and becomes it with the first thing that is asked of it.

    `importlib.util.LazyLoader` does not help: up to Python 3.11 a second `import` of its module loads it.
    """

    def __getattr__(self, name: str) -> Any:
        """Load the module and give what is asked; what every module has of itself is no reason to."""
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        loaded = importlib.import_module(self.__name__)
        self.__dict__.update(vars(loaded))
        return getattr(loaded, name)


def defer(names: Iterable[str] = UNUSED) -> None:
    """Let modules that are not loaded wait until they are used."""
    for name in names:
        sys.modules.setdefault(name, Deferred(name))
