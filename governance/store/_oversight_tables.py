"""The tables of oversight: alerts, incidents, and what the model registry holds and was told.

Rules of this place: a newer version is a new row; what people wrote is the payload of the entry, names of models and
aliases are identifiers and stand in rows, escaped; where a model's files lie is a digest.
"""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from governance.store._columns import stamp

__all__ = ["AlertRow", "IncidentRow", "ModelAliasRow", "ModelVersionRow"]


class AlertRow(SQLModel, table=True):
    """A version of an alert."""

    __tablename__ = "alert"
    alert: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    fingerprint: str = Field(index=True)  # the same for the same trouble
    kind: str
    system: str = Field(index=True)
    subject: str
    details: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON, no free text
    state: str  # raised | acknowledged | closed
    raised_at: str
    recorded_at: str


class IncidentRow(SQLModel, table=True):
    """A version of an incident; what happened is the payload of its entries."""

    __tablename__ = "incident"
    incident: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    system: str = Field(index=True)
    state: str  # proposed | open | declared | reported | closed
    alert: str | None = Field(default=None, index=True)  # that it comes from
    grounds: str | None = Field(default=None, sa_column=Column(Text))  # canonical JSON; null: not serious
    aware_at: str | None = None
    zone: str | None = None  # of the place where somebody became aware
    duty: str | None = None  # the provision that sets the deadline
    due_at: str | None = None
    reported_at: str | None = None  # the first report
    opened_at: str
    recorded_at: str


class ModelVersionRow(SQLModel, table=True):
    """A version of what the registry says of one version of a model."""

    __tablename__ = "model_version"
    model_version: str = Field(primary_key=True)  # models:/NAME/VERSION
    seq: int = Field(sa_column=stamp())
    model: str = Field(index=True)
    version: str
    system: str = Field(index=True)
    digest: str  # of what never changes about it
    artefacts: str | None = None  # digest of its files, where they could be read
    run: str | None = None  # that made it, as the registry names it
    stage: str | None = None
    status: str  # READY | … | gone
    aliases: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON
    recorded_at: str


class ModelAliasRow(SQLModel, table=True):
    """A version of what we told the registry about one alias."""

    __tablename__ = "model_alias"
    model_alias: str = Field(primary_key=True)  # models:/NAME@ALIAS
    seq: int = Field(sa_column=stamp())
    model: str = Field(index=True)
    system: str
    version: str | None = None  # null: the alias was taken away
    release: str | None = None
    recorded_at: str
