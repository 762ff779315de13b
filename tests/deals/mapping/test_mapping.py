"""Lists of both sides: each row is seen when both show it, and nothing is told of anybody before that."""

import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from deals.mapping import actions, rules, work
from deals.mapping.models import MappedList, MappedPortion, MappedRow, SharedAccount
from deals.mapping.states import Relation
from partners.merges.actions import merge
from partners.models import Account
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.jobs.actions import work as work_one
from prm.jobs.models import Job
from tests.factories import Cast, Team, make_account, make_approved, make_token

LIST_FIELDS = ["created_at", "finished_at", "id", "name", "refused", "rows", "state"]
HEADER = ["name", "country", "website", "relation", "contact"]
MUELLER = ["Müller Logistik GmbH", "DE", "mueller-logistik.de", "prospect", "Ina Roth"]
SECRETS: dict[int, str] = {}
NOBODY = ["Unknown to everybody", "DE", "", "", ""]


def brought(team: Team, *rows: list[str], by: User | None = None, name: str = "ours") -> MappedList:
    """Compared, by the worker's own way."""
    by, now = by or team.rep, database_now()
    made = actions.bring(name=name, header=HEADER, rows=list(rows) or [MUELLER, NOBODY], by=by, now=now)
    actions.start(given=made, columns=HEADER, by=by, now=now)
    while work_one():
        continue
    made.refresh_from_db()
    return made


def ours(cast: Cast, **changes: Any) -> Account:
    values = {"website": "mueller-logistik.de", "city": "Hamburg", "owner": cast.seller, **changes}
    return make_account("Müller Logistik GmbH", **values)


def show(given: MappedList, *rows: MappedRow, by: User | None = None) -> MappedList:
    chosen = [row.public_id for row in rows] or None
    return actions.show_rows(given=given, rows=chosen, by=by or _bringer(given), now=database_now())


def _bringer(given: MappedList) -> User:
    assert given.created_by is not None
    return given.created_by


def seen(user: User) -> list[tuple[str, str]]:
    rows = MappedRow.objects.overlaps_for(user).order_by("pk")
    return list(rows.values_list("of__partner__organisation__name", "name"))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told_everywhere(user: User, given: MappedList) -> str:
    """All that the partner's own pages, files and API answers say of a list."""
    if not user.api_tokens.exists():
        SECRETS[user.pk] = make_token(user)
    api = Client(headers={"authorization": f"Bearer {SECRETS[user.pk]}"})
    paths = [given.get_absolute_url(), "/mapping/", "/mapping/lists/", "/mapping/export/", "/mapping/lists/rows/"]
    base = f"/api/v1/mapping/lists/{given.public_id}"
    pages = [browser(user).get(path) for path in paths]
    answers = [api.get(path) for path in ("/api/v1/mapping/overlaps", base, f"{base}/rows", "/api/v1/events")]
    return "\n".join(_text(answer) for answer in [*pages, *answers])


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(b"".join(answer), "utf-8")


def test_row_is_seen_when_both_show_it_and_gone_when_either_takes_it_back(cast: Cast) -> None:
    account, now = ours(cast), database_now()
    given = brought(cast.helix)
    row = given.customers.get(number=2)
    both = [("Helix Systems", MUELLER[0])]
    people = (cast.helix.rep, cast.seller, cast.pam)

    assert (row.account, row.relation, row.contact) == (account, "prospect", "Ina Roth")
    assert given.customers.get(number=3).account is None
    assert [seen(user) for user in people] == [[], [], []]
    show(given)
    assert [seen(user) for user in people] == [[], [], []]
    shown = {"partner": cast.helix.partner, "accounts": [account.public_id], "by": cast.seller}
    actions.show_accounts(**shown, now=now)
    assert [seen(user) for user in people] == [both, both, both]
    assert [seen(user) for user in (cast.orbit.admin, cast.helix.engineer, cast.finance, cast.expert)] == [[]] * 4
    actions.hide_accounts(**shown, now=now)
    assert [seen(user) for user in people] == [[], [], []]
    actions.show_accounts(**shown, now=now)
    actions.hide_rows(given=given, rows=[row.public_id], by=cast.helix.admin, now=now)
    assert [seen(user) for user in people] == [[], [], []]
    show(given, row)
    assert [seen(user) for user in people] == [both, both, both]
    actions.delete_list(given=given, by=cast.helix.rep, now=now)
    assert [seen(user) for user in people] == [[], [], []]
    assert not MappedRow.objects.exists()
    kinds = Event.objects.filter(kind__startswith="mapping.").order_by("pk").values_list("kind", "organisation_id")
    own, house = cast.helix.organisation.pk, None
    assert [(kind.removeprefix("mapping."), whose) for kind, whose in kinds] == [
        *(("brought", own), ("shown", own), ("accounts_shown", house), ("accounts_hidden", house)),
        *(("accounts_shown", house), ("hidden", own), ("shown", own), ("deleted", own)),
    ]


