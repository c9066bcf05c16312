"""Every command, and the acts behind it: the lines that tests of rights go through beside `entry_points`."""

from typing import Final

from tests.contracts import lineage_acts, oversight_acts, policy_acts, register_acts, release_acts

# Commands that change the record, with the acts behind them; the others change files of the workspace, or nothing.
# A restore has no act: it is declared in a copy, and the store that it replaces is asked (tests of restores).
COMMANDS: Final = {
    "run": "ingest_run",
    "demo": "ingest_run record_decision record_report record_scan evidence.submit evidence.accept releases.create"
    " releases.request releases.approve releases.ship",
    "runs ingest": "ingest_run",
    "runs export": "exports.record",
    "risks export": "exports.check_right exports.record",
    "systems export": "exports.check_right exports.record",
    "scan": "record_scan record_report",
    "gate": "record_decision exports.attest",
    "report build": "record_report",
    "judges check": "record_cards",
    "review import": "import_labels",
    "users add": "people.add",
    "users change": "people.change",
    "users grant": "people.grant",
    "users revoke": "people.revoke",
    "tokens issue": "tokens.issue",
    "tokens revoke": "tokens.revoke",
    "retention hold": "retention.place_hold",
    "retention lift": "retention.lift_hold",
    "ledger erase": "retention.check_right_to_erase retention.erase",
    "ledger prove": "exports.record",
    "ledger rotate-key": "keys.rotate",
    "approvals request": "approvals.request",
    "approvals approve": "approvals.approve",
    "approvals reject": "approvals.reject",
    "approvals lend": "delegations.delegate",
    "approvals break-glass": "emergencies.break_glass",
    "approvals review-glass": "emergencies.review",
    "store backup": "backups.make",
    **lineage_acts.COMMANDS,
    **oversight_acts.COMMANDS,
    **policy_acts.COMMANDS,
    **register_acts.COMMANDS,
    **release_acts.COMMANDS,
    "evidence submit": "evidence.submit",
    "evidence import": "evidence.submit_all",
    "evidence accept": "evidence.accept",
    "evidence return": "evidence.return_",
    "evidence request": "evidence.request",
    "evidence comment": "comments.write",
    "evidence original": "exports.record",
}
OTHER_COMMANDS: Final = (
    lineage_acts.OTHER_COMMANDS
    | oversight_acts.OTHER_COMMANDS
    | policy_acts.OTHER_COMMANDS
    | register_acts.OTHER_COMMANDS
    | release_acts.OTHER_COMMANDS
    | frozenset(
        {
            *("init", "doctor", "dashboard", "serve", "targets check", "metrics list", "judges list"),
            *("risks related", "risks validate", "controls show"),
            *("models list", "models pull", "models verify", "risks list", "risks show", "act timeline"),
            *("act questions", "act duties"),
            *("corpus list", "corpus show", "review export"),
            *(
                "questions generate",
                "questions import",
                "questions list",
                "questions export",
                "questions counterfactual",
            ),
            *("runs compare", "runs bias", "runs plan", "runs list", "runs show"),
            *("ledger keys", "ledger witness", "ledger log", "ledger checkpoint", "ledger verifier"),
            *("ledger verify", "retention classes", "retention holds", "retention erasures"),
            *("approvals list", "approvals glass", "store restore", "store migrate"),
            *("users list", "users roles", "tokens list"),
            *("evidence list", "evidence show", "evidence facts", "evidence check"),
        }
    )
)
