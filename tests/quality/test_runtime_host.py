"""runtime.network_policy and runtime.host_containment: a server that needs no network and gives nobody the host."""

from __future__ import annotations

import json
import os
import shutil
import site
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openenv.validation.graders import Subject
from openenv.validation.graders.runtime import NetworkPolicyGrader
from openenv.validation.parsers.openenv_yaml import OpenEnvYamlParser
from openenv.validation.types import CheckStatus

from tools.quality.runtime_interfaces import INTERFACES, connected, played
from tools.quality.runtime_scripts import PLACES, perfect
from tools.quality.runtime_servers import ROOT, ServerProcess, launched

pytest_plugins = ["tools.quality.runtime_fixtures"]

LEFT_OUT = "left out, for want of a container engine: user id, capabilities, read-only root, limits of the image"
# What an agent that wants out would ask for: a path, with CANARY for a file of the host that must stay unread.
HOSTILE_PATHS = [
    "/gradio_api/file=CANARY",
    "/file=CANARY",
    "/gradio_api/file/CANARY",
    "/gradio_api/file=file://CANARY",
    "/gradio_api/proxy=http://203.0.113.7/",
    "/gradio_api/proxy=file://CANARY",
    "/proxy=https://203.0.113.7/CANARY",
    "/static/..CANARY",
    "/static/../../../../../../../../..CANARY",
    "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2eCANARY",
    "/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..CANARY",
    "/assets/../../../../../../../../../..CANARY",
    "/assets//CANARY",
    "/svelte/../../../../../../../../../..CANARY",
    "/custom_component/1/server/component/..%2f..%2f..%2f..%2f..%2f..CANARY",
    "/custom_component/../../../../../../../..CANARY",
    "/openenv/..CANARY",
    "/openenv/static/..%2f..%2f..%2f..%2f..%2f..CANARY",
    "/..CANARY",
    "//CANARY",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2eCANARY",
    "/gradio_api/stream/x/y/z/playlist-file?path=CANARY",
    "/gradio_api/deep_link?session_hash=..%2f..CANARY",
    "/pwa_icon/..CANARY",
]
HOSTILE_NAMES = [
    "CANARY",
    "../../../../../../../../..CANARY",
    "file://CANARY",
    "http://203.0.113.7/CANARY",
    "$(cat CANARY)",
    "`cat CANARY`",
    "; touch CANARY.owned",
    "{{ open('CANARY').read() }}",
    "__import__('os').system('touch CANARY.owned')",
]


Traces = dict[str, list[str]]  # by the guard's kind of event: what a server did on its host


@contextmanager
def watched(server: ServerProcess) -> Iterator[Traces]:
    """Fills in, at the end, what the server did meanwhile."""
    before = len(server.guard_log())
    traces: Traces = {"connect": [], "run": [], "write": [], "read": [], "import": []}
    yield traces
    for kind, what in server.guard_log()[before:]:
        traces[kind].append(what)


def within(path: str, *folders: str | Path) -> bool:
    """Whether a path lies in one of the folders, wherever links lead."""
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(folder)) for folder in folders)


def code_folders() -> list[str]:
    """Where Python's own code and that of the installed packages and of this one lies."""
    paths = sysconfig.get_paths()
    return [paths["stdlib"], paths["platstdlib"], sys.prefix, sys.base_prefix, *site.getsitepackages(), str(ROOT)]


def play_everything(server: ServerProcess) -> int:
    """A perfect episode of every incident at every interface; returns how many episodes."""
    for interface in INTERFACES:
        with connected(server, interface) as client:
            for place in PLACES:
                played(client, *place, perfect(place))
    return len(INTERFACES) * len(PLACES)


# runtime.network_policy


@pytest.mark.check("runtime.network_policy")
def test_no_episode_needs_or_tries_the_network(guarded_server: ServerProcess, measured: Callable[[str], None]) -> None:
    """The environment stays within its declared network. It needs none: loading every interface and playing every
    incident at each of them, the page among them, tries no connection and looks up no name, in a process where all are
    refused and, where the machine allows it, without a network at all."""
    episodes = play_everything(guarded_server)
    page = guarded_server.client().get("/")
    assert "gradio_config" in page.text
    attempts = [what for kind, what in guarded_server.guard_log() if kind == "connect"]
    assert attempts == []
    where = "without a network" if guarded_server.without_network else "with every connection refused"
    measured(f"0 outgoing attempts from start on, {episodes} episodes {where}")


