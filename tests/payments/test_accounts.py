"""Account numbers of every country that euros are sent to in a day: the examples of their own registry."""

import pytest

from prm.payments.rules import masked, read_bic, read_iban

EXAMPLES = (
    "AD1200012030200359100100",
    "AT611904300234573201",
    "BE68539007547034",
    "BG80BNBG96611020345678",
    "CH9300762011623852957",
    "CY17002001280000001200527600",
    "CZ6508000000192000145399",
    "DE89370400440532013000",
    "DK5000400440116243",
    "EE382200221020145685",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GI75NWBK000000007099453",
    "GR1601101250000000012300695",
    "HR1210010051863000160",
    "HU42117730161111101800000000",
    "IE29AIBK93115212345678",
    "IS140159260076545510730339",
    "IT60X0542811101000000123456",
    "LI21088100002324013AA",
    "LT121000011101001000",
    "LU280019400644750000",
    "LV80BANK0000435195001",
    "MC5811222000010123456789030",
    "MT84MALT011000012345MTLCAST001S",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PL61109010140000071219812874",
    "PT50000201231234567890154",
    "RO49AAAA1B31007593840000",
    "SE4550000000058398257466",
    "SI56263300012039086",
    "SK3112000000198742637541",
    "SM86U0322509800000000270100",
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_of_a_country_is_read_however_it_is_grouped(example: str) -> None:
    grouped = " ".join(example[start : start + 4] for start in range(0, len(example), 4))

    assert read_iban(example) == example
    assert read_iban(grouped) == example
    assert read_iban(grouped.lower()) == example
    assert read_iban(f"  {grouped}  ") == example


@pytest.mark.parametrize("example", EXAMPLES)
def test_one_wrong_digit_is_noticed(example: str) -> None:
    """Whichever it is: that is what the check digits are for."""
    wrong = [
        example[:place] + str((int(digit) + 1) % 10) + example[place + 1 :]
        for place, digit in enumerate(example)
        if digit.isdigit()
    ]

    assert [number for number in wrong if read_iban(number) is not None] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_digit_that_is_missing_or_doubled_is_noticed(example: str) -> None:
    assert read_iban(example[:-1]) is None
    assert read_iban(example + example[-1]) is None
    assert read_iban(example[2:]) is None


@pytest.mark.parametrize(
    "text", ["", " ", "IBAN", "0", "DE", "DE00", "１２３４", "DE89 3704 0044 0532 0130 0O", "\0", "=1+1"]
)
def test_what_is_no_account_number_is_none(text: str) -> None:
    assert read_iban(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COBADEFF", "COBADEFF"),
        ("cobadeff", "COBADEFF"),
        ("COBADEFFXXX", "COBADEFFXXX"),
        ("COBA DE FF XXX", "COBADEFFXXX"),
        ("BNPAFRPP", "BNPAFRPP"),
        ("DEUTDEFF500", "DEUTDEFF500"),
        ("NEDSZAJJ", "NEDSZAJJ"),
        ("COBADEF", None),
        ("COBADEFFX", None),
        ("COBADEFFXX", None),
        ("COBADEFFXXXX", None),
        ("COBA12FF", None),
        ("", None),
    ],
)
def test_bank_is_named_by_eight_or_eleven_letters(text: str, expected: str | None) -> None:
    assert read_bic(text) == expected


@pytest.mark.parametrize(("last_four", "shown"), [("2051", "···· 2051"), ("001S", "···· 001S")])
def test_account_is_shown_by_its_end(last_four: str, shown: str) -> None:
    assert masked(last_four) == shown
