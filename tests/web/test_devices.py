"""What browsers are called."""

import pytest

from app.web.devices import called, device_of

_WEBKIT = "AppleWebKit/605.1 (KHTML, like Gecko)"
_IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {_WEBKIT}"
_SAMSUNG = f"Mozilla/5.0 (Linux; Android 15) {_WEBKIT} SamsungBrowser/27.0 Chrome/125 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Android 15; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0", "Firefox on Android"),
        (f"{_IPHONE} Version/18.1 Safari/604.1", "Safari on iPhone"),
        (f"{_IPHONE} CriOS/156.0 Safari/604.1", "Chrome on iPhone"),
        (f"Mozilla/5.0 (Windows NT 10.0) {_WEBKIT} Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        (_SAMSUNG, "Samsung Internet on Android"),
        ("curl/8.5", ""),
        ("<script> on a canary", ""),
        ("Windows", "Windows"),
    ],
)
def test_a_browser_is_called_by_words_of_ours_alone(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
    assert called(device).say("es") == (device.replace(" on ", " en ") or "Un navegador")
