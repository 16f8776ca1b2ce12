"""A model without a person: what it learned stays, the values that nobody else tells go."""

from dataclasses import dataclass, replace

import polars as pl

from matching.facts.encoding import Column, Encoded, encode
from matching.fields.base import VALUE
from matching.fieldspec import FieldSpec
from matching.learning.counting import NO_JOINTS, ORDER, count_together, count_values
from matching.learning.ordering import ordered_by
from matching.model import Model
from matching.words import Kind


@dataclass(frozen=True)
class Forgetting:
    """What the erased and the remaining records tell; made once, used for every model that is kept."""

    theirs: Encoded
    others: Encoded

    @classmethod
    def of(cls, erased: pl.DataFrame, remaining: pl.DataFrame, spec: FieldSpec) -> "Forgetting":
        """Read both sides, RECORDS each; `erased` may hold several versions of a record under ids of their own."""
        return cls(encode(erased, spec), encode(remaining, spec))

    def without(self, model: Model) -> Model:
        """Give the model without what only the erased told; no score of two remaining records changes.

        A value leaves its row. How often the typical value of a key occurs is reckoned over all rows, so the row of a
        key stays, with its count and no value. Rows of values that others tell as well keep their counts.
        """
        theirs, others = (_values(ordered_by(side, model)) for side in (self.theirs, self.others))
        only = theirs.join(others, on=["fact", "value"], how="anti")
        marked = model.frequencies.join(
            only.with_columns(is_theirs=pl.lit(value=True)), on=["fact", "value"], how="left", maintain_order="left"
        )
        is_theirs = pl.col("is_theirs").fill_null(value=False)
        is_key = pl.col("fact").str.contains(":", literal=True)
        frequencies = marked.filter(~is_theirs | is_key).select(
            pl.when(~is_theirs).then("value").alias("value") if name == "value" else name
            for name in model.frequencies.columns
        )
        together = [self._only_together(fact.name, fact.parent) for fact in model.facts if fact.parent]
        gone = pl.concat([NO_JOINTS.drop("count"), *together])
        joints = model.joints.join(gone, on=gone.columns, how="anti", maintain_order="left")
        return replace(model, frequencies=frequencies, joints=joints)

    def _only_together(self, child: str, parent: str) -> pl.DataFrame:
        """Give the values of two facts that only the erased tell together."""
        theirs, others = (
            count_together(columns[child], columns[parent], at_least=1).drop("count")
            for columns in ({column.name: column for column in side.columns} for side in (self.theirs, self.others))
        )
        return theirs.join(others, on=theirs.columns, how="anti")


def _values(encoded: Encoded) -> pl.DataFrame:
    """Give what records tell of each fact: values, keys, and the words of names that are read in an order."""
    told = [count_values(replace(column, order=None)).select("fact", "value") for column in encoded.columns]
    told += [_words(column) for column in encoded.columns if column.order is not None]
    return pl.concat(told).unique()


def _words(column: Column) -> pl.DataFrame:
    named = column.fact.kind is Kind.PERSON_NAME
    words = column.values["words"].explode(empty_as_null=True).drop_nulls() if named else column.values[VALUE]
    return pl.DataFrame(
        {"fact": f"{column.name}:{ORDER}", "value": words}, schema={"fact": pl.String, "value": pl.String}
    )
