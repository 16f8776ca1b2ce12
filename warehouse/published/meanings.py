"""What the columns of published tables mean, as the tables themselves say it to analysts."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from warehouse import duck
from warehouse.tables import PUBLISHED

COMMENT: Final = re.compile(r"""COMMENT ON COLUMN (\w+)\."?(\w+)"? IS\s+'((?:[^']|'')*)'""")


@cache
def meanings(table: str) -> Mapping[str, str]:
    """Give the comment of each column of a published table or view; nothing of what is not published."""
    if table not in {published.name for published in PUBLISHED}:
        return MappingProxyType({})
    found = COMMENT.findall(duck.statements(table))
    return MappingProxyType({column: says.replace("''", "'") for of, column, says in found if of == table})
