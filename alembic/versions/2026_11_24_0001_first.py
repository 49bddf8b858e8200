"""The first schema: people, conferences, stock, members, orders, claims, shipments, meetups.

Written out in full, without the tables of the application: those will change, this revision will not.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INSTANT = sa.DateTime(timezone=True)


def _required(**types: sa.types.TypeEngine) -> list[sa.Column]:
    return [sa.Column(name, type_, nullable=False) for name, type_ in types.items()]


def _optional(**types: sa.types.TypeEngine) -> list[sa.Column]:
    return [sa.Column(name, type_) for name, type_ in types.items()]


def _one_of(name: str, values: str, **options: Any) -> sa.Column:
    kind = sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=False, **options)


def _refer(target: str, *names: str, **options: Any) -> list[sa.Column]:
    options = {"nullable": False, **options}
    return [sa.Column(name, sa.ForeignKey(target, ondelete="RESTRICT"), **options) for name in names]


def _address() -> list[sa.Column]:
    return [
        *_required(recipient=sa.String(200), organization=sa.String(200), line1=sa.String(200), line2=sa.String(200)),
        *_required(city=sa.String(200), state=sa.String(6), postal_code=sa.String(20), country=sa.String(2)),
        *_required(phone=sa.String(40), updated_at=INSTANT),
    ]


def _checks(**conditions: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(condition, name=name) for name, condition in conditions.items()]


def _indexes(*columns: str) -> list[sa.Index]:
    return [sa.Index(None, *names.split()) for names in columns]


def _unique_where(name: str, *columns: str, where: str) -> sa.Index:
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    """A table; where the length of a text column says nothing, which is on SQLite, a CHECK says it."""
    table = sa.Table(name, metadata, *parts)
    for column in table.columns:
        if isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum) and column.type.length:
            limit = sa.CheckConstraint(f"length({column.name}) <= {column.type.length}", name=f"{column.name}_length")
            table.append_constraint(limit.ddl_if(dialect="sqlite"))
    return table


def _numbered(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return _table(name, sa.Column("id", sa.Integer, primary_key=True), *parts)


_numbered(
    "person",
    sa.Column("email", sa.String(254), unique=True),
    _one_of("role", "anyone member champion coordinator admin"),
    *_required(trusted=sa.Boolean, language=sa.String(2), active=sa.Boolean, invented=sa.Boolean, version=sa.Integer),
    *_required(name=sa.String(200), created_at=INSTANT),
    *_optional(erased_at=INSTANT),
    *_checks(language="language IN ('en', 'es')", given_role="role IN ('champion', 'coordinator', 'admin')"),
)
_table("person_address", *_address(), *_refer("person.id", "person_id", primary_key=True))
_numbered(
    "sign_in_link",
    *_refer("person.id", "person_id", index=True),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    *_required(created_at=INSTANT, expires_at=INSTANT),
    *_optional(used_at=INSTANT),
)
_numbered(
    "api_token",
    *_refer("person.id", "person_id", index=True),
    *_required(name=sa.String(60)),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    *_required(created_at=INSTANT),
    *_optional(expires_at=INSTANT, revoked_at=INSTANT),
)
_numbered(
    "conference",
    *_required(name=sa.String(200), acronym=sa.String(60), folded_name=sa.String(400), search_text=sa.String(1600)),
    *_required(starts_on=sa.Date, ends_on=sa.Date, venue=sa.String(200), city=sa.String(200)),
    *_optional(state=sa.String(6)),
    *_required(country=sa.String(2), timezone=sa.String(64), website=sa.String(500), specialty=sa.String(200)),
    _one_of("mode", "in_person hybrid virtual"),
    _one_of("status", "proposed scheduled cancelled"),
    *_required(champion_limit=sa.Integer, invented=sa.Boolean),
    *_refer("person.id", "proposed_by", nullable=True, index=True),
    *_required(created_at=INSTANT, version=sa.Integer),
    *_checks(dates="ends_on >= starts_on", champion_limit="champion_limit BETWEEN 1 AND 100"),
    sa.Index("uq_conference_folded_name_starts_on", "folded_name", "starts_on", unique=True),
    *_indexes("starts_on id", "country state starts_on"),
)
_numbered(
    "design",
    sa.Column("code", sa.String(60), nullable=False, unique=True),
    *_required(text=sa.String(60), ribbon_color=sa.String(7), ribbon_color_name=sa.String(60)),
    *_required(foil_color=sa.String(7), foil_color_name=sa.String(60), width_mm=sa.Float, height_mm=sa.Float),
    *_required(pack_size=sa.Integer, unit_cost_cents=sa.Integer, currency=sa.String(3), reorder_point=sa.Integer),
    *_required(active=sa.Boolean, created_at=INSTANT, version=sa.Integer),
    *_checks(
        size="width_mm > 0 AND height_mm > 0",
        pack_size="pack_size > 0",
        unit_cost="unit_cost_cents >= 0",
        reorder_point="reorder_point >= 0",
    ),
)
location = _numbered(
    "location",
    _one_of("kind", "vendor depot champion packed transit conference loss adjustment"),
    *_required(name=sa.String(200), unbounded=sa.Boolean, active=sa.Boolean, created_at=INSTANT),
    *_refer("person.id", "person_id", nullable=True, unique=True),
    *_refer("conference.id", "conference_id", nullable=True, unique=True),
    *_checks(
        unbounded="unbounded = (kind IN ('vendor', 'adjustment'))",
        person="(kind = 'champion') = (person_id IS NOT NULL)",
        conference="(kind = 'conference') = (conference_id IS NOT NULL)",
    ),
    sa.UniqueConstraint("id", "unbounded"),
    _unique_where("uq_location_kind", "kind", where="kind IN ('packed', 'transit', 'loss', 'adjustment')"),
    *_indexes("kind id"),
)
_table("location_address", *_address(), *_refer("location.id", "location_id", primary_key=True))
_numbered(
    "move",
    *_refer("design.id", "design_id"),
    *_refer("location.id", "source_id", "target_id"),
    *_required(quantity=sa.Integer, at=INSTANT),
    _one_of("reason", "purchase pack unpack send receive missing found lost hand_out transfer count reversal"),
    *_optional(subject=sa.String(60)),
    sa.Column("reference", sa.String(120), unique=True),
    *_refer("move.id", "reverses_id", nullable=True, unique=True),
    *_refer("person.id", "actor_id", nullable=True, index=True),
    *_checks(
        quantity="quantity > 0",
        places="source_id <> target_id",
        reversal="(reason = 'reversal') = (reverses_id IS NOT NULL)",
    ),
    *_indexes("design_id id", "source_id id", "target_id id", "subject id"),
)
_table("move_note", *_refer("move.id", "move_id", primary_key=True), *_required(note=sa.String(2000)))
_table(
    "level",
    sa.Column("location_id", sa.Integer, primary_key=True),
    *_refer("design.id", "design_id", primary_key=True),
    *_required(unbounded=sa.Boolean, on_hand=sa.BigInteger),
    *_checks(on_hand="on_hand >= 0 OR unbounded"),
    sa.ForeignKeyConstraint(["location_id", "unbounded"], ["location.id", "location.unbounded"], ondelete="RESTRICT"),
    *_indexes("design_id location_id"),
)
_numbered(
    "member",
    *_required(display_name=sa.String(200), created_at=INSTANT, version=sa.Integer),
    *_refer("person.id", "person_id", nullable=True, unique=True),
    sa.Column("link_hash", sa.String(64), unique=True),
    *_optional(erased_at=INSTANT),
)
_numbered(
    "member_handle",
    *_refer("member.id", "member_id", index=True),
    _one_of("platform", "x bluesky mastodon instagram threads linkedin"),
    *_required(canonical=sa.String(500), display=sa.String(500), url=sa.String(500)),
    sa.UniqueConstraint("platform", "canonical"),
)
_numbered(
    "purchase_order",
    *_refer("location.id", "vendor_id", "ship_to_id", index=True),
    _one_of("state", "draft placed partially_received received cancelled"),
    *_required(note=sa.String(2000), created_at=INSTANT, version=sa.Integer),
    *_optional(needed_by=sa.Date, placed_at=INSTANT),
    *_refer("person.id", "created_by", nullable=True, index=True),
    *_indexes("state id"),
)
_numbered(
    "purchase_order_line",
    *_refer("purchase_order.id", "purchase_order_id"),
    *_refer("design.id", "design_id", index=True),
    *_required(quantity=sa.Integer, unit_cost_cents=sa.Integer, currency=sa.String(3), received=sa.Integer),
    sa.UniqueConstraint("purchase_order_id", "design_id"),
    *_checks(quantity="quantity > 0", received="received >= 0", unit_cost="unit_cost_cents >= 0"),
)
_numbered(
    "claim",
    *_refer("conference.id", "conference_id"),
    *_refer("person.id", "champion_id"),
    _one_of("state", "requested deputized declined withdrawn revoked closed"),
    *_required(ribbons_requested=sa.Integer, note=sa.String(2000), decision_note=sa.String(2000)),
    *_required(close_note=sa.String(2000), created_at=INSTANT, version=sa.Integer),
    *_refer("person.id", "decided_by", nullable=True),
    *_optional(decided_at=INSTANT, ended_at=INSTANT),
    *_checks(ribbons_requested="ribbons_requested > 0"),
    _unique_where("uq_claim_open", "conference_id", "champion_id", where="state IN ('requested', 'deputized')"),
    *_indexes("conference_id state id", "champion_id id", "state id"),
)
_table(
    "close_out_line",
    *_refer("claim.id", "claim_id", primary_key=True),
    *_refer("design.id", "design_id", primary_key=True),
    *_required(handed_out=sa.Integer, remaining=sa.Integer, lost=sa.Integer),
    *_checks(counts="handed_out >= 0 AND remaining >= 0 AND lost >= 0"),
)
_numbered(
    "shipment",
    *_refer("location.id", "source_id", "target_id"),
    *_refer("claim.id", "claim_id", nullable=True, index=True),
    _one_of("method", "carrier hand"),
    _one_of("state", "draft packed in_transit delivered received lost cancelled"),
    *_required(carrier=sa.String(60), tracking_number=sa.String(60), note=sa.String(2000)),
    *_optional(shipped_on=sa.Date, delivered_on=sa.Date, received_on=sa.Date),
    *_required(receipt_note=sa.String(2000), created_at=INSTANT, version=sa.Integer),
    *_refer("person.id", "created_by", nullable=True, index=True),
    *_checks(places="source_id <> target_id"),
    *_indexes("source_id id", "target_id id", "state id"),
)
_table("shipment_address", *_address(), *_refer("shipment.id", "shipment_id", primary_key=True))
_numbered(
    "shipment_line",
    *_refer("shipment.id", "shipment_id"),
    *_refer("design.id", "design_id", index=True),
    *_required(quantity=sa.Integer),
    *_optional(received=sa.Integer, missing=sa.Integer),
    sa.UniqueConstraint("shipment_id", "design_id"),
    *_checks(
        quantity="quantity > 0",
        counted="(received IS NULL) = (missing IS NULL)",
        balance="received >= 0 AND missing >= 0 AND received + missing = quantity",
    ),
)
_numbered(
    "meetup",
    *_refer("conference.id", "conference_id"),
    *_refer("person.id", "recorded_by", nullable=True),
    *_required(happened_on=sa.Date, place=sa.String(200), note=sa.String(2000), created_at=INSTANT),
    *_indexes("recorded_by id", "conference_id id"),
)
_table(
    "participant",
    *_refer("meetup.id", "meetup_id", primary_key=True),
    *_refer("member.id", "member_id", primary_key=True),
    _one_of("state", "named confirmed declined"),
    *_optional(decided_at=INSTANT),
    *_indexes("member_id meetup_id"),
)
_table(
    "idempotency_record",
    sa.Column("principal", sa.String(60), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    *_required(fingerprint=sa.String(64), status=sa.Integer, headers=sa.String, body=sa.String),
    sa.Column("created_at", INSTANT, nullable=False, index=True),
)

SYSTEM_LOCATIONS = (("packed", "Packed"), ("transit", "In transit"), ("loss", "Lost"), ("adjustment", "Adjustment"))


def upgrade() -> None:
    """Creates every table, and the four locations of which there is exactly one."""
    metadata.create_all(op.get_bind(), checkfirst=False)
    now = datetime.now(UTC)
    op.bulk_insert(
        location,
        [
            {"kind": kind, "name": name, "unbounded": kind == "adjustment", "active": True, "created_at": now}
            for kind, name in SYSTEM_LOCATIONS
        ],
    )


def downgrade() -> None:
    """Drops every table with everything in it."""
    metadata.drop_all(op.get_bind(), checkfirst=False)
