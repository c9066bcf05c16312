"""How a group lists its commands: each with the whole first sentence of its help, wrapped and never cut."""

from typing import Any, Final

from typer.core import TyperGroup

__all__ = ["Group"]

_WHOLE: Final = 1000  # characters: a first sentence is shorter


class Group(TyperGroup):
    """A group whose list of commands cuts no sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401  both types are private to typer
        """Write each command with what it does."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(_WHOLE)) for name, one in found if one is not None and not one.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
