"""Whose a tracking number is, and where its box can be followed."""

import pytest

from app.shipments.carriers.numbers import carrier_by_number
from app.shipments.carriers.pages import tracking_page

NUMBERS = {
    "1Z999AA10123456784": "ups",
    "1Z 999 AA1 01 2345 6784": "ups",
    "9400111201080805483016": "usps",
    "9400 1112 0108 0805 4830 16": "usps",
    "420606119400111201080805483016": "usps",
    "RB123456785US": "usps",
    "986578788855": "fedex",
    "041441760228964": "fedex",
    "3318810025": "dhl",
}


@pytest.mark.parametrize(("number", "carrier"), NUMBERS.items())
def test_a_number_is_known_by_its_check_digit_and_not_with_another(number: str, carrier: str) -> None:
    assert carrier_by_number(number, guess=True) == carrier
    assert carrier_by_number(number, guess=False) == (carrier if carrier in {"ups", "usps"} else "")
    at = max(at for at, sign in enumerate(number) if sign.isdigit())
    wrong = [f"{number[:at]}{digit}{number[at + 1 :]}" for digit in range(10) if str(digit) != number[at]]
    assert {carrier_by_number(other, guess=True) for other in wrong} == {""}


@pytest.mark.parametrize("number", ["", "-", "1Z999AA1", "९८६५७८७८८८५५", "RB123456785MX", "12345", "9400"])
def test_what_is_nobodys_number_is_nobodys(number: str) -> None:
    assert carrier_by_number(number, guess=True) == ""


def test_a_box_is_followed_by_the_name_of_its_carrier_else_by_its_number() -> None:
    ups, fedex = "1Z999AA10123456784", "986578788855"
    assert tracking_page("UPS", ups) == tracking_page("Brown trucks", ups) == tracking_page("", ups)
    assert tracking_page("Brown trucks", ups).startswith("https://www.ups.com/")
    assert tracking_page("USPS", ups).startswith("https://tools.usps.com/")
    assert tracking_page("", fedex).startswith("https://www.fedex.com/")
    assert tracking_page("Estafeta", fedex) == ""
    assert tracking_page("UPS", "") == tracking_page("", "") == tracking_page("Bea", "no number") == ""
