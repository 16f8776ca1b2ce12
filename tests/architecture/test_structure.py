"""What keeps the structure: who may import whom, what the graph is, what the README promises."""

import re
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from pipelines.command_line.cli import ORDER
from pipelines.commands import app
from pipelines.definitions import defs

ROOT = Path(__file__).parents[2]


def test_imports_go_one_way() -> None:
    linted = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_dagster_and_great_expectations_are_not_loaded_by_the_core() -> None:
    code = (
        "import sys, matching.resolving, connectors.landing, warehouse.published.snapshots, quality.suites; "
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"dagster", "great_expectations"} & set(loaded.split())


def test_the_graph_is_what_the_design_says() -> None:
    graph = defs.resolve_asset_graph()
    groups = {key.to_user_string(): graph.get(key).group_name for key in graph.get_all_asset_keys()}
    feeds = {file.stem for file in (ROOT / "feeds").glob("*.toml")}
    assert groups == {
        **{f"landed/{feed}": "landing" for feed in feeds},
        "records": "records",
        "model": "matching",
        "pairs": "matching",
        "clusters": "matching",
        "questions": "matching",
        "asked": "matching",
        "drawn_pairs": "matching",
        "strata": "matching",
        "crosswalk": "customers",
        "customer_redirects": "customers",
        "customer_changes": "customers",
        "customers": "customers",
        "lineage": "customers",
        "households": "customers",
        "candidate": "publishing",
        "snapshot": "publishing",
    }
    assert all(graph.get(key).description and graph.get(key).owners for key in graph.get_all_asset_keys())


def test_what_starts_runs_by_itself_says_when() -> None:
    assert all(each.description for each in (*(defs.sensors or ()), *(defs.schedules or ()), *(defs.jobs or ())))


def test_every_command_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    runner = CliRunner()
    named = {match.split()[0] for match in re.findall(r"customer-hub ([a-z]+)", readme)}
    assert named
    for name in sorted(named):
        assert runner.invoke(app, [name, "--help"]).exit_code == 0, name


def test_the_help_lists_every_command_the_daily_ones_first() -> None:
    told = CliRunner().invoke(app, ["--help"]).output
    listed = re.findall(r"^\W+([a-z]+)  ", told, re.MULTILINE)
    assert [name for name in listed if name in ORDER] == list(ORDER)
    assert {command.name or command.callback.__name__ for command in app.registered_commands if command.callback} | {
        group.name for group in app.registered_groups
    } == set(ORDER)


def test_no_machine_and_no_registry_is_named() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    words = ("index" + "-url", "find" + "-links", r"https?://[^/\s\"']*(py" + "pi|pythonhosted)")
    suspicious = re.compile("|".join(words).encode())
    bad = [name for name in tracked if name and suspicious.search((ROOT / name).read_bytes())]
    assert bad == []
