"""runtime.episode_determinism: two servers in two processes with different hash seeds answer alike, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tools.quality.runtime_interfaces import INTERFACES, MCP_INTERFACES, Action, Server, connected, played
from tools.quality.runtime_scripts import PLACES, Place, name_of, perfect, random_actions
from tools.quality.runtime_servers import ServerProcess, launched

pytest_plugins = ["tools.quality.runtime_fixtures"]

RANDOM_EPISODES = 2  # of each incident at each interface, beside the perfect one
DOCUMENTS = ["/openapi.json", "/tasks", "/schema", "/metadata", "/openenv/openapi.json", "/openenv/schema", "/"]


def scripts(place: Place) -> list[list[Action]]:
    """The perfect episode and some random ones."""
    return [perfect(place), *(random_actions(place, seed) for seed in range(RANDOM_EPISODES))]


def differences(one: Server, other: Server, interface: str, incidents: list[Place]) -> tuple[list[str], int]:
    """Where two servers answer the same episodes differently, and how many answers were compared."""
    problems, compared = [], 0
    with connected(one, interface) as left, connected(other, interface) as right:
        for place in incidents:
            for number, actions in enumerate(scripts(place)):
                pairs = list(
                    zip(played(left, *place, actions), played(right, *place, actions), strict=True),
                )
                compared += len(pairs)
                unlike = [step for step, (a, b) in enumerate(pairs) if a != b]
                if unlike:
                    problems.append(f"{interface} {name_of(place)} episode {number}: answers {unlike} differ")
    return problems, compared


@pytest.mark.check("runtime.episode_determinism")
@pytest.mark.parametrize("interface", INTERFACES)
def test_two_processes_answer_alike(
    plain_server: ServerProcess, guarded_server: ServerProcess, interface: str, measured: Callable[[str], None]
) -> None:
    """The same actions lead to the same bytes, but for ids, in another process with another hash seed: every task and
    incident, perfect and random episodes, what reset and each step and the record at the end show."""
    problems, compared = differences(plain_server, guarded_server, interface, PLACES)
    assert problems == []
    measured(f"{interface} {compared} answers")


@pytest.mark.check("runtime.episode_determinism")
@pytest.mark.parametrize("path", DOCUMENTS)
def test_two_processes_describe_themselves_alike(
    plain_server: ServerProcess, guarded_server: ServerProcess, path: str
) -> None:
    """What a server says of itself is the same bytes in every process.

    Gradio's configuration of the page also holds the random id of the app, the URL that was asked, and the memory
    address of a Python object; these are left out.
    """

    def text_of(server: ServerProcess) -> str:
        text = server.client().get(path).text
        if path != "/":
            return text
        own_id = re.findall(r'"app_id": ?(\d+)', text)[0]
        return re.sub(r"0x[0-9a-f]+", "ADDRESS", text.replace(own_id, "ID").replace(server.base_url, "URL"))

    assert text_of(plain_server) == text_of(guarded_server)


@pytest.mark.check("runtime.episode_determinism")
@pytest.mark.parametrize("interface", MCP_INTERFACES)
def test_two_processes_list_the_same_tools(
    plain_server: ServerProcess, guarded_server: ServerProcess, interface: str
) -> None:
    """So are the tools, in their order, with their schemas."""
    with connected(plain_server, interface) as left, connected(guarded_server, interface) as right:
        assert left.rpc("tools/list", {}) == right.rpc("tools/list", {})


def test_the_determinism_check_can_fail(tmp_path: Path) -> None:
    """A server whose feedback follows the order of a set differs from process to process."""
    (tmp_path / "hash_ordered.py").write_text(
        "from cloud_incident_env import episode\n"
        "describe = episode.describe\n"
        "def shuffled(*arguments):\n"
        "    feedback, error = describe(*arguments)\n"
        "    return feedback + ' '.join({'alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'}), error\n"
        "episode.describe = shuffled\n"
        "from server.app import app\n"
    )
    changes = {"PYTHONPATH": str(tmp_path), "INCIDENT_UI": "false", "INCIDENT_OPENENV": "false"}
    with ExitStack() as stack:
        servers = [
            stack.enter_context(launched(hash_seed=seed, app="hash_ordered:app", changes=changes)) for seed in (1, 2)
        ]
        for server in servers:
            server.wait_until_listening()
        problems, _ = differences(*servers, "rest", PLACES[:1])
    assert any("answers [1, 2, 3] differ" in problem for problem in problems), problems
