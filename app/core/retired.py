"""Codes of states that ISO 3166-2 has given up, and those that stand in their place.

Google's address data still has some of them, and so have the lists that people keep. Source: the newsletters of ISO
3166 up to 2024 (China 2017, India 2023, Poland 2018, Mexico 2016, South Africa 2020).
"""

_OF_CHINA = (
    "11 BJ 12 TJ 13 HE 14 SX 15 NM 21 LN 22 JL 23 HL 31 SH 32 JS 33 ZJ 34 AH 35 FJ 36 JX 37 SD 41 HA 42 HB 43 HN 44 GD "
    "45 GX 46 HI 50 CQ 51 SC 52 GZ 53 YN 54 XZ 61 SN 62 GS 63 QH 64 NX 65 XJ 71 TW 91 HK 92 MO"
)
_OF_POLAND = "DS 02 KP 04 LU 06 LB 08 LD 10 MA 12 MZ 14 OP 16 PK 18 PD 20 PM 22 SL 24 SK 26 WN 28 WP 30 ZP 32"
_CHANGES = {"CN": _OF_CHINA, "IN": "CT CG OR OD TG TS UT UK", "MX": "DIF CMX", "PL": _OF_POLAND, "ZA": "GT GP NL KZN"}


def _pairs(country: str, codes: str) -> dict[str, str]:
    words = [f"{country}-{code}" for code in codes.split()]
    return dict(zip(words[::2], words[1::2], strict=True))


RETIRED: dict[str, str] = {old: new for land, codes in _CHANGES.items() for old, new in _pairs(land, codes).items()}
"""A code that was given up ("CN-11") to the present one ("CN-BJ")."""


def present(code: str) -> str:
    """The present code of a state, which most are already."""
    return RETIRED.get(code, code)
