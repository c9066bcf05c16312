"""What is printed of the store by accident, in a traceback too, shows no row, no passphrase and no address."""

import traceback
from pathlib import Path

import pytest
from sqlalchemy import insert

from assay.kernel import AssayError
from governance.backup import BackupPlan
from governance.restore import RestorePlan
from governance.store import LedgerPayload, table_of, write
from tests.governance.samples import Place, on_both_stores


@on_both_stores
def test_a_traceback_of_the_database_shows_no_row(place: Place) -> None:
    """Nor does the message, where the database refuses a row that is there."""
    record = place.open()
    row = {"seq": 0, "salt": b"salt of a canary", "data": b"a canary"}
    twice = insert(table_of(LedgerPayload)).values([row, row])
    with pytest.raises(AssayError) as caught, write(record._door.engine) as connection:
        connection.execute(twice)
    shown = "".join(traceback.format_exception(caught.value))
    assert "canary" not in shown
    assert "[parameters:" not in shown


def test_plans_show_neither_passphrase_nor_address() -> None:
    """A debugger's or a log's word of them is safe."""
    url = "postgresql://assay:canary@db/assay"
    back = RestorePlan(backup=Path("b"), url=url, keys=Path("k"), state=Path("s"), passphrase="canary of the backup")
    made = BackupPlan(passphrase="canary of the backup", expires_at=None)
    assert "canary" not in repr(back) + repr(made)
