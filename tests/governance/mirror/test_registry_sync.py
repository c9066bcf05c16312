"""Synchronising with a registry of models: what is recorded, told and raised; a kill between changes no end."""

from dataclasses import replace

import pytest

from assay.kernel import InputError, MissingError, content_id
from governance.access import Role
from governance.alerts import AlertKind
from governance.ledger import Actor
from governance.lineage import Artefact, ArtefactKind
from governance.mirror import RegistryOptions, sync_registry
from governance.registry import GONE, RegistryResult, TrainingData
from governance.systems import Part
from governance.verifier import LedgerVerdict, verify_store
from tests.fakes.model_registry import FakeModelRegistry, SuddenDeathError
from tests.governance.releases.scenes import Scene, scene
from tests.governance.samples import Place, on_both_stores

OPTIONS = RegistryOptions(system="default", aliases={"production": "champion"})
FOLLOW = replace(OPTIONS, models=(("helpdesk", "1"),))


def sync(here: Scene, registry: FakeModelRegistry, options: RegistryOptions = OPTIONS) -> RegistryResult:
    """Synchronise as the engineer."""
    return sync_registry(here.team.record, lambda: here.engineer, lambda: registry, options)


def shelf(*versions: str) -> FakeModelRegistry:
    """Return a registry with versions of one model."""
    registry = FakeModelRegistry()
    for version in versions:
        registry.add("helpdesk", version, f"weights {version}")
    return registry


def released(here: Scene, registry: FakeModelRegistry, version: str = "1") -> str:
    """Follow a version and release it; return the release."""
    sync(here, registry, replace(OPTIONS, models=(("helpdesk", version),)))
    here.measure(f"run-of-{version}", answers=version)
    one = here.shipped(f"{version}.0", f"run-of-{version}", models=(Part(name="models:/helpdesk", version=version),))
    return one.id


def alerts(here: Scene) -> list[tuple[AlertKind, str]]:
    """Return what stands."""
    return [(one.kind, one.subject) for one in here.team.record.alerts.alerts()]


@on_both_stores
def test_a_release_sets_alias_and_tags_and_the_next_one_moves_them(place: Place) -> None:
    """Release, manifest, decision, approvers and checkpoint are on the version; the ledger holds what was done."""
    here, registry = scene(place), shelf("1", "2")
    first = released(here, registry)
    assert sync(here, registry).told == ("models:/helpdesk@champion",)
    tags = registry.tags["helpdesk", "1"]
    one = here.team.record.releases.release(first)
    assert (tags["assay.release"], tags["assay.release_state"]) == (first, "released")
    assert (tags["assay.manifest"], tags["assay.decision"]) == (one.digest, one.decision)
    assert tags["assay.approvers"] == here.people["reviewer"].id
    assert tags["assay.checkpoint"].split("\n")[0] == here.team.record.checkpoint().note.split("\n")[0]
    second = released(here, registry, "2")
    sync(here, registry)
    assert registry.aliases["helpdesk"] == {"champion": "2"}
    assert registry.tags["helpdesk", "1"]["assay.release_state"] == "superseded"
    assert registry.tags["helpdesk", "2"]["assay.release"] == second
    assert alerts(here) == []
    note = here.team.record.checkpoint().note
    assert verify_store(place.file(), vkey=here.team.record.vkey, trusted=(note,)).verdict is LedgerVerdict.OK


def test_the_same_again_changes_nothing(place: Place) -> None:
    """No call that changes, no entry."""
    here, registry = scene(place), shelf("1")
    released(here, registry)
    sync(here, registry)
    calls, size = list(registry.calls), here.team.size
    assert sync(here, registry) == RegistryResult()
    assert (registry.calls, here.team.size) == (calls, size)


def test_a_recalled_release_takes_its_alias_away(place: Place) -> None:
    """And says so on the version."""
    here, registry = scene(place), shelf("1")
    one = released(here, registry)
    sync(here, registry)
    here.team.record.releases.recall(here.reviewer, one, reason="it lies")
    sync(here, registry)
    assert registry.aliases["helpdesk"] == {}
    assert registry.tags["helpdesk", "1"]["assay.release_state"] == "recalled"
    assert alerts(here) == []