_PROBE = """
import errno, json, socket, sys
def tried(kind, port):
    try:
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.settimeout(5)
            probe.connect(("127.0.0.1", port))
            if kind == socket.SOCK_DGRAM:
                probe.send(b"probe")
            probe.recv(32)
        return {"result": "reachable"}
    except OSError as error:
        denied = error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH)
        return {"result": "denied" if denied else "inconclusive", "errno": error.errno}
tcp, udp = map(int, sys.argv[1:])
routes = [line.split() for line in open("/proc/net/route").read().splitlines()[1:]]
addresses = [line.split() for line in open("/proc/net/if_inet6").read().splitlines()]
print(json.dumps({
    "namespace": {
        "interfaces": [name for _, name in socket.if_nameindex()],
        "default_route": any(route[1] == "00000000" for route in routes),
        "ipv6_non_loopback": sum(address[-1] != "lo" for address in addresses),
    },
    "probes": {"tcp": tried(socket.SOCK_STREAM, tcp), "udp": tried(socket.SOCK_DGRAM, udp)},
}))
"""


@contextmanager
def sink() -> Iterator[tuple[int, int]]:
    """A destination in this process's own namespace: the ports of a TCP greeting and of a UDP echo."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))

        def greet() -> None:
            while True:
                try:
                    connection, _ = tcp.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"sink")

        def echo() -> None:
            data, peer = udp.recvfrom(512)
            while data:
                udp.sendto(data, peer)
                data, peer = udp.recvfrom(512)

        threads = [threading.Thread(target=target, daemon=True) for target in (greet, echo)]
        for thread in threads:
            thread.start()
        yield tcp.getsockname()[1], udp.getsockname()[1]
        udp.sendto(b"", udp.getsockname())  # an empty message ends the echo
        tcp.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(10)


def network_evidence(enter: list[str]) -> dict[str, Any]:
    """What can be reached from the network namespace that the command `enter` enters, as openenv's grader wants it."""
    with sink() as ports:
        probe = [sys.executable, "-I", "-c", _PROBE, *map(str, ports)]
        control, subject = (
            json.loads(subprocess.run([*prefix, *probe], capture_output=True, check=True, timeout=30).stdout)
            for prefix in ([], enter)
        )
    return {
        "requested_mode": "no-network",
        "subject_network_mode": "none",
        "namespace": subject["namespace"],
        "probes": [
            {"kind": kind, "control": control["probes"][kind], "subject": subject["probes"][kind]}
            for kind in ("tcp", "udp")
        ],
    }


def graded_network(evidence: dict[str, Any]) -> CheckStatus:
    """The verdict of openenv's own grader. The manifest must declare that it needs no network."""
    manifest = OpenEnvYamlParser().parse(ROOT)
    assert manifest.network.mode == "no-network"
    subject = Subject(ROOT, manifest, None, None, ROOT, network_evidence_json=json.dumps(evidence))
    status: CheckStatus = NetworkPolicyGrader().run(subject).status
    return status


@pytest.mark.check("runtime.network_policy")
def test_the_namespace_that_was_played_in_has_no_network(
    guarded_server: ServerProcess, measured: Callable[[str], None]
) -> None:
    """openenv's own grader on what is reachable from the namespace of the server that was played."""
    if not guarded_server.without_network or shutil.which("nsenter") is None:
        pytest.skip("this machine lets no process have a network namespace of its own (unshare -rn)")
    enter = ["nsenter", "-t", str(guarded_server.pid), "-U", "-n", "--preserve-credentials"]
    assert graded_network(network_evidence(enter)) is CheckStatus.PASS
    measured("openenv's grader on its namespace: pass")


def test_the_network_grader_can_fail() -> None:
    """From this machine's own namespace the sink is reached."""
    assert graded_network(network_evidence([])) is CheckStatus.FAIL


# runtime.host_containment


def canary_file(folder: Path) -> tuple[Path, str]:
    """A file of the host that no interface has a reason to read, and what it holds."""
    path = folder / "canary.txt"
    path.write_text("the-canary-sings")
    return path, path.read_text()


