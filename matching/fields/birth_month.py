"""The month of birth in a column of its own: see `birth_parts`."""

from matching.fields.birth_parts import BIRTH_MONTH as FIELD

__all__ = ["FIELD"]
