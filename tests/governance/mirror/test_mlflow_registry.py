"""The registry of models against a real MLflow server, over HTTP, and through the command in a process of its own."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.kernel.children import own_python
from governance.alerts import AlertKind
from governance.mirror import MirrorOptions, MlflowRegistry, RegistryOptions, sync_registry
from governance.registry import RegistryResult
from governance.releases import Release, ReleaseDraft
from governance.systems import Part
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.mirror.mlflow_server import Door, MlflowServer, serve_mlflow
from tests.governance.test_record import decision

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
OPTIONS = RegistryOptions(system="shop", aliases={"production": "champion"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    """Return a server that all tests here share; each has models of its own."""
    with serve_mlflow(tmp_path_factory.mktemp("mlflow")) as started:
        yield started


def connected(uri: str) -> MlflowRegistry:
    """Return our side of it."""
    return MlflowRegistry(MirrorOptions(tracking_uri=uri, experiment="assay", artifacts=None))


def register(server: MlflowServer, name: str, *contents: str) -> Any:  # noqa: ANN401  MLflow's client
    """Register a model with a version for each content, as a training job does; return MLflow's client."""
    client: Any = connected(server.uri)._client
    client.create_registered_model(name)
    for content in contents:
        run = client.create_run("0").info.run_id
        client.log_text(run, content, "model/weights.txt")
        client.log_text(run, "flavors: {}", "model/MLmodel")
        client.create_model_version(name, f"runs:/{run}/model", run, tags={"team": "helpdesk"})
    return client


