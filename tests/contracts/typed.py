"""What is typed of each command that changes the record: the arguments that the tests of rights try."""

from collections.abc import Callable

from governance.access import Role
from tests.contracts.desk import (
    SYSTEM,
    UNTIL,
    Desk,
    act_answers,
    act_confirmed,
    action_closed,
    alerted,
    answered,
    answered_release,
    answers,
    approved,
    attested,
    backed_up,
    candidate,
    described,
    desk_document,
    document_submitted,
    erased,
    evidence_asked_for,
    form_filled,
    glass_reviewed,
    handed_in,
    incident,
    inventory_imported,
    labels,
    lifted,
    new_log,
    policy_named,
    policy_written,
    recalled,
    register_imported,
    report_imported,
    review,
    revoked,
    scanned,
    token_revoked,
)
from tests.contracts.scene import fresh

ELSEWHERE = {"demo", "mlflow sync"}  # it is `run`, `gate`, `scan` and others; it needs a server (tests of the mirror)

TYPED: dict[str, Callable[[Desk], list[str]]] = {
    "run": lambda desk: ["run", "--answers", answers(desk), "--judge", "checks", "--metrics", "faithfulness"],
    "runs ingest": lambda desk: ["runs", "ingest", str(new_log(desk).directory)],
    "runs export": lambda desk: ["runs", "export", "run-0", "--out", str(desk.workspace.root / fresh("rows"))],
    "scan": scanned,
    "gate": lambda desk: ["gate", "--run", "run-0", "--attestation", str(desk.workspace.root / fresh("attested"))],
    "report build": lambda _: ["report", "build", "evaluation", "--run", "run-0"],
    "judges check": lambda desk: ["judges", "check", "--labels", labels(desk), "--judge", "checks"],
    "review import": review,
    "users add": lambda _: ["users", "add", "--name", fresh("new")],
    "users change": lambda desk: ["users", "change", desk.person().id, "--name", fresh("renamed")],
    "users grant": lambda desk: ["users", "grant", desk.person().id, "--role", "viewer", "--system", "*"],
    "users revoke": revoked,
    "tokens issue": lambda desk: [
        *("tokens", "issue", desk.person(Role.ENGINEER).id, "--scope", "run:ingest", "--system", SYSTEM)
    ],
    "tokens revoke": token_revoked,
    "retention hold": lambda _: ["retention", "hold", f"system:{fresh('system')}", "--reason", "asked"],
    "retention lift": lifted,
    "ledger erase": erased,
    "ledger prove": lambda desk: ["ledger", "prove", "0", "--out", str(desk.workspace.root / fresh("proof"))],
    "ledger rotate-key": lambda _: ["ledger", "rotate-key"],
    "approvals request": lambda _: ["approvals", "request", "run:run-0"],
    "approvals approve": answered("approve"),
    "approvals reject": answered("reject"),
    "approvals lend": lambda desk: [
        *("approvals", "lend", desk.person().id, "--role", "reviewer", "--system", SYSTEM, "--days", "1")
    ],
    "approvals break-glass": lambda _: [
        *("approvals", "break-glass", "--permission", "holds:manage", "--system", SYSTEM, "--reason", "fire")
    ],
    "approvals review-glass": glass_reviewed,
    "store backup": backed_up,
    "monitor alerts acknowledge": lambda desk: [
        *("monitor", "alerts", "acknowledge", alerted(desk), "--comment", "seen")
    ],
    "monitor alerts close": lambda desk: ["monitor", "alerts", "close", alerted(desk), "--comment", "over"],
    "incidents open": lambda _: ["incidents", "open", "--comment", "it lied"],
    "incidents propose": lambda desk: ["incidents", "propose", alerted(desk)],
    "incidents declare": lambda desk: [
        *("incidents", "declare", incident(desk), "--ground", "health", "--aware", "2026-01-01", "--comment", "harm")
    ],
    "incidents withdraw": lambda desk: [
        *("incidents", "withdraw", incident(desk, declared=True), "--comment", "another system")
    ],
    "incidents report": lambda desk: ["incidents", "report", incident(desk, declared=True), "--comment", "told"],
    "incidents close": lambda desk: ["incidents", "close", incident(desk), "--comment", "over"],
    "systems add": lambda desk: ["systems", "add", fresh("system"), "--owner", desk.person().id],
    "systems change": described,
    "systems import": inventory_imported,
    "systems export": lambda desk: ["systems", "export", str(desk.workspace.root / f"{fresh('systems')}.xlsx")],
    "risks import": register_imported,
    "risks export": lambda desk: ["risks", "export", str(desk.workspace.root / f"{fresh('register')}.xlsx")],
    "releases create": lambda _: ["releases", "create", "--version", fresh("v"), "--run", "run-0"],
    "releases request": lambda desk: ["releases", "request", candidate(desk).id],
    "releases review": answered_release("review"),
    "releases approve": answered_release("approve"),
    "releases reject": answered_release("reject"),
    "releases release": lambda desk: ["releases", "release", approved(desk).id],
    "releases recall": recalled,
    "policies register": lambda desk: ["policies", "register", policy_written(desk)],
    "policies withdraw": lambda desk: ["policies", "withdraw", policy_named(desk), "--reason", "it is old"],
    "policies receipt": lambda desk: [
        *("policies", "receipt", policy_named(desk), "--out", str(desk.workspace.root / fresh("receipt")))
    ],
    "risks assess": lambda _: [
        *("risks", "assess", "9.1", "--inherent", "4x4", "--residual", "2x3", "--treatment", "mitigate"),
        *("--review-by", UNTIL.date().isoformat()),
    ],
    "act classify": lambda desk: ["act", "classify", "--answers", act_answers(desk), "--record"],
    "act confirm": act_confirmed,
    "act submit": form_filled,
    "act assign": lambda _: ["act", "assign", "Article 27", "--due", UNTIL.date().isoformat()],
    "controls attest": attested,
    "controls waive": lambda _: ["controls", "waive", "DASF 3", "--reason", fresh("because")],
    "actions open": lambda _: ["actions", "open", fresh("mend it"), "--due", UNTIL.date().isoformat()],
    "actions close": action_closed,
    "corpus add": lambda desk: ["corpus", "add", desk_document(desk)],
    "export openlineage": lambda desk: [
        *("export", "openlineage", "--out", str(desk.workspace.root / fresh("events")))
    ],
    "evidence submit": document_submitted,
    "evidence import": report_imported,
    "evidence accept": lambda desk: ["evidence", "accept", handed_in(desk)],
    "evidence return": lambda desk: ["evidence", "return", handed_in(desk), "--comment", "a page is missing"],
    "evidence request": evidence_asked_for,
    "evidence comment": lambda desk: ["evidence", "comment", handed_in(desk), "--text", "is this the newest?"],
    "evidence original": lambda desk: [
        *("evidence", "original", handed_in(desk), "--out", str(desk.workspace.root / fresh("copy")))
    ],
}
