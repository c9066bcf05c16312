"""Rating risks.

Rules of this place: a rating is a version, the newest counts; treatment leaves no risk larger than it was; a review is
due within two years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, func, select

from assay.kernel import InputError, JsonValue, canonical_bytes, digest_bytes
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._payloads import texts_in
from governance.access import Permission
from governance.ledger import Action, Actor, Subject
from governance.ratings._types import Rating, RatingDraft, Treatment
from governance.store import LedgerPayload, RiskRatingRow, table_of
from risks import Framework

__all__ = ["Ratings"]

_RATINGS, _PAYLOADS = table_of(RiskRatingRow), table_of(LedgerPayload)
_WITH_WORDS: Final = select(_RATINGS, _PAYLOADS.c.data).outerjoin(_PAYLOADS, _PAYLOADS.c.seq == _RATINGS.c.seq)
_MOST_DAYS: Final = 731
_SCORES: Final = ("inherent_likelihood", "inherent_impact", "residual_likelihood", "residual_impact")


@dataclass(frozen=True)
class Ratings:
    """Ratings of an open store."""

    _door: Door

    def rate(self, actor: Actor, draft: RatingDraft, framework: Framework) -> Rating:
        """Record a rating; raise `MissingError` for a stranger among the risks, `InputError` for what cannot be."""
        return self.rate_all(actor, [draft], framework)[0]

    def rate_all(self, actor: Actor, drafts: Sequence[RatingDraft], framework: Framework) -> tuple[Rating, ...]:
        """Record ratings of one system, all or none of them; raise what `rate` raises."""
        system, *others = {draft.system for draft in drafts} or {""}
        if others or not system:
            raise InputError("ratings that are recorded together are of one system", hint="rate each system by itself")
        for draft in drafts:
            framework.risk(draft.risk)
            _check(draft, self._door.clock.now().date())
        with self._door.change(actor, Permission.ASSESS_RISK, system) as change:
            for draft in drafts:
                _record(change, draft, framework)
            found = {one.risk: one for one in _read(change.connection, system)}
        return tuple(found[draft.risk] for draft in drafts)

    def ratings(self, system: str | None = None) -> tuple[Rating, ...]:
        """Return the newest rating of each risk that was rated, of one system or of all, in the order of their ids."""
        with self._door.reading() as connection:
            return _read(connection, system)

    def history(self, system: str, risk: str) -> tuple[Rating, ...]:
        """Return all ratings of a risk, newest first."""
        wanted = _WITH_WORDS.where(_RATINGS.c.system == system, _RATINGS.c.risk == risk)
        with self._door.reading() as connection:
            rows = connection.execute(wanted.order_by(_RATINGS.c.seq.desc())).mappings().all()
        return tuple(map(_rating_of, rows))

    def overdue(self, system: str | None = None) -> tuple[Rating, ...]:
        """Return the ratings whose review should have been before today (UTC), of one system or of all.

        They block the next release.
        """
        today = self._door.clock.now().date().isoformat()
        return tuple(one for one in self.ratings(system) if one.is_overdue(today))


def _check(draft: RatingDraft, today: date) -> None:
    scores = {name: getattr(draft, name) for name in _SCORES}
    wrong = [f"{name.replace('_', ' ')} {score}" for name, score in scores.items() if not 1 <= score <= 5]  # noqa: PLR2004  the scale
    if wrong:
        raise InputError(f"{wrong[0]}: likelihood and impact go from 1 to 5", hint="--inherent 4x5 --residual 2x3")
    if (
        draft.residual_likelihood > draft.inherent_likelihood or draft.residual_impact > draft.inherent_impact
    ):  # what a treatment adds is a risk of its own
        raise InputError("the residual risk is larger than the inherent one", hint="rate the new risk by itself")
    _check_day("review-by", draft.review_by, today)
    if draft.due is not None:
        _check_day("due", draft.due, today)


def _check_day(name: str, text: str, today: date) -> None:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--{name} is {text[:40]!r}, expected a date like 2027-03-31") from error
    if text != day.isoformat() or not today <= day <= today + timedelta(days=_MOST_DAYS):
        raise InputError(f"--{name} is {text[:40]}, expected a day from {today} on, within two years")


def _record(change: Change, draft: RatingDraft, framework: Framework) -> None:
    scores: dict[str, Cell] = {name: getattr(draft, name) for name in _SCORES}
    cells: dict[str, Cell] = {
        **scores,
        "system": draft.system,
        "risk": draft.risk,
        "treatment": draft.treatment.value,
        "owner": draft.owner,
        "due": draft.due,
        "review_by": draft.review_by,
        "framework": framework.digest,
        "rater": change.actor.id,
        "recorded_at": change.at,
    }
    earlier = select(func.count()).select_from(_RATINGS)
    earlier = earlier.where(_RATINGS.c.system == draft.system, _RATINGS.c.risk == draft.risk)
    version = 1 + int(change.connection.execute(earlier).scalar_one())
    content: dict[str, JsonValue] = {name: cell for name, cell in cells.items() if isinstance(cell, str | int)}
    subject = Subject(
        type="risk_rating",
        id=f"{draft.system}/{draft.risk}",
        version=version,
        digest=digest_bytes(canonical_bytes(content)),
    )
    payload: dict[str, JsonValue] | None = {"reason": draft.reason} if draft.reason else None
    details: dict[str, JsonValue] = {"system": draft.system, "risk": draft.risk, "treatment": draft.treatment.value}
    change.record(Action.RISK_ASSESSED, subject, [StateRow(RiskRatingRow, cells)], details, payload=payload)


def _read(connection: Connection, system: str | None) -> tuple[Rating, ...]:
    newest = select(func.max(_RATINGS.c.seq)).group_by(_RATINGS.c.system, _RATINGS.c.risk)
    if system is not None:
        newest = newest.where(_RATINGS.c.system == system)
    rows = connection.execute(_WITH_WORDS.where(_RATINGS.c.seq.in_(newest))).mappings().all()
    return tuple(sorted(map(_rating_of, rows), key=lambda one: (one.system, _order(one.risk))))


def _order(risk: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in risk.split("."))


def _rating_of(row: RowMapping) -> Rating:
    cells = {name: row[name] for name in row if name not in ("treatment", "data")}
    return Rating(**cells, treatment=Treatment(row["treatment"]), reason=texts_in(row["data"]).get("reason"))