def story(here: Scene, registry: FakeModelRegistry) -> None:
    """Release, release anew, recall; synchronise after each."""
    released(here, registry, "1")
    sync(here, registry)
    two = released(here, registry, "2")
    sync(here, registry)
    here.team.record.releases.recall(here.reviewer, two, reason="it lies")
    sync(here, registry)


def outcome(here: Scene, registry: FakeModelRegistry) -> object:
    """Return what is where, but for ids and checkpoints that hold sizes."""
    states = {key: tags.get("assay.release_state") for key, tags in registry.tags.items()}
    told = [(one.address, one.version) for one in here.team.record.registry.aliases()]
    return states, registry.aliases, told, alerts(here)


@pytest.mark.parametrize("call", range(6))
def test_whoever_dies_between_two_calls_is_followed_to_the_same_end(
    place: Place, tmp_path_factory: pytest.TempPathFactory, call: int
) -> None:
    """Tag, alias, tag, tag, alias, alias: before each of them once."""
    whole, plain_registry = scene(Place(tmp_path_factory.mktemp("whole"))), shelf("1", "2")
    story(whole, plain_registry)
    here, registry = scene(place), shelf("1", "2")
    registry.dies_before = call
    try:
        story(here, registry)
    except SuddenDeathError:
        registry.dies_before = None
        sync(here, registry)
        rest_of_story(here, registry)
    assert outcome(here, registry) == outcome(whole, plain_registry)


def rest_of_story(here: Scene, registry: FakeModelRegistry) -> None:
    """Go on where the process died."""
    if len(here.team.record.releases.releases()) == 1:
        released(here, registry, "2")
        sync(here, registry)
    newest = here.team.record.releases.releases()[0]
    if newest.state.value == "released":
        here.team.record.releases.recall(here.reviewer, newest.id, reason="it lies")
        sync(here, registry)


def test_an_alias_that_others_moved_is_an_alert_and_stays_until_a_person_says(place: Place) -> None:
    """Raised once; a rollback in the night is not undone; `restore` is."""
    here, registry = scene(place), shelf("1", "2")
    released(here, registry)
    sync(here, registry)
    registry.aliases["helpdesk"]["champion"] = "2"
    for _ in range(2):
        sync(here, registry)
    assert registry.aliases["helpdesk"] == {"champion": "2"}
    assert alerts(here) == [(AlertKind.ALIAS_MOVED, "models:/helpdesk@champion")]
    (alert,) = here.team.record.alerts.alerts()
    assert alert.details == {"expected": "1", "found": "2"}
    sync(here, registry, replace(OPTIONS, restore=True))
    assert registry.aliases["helpdesk"] == {"champion": "1"}


def test_an_alias_of_a_followed_model_that_nobody_released_is_an_alert(place: Place) -> None:
    """Before there is any release; other aliases are nobody's business."""
    here, registry = scene(place), shelf("1")
    registry.aliases["helpdesk"] = {"champion": "1", "challenger": "1"}
    sync(here, registry, FOLLOW)
    assert alerts(here) == [(AlertKind.ALIAS_MOVED, "models:/helpdesk@champion")]
    assert registry.calls == []


def test_a_version_whose_files_changed_is_not_pointed_at(place: Place) -> None:
    """They are read once more before: what was approved is not what is there."""
    here, registry = scene(place), shelf("1")
    released(here, registry)
    registry.files["helpdesk", "1"] = "other weights"
    assert len(sync(here, registry).alerts) == 1
    assert (registry.aliases["helpdesk"], registry.tags["helpdesk", "1"]) == ({}, {})
    assert alerts(here) == [(AlertKind.MODEL_CHANGED, "models:/helpdesk/1")]