def test_partner_reads_the_same_whether_anybody_knows_its_customers(cast: Cast) -> None:
    """Word for word: with an overlap that the vendor shows, and with none at all, before the partner shows it."""
    ours(cast)
    actions.show_accounts(partner=cast.helix.partner, accounts=None, by=cast.seller, now=database_now())
    known = brought(cast.helix, MUELLER)
    with_overlap = told_everywhere(cast.helix.rep, known)
    MappedRow.objects.update(account=None)
    without = told_everywhere(cast.helix.rep, known)

    assert _without_noise(with_overlap) == _without_noise(without)
    assert "Seller Vendor" not in with_overlap


def _without_noise(text: str) -> str:
    """Tokens of the page's own forms differ every time, and so does how long ago something was."""
    kept = [line for line in text.splitlines() if "csrf" not in line and "nonce" not in line]
    return re.sub(r"(?:\d+ seconds?|a minute|\d+ minutes?) ago|just now", "", "\n".join(kept))


def test_rivals_with_the_same_customer_never_matter_to_each_other(cast: Cast) -> None:
    account = ours(cast)
    lists = {team.partner.pk: brought(team) for team in (cast.helix, cast.orbit)}
    show(lists[cast.helix.partner.pk])
    alone = told_everywhere(cast.helix.rep, lists[cast.helix.partner.pk])
    show(lists[cast.orbit.partner.pk])
    actions.show_accounts(partner=cast.orbit.partner, accounts=[account.public_id], by=cast.seller, now=database_now())

    assert seen(cast.orbit.rep) == [("Orbit Solutions", MUELLER[0])]
    assert seen(cast.helix.rep) == []
    beside = told_everywhere(cast.helix.rep, lists[cast.helix.partner.pk])
    assert _without_noise(beside) == _without_noise(alone)
    assert "Orbit" not in beside
    assert browser(cast.helix.rep).get(lists[cast.orbit.partner.pk].get_absolute_url()).status_code == 404
    assert seen(cast.seller) == [("Orbit Solutions", MUELLER[0])]


def test_seller_sees_overlaps_of_the_own_customers_alone(cast: Cast) -> None:
    account = ours(cast, owner=None)
    show(brought(cast.helix))
    for by in (cast.seller, cast.pam2):
        with pytest.raises(InvalidInput):
            actions.show_accounts(partner=cast.helix.partner, accounts=[account.public_id], by=by, now=database_now())
    for by in (cast.executive, cast.helix.admin):
        with pytest.raises(NotAllowed):
            actions.show_accounts(partner=cast.helix.partner, accounts=None, by=by, now=database_now())
    assert actions.show_accounts(partner=cast.helix.partner, accounts=None, by=cast.pam, now=database_now()) == 1
    assert (len(seen(cast.pam)), seen(cast.seller)) == (1, [])
    with pytest.raises(StateConflict):
        actions.show_accounts(partner=cast.helix.partner, accounts=None, by=cast.admin, now=database_now())
    assert actions.hide_accounts(partner=cast.helix.partner, accounts=None, by=cast.admin, now=database_now()) == 1
    assert not SharedAccount.objects.exists()


