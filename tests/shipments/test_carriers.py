"""Whether USPS has delivered a box, and what is said when that cannot be told."""

from datetime import date

import pytest
from pydantic import SecretStr

from app.core.config import Settings
from app.core.errors import Conflict
from app.outside.http import OutboundRefused
from app.shipments.carriers import CarrierUnclear, carrier_of
from app.shipments.carriers.usps import delivered_on
from tests.support import usps
from tests.support.usps import asking_usps


def test_the_day_of_delivery_is_that_of_the_place() -> None:
    assert delivered_on(usps.DELIVERED, asking_usps()) == date.fromisoformat(usps.DAY)


def test_a_number_may_be_written_in_groups() -> None:
    assert delivered_on("94 00", asking_usps()) == delivered_on("94-00", asking_usps()) == date.fromisoformat(usps.DAY)


@pytest.mark.parametrize("number", [usps.UNDER_WAY, usps.RETURNED])
def test_a_box_under_way_or_back_at_its_sender_was_not_delivered(number: str) -> None:
    assert delivered_on(number, asking_usps()) is None


@pytest.mark.parametrize(
    "number",
    ["", "-", "..", "../../oauth2/v3/token", "9400?expand=SUMMARY", "9400#", "9400\r\nX: y", "९४००", "9400%2F"],
)
def test_what_cannot_be_a_number_is_refused_before_anybody_is_asked(number: str) -> None:
    with pytest.raises(Conflict, match="is not a tracking number"):
        delivered_on(number, asking_usps(outbound_allowed="", usps_url="https://127.0.0.1"))


@pytest.mark.parametrize("number", [usps.UNKNOWN, usps.UNSCANNED])
def test_a_number_that_usps_does_not_know_is_named_whether_all_is_refused_or_it_alone(number: str) -> None:
    with pytest.raises(Conflict, match=f"does not know the tracking number {number}"):
        delivered_on(number, asking_usps())


def test_a_box_that_usps_does_not_show_to_us_is_told_from_one_that_it_does_not_know() -> None:
    with pytest.raises(CarrierUnclear, match=r"refuses us \(403\)"):
        delivered_on(usps.FORBIDDEN, asking_usps())


@pytest.mark.parametrize("missing", [{"usps_client_id": ""}, {"usps_client_secret": SecretStr("")}])
def test_without_credentials_it_says_which_settings_are_missing(missing: dict[str, object]) -> None:
    with pytest.raises(Conflict, match="CHAMPIONS_USPS_CLIENT_ID"):
        delivered_on(usps.DELIVERED, asking_usps(**missing))


def test_wrong_credentials_and_an_expired_token_are_told_without_the_secret() -> None:
    with pytest.raises(CarrierUnclear, match=r"refuses us \(401\)") as refused:
        delivered_on(usps.DELIVERED, asking_usps(usps_client_secret=SecretStr("wr0ng")))
    assert "wr0ng" not in str(refused.value)
    with pytest.raises(CarrierUnclear, match=r"refuses us \(401\)"):
        delivered_on(usps.EXPIRED, asking_usps())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *((429, b"{}"), (500, b"oops"), (302, b"{}"), (200, b""), (200, b"<html>"), (200, b"[]"), (200, b"\xff")),
        *(
            (200, b"{}"),
            (200, b"[{}]"),
            (200, b"[{}, {}]"),
            (207, b"[null]"),
            (207, b'[{"error": "x"}]'),
            (200, b'[{"statusCategory": 5}]'),
            (200, b"[" * 100_000),
            (200, b'"Delivered"'),
        ),
        (200, b'[{"statusCategory": "Delivered"}]'),
        (200, b'[{"statusCategory": "Delivered", "trackingEvents": "none"}]'),
        (200, b'[{"statusCategory": "Delivered", "trackingEvents": [null, {"eventType": "Accepted"}]}]'),
        (200, b'[{"statusCategory": "Delivered", "trackingEvents": [{"eventType": "Delivered"}]}]'),
        (
            200,
            b'[{"statusCategory": "Delivered", "trackingEvents": [{"eventType": "DELIVERED", "eventTimestamp": "9"}]}]',
        ),
        (200, b'{"TrackResults": {"TrackInfo": {"TrackSummary": "Your item was delivered."}}}'),
    ],
)
def test_an_answer_that_is_not_as_documented_is_not_guessed_at(status: int, body: bytes) -> None:
    usps.odd["5000"] = (status, body)
    with pytest.raises(CarrierUnclear):
        delivered_on("5000", asking_usps())


def test_a_carrier_that_is_not_there_is_an_outbound_refusal() -> None:
    nowhere = asking_usps(usps_url="http://127.0.0.1:1", outbound_allowed="127.0.0.1:1")
    with pytest.raises(OutboundRefused, match="does not answer"):
        delivered_on(usps.DELIVERED, nowhere)


def test_an_address_inside_is_asked_only_if_it_is_allowed() -> None:
    with pytest.raises(OutboundRefused):
        delivered_on(usps.DELIVERED, asking_usps(outbound_allowed=""))


def test_the_allowed_servers_are_a_list_with_commas() -> None:
    assert Settings(outbound_allowed="a:1, b:2,,").outbound_servers == {"a:1", "b:2"}
    assert Settings().outbound_servers == frozenset()


@pytest.mark.parametrize(
    ("written", "name"),
    [("USPS", "USPS"), ("usps Ground Advantage", "USPS"), ("UPS", None), ("Priority by USPS", None), ("", None)],
)
def test_a_carrier_is_known_under_whatever_name_of_a_service(written: str, name: str | None) -> None:
    known = carrier_of(written)
    assert (known.name if known else None) == name