def test_files_that_are_exchanged_later_are_found_when_they_are_read_again(place: Place) -> None:
    """The alias stays where it is: taking a model out of use is a recall."""
    here, registry = scene(place), shelf("1")
    released(here, registry)
    sync(here, registry)
    registry.files["helpdesk", "1"] = "other weights"
    assert sync(here, registry) == RegistryResult()
    sync(here, registry, replace(OPTIONS, reads_again=True))
    assert alerts(here) == [(AlertKind.MODEL_CHANGED, "models:/helpdesk/1")]
    assert registry.aliases["helpdesk"] == {"champion": "1"}


def test_a_version_that_is_gone_is_an_alert_and_stays_in_the_record(place: Place) -> None:
    """The whole model may be gone, too."""
    here, registry = scene(place), shelf("1", "2")
    released(here, registry)
    sync(here, registry)
    del registry.files["helpdesk", "1"]
    registry.aliases["helpdesk"] = {}
    sync(here, registry)
    assert (AlertKind.MODEL_GONE, "models:/helpdesk/1") in alerts(here)
    assert here.team.record.registry.version("models:/helpdesk/1").status == GONE
    registry.files.clear()
    sync(here, registry)
    assert {one.status for one in here.team.record.registry.versions()} == {GONE}


def test_a_stamp_that_no_release_gave_is_an_alert(place: Place) -> None:
    """Anybody can write tags: those of a release that does not name the version are told apart."""
    here, registry = scene(place), shelf("1", "2")
    released(here, registry)
    registry.tags["helpdesk", "2"] |= {"assay.release": "release-0", "assay.release_state": "released"}
    sync(here, registry)
    assert alerts(here) == [(AlertKind.STAMP_FORGED, "models:/helpdesk/2")]


def test_tags_that_others_rewrote_are_written_again(place: Place) -> None:
    """They show what the record says, and are no record."""
    here, registry = scene(place), shelf("1")
    one = released(here, registry)
    sync(here, registry)
    registry.tags["helpdesk", "1"]["assay.release"] = "release-0"
    sync(here, registry)
    assert registry.tags["helpdesk", "1"]["assay.release"] == one


def test_a_registry_that_is_down_fails_nothing_and_says_so(place: Place) -> None:
    """No password of its address is told; the next one does what was left."""
    here, registry = scene(place), shelf("1")
    released(here, registry)
    registry.is_down = True
    result = sync(here, registry)
    assert result.failed == (("models:/helpdesk", "ConnectionError: nobody answers at https://models.example.org"),)
    registry.is_down = False
    assert sync(here, registry).told == ("models:/helpdesk@champion",)


def test_two_systems_that_want_one_alias_elsewhere_settle_it_themselves(place: Place) -> None:
    """Nothing is guessed: the alias stays, and it is said."""
    here, registry = scene(place), shelf("1", "2")
    released(here, registry, "1")
    sync(here, registry)
    sync(here, registry, replace(OPTIONS, models=(("helpdesk", "2"),)))
    here.measure("run-b", answers="9")
    here.shipped("9.0", "run-b", deployment="staging", models=(Part(name="models:/helpdesk", version="2"),))
    both = replace(OPTIONS, aliases={"production": "champion", "staging": "champion"})
    assert [name for name, _ in sync(here, registry, both).failed] == ["models:/helpdesk@champion"]
    apart = replace(OPTIONS, aliases={"production": "champion", "staging": "challenger"})
    sync(here, registry, apart)
    assert registry.aliases["helpdesk"] == {"champion": "1", "challenger": "2"}


def test_nothing_connects_while_nothing_is_followed(place: Place) -> None:
    """Nobody is asked who they are, either."""

    def refuse() -> FakeModelRegistry:
        raise AssertionError("connected")

    def nobody() -> Actor:
        raise AssertionError("asked")

    assert sync_registry(scene(place).team.record, nobody, refuse, OPTIONS) == RegistryResult()


