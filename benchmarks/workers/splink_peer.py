"""Splink 5 on DuckDB: `python -m benchmarks.workers.splink_peer FOLDER MODEL ID_COLUMN`, in the peers' environment.

Leaves every pair scored above 1 % and the clusters at its usual threshold of 0.95.
"""

import sys
import warnings
from pathlib import Path

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks.workers.reporting import Report
from benchmarks.workers.splink_models import MODELS


def main(folder: Path, model_name: str, unique_id: str) -> None:
    warnings.simplefilter("ignore")
    report = Report(folder, "splink_peer")
    model = MODELS[model_name]()
    con = duckdb.connect()
    prepared = con.sql(f"select {model.prepare} from read_parquet('{folder / 'records.parquet'}')").to_arrow_table()  # noqa: S608
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=unique_id,
        blocking_rules_to_generate_predictions=list(model.blocks),
        comparisons=list(model.comparisons),
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    with report.step("train"):
        db_api = DuckDBAPI(connection=con)
        linker = Linker(db_api.register(prepared), settings)
        linker.training.estimate_probability_two_random_records_match(list(model.certain), recall=model.recall)
        linker.training.estimate_u_using_random_sampling(max_pairs=model.max_pairs, seed=1)
        for rule in model.train_on:
            _train(linker, rule, report)
    with report.step("predict"):
        predicted = linker.inference.predict(threshold_match_probability=0.01)
    with report.step("cluster"):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=0.95
        )
    left, right = f"{unique_id}_l", f"{unique_id}_r"
    _save(con, predicted, f'"{left}" as l, "{right}" as r, match_weight', folder / "splink_pairs.parquet")
    _save(con, clusters, f'"{unique_id}" as record_id, cluster_id as cluster', folder / "splink_members.parquet")
    report.write()


def _train(linker: Linker, rule: object, report: Report) -> None:
    """Train on a block; where too few pairs make Splink's estimate vanish it says so and goes on without."""
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    except ValueError as error:
        report.facts.setdefault("untrained", []).append(str(error))  # type: ignore[attr-defined]


def _save(con: duckdb.DuckDBPyConnection, table: object, columns: str, path: Path) -> None:
    name = table.physical_name  # type: ignore[attr-defined]
    con.execute(f"copy (select {columns} from {name}) to '{path}' (format parquet)").fetchall()  # noqa: S608


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
