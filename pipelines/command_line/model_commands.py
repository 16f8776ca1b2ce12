"""Commands about the matching model: learn a version, look at its effect on the customers, accept it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from pipelines.command_line import show
from pipelines.command_line.cli import DEFAULT_HOME, LivingHome, app, console, operator, plain_errors
from pipelines.progress import tell

if TYPE_CHECKING:
    from warehouse.models.training import Effect

model_app = typer.Typer(help="Learn a model, look at what it would change, accept it.", no_args_is_help=True)
app.add_typer(model_app, name="model")

Version = Annotated[str, typer.Argument(help="As `customer-hub model list` shows it.")]


@model_app.command("train")
def train_model(
    home: LivingHome = DEFAULT_HOME,
    labels: Annotated[Path | None, typer.Option(help="Known pairs: record_id_l, record_id_r, judgement.")] = None,
) -> None:
    """Learn a new version from the published records and show what it would change; nothing changes yet."""
    with plain_errors():
        from connectors.tables import read_table  # noqa: PLC0415 (the command line starts fast)
        from warehouse.models.models import Occasion, Why  # noqa: PLC0415
        from warehouse.models.training import propose  # noqa: PLC0415

        why = Why.LABELS if labels else Why.ASKED
        occasion = Occasion(why, operator(), datetime.now(UTC))
        with show.progress(console):
            known = read_table(labels) if labels else None
            version, effect = propose(home, occasion, labels=known, progress=tell)
        _say_effect(version, effect)
        console.print(
            f"Nothing has changed yet. customer-hub model accept {version} lets it decide from the next run on."
        )


@model_app.command("show")
def show_model(version: Version, home: LivingHome = DEFAULT_HOME) -> None:
    """Show what a version would change, or has changed, against the snapshot it was compared with."""
    with plain_errors():
        from warehouse.models import models  # noqa: PLC0415
        from warehouse.models.training import effect_of  # noqa: PLC0415

        models.load(home, version)
        _say_effect(version, effect_of(home, version))


@model_app.command("accept")
def accept_model(version: Version, home: LivingHome = DEFAULT_HOME) -> None:
    """Let a version decide from the next run on; going back to an earlier one is accepting that."""
    with plain_errors():
        from warehouse.models import models  # noqa: PLC0415

        if models.accept(home, version, who=operator(), at=datetime.now(UTC)):
            console.print(f"In force now: [bold]{version}[/]. The next run matches everything with it.")
        else:
            console.print(f"{version} is in force already.")


@model_app.command("list")
def list_models(home: LivingHome = DEFAULT_HOME) -> None:
    """List every version: when, why and by whom it was learned and accepted, and which one is in force."""
    with plain_errors():
        from warehouse.models import models  # noqa: PLC0415

        chosen = models.in_force(home)
        columns = ("version", "why", "records", "labels", "accepted", "by", "")
        table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in models.versions(home).iter_rows(named=True):
            at = row["accepted_at"]
            mark = "● in force" if row["version"] == chosen else "" if row["is_kept"] else "removed"
            accepted = at[:16].replace("T", " ") if at else "–"
            table.add_row(
                row["version"], row["why"], f"{row['records']:,}", f"{row['labels']:,}", accepted,
                row["accepted_by"] or "", mark,
            )  # fmt: skip
        console.print(table)


def _say_effect(version: str, effect: "Effect | None") -> None:
    """Show the counts and the sample of pairs."""
    if effect is None:
        console.print(f"[bold]{version}[/]: nothing was published before it, so there is nothing to compare it with.")
        return
    console.print(f"[bold]{version}[/] {effect.says}", soft_wrap=True)
    if not effect.pairs:
        return
    table = Table("change", "record", "record", "score", box=box.SIMPLE_HEAD, pad_edge=False)
    for pair in effect.pairs:
        table.add_row(pair["change"], Text(pair["record_id_l"]), Text(pair["record_id_r"]), f"{pair['score']:+.2f}")
    console.print(table)
    console.print("customer-hub explain RECORD RECORD tells the evidence for a pair under the model in force.")
