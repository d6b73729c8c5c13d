"""The manifests in deploy/ are what Kubernetes and KubeRay take, and they fit the server, its image and the evaluation.

The schemas of Kubernetes come with kubernetes-validate; that of a RayJob is the project's own, for no package
was found that brings it. Nothing here has met a cluster.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema
import kubernetes_validate
import pytest
import yaml
from kubernetes_validate.utils import schema_contents
from referencing import Registry, Resource

from cloud_incident_env.evaluation.__main__ import _parser
from cloud_incident_env.evaluation.report.page import SHARED
from cloud_incident_env.evaluation.run import _asked
from server.serve import STOP_SECONDS
from server.settings import Settings
from tools.quality.static_docker import Dockerfile, is_ignored, needed_modules, pairs, patterns_of
from tools.quality.static_files import DOCKERFILE, LOCK, MANIFEST, PROJECT, ROOT

DEPLOY = ROOT / "deploy"
DOC = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
KUBERNETES = ("1.30", "1.37")  # the oldest that docs/deployment.md names, and the newest whose schemas there are
MANIFESTS = [
    manifest
    for file in ("server.yaml", "evaluation.yaml")
    for manifest in yaml.safe_load_all((DEPLOY / file).read_text(encoding="utf-8"))
]
EVALUATION_IMAGE = Dockerfile.parse((DEPLOY / "Dockerfile.evaluation").read_text(encoding="utf-8"))
EVALUATION_CONTEXT = patterns_of((DEPLOY / "Dockerfile.evaluation.dockerignore").read_text(encoding="utf-8"))
START_LIMIT_S = 60
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}


def manifest(kind: str, name: str | None = None) -> dict[str, Any]:
    """A copy of the manifest of that kind and, where there are several, of that name."""
    (found,) = [m for m in MANIFESTS if m["kind"] == kind and name in (None, m["metadata"]["name"])]
    return deepcopy(found)


SERVER = manifest("StatefulSet")["spec"]
SERVER_POD = SERVER["template"]["spec"]
(SERVER_CONTAINER,) = SERVER_POD["containers"]
JOB = manifest("RayJob")["spec"]
HEAD = JOB["rayClusterSpec"]["headGroupSpec"]
(WORKERS,) = JOB["rayClusterSpec"]["workerGroupSpecs"]
PODS = {
    "server": SERVER_POD,
    "submitter": JOB["submitterPodTemplate"]["spec"],
    "head": HEAD["template"]["spec"],
    "workers": WORKERS["template"]["spec"],
}
ENTRYPOINT = shlex.split(JOB["entrypoint"])


# Schemas


def problems(manifest: Mapping[str, Any], version: str = KUBERNETES[-1]) -> list[str]:
    """What the schema of a manifest's kind finds wrong with it."""
    if manifest["apiVersion"].startswith("ray.io/"):
        return [error.message for error in ray_job_schema(version).iter_errors(manifest)]
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        return [error.message]
    return []


