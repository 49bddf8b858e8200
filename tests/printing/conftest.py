"""One ordinary document of each kind; a test changes what it is about with ``dataclasses.replace``."""

import pytest

from app.printing.documents import OrderSheet, PackingSlip, RibbonFace
from tests.printing import ordinary

PRINTED_AT = ordinary.PRINTED_AT


@pytest.fixture
def face() -> RibbonFace:
    return ordinary.FACE


@pytest.fixture
def order() -> OrderSheet:
    return ordinary.ORDER


@pytest.fixture
def slip() -> PackingSlip:
    return ordinary.SLIP
