"""Reading the decision tree: all mistakes at once, each with file and pointer."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache

from risks._fields import Fields
from risks.act._asking import asked
from risks.act._check_tree import check
from risks.act._header import finish, open_file, read_header, shipped
from risks.act._tree import (
    ActClass,
    Band,
    Case,
    Condition,
    Contradiction,
    Dated,
    Fact,
    Kind,
    Need,
    Option,
    Question,
    Role,
    RoleRule,
    Tree,
)

__all__ = ["parse_tree", "tree"]

FORMAT = "assay-act-tree/1"


@cache
def tree() -> Tree:
    """Return the tree that comes with the product."""
    return parse_tree(shipped("tree.yaml"), "tree.yaml")


def parse_tree(text: str, file: str) -> Tree:
    """Read a tree from text; raise `InputError` that lists every mistake."""
    fields, problems, digest = open_file(text, file)
    header = read_header(fields, problems, FORMAT, digest)
    counts = fields.inner("counts")
    stated = {key: counts.whole(key) for key in ("questions", "facts", "cases")}
    counts.close()
    made = Tree(
        header=header,
        steps=tuple(_step(item) for item in fields.each("steps")),
        cases=tuple(_case(item) for item in fields.each("cases")),
        roles=tuple(_role(item) for item in fields.each("roles")),
        contradictions=tuple(_contradiction(item) for item in fields.each("contradictions")),
    )
    check(made, stated, problems)
    finish(fields, problems, file)
    return replace(made, steps=tuple(_worded(step, made) for step in made.steps))


def _worded(step: Question | Fact, tree: Tree) -> Question | Fact:
    """Say when a question is asked; only a tree without mistakes can say it."""
    return step if isinstance(step, Fact) else replace(step, asked_if=asked(step, tree))


def _step(fields: Fields) -> Question | Fact:
    if fields.has("kind") and fields.peek("kind") == "fact":
        fields.text("kind")
        fact = Fact(id=fields.text("id"), predicate=fields.text("predicate"), when=_condition(fields, "when"))
        fields.close()
        return fact
    kind = fields.choice("kind", Kind, Kind.YES_NO)
    made = Question(
        id=fields.text("id"),
        kind=kind,
        ask=fields.text("ask"),
        ground=fields.text("ground"),
        help=fields.optional("help"),
        asked_when=_condition(fields, "asked_when"),
        asked_if="",
        options=tuple(_option(item) for item in fields.each("options")) if kind in (Kind.CHOICE, Kind.MANY) else (),
        bands=tuple(_band(item) for item in fields.each("bands")) if kind in (Kind.AMOUNT, Kind.DAY) else (),
    )
    fields.close()
    return made


def _option(fields: Fields) -> Option:
    made = Option(id=fields.text("id"), text=fields.text("text"), ground=fields.text("ground"))
    fields.close()
    return made


def _band(fields: Fields) -> Band:
    made = Band(
        id=fields.text("id"), before=fields.date("before") if fields.has("before") else "", up_to=_limit(fields)
    )
    fields.close()
    return made


def _limit(fields: Fields) -> Decimal | None:
    if not (text := fields.optional("up_to")):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        fields.refuse("up_to", text, "a number in quotes")
        return None


def _case(fields: Fields) -> Case:
    made = Case(
        id=fields.text("id"),
        act_class=fields.choice("class", ActClass, ActClass.NONE),
        title=fields.text("title"),
        ground=fields.text("ground"),
        each=fields.optional("each"),
        only=fields.texts("only", required=False),
        when=_condition(fields, "when"),
        decided_by=fields.texts("decided_by"),
        dates=tuple(_dated(item) for item in fields.each("dates")) if fields.has("dates") else (),
    )
    fields.close()
    return made


def _dated(fields: Fields) -> Dated:
    made = Dated(
        when=_condition(fields, "when"),
        start=fields.date("from") if fields.has("from") else "",
        ground=fields.text("ground"),
        note=fields.optional("note"),
    )
    fields.close()
    return made


def _role(fields: Fields) -> RoleRule:
    made = RoleRule(
        role=fields.choice("role", Role, Role.PROVIDER), ground=fields.text("ground"), when=_condition(fields, "when")
    )
    fields.close()
    return made


def _contradiction(fields: Fields) -> Contradiction:
    lacks = fields.inner("lacks") if fields.has("lacks") else None
    lacking = [] if lacks is None else [Need(step=key, among=(lacks.text(key),)) for key in lacks.keys()]  # noqa: SIM118
    made = Contradiction(
        when=_condition(fields, "when"),
        lacks=tuple(lacking),
        says=fields.text("says"),
    )
    fields.close()
    return made


def _condition(fields: Fields, key: str) -> Condition:
    if not fields.has(key):
        return ()
    return tuple(_needs(alternative) for alternative in fields.each(key))


def _needs(fields: Fields) -> tuple[Need, ...]:
    return tuple(Need(step=step, among=fields.texts(step)) for step in fields.keys())  # noqa: SIM118  no mapping