def ray_job_schema(version: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((DEPLOY / "schemas" / "rayjob.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    definitions = schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/_definitions.json", version)
    registry = Resource.from_contents(definitions) @ Registry()
    return jsonschema.Draft202012Validator(schema, registry=registry)


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda m: f"{m['kind']}-{m['metadata']['name']}")
def test_manifest_fits_the_schema_of_its_kind(manifest: dict[str, Any], version: str) -> None:
    assert problems(manifest, version) == []


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("StatefulSet", "kind", "StatefullSet"),
        ("StatefulSet", "apiVersion", "apps/v2"),
        ("StatefulSet", "spec.replicas", "three"),
        ("StatefulSet", "spec.replica", 3),
        ("StatefulSet", "spec.template.spec.containers.0.readynessProbe", {}),
        ("StatefulSet", "spec.template.spec.containers.0.securityContext.readOnlyRootFilesystem", "yes"),
        ("Service", "spec.sessionAffinityConfig.clientIP.timeoutSeconds", "3h"),
        ("Service", "spec.sessionAfinity", "ClientIP"),
        ("PodDisruptionBudget", "spec.maxUnavailble", 1),
        ("NetworkPolicy", "spec.egress", "none"),
        ("PersistentVolumeClaim", "spec.accessModes", "ReadWriteOnce"),
        ("RayJob", "kind", "RayJobs"),
        ("RayJob", "apiVersion", "ray.io/v2"),
        ("RayJob", "metadata.name", "incident-evaluation-of-every-model-that-there-is-today"),
        ("RayJob", "spec.entrypoint", ["python", "-m", "cloud_incident_env.evaluation"]),
        ("RayJob", "spec.backoffLimits", 3),
        ("RayJob", "spec.shutdownAfterJobFinishes", False),
        ("RayJob", "spec.rayClusterSpec.rayVersion", 2.6),
        ("RayJob", "spec.rayClusterSpec.headGroupSpec.rayStartParams.num-cpus", 0),
        ("RayJob", "spec.rayClusterSpec.headGroupSpec.template.spec.containers.0.imagee", "x"),
        ("RayJob", "spec.rayClusterSpec.workerGroupSpecs.0.name", "players"),
        ("RayJob", "spec.rayClusterSpec.workerGroupSpecs.0.template.spec.containers.0.env", {"A": "b"}),
        ("RayJob", "spec.rayClusterSpec.workerGroupSpecs.0.template", None),
        ("RayJob", "spec.submitterPodTemplate.spec.restartPolicies", "Never"),
    ],
)
def test_broken_manifest_is_refused(kind: str, path: str, value: Any) -> None:
    broken = manifest(kind, "incident-env" if kind == "Service" else None)
    *parents, last = path.split(".")
    place: Any = broken
    for step in parents:
        place = place[int(step) if step.isdecimal() else step]
    place[last] = value
    assert problems(broken) != []


@pytest.mark.parametrize(
    "path",
    [
        "spec.entrypoint",
        "spec.shutdownAfterJobFinishes",
        "spec.rayClusterSpec.headGroupSpec",
        "spec.rayClusterSpec.headGroupSpec.rayStartParams",
        "spec.rayClusterSpec.workerGroupSpecs.0.groupName",
    ],
)
def test_ray_job_that_lacks_a_field_is_refused(path: str) -> None:
    broken = manifest("RayJob")
    *parents, last = path.split(".")
    place: Any = broken
    for step in parents:
        place = place[int(step) if step.isdecimal() else step]
    del place[last]
    assert problems(broken) != []


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_documented_overlay_sets_image_and_replicas(tmp_path: Path) -> None:
    (overlay,) = re.findall(r"```yaml\n(resources:.*?)```", DOC, re.S)
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "kustomization.yaml").write_text(overlay, encoding="utf-8")
    built = subprocess.run(["kubectl", "kustomize", tmp_path / "own"], capture_output=True, text=True, timeout=60)
    assert built.returncode == 0, built.stderr
    manifests = list(yaml.safe_load_all(built.stdout))
    assert [problems(m) for m in manifests] == [[]] * 5
    (replicas,) = [m["spec"] for m in manifests if m["kind"] == "StatefulSet"]
    assert replicas["replicas"] == 8
    image = replicas["template"]["spec"]["containers"][0]["image"]
    assert image == f"registry.example.com/team/{SERVER_CONTAINER['image']}"


# The server's replicas


def test_every_port_is_the_servers() -> None:
    assert SERVER_CONTAINER["ports"] == [{"name": "http", "containerPort": DEFAULTS["port"]}]
    for service in ("incident-env", "incident-env-replicas"):
        expected = {"name": "http", "port": DEFAULTS["port"], "targetPort": "http"}
        assert manifest("Service", service)["spec"]["ports"] == [expected]
    assert manifest("NetworkPolicy")["spec"]["ingress"] == [{"ports": [{"protocol": "TCP", "port": "http"}]}]


