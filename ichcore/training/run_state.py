"""What a retraining that goes on by itself says of itself: one small file, for whoever looks in."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ichcore.errors import InputError
from ichcore.files import json_text, write_text

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "ichcore.retraining/1"
STATE, STOP = "state.json", "stop"
"""Names in the folder of a run: its state, and the file that asks it to stop."""
STILL_ALIVE_S = 20.0
"""A run that has written nothing for so long has ended without saying so: it was killed."""


class Phase(StrEnum):
    """How far a run is."""

    STARTING = "starting"
    TRAINING = "training"
    COMPARING = "comparing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self in (Phase.DONE, Phase.STOPPED, Phase.FAILED)


@dataclass(frozen=True)
class RunState:
    """The state of a run.

    Attributes:
        phase: how far it is.
        message: what is being done, or the sentence that it failed with.
        done: steps of that.
        total: of how many; 0 where that is not known.
        pid: of the process.
        at: seconds since 1970 when this was written.
        started: ISO 8601 time in UTC.
        old: the model that it continues.
        compared: of each set that old and new were judged on: its name, what it is called, and the
            differences as :meth:`ichcore.evaluation.compare.Difference.as_json` has them.
    """

    phase: Phase
    message: str = ""
    done: int = 0
    total: int = 0
    pid: int = field(default_factory=os.getpid)
    at: float = field(default_factory=time.time)
    started: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    old: str = ""
    compared: tuple[dict[str, Any], ...] = ()

    def goes_on(self, now: float | None = None) -> bool:
        """Whether its process lives: it says every few seconds that it does."""
        since = (time.time() if now is None else now) - self.at
        return not self.phase.ended and since < STILL_ALIVE_S

    @property
    def killed(self) -> bool:
        """Whether it ended without saying so; the same command lets it go on."""
        return not self.phase.ended and not self.goes_on()


def write_state(folder: Path, state: RunState) -> RunState:
    """Write the state of a run with the time of now, and return it.

    Raises:
        OSError: if the folder cannot be written.
    """
    now = replace(state, at=time.time())
    write_text(folder / STATE, json_text({"schema": SCHEMA, **asdict(now)}))
    return now


def read_state(folder: Path) -> RunState | None:
    """The state of a run; ``None`` where there is none.

    Raises:
        InputError: if the file is none of ours.
    """
    path = folder / STATE
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}); delete it and start the run again.") from error
    try:
        if stated.pop("schema") != SCHEMA:
            raise InputError(f"{path} is no state of a retraining; give the folder of one.")
        phase, compared = Phase(stated.pop("phase")), tuple(stated.pop("compared"))
        return RunState(phase, compared=compared, **stated)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error!r}); delete it and start the run again.") from error


def ask_to_stop(folder: Path) -> None:
    """Ask the run of a folder to stop; it does after its next step, and can go on from there.

    Raises:
        OSError: if the folder cannot be written.
    """
    (folder / STOP).touch()
