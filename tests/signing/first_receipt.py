"""A receipt as the first version issued it. It must verify for ever: nobody may change this file, only add to it."""

from typing import Any

KEY: dict[str, Any] = {
    "kty": "OKP",
    "crv": "Ed25519",
    "alg": "EdDSA",
    "use": "sig",
    "kid": "1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y",
    "x": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
    "nbf": 1795000000,
}

RECEIPT = [
    (
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjFJRzJ0TUg3SjJ3Ykpabk9mOExKelFpdEtmN0xNdm9BRWxzdURNVk01NFkiLCJ0eXAiOiJk"
        "ZWFsLXJlY2VpcHQifQ.eyJpc3MiOiJodHRwczovL3BhcnRuZXJzLmV4YW1wbGUiLCJzZXEiOjEsInByZXYiOm51bGwsImtpbmQiO"
        "iJyZWdpc3RlcmVkIiwiZGVhbCI6ImRlYWxfN2sybWJjZGZnaGprbW5wcXJzIiwicGFydG5lciI6Im9yZ18yMzQ1YmNkZmdoamttb"
        "nBxcnMiLCJwcmlvcml0eV9hdCI6IjIwMjYtMTEtMjFUMDk6MDA6MDAuMTIzNDU2WiIsInBsYWNlIjo0MDIxMywiYXQiOiIyMDI2L"
        "TExLTIxVDA5OjAwOjAwLjEyMDAwMFoiLCJvdXRjb21lIjpudWxsLCJwcm90ZWN0ZWRfdW50aWwiOm51bGwsInRlcm1zIjpudWxsL"
        "CJwb2xpY3kiOm51bGwsImV2ZW50IjoiZXZ0XzEiLCJpYXQiOjE3OTUyNTE2MDB9.g97CphDxaSN6y45fIFHGwfTG-"
        "n5pZum0inYRhsHxeXeKIpCBmJNJ3Y5FrtZKtp12e1_aJN8Qlua_3hvC5hmKBQ"
    ),
    (
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjFJRzJ0TUg3SjJ3Ykpabk9mOExKelFpdEtmN0xNdm9BRWxzdURNVk01NFkiLCJ0eXAiOiJk"
        "ZWFsLXJlY2VpcHQifQ.eyJpc3MiOiJodHRwczovL3BhcnRuZXJzLmV4YW1wbGUiLCJzZXEiOjIsInByZXYiOiJiNWM0NDQ2MmQyY"
        "jk4ZmZlYTQ5OTljZjllNTBhYzJlMGMwMzdjMGE0NjQ2MDMwODgwZmY4OTQxODM1MThhMmIwIiwia2luZCI6ImRlY2lkZWQiLCJkZ"
        "WFsIjoiZGVhbF83azJtYmNkZmdoamttbnBxcnMiLCJwYXJ0bmVyIjoib3JnXzIzNDViY2RmZ2hqa21ucHFycyIsInByaW9yaXR5X"
        "2F0IjoiMjAyNi0xMS0yMVQwOTowMDowMC4xMjM0NTZaIiwicGxhY2UiOjQwMjEzLCJhdCI6IjIwMjYtMTEtMjNUMTA6MzA6MDAuM"
        "DAwMDAwWiIsIm91dGNvbWUiOiJleGNsdXNpdmUiLCJwcm90ZWN0ZWRfdW50aWwiOiIyMDI3LTAyLTE5VDIyOjU5OjU5LjAwMDAwM"
        "FoiLCJ0ZXJtcyI6eyJyYXRlIjoiMC4yMCIsImVhcm5zIjp7ImFtb3VudCI6IjE3MjgwLjAwIiwiY3VycmVuY3kiOiJFVVIifX0sI"
        "nBvbGljeSI6MywiZXZlbnQiOiJldnRfMiIsImlhdCI6MTc5NTQyOTgwMH0.rt5ZPLdHokENbxLmOp9uWhoyhMqjICki8XaCrPd1b"
        "aXAfQ1VH-FmqXDnPf-9vlzDMuFYW5mK2Ohs0SPf9QIADA"
    ),
    (
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjFJRzJ0TUg3SjJ3Ykpabk9mOExKelFpdEtmN0xNdm9BRWxzdURNVk01NFkiLCJ0eXAiOiJk"
        "ZWFsLXJlY2VpcHQifQ.eyJpc3MiOiJodHRwczovL3BhcnRuZXJzLmV4YW1wbGUiLCJzZXEiOjMsInByZXYiOiJhYmJkNTBmZmFlN"
        "jc5NTllMGE5YTk2OTJhNGQ1ZmFmZTBlNmNmY2VhZDgxOTRmNTg4Yzg2MmUyODBkNDhhOGU5Iiwia2luZCI6ImVuZGVkIiwiZGVhb"
        "CI6ImRlYWxfN2sybWJjZGZnaGprbW5wcXJzIiwicGFydG5lciI6Im9yZ18yMzQ1YmNkZmdoamttbnBxcnMiLCJwcmlvcml0eV9hd"
        "CI6IjIwMjYtMTEtMjFUMDk6MDA6MDAuMTIzNDU2WiIsInBsYWNlIjo0MDIxMywiYXQiOiIyMDI2LTEyLTAxVDA4OjAwOjAwLjAwM"
        "DAwMFoiLCJvdXRjb21lIjoid29uIiwicHJvdGVjdGVkX3VudGlsIjoiMjAyNy0wMi0xOVQyMjo1OTo1OS4wMDAwMDBaIiwidGVyb"
        "XMiOnsicmF0ZSI6IjAuMjAiLCJlYXJucyI6eyJhbW91bnQiOiIxNzI4MC4wMCIsImN1cnJlbmN5IjoiRVVSIn19LCJwb2xpY3kiO"
        "jMsImV2ZW50IjoiZXZ0XzMiLCJpYXQiOjE3OTYxMTIwMDB9.Zz-"
        "OThXPRluiHI3nhlOESC8NoOi85hhfgJR0ZtWXte8M2z8_prDs0tjL9wyCWq7u6X9ONNwY6oAfCyquaHqpBg"
    ),
]

