"""The day of birth in a column of its own: see `birth_parts`."""

from matching.fields.birth_parts import BIRTH_DAY as FIELD

__all__ = ["FIELD"]
