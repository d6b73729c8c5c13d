"""The options of a reset, declared once: which incident to start, and under which name and rewards.

The REST interface, the OpenEnv protocol, MCP and the clients take them from here.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from contextlib import suppress
from numbers import Real
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from cloud_incident_env.actions import ALL_TASKS, NAME_LENGTH
from cloud_incident_env.generated.difficulty import DIFFICULTIES
from cloud_incident_env.splits import SPLITS, TRAIN_SEEDS

EPISODE_ID_LENGTH = 64

Name = Annotated[str, StringConstraints(max_length=NAME_LENGTH)]
EpisodeId = Annotated[str, StringConstraints(min_length=1, max_length=EPISODE_ID_LENGTH, pattern=r"^[A-Za-z0-9._-]+$")]


def whole_number(value: Any) -> int:
    """Read an integer as programs hold it: also numpy's integers, and 7.0 of Python or numpy.

    Texts, truth values and fractions are refused, by every interface. Raises PydanticCustomError.
    """
    if type(value) is int:
        return value
    if not isinstance(value, bool):
        with suppress(TypeError):
            return operator.index(value)
        if isinstance(value, Real) and value % 1 == 0:
            return int(float(value))
    raise PydanticCustomError("int_type", "expected an integer, got {value}", {"value": _shown(value)})


WholeNumber = Annotated[int, BeforeValidator(whole_number)]


class ResetOptions(BaseModel):
    """What to start: a hand-written incident, a generated one of a seed, or one of a split.

    `task_id` and `scenario_index` choose a hand-written incident; `seed` a generated one, with `task_id`, `difficulty`
    and `family` as wished; `split` and `index` one of a split, for generated splits with `task_id` and `difficulty` as
    wished. Where the index of a split is left out, `seed` chooses it, modulo the size of the split.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    task_id: Name | None = Field(None, description=f"{', '.join(ALL_TASKS)}; the first if left out")
    scenario_index: WholeNumber | None = Field(
        None, description="hand-written incident within the task, from 0; 0 if left out"
    )
    seed: WholeNumber | None = Field(
        None,
        description=f"seed of a generated incident, 0 to {TRAIN_SEEDS - 1}; without an index, chooses within the split",
    )
    difficulty: Name | None = Field(
        None, description=f"of a generated incident: {', '.join(DIFFICULTIES)}; that of the task if left out"
    )
    family: Name | None = Field(None, description="fault family of a generated incident; drawn by the seed if left out")
    split: Name | None = Field(
        None, description=f"split to take the incident from: {', '.join(SPLITS)}; in place of scenario_index or seed"
    )
    index: WholeNumber | None = Field(None, description="incident within the split, from 0")
    episode_id: EpisodeId | None = Field(
        None,
        description=f"name for the episode: up to {EPISODE_ID_LENGTH} letters, digits, dots, dashes, underscores; made "
        "up if left out. An episode of that name starts over",
    )
    reward_profile: Name | None = Field(None, description="default, or v0.1 for the flat table of the first release")


NUMBERS = frozenset({"scenario_index", "seed", "index"})


def read_options(given: Mapping[str, Any]) -> ResetOptions:
    """Read the options of a reset from a program or a row of a data set, where NaN is an option that was not given.

    Raises ValueError, in one line, for what makes no sense.
    """
    try:
        return ResetOptions.model_validate({name: value for name, value in given.items() if not _is_nan(value)})
    except ValidationError as error:
        raise ValueError("; ".join(_problem(details) for details in error.errors(include_url=False))) from error


def plain_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a reset as JSON can hold them, for a server to judge: numbers as int, without those not given."""
    plain = {name: value for name, value in given.items() if value is not None and not _is_nan(value)}
    for name in NUMBERS & plain.keys():
        with suppress(PydanticCustomError):
            plain[name] = whole_number(plain[name])
    return plain


def one_line(error: ValidationError) -> str:
    """What is wrong with each field, in one line that a model or a log can use."""
    return "; ".join(
        f"{details['loc'][-1] if details['loc'] else 'parameters'}: {details['msg']}"
        for details in error.errors(include_url=False)
    )


def _problem(details: Mapping[str, Any]) -> str:
    """What is wrong with one option, and what would be right."""
    # The name of an option that is no valid text has no place of its own.
    name, value = details["loc"][0] if details["loc"] else "the name of an option", _shown(details["input"])
    if details["type"] == "extra_forbidden":
        return f"unknown reset option {name}: one of {', '.join(ResetOptions.model_fields)}"
    if name == "episode_id":
        most = f"1 to {EPISODE_ID_LENGTH} letters, digits, dots, dashes and underscores"
        return f"episode_id {value}: expected {most}"
    if details["type"] == "string_type":
        return f"{name}: expected a string, got {value}"
    return f"{name}: {details['msg']}"


def _is_nan(value: Any) -> bool:
    return isinstance(value, Real) and value != value


def _shown(value: Any) -> str:
    """A value as an error shows it, cut where it is long."""
    return repr(value)[:80]
