"""Tables that people have at hand, as their programs saved them."""

from pathlib import Path

import polars as pl
import pytest

from connectors.tables import TableError, read_table, write_table

TABLE = pl.DataFrame({"rid": ["1", "2"], "name": ["张三", "李四"]})


@pytest.mark.parametrize("ending", [".csv", ".CSV", ".tsv", ".Parquet"])
def test_a_table_is_read_whatever_the_case_of_its_ending(ending: str, tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / f"people{ending}")
    assert read_table(tmp_path / f"people{ending}").equals(TABLE)


@pytest.mark.parametrize("content", ["rid,name\n1,张三\n".encode("gb18030"), b"rid,name\n1,a\n2,b,c\n"])
def test_a_table_in_another_encoding_or_of_uneven_rows_is_told_how_to_be_saved(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(content)
    with pytest.raises(TableError, match=r"expected CSV in UTF-8 whose rows have as many cells .* save the table so"):
        read_table(tmp_path / "people.csv")


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_is_written_whole_or_not_at_all(ending: str, tmp_path: Path) -> None:
    folder = tmp_path / f"folder{ending}"
    folder.mkdir()
    with pytest.raises(OSError, match="folder") as refused:
        write_table(TABLE, folder)
    assert refused.value.filename == str(folder)
    write_table(TABLE, tmp_path / f"people{ending}")
    with pytest.raises(Exception, match=r".+"):
        write_table(pl.DataFrame({"odd": pl.Series([object()], dtype=pl.Object)}), tmp_path / f"people{ending}")
    assert read_table(tmp_path / f"people{ending}").equals(TABLE)
    assert sorted(tmp_path.iterdir()) == [folder, tmp_path / f"people{ending}"]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_with_brackets_in_its_name_is_read_as_it_is_called(ending: str, tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / f"people [final]{ending}")
    assert read_table(tmp_path / f"people [final]{ending}").equals(TABLE)