ROOTS = [
    (
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjFJRzJ0TUg3SjJ3Ykpabk9mOExKelFpdEtmN0xNdm9BRWxzdURNVk01NFkiLCJ0eXAiOiJk"
        "YWlseS1yb290In0.eyJpc3MiOiJodHRwczovL3BhcnRuZXJzLmV4YW1wbGUiLCJzZXEiOjEsInByZXYiOm51bGwsImtpbmQiOiJy"
        "b290IiwiZGF5IjoiMjAyNi0xMS0yMSIsInJvb3QiOiJjNDM0MGY1YzE3Y2U2OTIxNGJiZjg1YTliZDYxZWM5MDQzMjFiMDU0OTNi"
        "ZmE5OTFmMTJiY2QzNDYwNDdkNThkIiwiaWF0IjoxNzk1MzM4MDAwfQ.zZ9n465bntDdeQA_Wc4AVRIeMzhLTyApKA1u4yv3JxJAh"
        "bTosav98A7YjNf6EPL113GVk789dtZeu6sAErhGCg"
    ),
    (
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjFJRzJ0TUg3SjJ3Ykpabk9mOExKelFpdEtmN0xNdm9BRWxzdURNVk01NFkiLCJ0eXAiOiJk"
        "YWlseS1yb290In0.eyJpc3MiOiJodHRwczovL3BhcnRuZXJzLmV4YW1wbGUiLCJzZXEiOjIsInByZXYiOiJmMWE5ZDI5ZTQzZjM0"
        "M2UwNGY2YmRmYzVlM2M1MjkyNjE3MTI0YjA2MGViMzUyYmU0MzI1NjkzZTRkODFiYTZmIiwia2luZCI6InJvb3QiLCJkYXkiOiIy"
        "MDI2LTExLTIzIiwicm9vdCI6IjE5MjhjYzQ0MjBiNDZjZmE5Yzg4ZTZiMTY1YjdjMTc2YjIzOGQ5Y2QwMDllZWRkNTE5MzE1YTJk"
        "ODFiMTgyOWUiLCJpYXQiOjE3OTU1MTYyMDB9.gAn1NgnYlKVVt8N5AsQcGoe_j_vnzEFEQ7OAeEIAhOTjgJHv4WwUImAOCOdkXJ3"
        "G2I7fgZLEL-IKFHH6jN1sCA"
    ),
    (
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjFJRzJ0TUg3SjJ3Ykpabk9mOExKelFpdEtmN0xNdm9BRWxzdURNVk01NFkiLCJ0eXAiOiJk"
        "YWlseS1yb290In0.eyJpc3MiOiJodHRwczovL3BhcnRuZXJzLmV4YW1wbGUiLCJzZXEiOjMsInByZXYiOiJhODJhMDM0MWQ2OWM5"
        "NmRhYzI0NGFmYjIxODUzNDVjNDVlYmRiYmI5MTYxNjhlZWQzZjYxZjRmOTVkZDIxMjJjIiwia2luZCI6InJvb3QiLCJkYXkiOiIy"
        "MDI2LTEyLTAxIiwicm9vdCI6ImQxYTNmYWVkN2RhOTAzZDI4ZDhjOGVkNDg0ZTU1ODIwYTc1MTVmNDFlMDA4YzNhY2M1Nzc4NGM4"
        "ODY4NDZiNTEiLCJpYXQiOjE3OTYxOTg0MDB9.QsmTNtmwY5_6fNVQBFCOqspVXMm_deUhNHhMcOwLupmnNYyTTtSH4-"
        "uwPVFau4zRu033xAjgOWLQD-JpofkFAg"
    ),
]