def test_hostile_names_are_followed_as_any_others(place: Place) -> None:
    """Terminal escapes, slashes, quotes and bidi marks are escaped; tags of others are payload."""
    here, registry = scene(place), FakeModelRegistry()
    name = "a/b'\"\x1b[31m\u202e@champion %2f"
    registry.add(name, "1")
    registry.tags[name, "1"] = {"owner": "Nora Nilsen", "assay.note": "ours"}
    assert sync(here, registry, replace(OPTIONS, models=((name, "1"),))).failed == ()
    (version,) = here.team.record.registry.versions()
    assert (version.model, version.artefacts is not None) == (name, True)
    assert version.address.isprintable()
    assert b"Nora" not in b"".join(one.body for one in here.team.record.entries())
    assert "Nora" not in repr(place.sql("SELECT * FROM model_version"))
    kept = here.team.record.retention.payloads_with(lambda one: one == {"tags": {"owner": "Nora Nilsen"}})
    assert len(kept) == 1


def test_what_a_version_was_trained_on_is_lineage(place: Place) -> None:
    """A data set with the digest of its file is the one that a scan knows; the others are known by name."""
    here, registry = scene(place), shelf("1")
    file_digest = "0" * 64
    registry.data["0a1b"] = (
        TrainingData(name="tickets", digest=file_digest),
        TrainingData(name="faq", digest="1f2e3d4c"),
    )
    released(here, registry)
    model = Artefact(
        kind=ArtefactKind.MODEL,
        name="models:/helpdesk/1",
        digest=here.team.record.registry.version("models:/helpdesk/1").digest,
        system="*",
    )
    found = [one.link.upstream for one in here.team.record.lineage.upstream(model)]
    names = {(one.kind.value, one.name, one.digest) for one in found}
    assert ("dataset", content_id("data", f"sha256:{file_digest}"), f"sha256:{file_digest}") in names
    assert ("dataset", "faq", "mlflow:1f2e3d4c") in names


@pytest.mark.parametrize(
    ("part", "error"),
    [
        (Part(name="models:/helpdesk/9"), MissingError),
        (Part(name="models:/helpdesk", version="champion"), MissingError),
        (Part(name="models:/helpdesk"), InputError),
        (Part(name="models:/helpdesk@champion"), InputError),
        (Part(name="models:/helpdesk/1", version="2"), InputError),
        (Part(name="models:/helpdesk/1", digest="sha256:" + "0" * 64), InputError),
    ],
)
def test_a_release_names_a_version_that_was_seen(place: Place, part: Part, error: type[Exception]) -> None:
    """Neither an alias nor a stranger nor another digest; the digest comes from the record."""
    here, registry = scene(place), shelf("1")
    sync(here, registry, FOLLOW)
    with pytest.raises(error):
        here.create(models=(part,))
    (model,) = here.create(models=(Part(name="models:/helpdesk/1"),)).manifest.models
    assert (model.name, model.version) == ("models:/helpdesk", "1")
    assert model.digest == here.team.record.registry.version("models:/helpdesk/1").digest


def test_a_model_belongs_to_the_system_that_followed_it_first(place: Place) -> None:
    """Whoever has a right on another system records nothing of it."""
    here, registry = scene(place), shelf("1")
    sync(here, registry, FOLLOW)
    assert sync(here, registry, replace(FOLLOW, system="another")).failed == ()
    model = registry.model("helpdesk")
    assert model is not None
    other = here.team.add("other", Role.ENGINEER, system="another")
    with pytest.raises(InputError, match="is followed for the system 'default'"):
        here.team.record.registry.note_model(other, "another", model, {})


def test_a_viewer_synchronises_nothing(place: Place) -> None:
    """The refusal is in the result, and nothing is told."""
    here, registry = scene(place), shelf("1")
    released(here, registry)
    stranger = here.team.add("stranger")
    result = sync_registry(here.team.record, lambda: stranger, lambda: registry, OPTIONS)
    assert [name for name, _ in result.failed] == ["models:/helpdesk"]
    assert registry.calls == []
