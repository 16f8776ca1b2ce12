"""One pair of values at a time: what a few kinds say of whole columns, for a single question, in plain Python.

A column of one value costs a field some milliseconds, which a caller who waits notices. A twin gives what its field
gives, for the values that questions mostly hold, and `None` for all others: then the field itself is asked. Twins are
not believed: `trusted` tries each on values of the table at hand, and one that differs from its field is left out.
"""

from matching.single.twins import TWINS, Twin, trusted

__all__ = ["TWINS", "Twin", "trusted"]