PATHS: list[tuple[str, list[tuple[str, str]]]] = [
    (
        "2026-11-21",
        [
            ("left", "6c5d4353d826e9eeb7f0928561efc0d94d177e7627257b1473bb942d113e0246"),
            ("left", "b1e83ea785f416b60d7b4eb661b1482cbd6e7fd493f6acaa750c4c66e40a256a"),
            ("left", "9bc220f8447d92597d3aab84a7ead28d381e14d0b2259c5f9b398198fa1eccac"),
            ("left", "d385e09aa68715aa4fcd8dcb7a076d9f33eb8c4c6162a7cc054d1e1a367d3b34"),
            ("right", "9faab006c7693b63803cb5d05f375d8361b86276ab59d85de8afbfa31f5fdfb0"),
            ("right", "828934e0dff2c085976ddd97c9e43318c0ec0d8a9790fa1dc1fb56af08dcd98a"),
            ("right", "3a59649f8407f559c650af002175c41fe8d37d1d24ace0732e04791c8d7f1098"),
            ("left", "da0e66cb9eed1e553b16110fe52dc53b641fba18a9fc9faebaf88ae2c49401a7"),
            ("left", "ce26c7b3d3fc3dfd9fdfde963179f347a1238da011f7af1013a45a75ac4a2c2a"),
            ("right", "a38c9139250c38261c24433352071c77b73f278f2468a46caa65daa20ba2e78a"),
        ],
    ),
    (
        "2026-11-23",
        [
            ("left", "888f211f6ecd38017a5dab27a57e4f9f67e18b76a0ab0f1925ff2067006ff98f"),
            ("left", "0f77f043ca4c60a22f040b5b2a7e037576d6d49fbc2e86e54d0183ebb57a5f74"),
            ("left", "a8f1d267beda9bc14904b0265e2a7fa3c69bfcdaecab10ac7e003c015a96a573"),
            ("right", "c3c7c44ba09a91e2f2dd7914a51e4abe8b016f90fe49fdcbe1ab6cb180853ec9"),
            ("left", "578930799eaa8c214cd706740dacdb2087a2d7f007d1c8a3cccafdb6fd3e5932"),
            ("left", "5bb8d72af95d5783f67c5c3e57074cd4e8725d4755256708c4fa18880384feef"),
            ("right", "a9ea95bb71211a25102b52d8042b0b7bbd4c666cd6ef8f2b140a0f2a83640010"),
            ("right", "57f07b8f20ce2b1a8a5082eb7b407231c432187f2fd09e4c0660332f8848d449"),
            ("right", "3bce2545f4f70a23d78e2b8c6e0ab86c8188d47ce08ff2a64a04aea24d7f5244"),
            ("left", "4e7fdb6dc7676dd58965e192dd469a8bbf29af9dd4d79da0a1a1dcd42c98095a"),
        ],
    ),
    (
        "2026-12-01",
        [
            ("left", "e003a3bd1f67637d1cb3db3a601f9b218fc41defe331f1064b41793cae873611"),
            ("left", "a903de23d855f6a0930f2f4310ac76e92cdadf09ccf9438dffde4f0b04f58793"),
            ("left", "511c66d979c4920d412d254fd725f4bc3293620192ccb2d72f972b6c01ba1ec1"),
            ("left", "9197be318fa9826f2064ba8aa21ac72fd16ba98fbc026b85f377aaadeb0ac38f"),
            ("right", "3e9622cc496c69cb2942f6685e945103cd657035caab35ffe072ccffaabea420"),
            ("right", "da6580929ac9cd681d4f5c4b11fd0ddb916447b97d5becc2fdf3164169d46b3b"),
            ("right", "bf80167a7dab67d7aead605a0bd83ce60c69425dc3420abd1982287058361c65"),
            ("left", "eec32dc17ee649eaa609adff6510f11098fe2b295e159d0e35966a2aa7e9f366"),
            ("left", "72f293a96177d7e7ac1de0e76181f565fa932bcb108b6049543d45ebb14755e5"),
            ("left", "bf3230225e9def37670d46e73666070f98e8c64c0174f9da7bc071d38639b1ba"),
        ],
    ),
]
