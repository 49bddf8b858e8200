"""Routes of the audit trail and of the proof that the books agree."""

from typing import Annotated

from fastapi import Depends, Query
from fastapi.responses import Response
from sqlmodel import Session

from app.acts.audit import AuditOut, all_entries, find_audit
from app.acts.policy import Permission
from app.api.requests import PageQuery, Unit, unit
from app.api.routing import Router, problems_of
from app.core.csv_out import to_csv
from app.core.paging import Page
from app.core.schema import Out
from app.maintenance.verification import differences

router = Router(tags=["admin"])

Name = Annotated[str | None, Query(max_length=60, pattern=r"^[a-z_]+(:\d{1,10})?$")]


class Verification(Out):
    """Whether the books agree: a line for everything that differs from what the moves say."""

    differences: list[str]


@router.reads("/admin/verify", Permission.AUDIT)
def verify(session: Session) -> Verification:
    """Recompute all levels, orders, shipments and close-outs from the ledger."""
    return Verification(differences=differences(session))


@router.reads("/audit", Permission.AUDIT)
def list_audit(session: Session, paging: PageQuery, subject: Name = None, principal: Name = None) -> Page[AuditOut]:
    """List who did what to what, newest first: all of it, of one object (`claim:5`), or of one person (`person:3`)."""
    return find_audit(session, paging=paging, subject=subject, principal=principal)


@router.get(
    "/audit.csv",
    operation_id="export_audit",
    summary="Export the audit trail",
    response_class=Response,
    responses={
        200: {"content": {"text/csv; charset=utf-8": {"schema": {"type": "string"}}}},
        **problems_of("/audit.csv", "GET", Permission.AUDIT),
    },
    openapi_extra={"x-permission": Permission.AUDIT.value},
)
def export_audit(unit: Annotated[Unit, Depends(unit)]) -> Response:
    """The whole trail as CSV, oldest first; cells that a spreadsheet would take for formulas are defused."""
    _, text = unit.read(Permission.AUDIT, lambda session, _: to_csv(all_entries(session)))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "private, no-store"}
    return Response(text, 200, headers, "text/csv; charset=utf-8")
