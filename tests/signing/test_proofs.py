"""What a receipt proves, sentence by sentence."""

from datetime import timedelta
from typing import Any

from django.db import connection

from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.signing import jws
from prm.signing.actions import leaving, rotate, sign_due
from prm.signing.keys import current_signer
from prm.signing.models import Root
from prm.signing.pasted import Pasted
from prm.signing.proofs import Proof, leads, order, prove
from prm.signing.publishing import publish_roots
from prm.signing.selectors import chain_of, inclusion_of
from tests.factories import Cast, make_approved, make_registration
from tests.signing.chains import Signatory
from tests.signing.tampering import tamper

DAY = timedelta(days=1)


def texts_of(deal: Registration) -> list[str]:
    return [link.jws for link in chain_of("deal", deal.public_id)]


def proved(*texts: str) -> Proof:
    (proof,) = prove(Pasted(list(texts)))
    return proof


def tones(proof: Proof) -> list[str]:
    return [line.tone for line in proof.lines]


def signed_here(**changes: Any) -> str:
    """By the programme's own key, and never issued by it."""
    claims = {"seq": 1, "prev": None, "kind": "registered", "deal": "deal_x", "priority_at": "x", "place": 1}
    signer = current_signer()
    claims |= {"iat": int(signer.now.timestamp()), **changes}
    return jws.compact(claims, typ="deal-receipt", kid=signer.kid, key=signer.key)


def test_issued_yesterday_and_published(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    publish_roots(now=database_now() + DAY)
    proof = proved(*texts_of(deal))

    assert (proof.subject, proof.holds, len(proof.steps)) == (deal.public_id, True, 2)
    assert tones(proof) == ["good", "good", "good"]


def test_issued_today(cast: Cast) -> None:
    proof = proved(*texts_of(make_approved(cast.helix)))

    assert tones(proof) == ["good", "good", "warn", "warn"]
    assert proof.holds


def test_single_step_says_nothing_of_others(cast: Cast) -> None:
    first, second = texts_of(make_approved(cast.helix))

    assert tones(proved(first)) == ["good", "warn"]
    assert tones(proved(second)) == ["good", "warn", "warn"]
    assert "begins with step 2" in proved(second).lines[1].text


def test_what_was_signed_but_never_issued_is_told(cast: Cast) -> None:
    proof = proved(signed_here())

    assert tones(proof) == ["good", "bad"]
    assert "not among what this programme has issued" in proof.lines[1].text
    assert (proof.holds, proof.place) == (False, None)


ODD: tuple[dict[str, Any], ...] = (
    {"deal": 7},
    {"deal": "\ud800"},
    {"deal": "x" * 41},
    {"deal": "a\u0000b"},
    {"seq": True},
    {"seq": -1},
    {"seq": "1"},
    {"seq": 10**30},
    {"kind": {}},
    {"priority_at": 7},
    {"place": None},
    {"protected_until": []},
    {"at": "yesterday"},
    {"iat": None},
)


def test_claims_of_any_kind_are_told_without_a_fault(cast: Cast) -> None:
    proofs = [proved(signed_here(**changes)) for changes in ODD]

    assert [proof.holds for proof in proofs] == [False] * len(ODD)
    for proof in proofs:
        assert " ".join([proof.subject, *(line.text for line in proof.lines)]).encode()


def test_what_is_no_receipt_is_told(db: None) -> None:
    for text in ("", "x", "a.b.c", Signatory().sign(seq=1)[:-2]):
        assert tones(proved(text)) == ["bad"]


def test_receipt_of_another_programme_is_told(cast: Cast) -> None:
    make_registration(cast.helix)

    assert [line.text for line in proved(*Signatory().chain(1)).lines] == [
        "Step 1 names a key that this programme has never published."
    ]


def test_another_kind_of_statement_is_no_receipt(cast: Cast) -> None:
    make_registration(cast.helix)
    publish_roots(now=database_now() + DAY)

    assert tones(proved(Root.objects.get().jws)) == ["bad"]


def test_issued_later_is_said(cast: Cast) -> None:
    with leaving():
        deal = make_registration(cast.helix)
    with connection.cursor() as cursor:
        cursor.execute("update audit_event set at = at - interval '2 days'")
    sign_due()
    proof = proved(*texts_of(deal))

    assert tones(proof) == ["good", "warn", "warn"]
    assert "later than it happened" in proof.lines[-1].text
    assert proof.holds


def test_old_key_goes_on_proving(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    rotate(by=None, now=database_now(), at_once=True)
    make_registration(cast.orbit)

    assert proved(*texts_of(deal)).holds


def test_root_that_lost_a_receipt_is_told(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    publish_roots(now=database_now() + DAY)
    tamper("update signing_link set day = day - 1")
    make_registration(cast.orbit)
    tamper("update signing_link set day = (select day from signing_root) where subject_id = %s", deal.public_id)
    before = proved(*texts_of(deal)).holds
    tamper("update signing_root set salt = 'another'")

    assert (before, proved(*texts_of(deal)).holds) == (True, False)


NOWHERE: tuple[list[Any], ...] = (
    *([], [["left", "0" * 64]], [["up", "0" * 64]], [[1, 2]], [1], ["ab"], [["left"]], [[]]),
    *([["left", "zz"]], [["left", "\ud800"]], [None], [{}], [["left", "0" * 64, "more"]]),
)


def test_paths_that_lead_nowhere(cast: Cast) -> None:
    link = chain_of("deal", make_registration(cast.helix).public_id)[0]
    publish_roots(now=database_now() + DAY)
    (entry,) = inclusion_of([link])

    assert leads(link.digest, entry["path"], entry["root"])
    assert [path for path in NOWHERE if leads(link.digest, path, entry["root"])] == []
    assert not leads(link.digest, entry["path"], "a.statement.of-somebody-else")
    assert not leads(link.digest, entry["path"], "\ud800")


def test_given_paths_are_what_is_believed(cast: Cast) -> None:
    link = chain_of("deal", make_registration(cast.helix).public_id)[0]
    publish_roots(now=database_now() + DAY)
    (entry,) = inclusion_of([link])
    right = Pasted([link.jws], {0: (entry["root"], entry["path"])})
    wrong = Pasted([link.jws], {0: (entry["root"], entry["path"][:-1])})

    assert [prove(given)[0].holds for given in (right, wrong)] == [True, False]


def test_several_deals_are_proved_each(cast: Cast) -> None:
    deals = [make_registration(team) for team in (cast.helix, cast.orbit, cast.helix)]
    mixed = [text for deal in reversed(deals) for text in texts_of(deal)]
    proofs = prove(Pasted(mixed))
    names = [deal.public_id for deal in deals]

    assert [proof.subject for proof in proofs] == names[::-1]
    assert order(proofs) == [
        f"{names[1]} stands before {names[2]} in line.",
        f"{names[0]} stands before {names[2]} in line.",
        f"{names[0]} stands before {names[1]} in line.",
    ]


def test_steps_of_deals_may_be_mixed(cast: Cast) -> None:
    one, other = texts_of(make_approved(cast.helix)), texts_of(make_approved(cast.orbit))
    proofs = prove(Pasted([one[0], other[0], one[1], other[1]]))

    assert [(proof.holds, len(proof.steps)) for proof in proofs] == [(True, 2), (True, 2)]


def test_broken_receipt_has_no_place_in_line(cast: Cast) -> None:
    whole = texts_of(make_registration(cast.helix))
    proofs = prove(Pasted([*whole, signed_here()]))

    assert order(proofs) == []
    assert order([Proof("a", place=("x", 1)), Proof("b", place=("x", 1))]) == []
