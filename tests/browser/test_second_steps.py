"""A security key in a real browser: added, and asked for at the next login, under the page's strict policy."""

import pytest

from prm.accounts.second_steps.selectors import steps_of
from tests.factories import PASSWORD, Cast

pytestmark = pytest.mark.browser


def test_key_is_added_and_used(visitor, live_cast: Cast) -> None:
    guest = visitor()
    page = guest.log_in(live_cast.pam).page
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True, "isUserVerified": True}
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "hasUserVerification": True}})

    guest.open("/profile/two-steps/key/")
    guest.check_accessible()
    page.get_by_label("Name of the key").fill("blue")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Add the key").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    guest.check_accessible()

    page.context.clear_cookies()
    guest.open("/auth/login/")
    page.get_by_label("E-mail").fill(live_cast.pam.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="One more step").wait_for()
    guest.check_accessible()
    page.get_by_role("button", name="Use your key").click()
    page.wait_for_url(lambda url: "/auth/" not in url)

    assert [key.name for key in steps_of(live_cast.pam).keys] == ["blue"]


def test_key_that_does_not_answer_is_said(visitor, live_cast: Cast) -> None:
    guest = visitor()
    page = guest.log_in(live_cast.pam).page
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    guest.open("/profile/two-steps/key/")
    page.get_by_label("Name of the key").fill("blue")
    page.get_by_label("Your password").fill(PASSWORD)
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('no key')) }")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_text("The key did not answer, or you have used it here before.").wait_for()

    assert not steps_of(live_cast.pam).any


def test_pages_of_second_steps_are_accessible(visitor, live_cast: Cast) -> None:
    guest = visitor()
    guest.log_in(live_cast.pam)
    for name in ("", "app/", "key/", "remove/?which=app"):
        guest.open(f"/profile/two-steps/{name}")
        guest.check_accessible()
    guest.open("/profile/")
    guest.check_accessible()
