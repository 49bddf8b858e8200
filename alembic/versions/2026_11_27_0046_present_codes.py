"""States have the codes that ISO 3166-2 has now; a few were kept by codes that it has given up."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_CHINA = (
    "11 BJ 12 TJ 13 HE 14 SX 15 NM 21 LN 22 JL 23 HL 31 SH 32 JS 33 ZJ 34 AH 35 FJ 36 JX 37 SD 41 HA 42 HB 43 HN 44 GD "
    "45 GX 46 HI 50 CQ 51 SC 52 GZ 53 YN 54 XZ 61 SN 62 GS 63 QH 64 NX 65 XJ 71 TW 91 HK 92 MO"
)
_POLAND = "DS 02 KP 04 LU 06 LB 08 LD 10 MA 12 MZ 14 OP 16 PK 18 PD 20 PM 22 SL 24 SK 26 WN 28 WP 30 ZP 32"
_CHANGES = {"CN": _CHINA, "IN": "CT CG OR OD TG TS UT UK", "MX": "DIF CMX", "PL": _POLAND, "ZA": "GT GP NL KZN"}
_TABLES = ("conference", "person_address", "location_address", "shipment_address")


def upgrade() -> None:
    """Writes the present code in place of each that was given up."""
    for country, codes in _CHANGES.items():
        words = [f"{country}-{code}" for code in codes.split()]
        present = dict(zip(words[::2], words[1::2], strict=True))
        for name in _TABLES:
            state = sa.column("state", sa.String)
            given_up = sa.table(name, state).update().where(state.in_(present))
            op.execute(given_up.values(state=sa.case(present, value=state, else_=state)))


def downgrade() -> None:
    """Leaves the present codes: they are right."""