def test_list_of_known_names_reads_as_one_of_unknown_names(cast: Cast) -> None:
    """Whoever puts one more name beside those that are known learns nothing of it; nor by list after list."""
    known = [make_account(f"Verlag {name} Bücher", website=f"verlag-{name}.de") for name in "abcdefg"]
    rows = [[account.name, "DE", account.website, "", ""] for account in known]
    others = [[f"Verlag {name} Bücher", "DE", f"verlag-{name}.de", "", ""] for name in "tuvwxyz"]

    given = [brought(cast.helix, *some) for some in (rows, others)]

    counted = [one.customers.exclude(account=None).count() for one in given]
    assert counted == [len(known), 0]
    # Names and ids are of one length, so whatever is said of one of them would make its page longer.
    first, second = (len(told_everywhere(cast.helix.rep, one)) for one in given)
    assert first == second
    for _again in range(rules.MOST_A_DAY - 3):
        brought(cast.helix)
    brought(cast.helix)
    with pytest.raises(TooOften):
        brought(cast.helix)
    brought(cast.orbit)


def test_long_list_is_compared_in_portions_that_survive_a_death(cast: Cast) -> None:
    account, now = ours(cast), database_now()
    rows = [[f"Kunde {number} Werk", "DE", "", "", ""] for number in range(2 * rules.PORTION)]
    given = actions.bring(name="long", header=HEADER, rows=[*rows, MUELLER, ["", "DE", "", "", ""]], **by(cast, now))
    actions.start(given=given, columns=HEADER, **by(cast, now))
    with pytest.raises(StateConflict):
        actions.start(given=given, columns=HEADER, **by(cast, now))
    with pytest.raises(StateConflict):
        show(given)
    assert given.portions.count() == 3
    job = Job.objects.get(subject_id=given.public_id)
    with pytest.raises(RuntimeError):
        _dying(job)
    assert not given.customers.exists()
    assert work_one() == 1
    assert given.customers.count() == rules.PORTION
    while work_one():
        continue

    given.refresh_from_db()
    assert (given.state, given.rows, given.refused, given.customers.count()) == ("done", 402, 1, 401)
    assert given.customers.get(number=402).account == account
    assert not MappedPortion.objects.exclude(rows=[]).exists()


@transaction.atomic
def _dying(job: Job) -> None:
    """Everything but the end of a portion."""
    work.match_portion(job, database_now())
    raise RuntimeError("the power is out")


def by(cast: Cast, now: Any) -> dict[str, Any]:
    return {"by": cast.helix.rep, "now": now}


def test_work_that_is_given_up_leaves_a_list_to_delete(cast: Cast) -> None:
    now = database_now()
    given = actions.bring(name="long", header=HEADER, rows=[MUELLER], **by(cast, now))
    actions.start(given=given, columns=HEADER, **by(cast, now))
    work.give_up(Job.objects.get(subject_id=given.public_id), now)

    given.refresh_from_db()
    assert (given.state, given.tone) == ("failed", "bad")
    assert "This could not be completed." in browser(cast.helix.rep).get(given.get_absolute_url()).text
    with pytest.raises(StateConflict):
        show(given)
    actions.delete_list(given=given, **by(cast, now))


def test_deleting_while_it_is_compared_ends_the_work(cast: Cast) -> None:
    now = database_now()
    given = actions.bring(name="long", header=HEADER, rows=[MUELLER], **by(cast, now))
    actions.start(given=given, columns=HEADER, **by(cast, now))
    actions.delete_list(given=given, **by(cast, now))

    assert work_one() == 0
    assert Job.objects.unfinished().count() == 0
    with pytest.raises(StateConflict):
        actions.delete_list(given=given, **by(cast, now))


