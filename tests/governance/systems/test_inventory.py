"""The inventory: what is said of systems, by whom, in which version, and what of it can be erased."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.people import PersonKind, PersonStatus
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject
from governance.systems import ERASED, ActRole, Deployment, Hosting, Part, SystemProfile, parse_part
from governance.verifier import verify_store
from tests.governance.people.teams import OWNER, Team, begin_team
from tests.governance.samples import ME, Place, on_both_stores

DIGEST = "sha256:" + "d" * 64


def profile(owner: str, /, **changes: object) -> SystemProfile:
    """Return what is said of a shop's assistant."""
    made = SystemProfile(
        name="Shop assistant",
        purpose="It answers customers of Mr Weber",
        owner=owner,
        roles=(ActRole.PROVIDER, ActRole.DEPLOYER),
        markets=("DE", "AT"),
        deployments=(Deployment(name="production", hosting=Hosting.CLOUD),),
        components=(Part(name="registry.example/shop", version="1.4", digest=DIGEST),),
        data=(Part(name="tickets-of-Weber.csv", digest=DIGEST),),
        models=(Part(name="models:/shop", version="7"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def hired(place: Place) -> tuple[Team, str]:
    """Return a team and the id of an engineer in it."""
    team = begin_team(place)
    return team, team.add("engineer", Role.ENGINEER).id


@on_both_stores
def test_a_profile_is_added_changed_and_read_as_of_then(place: Place) -> None:
    """Versions are rows; the store as of an earlier size says what was said then."""
    record = place.open()
    first = record.inventory.add(ME, "shop", profile(ME.id))
    size = record.checkpoint().size
    second = record.inventory.change(ME, "shop", profile(ME.id, markets=("EU",)))
    assert (first.version, second.version) == (1, 2)
    assert record.inventory.profile("shop") == second
    assert record.inventory.profile("shop", as_of=size) == first
    assert record.inventory.history("shop") == (second, first)
    assert [one.system for one in record.inventory.profiles()] == ["shop"]
    assert record.inventory.profiles(as_of=1) == ()
    assert verify_store(place.file(), vkey=place.vkey).findings == ()


def test_the_same_once_more_is_no_entry(place: Place) -> None:
    """A change changes something."""
    record = place.open()
    record.inventory.add(ME, "shop", profile(ME.id))
    size = record.checkpoint().size
    assert record.inventory.change(ME, "shop", profile(ME.id)).version == 1
    assert record.checkpoint().size == size


def test_a_system_that_a_run_registered_is_there_and_not_described(place: Place) -> None:
    """It is registered bare, described later, and registered once."""
    record = place.open()
    record.ingest_run(place.run("a").directory, ME)
    assert [one.id for one in record.systems()] == ["default"]
    with pytest.raises(MissingError, match="is not described"):
        record.inventory.profile("default")
    with pytest.raises(MissingError, match="is not described"):
        record.inventory.change(ME, "default", profile(ME.id))
    record.inventory.add(ME, "default", profile(ME.id))
    record.inventory.add(ME, "other", profile(ME.id))
    assert [entry.action for entry in record.entries()].count("system.registered") == 2
    with pytest.raises(InputError, match="is described"):
        record.inventory.add(ME, "default", profile(ME.id))


def test_the_owner_is_an_active_person_of_the_team(place: Place) -> None:
    """Nobody unknown, no program, nobody who was disabled."""
    team, engineer = hired(place)
    actor = replace(OWNER, id=engineer)
    program = team.add("ci", kind=PersonKind.SERVICE).id
    gone = team.add("gone").id
    team.record.people.change(gone, team.admin, status=PersonStatus.DISABLED)
    for owner in ("person-0", program, gone, OWNER.id):
        with pytest.raises(InputError, match="no active person"):
            team.record.inventory.add(actor, "default", profile(owner))
    assert team.record.inventory.add(actor, "default", profile(team.admin.id)).profile.owner == team.admin.id


def test_a_store_of_one_user_is_owned_by_that_user(place: Place) -> None:
    """There is nobody else."""
    with pytest.raises(InputError, match="one user"):
        place.open().inventory.add(ME, "shop", profile("person-1"))


def test_whoever_may_not_manage_systems_adds_none(place: Place) -> None:
    """A role on another system is none on this one."""
    team, _ = hired(place)
    viewer = team.add("viewer", Role.VIEWER)
    engineer = team.add("other", Role.ENGINEER, system="other")
    for actor in (viewer, engineer, team.admin):
        with pytest.raises(ForbiddenError):
            team.record.inventory.add(actor, "default", profile(actor.id))


def test_what_people_wrote_can_be_erased_and_the_rest_stays(place: Place) -> None:
    """Neither entries nor rows hold a word of it, and the proof holds afterwards."""
    record = place.open()
    made = record.inventory.add(ME, "shop", profile(ME.id))
    rows = place.sql("SELECT * FROM system_profile")
    assert not any("Weber" in str(cell) for row in rows for cell in row)
    assert not any(b"Weber" in entry.body for entry in record.entries())
    draft = ErasureDraft(
        subject_type=ErasureSubject.TEXT,
        subject="text",
        ground=ErasureGround.REQUEST,
        places={"payloads": 1},
        withheld={},
        payloads=(made.seq,),
    )
    record.retention.erase(ME, draft, system=None)
    left = record.inventory.profile("shop").profile
    assert (left.name, left.purpose, [one.name for one in left.data]) == (None, None, [ERASED])
    assert left.components == made.profile.components
    assert verify_store(place.file(), vkey=place.vkey).findings == ()


@pytest.mark.parametrize("name", ["our great model", "model\u202ename", "", "x" * 201, "a\nb"])
def test_a_part_has_a_name_without_spaces_or_hidden_marks(name: str) -> None:
    """What is kept for ever is no sentence."""
    with pytest.raises(InputError, match="the name of a part"):
        Part(name=name)


def test_what_is_said_is_bounded_and_said_once() -> None:
    """Lengths, numbers, codes and repeats."""
    part = Part(name="a")
    wrong: list[tuple[dict[str, object], str]] = [
        ({"purpose": "x" * 4001}, "4001 characters"),
        ({"markets": ("Germany",)}, "is no market"),
        ({"markets": ("DE", "DE")}, "twice"),
        ({"components": (part, part)}, "twice"),
        ({"models": tuple(Part(name=f"m{number}") for number in range(501))}, "501 models"),
        ({"owner": "Anna Weber"}, "expected a person's id"),
    ]
    for changes, words in wrong:
        with pytest.raises(InputError, match=words):
            profile("p-1", **changes)
    with pytest.raises(InputError, match="a deployment is called"):
        Deployment(name="the cloud")
    with pytest.raises(InputError, match="expected sha256"):
        Part(name="a", digest="sha256:12")


_WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="@="), min_size=1, max_size=20)


@given(name=_WORDS, version=st.one_of(st.just(""), _WORDS), digest=st.one_of(st.none(), st.just(DIGEST)))
def test_a_part_in_one_word_reads_back(name: str, version: str, digest: str | None) -> None:
    """NAME, NAME@VERSION, either with =sha256:…."""
    text = name + (f"@{version}" if version else "") + (f"={digest}" if digest else "")
    assert parse_part(text) == Part(name=name, version=version, digest=digest)


def test_a_package_whose_name_begins_with_an_at_keeps_it() -> None:
    """As those of npm do."""
    assert parse_part("@scope/pkg@1.2") == Part(name="@scope/pkg", version="1.2")
    assert parse_part("@scope/pkg") == Part(name="@scope/pkg")