@pytest.fixture
def here(tmp_path: Path, server: MlflowServer, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace of one user that mirrors to the server."""
    workspace = create_workspace(tmp_path / "shop")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(workspace.root))
    monkeypatch.setenv("ASSAY_MLFLOW_TRACKING_URI", server.uri)
    return Workspace(workspace.root)


def command(workspace: Workspace, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """Start `assay mlflow …` as a person would."""
    typed, variables = own_python("assay", "mlflow", *arguments)
    return subprocess.Popen(
        typed,
        cwd=workspace.root,
        env={**variables, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def synced(workspace: Workspace, *arguments: str, code: int = 0, **environment: str) -> Any:  # noqa: ANN401  JSON
    """Run `assay mlflow sync` to its end; return what it printed."""
    process = command(workspace, "sync", "--json", *arguments, **environment)
    out, err = process.communicate(timeout=300)
    assert process.returncode == code, err
    return json.loads(out.splitlines()[-1])


def settled(workspace: Workspace, server: MlflowServer, models: tuple[tuple[str, str], ...] = ()) -> RegistryResult:
    """Synchronise in this process, as the command does."""
    options = replace(OPTIONS, models=models)
    with closing(open_record(workspace)) as record:
        return sync_registry(record, local_actor, lambda: connected(server.uri), options)


def release(workspace: Workspace, name: str, version: str) -> Release:
    """Lead a version into use, as the one user may."""
    me = local_actor()
    with closing(open_record(workspace)) as record:
        digest = "sha256:" + version * 64
        plan = replace(plan_for(["a"]), run=f"run-{version}", system="shop", answers_digest=digest)
        plan = replace(plan, questions=replace(plan.questions, digest=digest))
        log = write_log(workspace.runs / plan.run, plan, [row("a")])
        record.ingest_run(log.directory, me, mirror=False)
        model = Part(name=f"models:/{name}/{version}")
        draft = ReleaseDraft(system="shop", version=f"{version}.0", runs=(plan.run,), models=(model,))
        one = record.releases.create(me, draft)
        made = replace(decision(plan.run, log.digest()), release=one.id, release_digest=one.digest)
        record.record_decision(replace(made, decided_at=record._door.clock.now()), me)
        record.releases.request(me, one.id)
        seen = record.approvals.digest_of("release", one.id)
        record.releases.approve(me, one.id, seen=seen)
        return record.releases.ship(me, one.id)


def sets_alias(request: BaseHTTPRequestHandler) -> bool:
    """Whether a request points an alias somewhere."""
    return request.command == "POST" and request.path.endswith("registered-models/alias")


def test_a_release_reaches_the_registry_and_its_recall_too(here: Workspace, server: MlflowServer) -> None:
    """Follow, release, synchronise, release anew, recall; through the command in a process of its own at first."""
    client = register(server, "helpdesk", "weights 1", "weights 2")
    assert synced(here, "--model", "helpdesk/1")["models"]["recorded"] == ["models:/helpdesk/1", "models:/helpdesk/2"]
    first = release(here, "helpdesk", "1")
    assert synced(here)["models"]["told"] == ["models:/helpdesk@champion"]
    found = client.get_model_version_by_alias("helpdesk", "champion")
    assert (found.version, found.tags["assay.release"], found.tags["assay.manifest"]) == ("1", first.id, first.digest)
    assert (found.tags["team"], found.tags["assay.release_state"]) == ("helpdesk", "released")
    assert "\n\u2014 " in found.tags["assay.checkpoint"]
    settled(here, server, models=(("helpdesk", "2"),))
    second = release(here, "helpdesk", "2")
    settled(here, server)
    assert client.get_model_version_by_alias("helpdesk", "champion").version == "2"
    assert client.get_model_version("helpdesk", "1").tags["assay.release_state"] == "superseded"
    with closing(open_record(here)) as record:
        record.releases.recall(local_actor(), second.id, reason="it lies")
    assert settled(here, server).told == ("models:/helpdesk@champion",)
    assert client.get_registered_model("helpdesk").aliases == {}
    assert settled(here, server) == RegistryResult()


@pytest.mark.parametrize("is_set", [False, True])
def test_killed_at_the_alias_it_goes_on_where_it_was(here: Workspace, server: MlflowServer, *, is_set: bool) -> None:
    """SIGKILL after the tags, before the alias is set or right after: the next one ends as if nothing had been."""
    name = f"killed-{is_set}"
    client = register(server, name, "weights 1")
    settled(here, server, models=((name, "1"),))
    one = release(here, name, "1")
    victim: list[subprocess.Popen[str]] = []

    def on_request(request: BaseHTTPRequestHandler) -> None:
        if sets_alias(request):
            if is_set:
                client.set_registered_model_alias(name, "champion", "1")
            os.kill(victim[0].pid, signal.SIGKILL)
            raise ConnectionAbortedError

    with Door(server, on_request) as uri:
        victim.append(command(here, "sync", ASSAY_MLFLOW_TRACKING_URI=uri))
        victim[0].communicate(timeout=300)
    assert victim[0].returncode == -signal.SIGKILL
    assert client.get_model_version(name, "1").tags["assay.release"] == one.id
    assert client.get_registered_model(name).aliases == ({"champion": "1"} if is_set else {})
    assert settled(here, server).alerts == ()
    assert client.get_model_version_by_alias(name, "champion").version == "1"
    with closing(open_record(here)) as record:
        assert [(told.model, told.version) for told in record.registry.aliases()] == [(name, "1")]


def test_what_others_did_behind_our_back_is_an_alert(here: Workspace, server: MlflowServer) -> None:
    """An alias moved, a version deleted, a stamp forged; nothing is moved back without a person's word."""
    client = register(server, "moved", "weights 1", "weights 2", "weights 3")
    settled(here, server, models=(("moved", "1"),))
    release(here, "moved", "1")
    settled(here, server)
    client.set_registered_model_alias("moved", "champion", "2")
    client.set_model_version_tag("moved", "3", "assay.release", "release-0")
    assert len(settled(here, server).alerts) == 2
    assert client.get_model_version_by_alias("moved", "champion").version == "2"
    assert len(synced(here, "--restore")["models"]["alerts"]) == 2
    assert client.get_model_version_by_alias("moved", "champion").version == "1"
    client.delete_model_version("moved", "1")
    settled(here, server)
    with closing(open_record(here)) as record:
        kinds = [one.kind for one in record.alerts.alerts()]
    assert sorted(kinds).count(AlertKind.STAMP_FORGED) == 1
    assert set(kinds) == {AlertKind.ALIAS_MOVED, AlertKind.STAMP_FORGED, AlertKind.MODEL_GONE}


def test_files_that_were_exchanged_keep_the_alias_away(here: Workspace, server: MlflowServer) -> None:
    """The same version, the same path, other weights: they are read again before an alias points there."""
    client = register(server, "exchanged", "weights 1")
    settled(here, server, models=(("exchanged", "1"),))
    release(here, "exchanged", "1")
    run = client.get_model_version("exchanged", "1").run_id
    client.log_text(run, "other weights", "model/weights.txt")
    assert len(settled(here, server).alerts) == 1
    assert client.get_registered_model("exchanged").aliases == {}
    assert "assay.release" not in client.get_model_version("exchanged", "1").tags


def test_data_sets_of_the_training_run_are_lineage(here: Workspace, server: MlflowServer) -> None:
    """What the run logged as inputs; a run that was deleted for good has none."""
    # Lazy: MLflow takes seconds, and only this test needs its entities.
    from mlflow.entities import Dataset, DatasetInput  # noqa: PLC0415

    client = register(server, "trained", "weights 1")
    run = client.get_model_version("trained", "1").run_id
    data = Dataset(name="tickets", digest="1f2e3d4c", source_type="local", source="tickets.csv")
    client.log_inputs(run, [DatasetInput(data)])
    settled(here, server, models=(("trained", "1"),))
    with closing(open_record(here)) as record:
        (found,) = record.lineage.find("dataset:tickets")
        assert [one.link.downstream.name for one in record.lineage.downstream(found)] == ["models:/trained/1"]
    assert connected(server.uri).training_data("0" * 32) == ()


def test_mlflow_is_silenced_before_it_is_loaded(server: MlflowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says."""
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    monkeypatch.setenv("MLFLOW_MODEL_CATALOG_URI", "https://elsewhere.example.org")
    connected(server.uri)
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["MLFLOW_MODEL_CATALOG_URI"] == ""


def test_a_server_that_is_down_is_said_and_fails_nothing_else(here: Workspace, server: MlflowServer) -> None:
    """Exit 2 with words, without the password of its address; the record is as it was."""
    register(server, "down", "weights 1")
    settled(here, server, models=(("down", "1"),))
    with closing(open_record(here)) as record:
        size = record.checkpoint().size
    found = synced(here, code=2, ASSAY_MLFLOW_TRACKING_URI="http://ci:hunter2@127.0.0.1:9")
    assert [one["model"] for one in found["models"]["failed"]] == ["models:/down"]
    assert "hunter2" not in json.dumps(found)
    with closing(open_record(here)) as record:
        assert record.checkpoint().size == size


def test_hostile_names_aliases_and_tags_are_text(server: MlflowServer, here: Workspace) -> None:
    """Quotes of the query language, terminal escapes and long tags are passed on and never interpreted."""
    name = "it's a \x1b[31mmodel\u202e % or name = 'x"
    client = register(server, name, "weights")
    client.set_model_version_tag(name, "1", "note", "\x1b]0;owned\x07" * 100)
    with closing(open_record(here)) as record:
        result = sync_registry(
            record, local_actor, lambda: connected(server.uri), replace(OPTIONS, models=((name, None), ("none", None)))
        )
        (version,) = record.registry.versions()
    assert [model for model, _ in result.failed] == ["models:/none"]
    assert version.address.isprintable()
    assert version.model == name


def test_who_we_are_there_comes_from_the_environment(here: Workspace, server: MlflowServer) -> None:
    """The token is in the requests, and nowhere in what is printed or kept."""
    register(server, "secured", "weights")
    seen: set[str | None] = set()

    with Door(server, lambda request: seen.add(request.headers.get("Authorization"))) as uri:
        there = {"ASSAY_MLFLOW_TRACKING_URI": uri, "ASSAY_MLFLOW_TOKEN": "s3cret"}
        process = command(here, "sync", "--model", "secured", **there)
        said = "".join(process.communicate(timeout=300))
    assert (process.returncode, seen) == (0, {"Bearer s3cret"})
    kept = b"".join(path.read_bytes() for path in here.state.rglob("*") if path.is_file())
    assert "s3cret" not in said
    assert b"s3cret" not in kept
