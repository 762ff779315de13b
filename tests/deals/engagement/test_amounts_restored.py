"""What a restored part brings beyond what a won deal has booked, reckoned by hand with whole coins.

Each row: value, currency, kind of opportunity, the part that was confirmed and the one that is restored, what was
refunded by then; then what was booked, what is booked beyond it, and what is taken back of that at once.
"""

from decimal import Decimal

from deals.decisions.terms import frozen_terms
from deals.earnings.rules import once_due, once_more
from deals.registrations.models import Registration
from deals.rulebook import DealRules
from partners.models import Partner
from prm.accounts.models import Organisation
from prm.ledger.rules import taken_back

RESTORED = [
    ("89164.52", "EUR", "expansion", "shared", "independent", "22291.13", "10699.74", "7133.16", "1783.29"),
    ("263451.16", "USD", "expansion", "assisted", "shared", "263451.16", "10538.05", "21076.09", "21076.09"),
    ("29384600.00", "JPY", "renewal", "shared", "independent", "0.00", "1763076.00", "1175384.00", "0.00"),
    ("16602.40", "EUR", "renewal", "assisted", "independent", "13115.90", "332.05", "1328.19", "1049.27"),
    ("216256.19", "EUR", "expansion", "assisted", "independent", "0.00", "8650.25", "34600.99", "0.00"),
    ("57299.48", "EUR", "expansion", "assisted", "independent", "21200.81", "2291.98", "9167.92", "3392.13"),
    ("85814.03", "USD", "renewal", "shared", "independent", "85814.03", "5148.84", "3432.56", "3432.56"),
    ("136302.21", "USD", "renewal", "assisted", "shared", "84507.37", "2726.04", "5452.09", "3380.30"),
    ("4017992.00", "JPY", "new", "shared", "independent", "0.00", "482159.00", "321439.00", "0.00"),
    ("69751.44", "EUR", "renewal", "assisted", "independent", "20227.92", "1395.03", "5580.11", "1618.23"),
    ("11168164.00", "JPY", "expansion", "assisted", "independent", "0.00", "446727.00", "1786906.00", "0.00"),
    ("81902.54", "EUR", "new", "assisted", "shared", "58969.83", "3276.10", "6552.20", "4717.58"),
    ("107136.18", "EUR", "new", "assisted", "independent", "78209.41", "4285.45", "17141.79", "12513.51"),
    ("297713.18", "EUR", "new", "shared", "independent", "148856.59", "35725.58", "23817.06", "11908.53"),
    ("25026355.00", "JPY", "renewal", "assisted", "shared", "8759224.00", "500527.00", "1001054.00", "350369.00"),
    ("252367.57", "USD", "new", "assisted", "independent", "186752.00", "10094.70", "40378.81", "29880.32"),
    ("42237.23", "USD", "renewal", "shared", "independent", "34212.16", "2534.23", "1689.49", "1368.49"),
    ("31071.78", "EUR", "expansion", "assisted", "shared", "16157.33", "1242.87", "2485.74", "1292.59"),
    ("14490134.00", "JPY", "expansion", "assisted", "shared", "0.00", "579605.00", "1159211.00", "0.00"),
    ("142674.40", "EUR", "renewal", "assisted", "independent", "89884.87", "2853.49", "11413.95", "7190.79"),
    ("24542.00", "EUR", "expansion", "shared", "independent", "14234.36", "2945.04", "1963.36", "1138.75"),
    ("262768.16", "EUR", "new", "assisted", "shared", "0.00", "10510.73", "21021.45", "0.00"),
    ("175277.81", "EUR", "renewal", "assisted", "shared", "175277.81", "3505.56", "7011.11", "7011.11"),
    ("2852340.00", "JPY", "renewal", "assisted", "shared", "0.00", "57047.00", "114093.00", "0.00"),
    ("78040.83", "EUR", "renewal", "assisted", "shared", "78040.83", "1560.82", "3121.63", "3121.63"),
    ("42939.54", "USD", "renewal", "assisted", "independent", "35210.42", "858.79", "3435.16", "2816.83"),
    ("23440619.00", "JPY", "new", "assisted", "shared", "0.00", "937625.00", "1875249.00", "0.00"),
    ("175972.74", "USD", "renewal", "assisted", "shared", "59830.73", "3519.45", "7038.91", "2393.23"),
    ("265244.48", "EUR", "renewal", "assisted", "shared", "0.00", "5304.89", "10609.78", "0.00"),
    ("154583.12", "USD", "expansion", "assisted", "independent", "154583.12", "6183.32", "24733.30", "24733.30"),
    ("159486.63", "EUR", "renewal", "assisted", "shared", "51035.72", "3189.73", "6379.47", "2041.43"),
    ("138181.55", "EUR", "renewal", "shared", "independent", "11054.52", "8290.89", "5527.27", "442.18"),
    ("65135.26", "EUR", "expansion", "shared", "independent", "65135.26", "7816.23", "5210.82", "5210.82"),
    ("2721098.00", "JPY", "expansion", "assisted", "shared", "2721098.00", "108844.00", "217688.00", "217688.00"),
    ("12422555.00", "JPY", "new", "assisted", "independent", "0.00", "496902.00", "1987609.00", "0.00"),
    ("241033.30", "USD", "expansion", "assisted", "independent", "241033.30", "9641.33", "38565.33", "38565.33"),
    ("6646549.00", "JPY", "new", "assisted", "independent", "6646549.00", "265862.00", "1063448.00", "1063448.00"),
    ("68860.93", "EUR", "expansion", "assisted", "shared", "17215.23", "2754.44", "5508.87", "1377.22"),
    ("156067.38", "EUR", "new", "assisted", "independent", "21849.43", "6242.70", "24970.78", "3495.91"),
    ("20471602.00", "JPY", "new", "assisted", "shared", "11054665.00", "818864.00", "1637728.00", "884373.00"),
    ("199583.48", "EUR", "new", "assisted", "independent", "0.00", "7983.34", "31933.36", "0.00"),
    ("7929.48", "EUR", "renewal", "assisted", "shared", "555.06", "158.59", "317.18", "22.20"),
    ("61776.32", "EUR", "expansion", "assisted", "independent", "61776.32", "2471.05", "9884.21", "9884.21"),
    ("245862.29", "USD", "new", "assisted", "shared", "0.00", "9834.49", "19668.98", "0.00"),
    ("63983.77", "USD", "new", "shared", "independent", "61424.42", "7678.05", "5118.70", "4913.95"),
    ("1070274.00", "JPY", "expansion", "shared", "independent", "1070274.00", "128433.00", "85622.00", "85622.00"),
    (
        "28156529.00",
        "JPY",
        "expansion",
        "assisted",
        "independent",
        "6194436.00",
        "1126261.00",
        "4505045.00",
        "991110.00",
    ),
    ("964.25", "EUR", "new", "assisted", "independent", "0.00", "38.57", "154.28", "0.00"),
    ("140991.07", "USD", "new", "shared", "independent", "0.00", "16918.93", "11279.28", "0.00"),
    ("11966590.00", "JPY", "expansion", "assisted", "independent", "0.00", "478664.00", "1914654.00", "0.00"),
    ("236645.80", "EUR", "expansion", "assisted", "shared", "165652.06", "9465.83", "18931.67", "13252.17"),
    (
        "6476984.00",
        "JPY",
        "expansion",
        "assisted",
        "independent",
        "6476984.00",
        "259079.00",
        "1036318.00",
        "1036318.00",
    ),
    ("1016197.00", "JPY", "renewal", "assisted", "independent", "0.00", "20324.00", "81296.00", "0.00"),
    ("1364070.00", "JPY", "expansion", "assisted", "shared", "122766.00", "54563.00", "109125.00", "9821.00"),
    ("86241.24", "EUR", "new", "shared", "independent", "0.00", "10348.95", "6899.30", "0.00"),
    ("121794.96", "USD", "expansion", "assisted", "independent", "7307.70", "4871.80", "19487.19", "1169.23"),
    ("250463.99", "USD", "renewal", "shared", "independent", "90167.04", "15027.84", "10018.56", "3606.68"),
    ("1266.54", "USD", "renewal", "shared", "independent", "1266.54", "75.99", "50.66", "50.66"),
    ("8140.19", "EUR", "new", "assisted", "shared", "7488.97", "325.61", "651.21", "599.11"),
    (
        "26050307.00",
        "JPY",
        "expansion",
        "assisted",
        "independent",
        "16672196.00",
        "1042012.00",
        "4168049.00",
        "2667551.00",
    ),
    ("166612.38", "EUR", "new", "assisted", "shared", "166612.38", "6664.50", "13328.99", "13328.99"),
    ("276071.85", "USD", "renewal", "assisted", "shared", "85582.27", "5521.44", "11042.87", "3423.29"),
    ("288985.98", "USD", "expansion", "assisted", "independent", "222519.20", "11559.44", "46237.76", "35603.07"),
    ("171761.03", "EUR", "new", "assisted", "independent", "0.00", "6870.44", "27481.77", "0.00"),
    ("136821.46", "EUR", "new", "shared", "independent", "0.00", "16418.58", "10945.71", "0.00"),
    ("18542099.00", "JPY", "renewal", "assisted", "independent", "0.00", "370842.00", "1483368.00", "0.00"),
    ("29644589.00", "JPY", "new", "assisted", "shared", "23715671.00", "1185784.00", "2371567.00", "1897254.00"),
    ("69908.65", "EUR", "new", "assisted", "independent", "63616.87", "2796.35", "11185.38", "10178.70"),
    ("5811454.00", "JPY", "new", "assisted", "shared", "3428758.00", "232458.00", "464916.00", "274300.00"),
    ("250980.44", "EUR", "renewal", "shared", "independent", "0.00", "15058.83", "10039.21", "0.00"),
    ("98577.93", "USD", "expansion", "shared", "independent", "47317.41", "11829.35", "7886.24", "3785.40"),
    ("247655.33", "USD", "expansion", "assisted", "shared", "79249.71", "9906.21", "19812.43", "6339.98"),
    ("82323.54", "EUR", "new", "assisted", "shared", "61742.66", "3292.94", "6585.88", "4939.41"),
    ("109501.83", "EUR", "new", "assisted", "independent", "35040.59", "4380.07", "17520.30", "5606.50"),
    ("217984.23", "EUR", "new", "shared", "independent", "10899.21", "26158.11", "17438.74", "871.94"),
    ("1508.29", "EUR", "expansion", "assisted", "shared", "723.98", "60.33", "120.66", "57.92"),
    ("294233.83", "EUR", "expansion", "assisted", "shared", "0.00", "11769.35", "23538.71", "0.00"),
    ("63611.20", "EUR", "renewal", "shared", "independent", "0.00", "3816.67", "2544.45", "0.00"),
    ("124902.99", "EUR", "renewal", "assisted", "shared", "97424.33", "2498.06", "4996.12", "3896.97"),
    ("260047.24", "USD", "renewal", "assisted", "shared", "0.00", "5200.94", "10401.89", "0.00"),
    ("73030.68", "USD", "new", "assisted", "independent", "13875.83", "2921.23", "11684.91", "2220.13"),
    ("68444.13", "EUR", "expansion", "assisted", "shared", "64337.48", "2737.77", "5475.53", "5147.00"),
    ("273383.62", "EUR", "new", "assisted", "independent", "237843.75", "10935.34", "43741.38", "38055.00"),
    ("62125.38", "USD", "renewal", "assisted", "independent", "0.00", "1242.51", "4970.03", "0.00"),
    ("10559.43", "EUR", "expansion", "shared", "independent", "950.35", "1267.13", "844.76", "76.03"),
    ("3402108.00", "JPY", "expansion", "shared", "independent", "680422.00", "408253.00", "272169.00", "54434.00"),
    ("219131.02", "EUR", "new", "assisted", "independent", "219131.02", "8765.24", "35060.96", "35060.96"),
    ("137503.34", "USD", "expansion", "shared", "independent", "74251.80", "16500.40", "11000.27", "5940.15"),
    ("104812.25", "EUR", "renewal", "shared", "independent", "56598.62", "6288.74", "4192.48", "2263.94"),
    ("611232.00", "JPY", "expansion", "shared", "independent", "0.00", "73348.00", "48898.00", "0.00"),
    ("24428790.00", "JPY", "expansion", "assisted", "shared", "0.00", "977152.00", "1954303.00", "0.00"),
    ("5253612.00", "JPY", "expansion", "assisted", "shared", "0.00", "210144.00", "420289.00", "0.00"),
    ("19387705.00", "JPY", "expansion", "assisted", "independent", "0.00", "775508.00", "3102033.00", "0.00"),
    ("4978.59", "EUR", "new", "shared", "independent", "0.00", "597.43", "398.29", "0.00"),
    ("2987488.00", "JPY", "renewal", "shared", "independent", "2838114.00", "179249.00", "119500.00", "113525.00"),
    ("48952.49", "EUR", "expansion", "assisted", "independent", "0.00", "1958.10", "7832.40", "0.00"),
    ("22514.93", "EUR", "new", "assisted", "independent", "21839.48", "900.60", "3602.39", "3494.32"),
    ("101206.29", "EUR", "new", "assisted", "shared", "41494.58", "4048.25", "8096.50", "3319.57"),
    ("203892.73", "EUR", "renewal", "assisted", "independent", "0.00", "4077.85", "16311.42", "0.00"),
    ("214858.22", "EUR", "new", "shared", "independent", "169737.99", "25782.99", "17188.65", "13579.03"),
    ("278230.22", "EUR", "expansion", "assisted", "shared", "77904.46", "11129.21", "22258.42", "6232.36"),
    ("134133.35", "EUR", "renewal", "assisted", "shared", "61701.34", "2682.67", "5365.33", "2468.05"),
    ("50153.85", "EUR", "new", "shared", "independent", "0.00", "6018.46", "4012.31", "0.00"),
    ("296576.04", "EUR", "renewal", "shared", "independent", "0.00", "17794.56", "11863.04", "0.00"),
    ("39504.97", "USD", "expansion", "shared", "independent", "28048.53", "4740.60", "3160.39", "2243.88"),
    ("217778.61", "USD", "expansion", "assisted", "independent", "69689.16", "8711.14", "34844.58", "11150.27"),
    ("13059889.00", "JPY", "renewal", "assisted", "independent", "8488928.00", "261198.00", "1044791.00", "679114.00"),
    ("5998421.00", "JPY", "new", "assisted", "shared", "3779005.00", "239937.00", "479874.00", "302321.00"),
    ("7893811.00", "JPY", "expansion", "shared", "independent", "1815577.00", "947257.00", "631505.00", "145246.00"),
    ("13433360.00", "JPY", "new", "assisted", "shared", "0.00", "537334.00", "1074669.00", "0.00"),
    ("144486.05", "USD", "expansion", "assisted", "shared", "93915.93", "5779.44", "11558.89", "7513.28"),
    ("13641.42", "EUR", "renewal", "assisted", "shared", "0.00", "272.83", "545.66", "0.00"),
    ("260932.37", "USD", "renewal", "shared", "independent", "0.00", "15655.94", "10437.30", "0.00"),
    ("252350.08", "EUR", "renewal", "assisted", "independent", "252350.08", "5047.00", "20188.01", "20188.01"),
    ("8676.99", "EUR", "new", "shared", "independent", "8676.99", "1041.24", "694.16", "694.16"),
    ("64998.38", "EUR", "new", "assisted", "independent", "14299.64", "2599.94", "10399.74", "2287.94"),
    ("21984.59", "EUR", "expansion", "shared", "independent", "4616.76", "2638.15", "1758.77", "369.34"),
    ("205868.08", "USD", "expansion", "assisted", "independent", "0.00", "8234.72", "32938.90", "0.00"),
    ("168517.37", "USD", "expansion", "assisted", "shared", "57295.91", "6740.69", "13481.39", "4583.67"),
    ("107065.64", "EUR", "expansion", "assisted", "shared", "0.00", "4282.63", "8565.25", "0.00"),
    ("135381.54", "EUR", "new", "shared", "independent", "117781.94", "16245.78", "10830.53", "9422.56"),
    ("126447.80", "USD", "new", "assisted", "independent", "0.00", "5057.91", "20231.65", "0.00"),
    ("213514.11", "EUR", "expansion", "assisted", "independent", "143054.45", "8540.56", "34162.26", "22888.71"),
    ("84568.76", "EUR", "renewal", "shared", "independent", "80340.32", "5074.13", "3382.75", "3213.61"),
    ("88837.74", "USD", "expansion", "assisted", "independent", "16879.17", "3553.51", "14214.04", "2700.67"),
]


def test_difference_is_booked_to_the_coin_less_what_was_refunded() -> None:
    partner = Partner(organisation=Organisation(public_id="org_x"))

    for value, currency, kind, confirmed, claimed, refunded, *expected in RESTORED:
        deal = Registration(partner=partner, value=Decimal(value), currency=currency, opportunity=kind, motion="resale")
        deal.engagement = confirmed
        before = frozen_terms(deal, DealRules())
        deal.engagement = claimed
        after = frozen_terms(deal, DealRules())
        known = {"won_value": Decimal(value), "currency": currency, "holder": "org_x"}
        booked, more = once_due(before, **known), once_more(before, after, **known)  # type: ignore[arg-type]

        assert booked is not None
        assert more is not None
        amount = more.parts["org_x"]
        back = taken_back(
            amount, refunded=Decimal(refunded), of=Decimal(value), before=Decimal("0.00"), currency=currency
        )
        assert [str(one) for one in (booked.parts["org_x"], amount, back)] == expected
