"""What a person does with a registration in the browser."""

from typing import Any

from django.test import Client

from deals.registrations.models import Registration
from partners.models import Account
from tests.deals.portal.reading import deal_form, main
from tests.factories import make_account


def only() -> Registration:
    return Registration.objects.get()


def post(client: Client, **changes: Any) -> Any:
    return client.post("/deals/new/", deal_form(**changes))


def open_page(client: Client, registration: Registration) -> Any:
    return client.get(f"/deals/{registration.public_id}/")


def page(client: Client, registration: Registration) -> str:
    return main(client.get(f"/deals/{registration.public_id}/"))


def send(client: Client, registration: Registration, verb: str, follow: bool = False, **given: str) -> Any:
    response = client.post(f"/deals/{registration.public_id}/{verb}/", given, follow=follow)
    if Registration.objects.filter(pk=registration.pk).exists():
        registration.refresh_from_db()
    return response


def decide(client: Client, registration: Registration, verb: str, follow: bool = False, **given: Any) -> Any:
    if verb == "approve":
        given.setdefault("outcome", "exclusive")
        given.setdefault("products", [line.product.slug for line in registration.lines.all()])
    response = client.post(f"/deals/{registration.public_id}/{verb}/", given, follow=follow)
    registration.refresh_from_db()
    return response


def mueller_account(**values: Any) -> Account:
    return make_account("Müller Logistik GmbH", city="Hamburg", website="mueller-logistik.de", **values)