def test_bad_input_and_strangers_change_nothing(cast: Cast) -> None:
    given, other = brought(cast.helix), brought(cast.orbit)
    now = database_now()
    foreign = other.customers.get(number=2).public_id
    refused: list[tuple[type[Exception], Any]] = [
        (InvalidInput, lambda: actions.upload(name="x", content=b"\x00", **by(cast, now))),
        (InvalidInput, lambda: actions.bring(name="x", header=["name"], rows=[], **by(cast, now))),
        (InvalidInput, lambda: actions.show_rows(given=given, rows=[], **by(cast, now))),
        (InvalidInput, lambda: actions.show_rows(given=given, rows=[foreign], **by(cast, now))),
        (StateConflict, lambda: actions.hide_rows(given=given, rows=None, **by(cast, now))),
        (NotAllowed, lambda: actions.show_rows(given=given, rows=None, by=cast.orbit.rep, now=now)),
        (NotAllowed, lambda: actions.show_rows(given=given, rows=None, by=cast.helix.marketing, now=now)),
        (NotAllowed, lambda: actions.delete_list(given=given, by=cast.orbit.admin, now=now)),
        (NotAllowed, lambda: actions.bring(name="x", header=["name"], rows=[["A"]], by=cast.pam, now=now)),
    ]
    for kind, call in refused:
        with pytest.raises(kind):
            call()
    fresh = actions.bring(name="x", header=["a", "b"], rows=[["A", "B"]], **by(cast, now))
    for columns in (["name"], ["name", "king"], ["", "country"], ["name", "name"]):
        with pytest.raises(InvalidInput) as wrong:
            actions.start(given=fresh, columns=columns, **by(cast, now))
        assert list(wrong.value.errors) == ["columns"]
    assert not MappedRow.objects.exclude(shared_at=None).exists()


def test_database_refuses_what_cannot_be(cast: Cast) -> None:
    given = brought(cast.helix)
    row = given.customers.get(number=2)
    account = ours(cast)
    shared = SharedAccount.objects.create(partner=cast.helix.partner, account=account, shared_at=database_now())
    table: list[tuple[Any, str, dict[str, Any]]] = [
        (given, "mapped_list_finished_when_done", {"finished_at": None}),
        (given, "mapped_list_finished_when_done", {"state": "lost"}),
        (row, "mapped_row_once", {"pk": None, "public_id": "mpr_other"}),
        (row, "mapped_row_says_who", {"name": ""}),
        (row, "mapped_row_says_who", {"relation": "rival"}),
        (shared, "shared_account_once", {"pk": None}),
    ]
    for noun, name, changes in table:
        broken = type(noun)._base_manager.get(pk=noun.pk)
        for field, value in changes.items():
            setattr(broken, field, value)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            broken.save(force_insert=broken.pk is None)


def test_merged_customer_is_shown_again_only_by_its_people(cast: Cast) -> None:
    """Rows follow the merge, and so does what undoes it; what was agreed for the one is not agreed for the other."""
    account = ours(cast)
    other = make_account("Mueller Logistik Gruppe", owner=cast.seller)
    show(brought(cast.helix))
    actions.show_accounts(partner=cast.helix.partner, accounts=[account.public_id], by=cast.seller, now=database_now())
    assert len(seen(cast.helix.rep)) == 1
    merge(account=account, into=other, by=cast.pam, now=database_now())

    assert MappedRow.objects.get(number=2).account == other
    assert seen(cast.helix.rep) == []
    actions.show_accounts(partner=cast.helix.partner, accounts=[other.public_id], by=cast.seller, now=database_now())
    assert len(seen(cast.helix.rep)) == 1


