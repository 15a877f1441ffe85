"""What the DNS says of a sender, and what of it is missing."""

import pytest

from bot.channels.email.records import DnsError, Records

WHOLE = {
    "example.org": ["google-site-verification=x", "v=spf1 mx -all"],
    "_dmarc.example.org": ["v=DMARC1; p=quarantine"],
    "mail._domainkey.example.org": ["v=DKIM1; k=rsa; p=MIGf"],
    "other._domainkey.example.org": ["k=rsa; p="],
}


def records(known: dict[str, list[str]], selector: str = "", host: str = "smtp.example.net") -> Records:
    async def texts(name: str) -> list[str]:
        return known.get(name, [])

    return Records(host, selector, texts)


async def test_a_sender_with_all_records_gets_no_advice() -> None:
    assert await records(WHOLE, "mail").advice("example.org") == []


async def test_the_policy_of_a_domain_counts_below_it() -> None:
    assert await records({**WHOLE, "lists.example.org": ["V=SPF1 -all"]}).advice("lists.example.org") == []


async def test_what_is_missing_is_named_with_what_to_add() -> None:
    spf, dmarc, dkim = await records({}, "mail").advice("example.org")
    assert spf.startswith('example.org has no SPF record: add TXT example.org "v=spf1')
    assert dmarc == 'example.org has no DMARC record: add TXT _dmarc.example.org "v=DMARC1; p=none"'
    assert dkim.startswith("mail._domainkey.example.org has no DKIM key")


@pytest.mark.parametrize(
    ("known", "selector", "told"),
    [
        ({**WHOLE, "example.org": ["v=spf1 -all", "v=spf1 mx -all"]}, "", "2 SPF records, which counts as none"),
        (WHOLE, "other", "an empty DKIM key, which says that it is revoked"),
    ],
)
async def test_what_is_wrong_is_told(known: dict[str, list[str]], selector: str, told: str) -> None:
    (one,) = await records(known, selector).advice("example.org")
    assert told in one


async def test_a_sender_at_a_provider_cannot_pass_by_another_server() -> None:
    (told,) = await records({}).advice("gmail.com")
    assert told.startswith("mails from gmail.com cannot pass DMARC by smtp.example.net")
    found = await records({"gmail.com": ["v=spf1 x"], "_dmarc.gmail.com": ["v=DMARC1"]}, host="smtp.gmail.com").advice(
        "gmail.com"
    )
    assert found == []


async def test_a_dns_that_does_not_answer_is_a_remark() -> None:
    async def silent(_name: str) -> list[str]:
        raise DnsError("LifetimeTimeout")

    (told,) = await Records("smtp.example.net", texts=silent).advice("example.org")
    assert told.startswith("the DNS of example.org did not answer (LifetimeTimeout)")
    assert await Records("localhost", texts=silent).advice("localhost") == []
