"""The verbs of second steps: set up, used, removed, reset, and what is told and recorded of it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import InvalidToken
from django.core import mail
from django.db import connection

from prm.accounts.models import AttemptWindow, User
from prm.accounts.second_steps import actions, codes, guesses, rules, sealing
from prm.accounts.second_steps.policies import can_reset
from prm.accounts.second_steps.qr import drawn
from prm.accounts.second_steps.selectors import has_second_step, must_set_up, steps_of
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.notices import relay
from prm.notices.models import Notice
from tests.authenticators import code_of, with_app
from tests.factories import Cast, make_user

NOW = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)
CREDENTIAL = {"id": "abc", "type": "public-key", "response": {}}


def with_key(user: User, name: str = "blue") -> str:
    actions.add_key(user=user, name=name, credential=CREDENTIAL, now=database_now())
    return next(key.id for key in steps_of(user).keys if key.name == name)


def use(user: User, code: str) -> Any:
    return actions.use_code(user=user, code=code, now=database_now())


def kinds(user: User) -> list[str]:
    events = Event.objects.filter(subject_id=user.public_id, kind__startswith="person.")
    return [event.kind.removeprefix("person.") for event in events]


def test_app_is_set_up_with_the_code_it_shows(cast: Cast) -> None:
    _secret, recovery = with_app(cast.pam)

    assert has_second_step(cast.pam)
    assert len(recovery) == len(set(recovery)) == 10
    assert kinds(cast.pam) == ["second_step_added", "recovery_codes_made"]
    assert steps_of(cast.pam).codes_left == 10
    assert Notice.objects.get(user=cast.pam).kind == "person.second_step_added"


@pytest.mark.parametrize("later", [-40, -2, 3, 40])
def test_app_with_a_code_of_another_time_is_refused(cast: Cast, later: int) -> None:
    secret = generate_totp_secret()
    with pytest.raises(InvalidInput) as refused:
        actions.add_app(user=cast.pam, secret=secret, code=code_of(secret, later=later), now=database_now())

    assert list(refused.value.errors) == ["code"]
    assert not has_second_step(cast.pam)
    assert kinds(cast.pam) == []


def test_second_app_is_refused(cast: Cast) -> None:
    with_app(cast.pam)
    with pytest.raises(StateConflict):
        with_app(cast.pam)

    assert Authenticator.objects.filter(type="totp").count() == 1


def test_secrets_rest_sealed_and_are_told_to_nobody(cast: Cast) -> None:
    secret, recovery = with_app(cast.pam)
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    events = json.dumps(list(Event.objects.values_list("data", flat=True)))
    notices = " ".join(f"{notice.title} {notice.body}" for notice in Notice.objects.all())

    for told in (stored, events, notices):
        assert [word for word in (secret, *recovery) if word in told] == []
    assert sealing.unseal(Authenticator.objects.get(type="totp").data["secret"]) == secret


def test_seal_opens_with_its_key_alone(settings: Any) -> None:
    sealed = sealing.seal("a secret")
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another key"

    with pytest.raises(InvalidToken):
        sealing.unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert sealing.unseal(sealed) == "a secret"


def test_same_secret_is_sealed_differently_each_time() -> None:
    assert sealing.seal("a secret") != sealing.seal("a secret")


def test_code_is_good_for_one_use(cast: Cast) -> None:
    secret, _recovery = with_app(cast.pam)

    assert use(cast.pam, code_of(secret)) is None, "used when the app was set up"
    assert use(cast.pam, code_of(secret, later=1)).type == "totp"
    assert use(cast.pam, code_of(secret, later=1)) is None
    assert use(cast.pam, code_of(secret)) is None, "older than the last one"


@pytest.mark.parametrize("code", ["", "0", "12345", "not a code", "١٢٣٤٥٦", "0" * 40, "\x00", "💥"])
def test_whatever_is_typed_is_no_code(cast: Cast, code: str) -> None:
    with_app(cast.pam)

    assert use(cast.pam, code) is None


def test_codes_of_somebody_else_are_wrong(cast: Cast) -> None:
    secret, recovery = with_app(cast.pam)
    with_app(cast.pam2)

    assert [use(cast.pam2, code) for code in (code_of(secret, later=1), recovery[0])] == [None, None]


def test_recovery_code_is_good_once_and_is_told(cast: Cast) -> None:
    _secret, recovery = with_app(cast.pam)

    assert use(cast.pam, recovery[3]).type == "recovery_codes"
    assert use(cast.pam, recovery[3]) is None
    assert steps_of(cast.pam).codes_left == 9
    assert Event.objects.get(kind="person.recovery_code_used").data == {"left": 9}
    assert Notice.objects.filter(user=cast.pam, kind="person.second_step_recovery").count() == 1


def test_new_recovery_codes_make_the_old_ones_worthless(cast: Cast) -> None:
    _secret, old = with_app(cast.pam)
    new = actions.make_codes(user=cast.pam, now=database_now())

    assert set(old) & set(new) == set()
    assert use(cast.pam, old[0]) is None
    assert use(cast.pam, new[0]) is not None


def test_recovery_codes_need_something_to_recover(cast: Cast) -> None:
    with pytest.raises(StateConflict):
        actions.make_codes(user=cast.pam, now=database_now())


def test_secrets_of_a_lost_key_are_no_codes_and_no_error(cast: Cast, settings: Any) -> None:
    secret, recovery = with_app(cast.pam)
    settings.SECRET_KEY = "the former one is lost"

    assert use(cast.pam, code_of(secret, later=1)) is None
    assert use(cast.pam, recovery[0]) is None
    assert steps_of(cast.pam).codes_left == 0


def test_key_brings_recovery_codes_once(cast: Cast) -> None:
    made = [actions.add_key(user=cast.pam, name=name, credential=CREDENTIAL, now=database_now()) for name in ("a", "b")]

    assert [len(codes) for codes in made] == [10, 0]
    assert [key.name for key in steps_of(cast.pam).keys] == ["a", "b"]


def test_number_of_keys_is_bounded(cast: Cast) -> None:
    for number in range(actions.MOST_KEYS):
        with_key(cast.pam, f"key {number}")

    with pytest.raises(StateConflict):
        with_key(cast.pam, "one more")


def test_last_step_takes_the_recovery_codes_along(cast: Cast) -> None:
    with_app(cast.pam)
    key = with_key(cast.pam)
    actions.remove(user=cast.pam, which="app", now=database_now())
    kept = (has_second_step(cast.pam), steps_of(cast.pam).codes_left)
    actions.remove(user=cast.pam, which=key, now=database_now())

    assert kept == (True, 10)
    assert not Authenticator.objects.exists()
    assert kinds(cast.pam)[-2:] == ["second_step_removed", "second_step_removed"]
    removed = Event.objects.filter(kind="person.second_step_removed")
    assert [event.data for event in removed] == [{"kind": "app"}, {"kind": "key"}]


def test_demanded_step_stays_until_there_is_another(cast: Cast, settings: Any) -> None:
    settings.PRM_MFA_REQUIRED = "vendor"
    with_app(cast.pam)
    with pytest.raises(StateConflict):
        actions.remove(user=cast.pam, which="app", now=database_now())
    with_key(cast.pam)
    actions.remove(user=cast.pam, which="app", now=database_now())

    assert [key.name for key in steps_of(cast.pam).keys] == ["blue"]


@pytest.mark.parametrize("which", ["app", "key_222222222222222222", "", "1"])
def test_what_is_not_there_cannot_be_removed(cast: Cast, which: str) -> None:
    with_key(cast.pam2)
    with pytest.raises(StateConflict):
        actions.remove(user=cast.pam, which=which, now=database_now())


def test_key_of_somebody_else_cannot_be_removed(cast: Cast) -> None:
    theirs = with_key(cast.pam2)
    with pytest.raises(StateConflict):
        actions.remove(user=cast.pam, which=theirs, now=database_now())

    assert has_second_step(cast.pam2)


def test_programme_admin_resets_a_lost_step(cast: Cast) -> None:
    with_app(cast.helix.rep)
    membership = cast.helix.rep.membership
    assert membership is not None
    actions.reset(membership=membership, by=cast.admin, now=database_now())
    event = Event.objects.get(kind="person.second_step_reset")
    notice = Notice.objects.get(kind="person.second_step_reset")

    assert not Authenticator.objects.exists()
    assert (event.actor_id, event.organisation_id, event.data) == (cast.admin.pk, cast.helix.organisation.pk, {})
    assert (notice.user, "Admin Vendor" in notice.body) == (cast.helix.rep, True)


def test_nothing_to_reset_is_said(cast: Cast) -> None:
    membership = cast.helix.rep.membership
    assert membership is not None
    with pytest.raises(StateConflict):
        actions.reset(membership=membership, by=cast.admin, now=database_now())


def test_only_programme_admins_reset_and_only_others(cast: Cast) -> None:
    membership = cast.helix.rep.membership
    own = cast.admin.membership
    assert membership is not None
    assert own is not None
    people = [*cast.vendor_staff, cast.helix.admin, cast.orbit.admin, cast.helix.rep]
    with_app(cast.helix.rep)

    assert [user.email for user in people if can_reset(user, membership)] == ["admin@vendor.example"]
    assert not can_reset(cast.admin, own)
    with pytest.raises(NotAllowed):
        actions.reset(membership=membership, by=cast.helix.admin, now=database_now())


def test_person_of_no_organisation_leaves_no_event(db: None) -> None:
    alone = make_user("alone@nowhere.example", None)
    with_app(alone)

    assert has_second_step(alone)
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("demand", "who"),
    [("none", []), ("vendor", ["pam@vendor.example"]), ("all", ["pam@vendor.example", "rep@helix.example"])],
)
def test_step_is_demanded_of_whom_the_setting_says(cast: Cast, settings: Any, demand: str, who: list[str]) -> None:
    settings.PRM_MFA_REQUIRED = demand
    people = [cast.pam, cast.helix.rep, make_user("alone@nowhere.example", None)]

    assert [user.email for user in people if must_set_up(user)] == who
    for user in people:
        with_key(user)
    assert [user.email for user in people if must_set_up(user)] == []


def test_unknown_demand_is_none() -> None:
    assert not rules.is_demanded("", is_member=True, is_vendor=True)


def test_guesses_are_counted_and_forgotten(cast: Cast) -> None:
    for _number in range(5):
        guesses.count_guess(cast.pam)
    with pytest.raises(TooOften) as refused:
        guesses.count_guess(cast.pam)
    guesses.count_guess(cast.pam2)
    guesses.forget_guesses(cast.pam)
    guesses.count_guess(cast.pam)

    assert 0 < refused.value.wait_seconds <= 600


def test_patient_guesser_is_stopped_by_the_day(cast: Cast) -> None:
    for _number in range(30):
        AttemptWindow.objects.filter(key__startswith="second-step-now").delete()
        guesses.count_guess(cast.pam)
    AttemptWindow.objects.filter(key__startswith="second-step-now").delete()

    with pytest.raises(TooOften) as refused:
        guesses.count_guess(cast.pam)
    assert refused.value.wait_seconds <= 86_400


def test_period_before_and_after_count_and_no_other() -> None:
    now, secret = NOW, generate_totp_secret()
    found = [codes.matching_counter(secret, code_at(secret, now, by), now) for by in (-2, -1, 0, 1, 2)]

    assert found == [None, codes.counter_of(now) - 1, codes.counter_of(now), codes.counter_of(now) + 1, None]


def code_at(secret: str, now: datetime, by: int) -> str:
    return format_hotp_value(hotp_value(secret, codes.counter_of(now + timedelta(seconds=30 * by))))


def test_drawing_has_a_quiet_border_and_the_marks_of_a_qr_code() -> None:
    drawing = drawn("otpauth://totp/pam?secret=ABC")
    squares = {tuple(map(int, part.split("h")[0].split())) for part in drawing.path.split("M")[1:]}

    assert {(x, y) for x in range(4, 11) for y in (4, 10)} <= squares
    assert min(x for x, _y in squares) == min(y for _x, y in squares) == 4
    assert max(x for x, _y in squares) == drawing.size - 5


def test_mails_tell_the_person_and_lead_to_the_page(cast: Cast) -> None:
    secret, recovery = with_app(cast.pam)
    use(cast.pam, recovery[0])
    actions.remove(user=cast.pam, which="app", now=database_now())
    while relay.run():
        continue
    mails = [message for message in mail.outbox if message.to == [cast.pam.email]]

    assert [message.subject for message in mails] == [
        "A second step was added to your login",
        "Somebody logged in with a recovery code",
        "A second step was removed",
    ]
    assert all("/profile/two-steps/" in str(message.body) for message in mails)
    assert [word for message in mails for word in (secret, *recovery) if word in str(message.body)] == []


@pytest.fixture
def committed(live_cast: Cast) -> Iterator[tuple[User, str]]:
    yield live_cast.pam, with_app(live_cast.pam)[0]
    connection.close()


def test_code_that_is_used_twice_at_once_lets_one_in(committed: tuple[User, str]) -> None:
    user, secret = committed
    code = code_of(secret, later=1)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _number: _use_and_close(user, code), range(12)))

    assert found.count(True) == 1


def test_without_the_lock_a_code_would_be_used_twice(committed: tuple[User, str]) -> None:
    """The control: two readers of the same row both find the code unused."""
    user, secret = committed
    code, now = code_of(secret, later=1), database_now()
    rows = [Authenticator.objects.get(user=user, type="totp") for _reader in range(2)]

    assert [actions._use_app(row, code, now) for row in rows] == [True, True]


def _use_and_close(user: User, code: str) -> bool:
    try:
        return use(user, code) is not None
    finally:
        connection.close()
