"""A run folder: how a run is kept on disk.

`config.json` is written once. `episodes.jsonl` is only ever appended to: a record counts once its newline is written,
so a kill at any moment leaves whole records and at most one line cut off, which the next start removes. A later record
of the same key replaces an infrastructure error; a graded record is final.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

from cloud_incident_env.evaluation.config import RunConfig, differences
from cloud_incident_env.evaluation.record import RECORD_VERSION, EpisodeRecord
from cloud_incident_env.generated.incident_version import INCIDENT_VERSION

CONFIG_NAME = "config.json"
EPISODES_NAME = "episodes.jsonl"
LOCK_NAME = ".lock"


class RunFolderError(Exception):
    """A run folder cannot be used as it is; the message says why and what to do."""


class RunFolder:
    """One run on disk. Reading needs nothing; to append, hold the folder by `with folder.writing(config):`."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._output: _Appender | None = None

    def config(self) -> RunConfig:
        """The run's configuration. Raises RunFolderError if there is none that can be read."""
        file = self.path / CONFIG_NAME
        try:
            return RunConfig.from_json(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise RunFolderError(f"{self.path} is no run folder: it has no {CONFIG_NAME}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RunFolderError(f"{file} cannot be read: {error}") from error

    def episodes(self) -> list[EpisodeRecord]:
        """Each episode of the run once, in the order of its plan, whatever the order in which they ended.

        Raises RunFolderError if a line is broken, or an episode was graded twice.
        """
        found: dict[str, EpisodeRecord] = {}
        for record in self.lines():
            before = found.get(record["key"])
            if before is not None and before["status"] == "graded":
                raise RunFolderError(f"{self.path / EPISODES_NAME} holds {record['key']} twice")
            found[record["key"]] = record
        place = {planned.key: number for number, planned in enumerate(self.config().plan())} if found else {}
        return sorted(found.values(), key=lambda record: place.get(record["key"], len(place)))

    def lines(self) -> Iterator[EpisodeRecord]:
        """Every record that was appended, oldest first, read one at a time. A line cut off at the end is left out.

        Raises RunFolderError for a line that is no record.
        """
        file = self.path / EPISODES_NAME
        if not file.exists():
            return
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.endswith(b"\n"):
                    yield _parsed(line, f"{file}:{number}")

    def append(self, *records: EpisodeRecord) -> None:
        """Add records; when this returns they are on disk.

        Raises RunFolderError unless the folder is held, and if the disk refuses; the next start removes a line that was
        cut off.
        """
        if self._output is None:
            raise RunFolderError(f"{self.path} is not open for writing: use `with folder.writing(config):`")
        with _disk_errors(self.path):
            self._output.append(records)

    def changed(self, config: RunConfig) -> list[str]:
        """The fields that keep the run from going on with a configuration, one line each."""
        # By way of JSON, like the one on disk: tuples become lists.
        return differences(self.config().to_json(), json.loads(json.dumps(config.to_json())))

    def is_complete(self) -> bool:
        """Whether every episode of the run has a grade."""
        return sum(record["status"] == "graded" for record in self.lines()) == len(self.config().plan())

    @contextmanager
    def writing(self, config: RunConfig) -> Iterator[RunFolder]:
        """Hold the folder for a run: make it, or go on with it. Nobody else may write to it meanwhile.

        Raises RunFolderError if another process holds it, if it is no run folder and not empty, or if its run was
        asked for something else, or if the disk refuses.
        """
        with ExitStack() as held:
            with _disk_errors(self.path):
                self._check_free()
                self.path.mkdir(parents=True, exist_ok=True)
                held.enter_context(_Lock(self.path))
                self._settle(config)
                self._output = held.enter_context(_Appender(self.path / EPISODES_NAME))
            try:
                yield self
            finally:
                self._output = None

    def _check_free(self) -> None:
        """Raise RunFolderError if the path holds something that is no run."""
        if self.path.exists() and not self.path.is_dir():
            raise RunFolderError(f"{self.path} is no folder")
        ours = {CONFIG_NAME, LOCK_NAME, f"{CONFIG_NAME}.new"}
        if self.path.is_dir() and not (self.path / CONFIG_NAME).exists():
            foreign = sorted({child.name for child in self.path.iterdir()} - ours)
            if foreign:
                raise RunFolderError(f"{self.path} is no run folder and holds {foreign[0]}: name a new folder")

    def _settle(self, config: RunConfig) -> None:
        """Write the configuration of a new run, or compare it with that of the run that goes on."""
        if not (self.path / CONFIG_NAME).exists():
            _write_whole(self.path / CONFIG_NAME, json.dumps(config.to_json(), indent=2) + "\n")
            return
        if self.changed(config):
            raise RunFolderError(
                f"{self.path} holds a run with another configuration:\n  "
                + "\n  ".join(self.changed(config))
                + "\nGo on with the old options, or name a new folder."
            )


def check_incidents(folder: RunFolder) -> None:
    """Raise RunFolderError unless this code makes the incidents that a run was played on."""
    config = folder.config()
    played = config.versions.get("incidents")
    if played != INCIDENT_VERSION:
        raise RunFolderError(
            f"{folder.path} was played on version {played} of the incidents, and this code makes version "
            f"{INCIDENT_VERSION}: use the code of then (commit {config.commit})"
        )


def check_same_incidents(one: RunFolder, other: RunFolder) -> None:
    """Raise RunFolderError if two runs were played on different versions of the incidents, which cannot be paired."""
    versions = [folder.config().versions.get("incidents") for folder in (one, other)]
    if versions[0] != versions[1]:
        raise RunFolderError(
            f"{one.path} was played on version {versions[0]} of the incidents, {other.path} was played on version "
            f"{versions[1]} of the incidents: they cannot be compared"
        )


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    """Raise an OSError of the block as RunFolderError."""
    try:
        yield
    except OSError as error:
        raise RunFolderError(f"{path} cannot be written: {error.strerror or error}") from error


def _parsed(line: bytes, where: str) -> EpisodeRecord:
    try:
        record: EpisodeRecord = json.loads(line)
        version = record["record_version"]
    except (ValueError, KeyError, TypeError) as error:
        raise RunFolderError(f"{where} is no episode record: {error}") from error
    if version != RECORD_VERSION:
        raise RunFolderError(f"{where} has record_version {version!r}: this code knows {RECORD_VERSION}")
    return record


def _write_whole(file: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    with new.open("w", encoding="utf-8") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    new.replace(file)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files, where the system can."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class _Appender:
    """Appends lines to a file, after removing a line at its end that a kill has cut off."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> _Appender:
        self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
        _sync_folder(self._file.parent)
        whole = _length_of_whole_lines(self._file)
        if whole < os.fstat(self._handle).st_size:
            os.ftruncate(self._handle, whole)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)

    def append(self, records: Sequence[EpisodeRecord]) -> None:
        lines = "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records)
        rest = memoryview(lines.encode())
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        os.fsync(self._handle)


def _length_of_whole_lines(file: Path, block: int = 1 << 16) -> int:
    """Bytes up to and with the last newline."""
    with file.open("rb") as content:
        end = content.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - block)
            content.seek(start)
            newline = content.read(end - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            end = start
    return 0


class _Lock:
    """Holds a folder for this process. The system releases it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        self._handle = os.open(self._folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        if sys.platform != "win32":  # where nothing keeps two runs from one folder
            import fcntl

            try:
                fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # unlike flock, no forked worker inherits it
            except OSError as error:
                os.close(self._handle)
                raise RunFolderError(f"{self._folder} is in use by another run: wait for it, or stop it") from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)
