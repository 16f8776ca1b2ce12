"""One home of Customer Hub as Dagster sees it: where things are, which feeds take part, and the lock of a run."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path

import dagster as dg
import polars as pl
from pydantic import Field, PrivateAttr

from connectors.checking import feed_files
from connectors.ledger import Ledger
from matching.errors import CustomerHubError
from matching.policy import NUMBERS
from pipelines import environment
from pipelines.erasure.erasing import go_on
from pipelines.frames import ParquetFrames
from pipelines.instance import bury_dead_runs
from pipelines.locking import only_run
from pipelines.progress import listening
from warehouse import state
from warehouse.desk import desk_refresh
from warehouse.models import models


class Hub(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where a home, its landing folder and its feed files are, and what this run was asked to do."""

    home: str = Field(default="", description="The folder everything lives under; empty: as the page was opened.")
    landing: str = Field(default="", description="Where the channels deliver; empty: as the page was opened.")
    feeds_folder: str = Field(default="", description="The folder of feed files; empty: as the page was opened.")
    without: list[str] = Field(default=[], description="Feeds to go on without.")
    accept_shrunken: list[str] = Field(default=[], description="Feeds whose extract is believed although it shrank.")
    keep: int = Field(default=NUMBERS.history.snapshots, description="How many snapshots to keep.")
    rebuild: bool = Field(default=False, description="Work everything out again even if nothing is new.")
    train: bool = Field(default=False, description="Learn a new model and publish with it.")
    confirm_churn: bool = Field(
        default=False, description="Publish even if more customer ids change than policy.toml allows."
    )
    _run_id: str = PrivateAttr(default="")

    @classmethod
    def from_environment(cls) -> "Hub":
        """Give the home that `dagster dev` works on: the environment's, or `./hub-home`."""
        return cls(
            home=str(environment.home()), landing=str(environment.landing()), feeds_folder=str(environment.feeds())
        )

    def asked(  # noqa: PLR0913 (what one can ask of a run)
        self,
        *,
        without: Sequence[str],
        accept_shrunken: Sequence[str],
        keep: int,
        rebuild: bool,
        train: bool,
        confirm_churn: bool,
    ) -> "Hub":
        """Give the same home with what one run was asked to do."""
        return Hub(
            home=self.home,
            landing=self.landing,
            feeds_folder=self.feeds_folder,
            without=list(without),
            accept_shrunken=list(accept_shrunken),
            keep=keep,
            rebuild=rebuild,
            train=train,
            confirm_churn=confirm_churn,
        )

    @property
    def home_path(self) -> Path:
        """The folder everything lives under."""
        return Path(self.home) if self.home else environment.home()

    @property
    def feeds_path(self) -> Path:
        """The folder of feed files."""
        return Path(self.feeds_folder) if self.feeds_folder else environment.feeds()

    @property
    def landing_path(self) -> Path:
        """The folder that channels deliver their extracts to."""
        return Path(self.landing) if self.landing else environment.landing()

    @property
    def run_id(self) -> str:
        """This run's name: its start in UTC to the millisecond and a few characters of Dagster's id; sorts by time."""
        return self._run_id

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Hub"]:
        """Hold the home's lock for as long as a run lasts; outside a run (sensors, tests) take no lock."""
        run = context.run
        if run is None or context.instance is None:
            yield self
            return
        record = context.instance.get_run_record_by_id(run.run_id)
        created_at = record.create_timestamp if record else datetime.now(UTC)
        self._run_id = f"{created_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"[:-3] + f"-{run.run_id[:8]}"
        self._require_feeds()
        with only_run(self.home_path), listening(dg.get_dagster_logger().info):
            bury_dead_runs(context.instance, living=run.run_id)
            go_on(self.home_path)
            yield self

    def _require_feeds(self) -> None:
        """Refuse feeds that do not exist, whoever named them."""
        for option, feeds in (("without", self.without), ("accept_shrunken", self.accept_shrunken)):
            require_known(option, feeds, among=[path.stem for path in feed_files(self.feeds_path)])

    @property
    def started_at(self) -> datetime:
        """When this run was started, UTC."""
        return datetime.strptime(self._run_id.split("-")[0], "%Y%m%dT%H%M%S%f")  # noqa: DTZ007 (UTC by definition)

    @property
    def occasion(self) -> models.Occasion:
        """Why a run learns a model, if it does."""
        why = models.Why.ASKED if self.train else models.Why.FIRST
        return models.Occasion(why, models.RUN, self.started_at.replace(tzinfo=UTC))

    def frame(self, key: dg.AssetKey) -> pl.DataFrame | None:
        """Give the latest frame of an asset, None if there is none yet."""
        path = ParquetFrames(home=str(self.home_path)).path(key)
        return pl.read_parquet(path) if path.exists() else None

    def changed_since(self, key: dg.AssetKey, feed: str) -> bool:
        """Say whether a feed's file was changed since the latest frame of an asset was written."""
        frame = ParquetFrames(home=str(self.home_path)).path(key)
        file = self.feeds_path / f"{feed}.toml"
        return frame.exists() and file.exists() and file.stat().st_mtime_ns > frame.stat().st_mtime_ns

    def inputs(self, model: str | None) -> str:
        """Fingerprint all a run's outcome depends on: extracts, judgements, pins, model, feeds, policy, code.

        What stewards say while a run is at work counts in the next one: neither the run nor this fingerprint sees it.
        """
        digest = hashlib.sha256(f"{version('customer-hub')} {model}".encode())
        for part in (
            Ledger(self.home_path).extracts().select("feed", "extract_id", "records").sort("feed", "extract_id"),
            state.judgements(self.home_path, until=self.started_at),
            state.pins(self.home_path, until=self.started_at),
            desk_refresh.verdicts_on_contacts(self.home_path),
            desk_refresh.answered(self.home_path).select("item_id"),
        ):
            digest.update(part.write_csv().encode())
        code = [file for package in ("matching", "warehouse") for file in (environment.ROOT / package).rglob("*")]
        for file in sorted([*code, *self.feeds_path.glob("*.toml")]):
            if file.suffix in {".py", ".sql", ".toml", ".csv"}:
                digest.update(file.read_bytes())
        return digest.hexdigest()


def require_known(option: str, feeds: Sequence[str], *, among: Sequence[str]) -> None:
    """Refuse an option that names a feed that does not exist, and name the nearest."""
    for name in feeds:
        if name not in among:
            nearest = get_close_matches(name, among, n=1)
            hint = f" Did you mean {nearest[0]}?" if nearest else ""
            message = f"{option} {name}: expected one of the feeds {', '.join(among)}.{hint}"
            raise CustomerHubError(message)