def test_pages_lead_from_a_workbook_to_an_overlap_with_its_deal(cast: Cast) -> None:
    rep, seller = browser(cast.helix.rep), browser(cast.seller)
    deal = make_approved(cast.helix, customer_name="Müller Logistik GmbH", customer_website="mueller-logistik.de")
    account = deal.account
    assert account is not None
    Account.objects.filter(pk=account.pk).update(owner=cast.seller, customer_since="2020-01-01")
    book = openpyxl.Workbook()
    for cells in (["Firma", "Land", "Web", "Wer"], MUELLER[:4]):
        book.active.append(cells)
    saved = BytesIO()
    book.save(saved)
    file = SimpleUploadedFile("kunden.xlsx", saved.getvalue())
    page = rep.post("/mapping/lists/", {"file": file, "form_nonce": "x" * 20}, follow=True)
    given = MappedList.objects.get()
    assert (page.redirect_chain[-1][0], given.columns) == (given.get_absolute_url(), ["name", "country", "website", ""])
    assert rep.post(given.get_absolute_url(), {"column_0": "", "column_1": ""}).status_code == 400
    columns = {"column_0": "name", "column_1": "country", "column_2": "website", "column_3": ""}
    assert rep.post(given.get_absolute_url(), columns).url == given.get_absolute_url()
    while work_one():
        continue
    row = given.customers.get()
    assert rep.post(f"{given.get_absolute_url()}show/", {"rows": [row.public_id]}).url == given.get_absolute_url()
    accounts = f"/mapping/accounts/?partner={cast.helix.organisation.public_id}"
    assert account.name in seller.get(accounts).text
    shown = f"/mapping/accounts/{cast.helix.organisation.public_id}/show/"
    assert seller.post(shown, {"all": "1"}).url == accounts
    for client in (rep, seller):
        text = client.get("/mapping/").text
        assert (MUELLER[0] in text, "Seller Vendor" in text, deal.reference in text) == (True,) * 3
        assert f"{deal.get_absolute_url()}co-sell/" in text
    assert rep.post(f"{given.get_absolute_url()}hide/", {"all": "1"}).status_code == 302
    assert deal.reference not in seller.get("/mapping/").text
    assert rep.post(f"{given.get_absolute_url()}delete/").url == "/mapping/lists/"
    bad = {"file": SimpleUploadedFile("x.csv", b"\xff\x00\xfe"), "form_nonce": "y" * 20}
    assert rep.post("/mapping/lists/", bad).status_code == 400
    assert browser(cast.helix.marketing).post("/mapping/lists/", bad).status_code == 403


def test_api_brings_shows_and_deletes(cast: Cast) -> None:
    account = ours(cast)
    rep, seller = (
        Client(headers={"authorization": f"Bearer {make_token(user)}"}) for user in (cast.helix.rep, cast.seller)
    )
    about = dict(zip(HEADER, MUELLER, strict=True))
    made = rep.post("/api/v1/mapping/lists", {"name": "Ours", "customers": [about]}, content_type="application/json")
    assert (made.status_code, made.json()["state"], sorted(made.json())) == (201, "working", LIST_FIELDS)
    while work_one():
        continue
    base = f"/api/v1/mapping/lists/{made.json()['id']}"
    (row,) = rep.get(f"{base}/rows").json()["results"]
    assert (row["name"], row["shown"], row["relation"]) == (MUELLER[0], False, Relation.PROSPECT)
    assert rep.post(f"{base}/show", {}, content_type="application/json").status_code == 400
    for status in (200, 409):
        assert rep.post(f"{base}/show", {"ids": [row["id"]]}, content_type="application/json").status_code == status
    partner = f"/api/v1/mapping/partners/{cast.helix.organisation.public_id}"
    assert [one["shown"] for one in seller.get(f"{partner}/customers").json()["results"]] == [False]
    body = {"ids": [account.public_id]}
    assert seller.post(f"{partner}/show", body, content_type="application/json").json() == {"changed": 1}
    (overlap,) = seller.get("/api/v1/mapping/overlaps").json()["results"]
    assert (overlap["vendor_owner"], overlap["vendor_relation"], overlap["partner_contact"]) == (
        *("Seller Vendor", "prospect", "Ina Roth"),
    )
    assert rep.get("/api/v1/mapping/overlaps").json()["results"] == [overlap]
    assert seller.post(f"{partner}/hide", {"all": True}, content_type="application/json").json() == {"changed": 1}
    assert rep.get("/api/v1/mapping/overlaps").json()["results"] == []
    assert rep.post(f"{base}/delete", {}, content_type="application/json").status_code == 200
    assert rep.get(base).status_code == 404