def test_everything_selects_the_servers_pods() -> None:
    labels = SERVER["template"]["metadata"]["labels"]
    for service in ("incident-env", "incident-env-replicas"):
        assert manifest("Service", service)["spec"]["selector"] == labels
    assert SERVER["selector"]["matchLabels"] == labels
    assert SERVER_POD["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"] == labels
    assert manifest("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert manifest("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels


def test_image_is_that_of_the_dockerfile_and_the_version() -> None:
    title = Dockerfile.parse(DOCKERFILE).labels()["org.opencontainers.image.title"]
    assert SERVER_CONTAINER["image"] == f"{title}:{PROJECT['version']}"


def test_image_starts_one_process() -> None:
    assert not {"command", "args", "env", "envFrom"} & set(SERVER_CONTAINER)
    dockerfile = Dockerfile.parse(DOCKERFILE)
    assert "--workers" not in dockerfile.values("CMD")[0]
    assert not any("WEB_CONCURRENCY" in value for value in dockerfile.values("ENV"))


def test_clients_stay_on_their_replica_longer_than_an_episode_lives_idle() -> None:
    service = manifest("Service", "incident-env")["spec"]
    assert service["sessionAffinity"] == "ClientIP"
    assert service["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"] >= DEFAULTS["idle_seconds"]


def test_replicas_have_names_of_their_own() -> None:
    assert manifest("Service", SERVER["serviceName"])["spec"]["clusterIP"] == "None"
    assert SERVER["replicas"] > 1


def test_documentation_has_the_manifests_figures_and_names_every_file() -> None:
    affinity = manifest("Service", "incident-env")["spec"]["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"]
    assert f"({affinity:,} s)" in DOC
    assert f"after {DEFAULTS['idle_seconds']:,.0f} s" in DOC
    assert f"replicas: int = {SERVER['replicas']}" in DOC
    assert (JOB["backoffLimit"], JOB["ttlSecondsAfterFinished"]) == (3, 3600)  # "three times", "an hour"
    for file in DEPLOY.rglob("*.*"):
        assert f"`{file.relative_to(ROOT)}`" in DOC


@pytest.mark.parametrize(
    ("probe", "path"), [("startupProbe", "/readyz"), ("readinessProbe", "/readyz"), ("livenessProbe", "/livez")]
)
def test_probe_asks_what_the_server_answers(client: httpx.Client, probe: str, path: str) -> None:
    """A replica gets no call before it is ready, and is not stopped because it is not ready yet."""
    assert SERVER_CONTAINER[probe]["httpGet"] == {"path": path, "port": "http"}
    answer = client.get(path)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_pod_is_given_the_time_that_the_server_takes_to_stop() -> None:
    before = SERVER_CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert SERVER_POD["terminationGracePeriodSeconds"] > before + STOP_SECONDS


def test_resources_are_those_that_the_environments_manifest_declares() -> None:
    declared = MANIFEST["validation"]["resources"]
    requests = SERVER_CONTAINER["resources"]["requests"]
    assert float(requests["cpu"]) == declared["cpu"]
    assert int(requests["memory"].removesuffix("Gi")) * 1024 == declared["memory_mb"]
    assert SERVER_CONTAINER["resources"]["limits"] == {"memory": requests["memory"]}


def test_servers_pods_may_call_nobody() -> None:
    policy = manifest("NetworkPolicy")["spec"]
    assert MANIFEST["validation"]["network"]["mode"] == "no-network"
    assert "Egress" in policy["policyTypes"]
    assert policy["egress"] == []


@contextmanager
def server_process(*prefix: str, **environ: str) -> Iterator[str]:
    """The base URL of a server in a process of its own, on a port that the system chooses."""
    command = [*prefix, sys.executable, "-m", "uvicorn", "server.app:app", "--host", "127.0.0.1", "--port", "0"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INCIDENT_")}
    with subprocess.Popen(command, cwd=ROOT, env=kept | environ, stderr=subprocess.PIPE, text=True) as process:
        watchdog = threading.Timer(START_LIMIT_S, process.kill)
        watchdog.start()
        try:
            assert process.stderr is not None
            found = (re.search(r"running on (http://\S+)", line) for line in process.stderr)
            url = next((match[1] for match in found if match), None)
            assert url is not None, "the server stopped before it listened"
            yield url
        finally:
            watchdog.cancel()
            process.kill()


# All pods


@pytest.mark.parametrize("role", PODS)
def test_pod_runs_without_privilege_and_without_a_token(role: str) -> None:
    pod = PODS[role]
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    as_whom = {name: pod["securityContext"][name] for name in ("runAsNonRoot", "runAsUser", "seccompProfile")}
    assert as_whom == {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("role", PODS)
def test_volumes_of_a_pod_are_those_that_its_container_mounts(role: str) -> None:
    (container,) = PODS[role]["containers"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert set(mounted) == {volume["name"] for volume in PODS[role]["volumes"]}
    assert mounted["tmp"] == "/tmp"


READ_ONLY = """
set -e
writable=$1
shift
mount --make-rprivate /
mount --bind "$writable" "$writable"
for place in $(awk '$5 !~ "^/(proc|sys|dev)(/|$)" {print $5}' /proc/self/mountinfo); do
    [ "$place" = "$writable" ] || mount -o remount,bind,ro "$place" 2>/dev/null || true
done
if touch "$PWD/written" 2>/dev/null; then rm "$PWD/written"; echo "still writable" >&2; exit 9; fi
touch "$writable/written"
exec "$@"
"""


def read_only_but(writable: Path) -> list[str]:
    """What goes before a command whose file system is to be read-only but for a folder."""
    return ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh", str(writable)]


def test_server_and_its_page_write_nowhere_but_in_tmp(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "--mount", "true"]).returncode != 0:
        pytest.skip("a read-only file system takes root and Linux namespaces")
    (env,) = Dockerfile.parse(DOCKERFILE).values("ENV")
    tmp_elsewhere = {name: value.replace("/tmp", str(tmp_path)) for name, value in pairs(env).items()}
    with server_process(*read_only_but(tmp_path), **tmp_elsewhere, TMPDIR=str(tmp_path)) as url:
        deadline = time.monotonic() + START_LIMIT_S
        while httpx.get(f"{url}/readyz").json()["doors"]["page"] == "starting":
            assert time.monotonic() < deadline, "the page was not loaded"
            time.sleep(0.1)
        assert "gradio_config" in httpx.get(url, timeout=START_LIMIT_S).text


# REST clients and their replicas


@pytest.fixture(scope="module")
def replicas() -> Iterator[dict[str, str]]:
    """Two servers, each a process: the name that a replica has in a cluster, and where it is here."""
    bare = {"INCIDENT_UI": "false", "INCIDENT_OPENENV": "false"}
    service = SERVER["serviceName"]
    with ExitStack() as stack:
        yield {
            f"{manifest('StatefulSet')['metadata']['name']}-{number}.{service}": stack.enter_context(
                server_process(**bare)
            )
            for number in range(2)
        }


def documented_choice() -> Callable[[int, int], str]:
    """The function `server_of` of docs/deployment.md."""
    (code,) = [code for code in re.findall(r"```python\n(.*?)```", DOC, re.S) if "def server_of(" in code]
    names: dict[str, Any] = {}
    exec(code, names)
    choice: Callable[[int, int], str] = names["server_of"]
    return choice


def test_workers_that_choose_their_replica_by_number_play_whole_episodes_on_all(replicas: dict[str, str]) -> None:
    played = Counter()
    for worker in range(4):
        url = urlsplit(documented_choice()(worker, 2))
        assert url.port == DEFAULTS["port"]
        with httpx.Client(base_url=replicas[str(url.hostname)]) as server:
            play_episode(server)
        played[url.hostname] += 1
    assert played == dict.fromkeys(replicas, 2)


def play_episode(server: httpx.Client) -> None:
    episode = {"episode_id": server.post("/reset", json={"task_id": "root_cause_analysis"}).json()["episode_id"]}
    action = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}}
    assert server.post("/step", json=episode | action).json()["info"]["step"] == 1
    assert server.get("/state", params=episode).json()["step_count"] == 1
    answer = {"action_type": "submit_root_cause", "parameters": {"service": "postgres-db", "failure_mode": "x"}}
    assert server.post("/step", json=episode | answer).json()["done"]
    assert server.get("/grader", params=episode).json()["total"] > 0


def test_call_that_reaches_another_replica_is_told_what_the_documentation_says(replicas: dict[str, str]) -> None:
    first, second = (httpx.Client(base_url=url) for url in replicas.values())
    with first, second:
        episode = {"episode_id": first.post("/reset").json()["episode_id"]}
        action = {"action_type": "query_logs", "parameters": {"service": "postgres-db"}}
        for answer in (
            second.post("/step", json=episode | action),
            second.get("/state", params=episode),
            second.get("/grader", params=episode),
        ):
            assert answer.status_code == 404
            said = answer.json()["detail"].replace(episode["episode_id"], "...")
            assert f"404, `{said}`" in DOC.replace("\n", " ")
        assert first.get("/state", params=episode).status_code == 200


# The evaluation's job


def test_entrypoint_is_one_command_of_the_evaluation_that_plays_on_ray() -> None:
    assert not set(JOB["entrypoint"]) & set("&|;<>$`\n")
    assert ENTRYPOINT[:3] == ["python", "-m", "cloud_incident_env.evaluation"]
    asked = _parser({}).parse_args(ENTRYPOINT[3:])
    assert (asked.command, asked.engine, asked.address) == ("run", "ray", None)
    (results,) = [m for m in HEAD["template"]["spec"]["containers"][0]["volumeMounts"] if m["name"] == "results"]
    assert asked.out.is_relative_to(results["mountPath"])
    assert asked.out != Path(results["mountPath"])


def test_documented_entrypoints_are_commands_of_the_evaluation() -> None:
    commands = re.findall(r"^python -m cloud_incident_env\.evaluation (.*)$", DOC, re.M)
    assert commands
    for command in commands:
        _parser({}).parse_args(shlex.split(command))


def test_results_lie_on_the_claim() -> None:
    (results,) = [v for v in PODS["head"]["volumes"] if v["name"] == "results"]
    assert results["persistentVolumeClaim"]["claimName"] == manifest("PersistentVolumeClaim")["metadata"]["name"]
    assert PODS["head"]["securityContext"]["fsGroup"] == PODS["head"]["securityContext"]["runAsUser"]


def test_every_ray_pod_has_the_image_of_the_project_and_its_ray() -> None:
    (ray,) = [package["version"] for package in LOCK["package"] if package["name"] == "ray"]
    assert JOB["rayClusterSpec"]["rayVersion"] == ray
    images = {PODS[role]["containers"][0]["image"] for role in ("submitter", "head", "workers")}
    assert images == {f"cloud-incident-evaluation:{PROJECT['version']}"}
    assert f"docker build -t {images.pop()} -f deploy/Dockerfile.evaluation ." in DOC


def test_head_leaves_the_episodes_to_the_workers() -> None:
    assert HEAD["rayStartParams"] == {"num-cpus": "0"}
    assert WORKERS["minReplicas"] <= WORKERS["replicas"] <= WORKERS["maxReplicas"]
    assert {port["name"]: port["containerPort"] for port in PODS["head"]["containers"][0]["ports"]}["dashboard"] == 8265


def test_key_is_the_one_that_the_evaluation_reads_and_only_the_head_has_it() -> None:
    (key,) = PODS["head"]["containers"][0]["env"]
    secret = key["valueFrom"]["secretKeyRef"]
    assert secret["optional"] is True
    assert f"secret generic {secret['name']} --from-literal={secret['key']}=" in DOC
    asked = _parser({}).parse_args(["run", "--model", "m", "--out", "x"])
    with pytest.raises(ValueError, match="needs a key"):
        _asked(asked, {})
    assert _asked(asked, {key["name"]: "secret"})[0].model == "m"
    assert "env" not in PODS["workers"]["containers"][0]


# The evaluation's image


def test_image_of_the_evaluation_has_the_servers_base_and_user() -> None:
    assert EVALUATION_IMAGE.values("FROM") == Dockerfile.parse(DOCKERFILE).values("FROM")
    assert EVALUATION_IMAGE.values("USER") == Dockerfile.parse(DOCKERFILE).values("USER")


def test_image_of_the_evaluation_holds_the_code_that_it_imports_and_no_more() -> None:
    copied = {path.removesuffix(".py") for path in EVALUATION_IMAGE.copied()}
    data = {"pyproject.toml", "uv.lock", "openenv.yaml", SHARED.relative_to(ROOT).as_posix()}
    assert copied - data == needed_modules(ROOT, "cloud_incident_env")


@pytest.mark.parametrize("path", EVALUATION_IMAGE.copied())
def test_build_context_of_the_evaluation_holds_what_is_copied(path: str) -> None:
    assert (ROOT / path).exists()
    assert not is_ignored(path, EVALUATION_CONTEXT)


def test_build_context_of_the_evaluation_holds_nothing_else() -> None:
    let_in = {pattern[1:] for pattern in EVALUATION_CONTEXT if pattern.startswith("!")}
    assert EVALUATION_CONTEXT[0] == "*"
    assert let_in == set(EVALUATION_IMAGE.copied())
    assert is_ignored("cloud_incident_env/evaluation/__pycache__/run.cpython-311.pyc", EVALUATION_CONTEXT)
    assert is_ignored("cloud_incident_env/agents/.env", EVALUATION_CONTEXT)


def test_image_of_the_evaluation_is_installed_by_the_lock(tmp_path: Path) -> None:
    (install,) = [value for value in EVALUATION_IMAGE.values("RUN") if "uv sync" in value]
    for option in ("--frozen", "--no-dev", "--no-build", "--only-binary=:all:"):
        assert option in install
    (uv,) = [package["version"] for package in LOCK["package"] if package["name"] == "uv"]
    assert f"uv=={uv} " in install
    groups = re.findall(r"--group (\S+)", install)
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    options = [f"--group={group}" for group in groups]
    exported = subprocess.run(
        [Path(sys.executable).with_name("uv"), "export", "--quiet", "--frozen", "--offline", "--no-dev", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert exported.returncode == 0, exported.stderr
    # Ray's job server, which runs the entrypoint, needs packages that plain `ray` leaves out.
    assert {"ray", "aiohttp-cors", "grpcio"} <= set(re.findall(r"^([\w-]+)==", exported.stdout, re.M))


def test_copied_files_alone_play_what_the_job_plays(tmp_path: Path) -> None:
    for path in EVALUATION_IMAGE.copied():
        copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
        copy(ROOT / path, tmp_path / path)
    asked = " ".join(ENTRYPOINT[1:]).replace("--engine ray", "--engine local --no-baselines --limit 3").split()
    asked[-1] = "results"
    played = subprocess.run(
        [sys.executable, *asked],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert played.returncode == 0, played.stderr
    assert "3 of 3 episodes graded" in played.stdout
    assert len((tmp_path / "results" / "episodes.jsonl").read_text(encoding="utf-8").splitlines()) == 3