def raw_answer(server: ServerProcess, method: str, path: str) -> str:
    """The whole answer to a request whose path goes out as it stands; clients would tidy its dots away."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(server.socket_path or "")
        request = f"{method} {path} HTTP/1.1\r\nHost: server\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode(errors="replace")


def hostile_answers(server: ServerProcess, canary: Path) -> Iterator[tuple[str, str]]:
    """Every hostile request, and what came of it."""
    for path in HOSTILE_PATHS:
        for method in ("GET", "POST"):
            yield f"{method} {path}", raw_answer(server, method, path.replace("CANARY", str(canary)))
    for interface in INTERFACES:
        with connected(server, interface) as client:
            for name in HOSTILE_NAMES:
                value = name.replace("CANARY", str(canary))
                for action in (
                    ("query_logs", {"service": value}),
                    ("execute_runbook_step", {"runbook_action": value}),
                    ("submit_resolution", {"summary": value}),
                ):
                    try:
                        client.reset("remediation_planning", 0)
                        yield f"{interface} {action[0]} {name}", client.act(*action)
                    except Exception as refusal:
                        yield f"{interface} {action[0]} {name}", str(refusal)


@pytest.mark.check("runtime.host_containment")
def test_no_interface_reads_or_changes_the_host(
    guarded_server: ServerProcess, tmp_path: Path, measured: Callable[[str], None]
) -> None:
    """An agent, which has the interfaces and nothing else, gets at no file, program or connection of the host.

    While every incident is played at every interface and hostile paths and names are tried, the server opens no file
    but code and its own temporary ones, writes nothing outside its temporary folder, starts no program and connects
    nowhere; no answer holds what a file of the host holds.
    """
    canary, song = canary_file(tmp_path)
    play_everything(guarded_server)  # Gradio imports Matplotlib, where developers have it, and that runs fc-list once
    with watched(guarded_server) as traces:
        play_everything(guarded_server)
        answers = list(hostile_answers(guarded_server, canary))
    temporary = guarded_server.folder / "tmp"
    assert [what for what, answer in answers if song in answer or "root:x:0" in answer] == []
    assert traces["run"] == []
    assert traces["connect"] == []
    assert [path for path in traces["write"] if not within(path, temporary)] == []
    assert [path for path in traces["read"] if not within(path, temporary, *code_folders())] == []
    assert list(tmp_path.iterdir()) == [canary]
    assert list((guarded_server.folder / "home").iterdir()) == []
    measured(f"{len(answers)} hostile requests; {LEFT_OUT}")


@pytest.mark.check("runtime.host_containment")
def test_no_interface_takes_a_file(plain_server: ServerProcess) -> None:
    """Nor can an agent put a file on the host: no page field takes one, so no route does."""
    with plain_server.client() as client:
        answer = client.post("/gradio_api/upload", files={"files": ("note.txt", b"left here by an agent")})
    assert answer.status_code >= 400, f"kept as {answer.text}"


def test_the_containment_checks_can_fail(tmp_path: Path) -> None:
    """A server that reads, writes, runs and connects as it is told is caught at each."""
    canary, song = canary_file(tmp_path)
    (tmp_path / "open_house.py").write_text(
        "import pathlib, socket, subprocess\n"
        "from server.app import app\n"
        "@app.get('/leak')\n"
        "def leak(path: str) -> str:\n"
        "    text = pathlib.Path(path).read_text()\n"
        "    pathlib.Path(path + '.owned').write_text('mine')\n"
        "    subprocess.run(['true'])\n"
        "    try:\n"
        "        socket.create_connection(('203.0.113.7', 80), timeout=1)\n"
        "    except OSError as error:\n"
        "        return text + str(error)\n"
    )
    changes = {"PYTHONPATH": str(tmp_path), "INCIDENT_UI": "false", "INCIDENT_OPENENV": "false"}
    with launched(hash_seed=1, guarded=True, app="open_house:app", changes=changes) as server:
        server.wait_until_listening()
        with watched(server) as traces:
            answer = server.client().get("/leak", params={"path": str(canary)}).text
    assert song in answer
    assert "the guard refuses" in answer
    assert str(canary) in traces["read"]
    assert f"{canary}.owned" in traces["write"]
    assert len(traces["run"]) > 0
    assert any("203.0.113.7" in attempt for attempt in traces["connect"])
    assert not within(str(canary), server.folder / "tmp", *code_folders())
