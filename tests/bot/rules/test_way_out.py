"""The rule for the way out: the file, the environment, NO_PROXY in all its spellings."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.way_out import STRAIGHT, ProxyError, WayOut, parse_proxy

PROXY = "http://proxy.example.org:3128"
FEED = "https://feeds.example.com/rss"


def server(way: WayOut, url: str) -> str | None:
    found = way.proxy_for(url)
    return f"{found.scheme}://{found.server}" if found else None


@pytest.mark.parametrize(
    ("environment", "url", "wanted"),
    [
        ({}, FEED, None),
        ({"HTTPS_PROXY": PROXY}, FEED, PROXY),
        ({"https_proxy": PROXY}, FEED, PROXY),
        ({"HTTPS_PROXY": PROXY}, "http://feeds.example.com/", None),
        ({"HTTP_PROXY": PROXY}, "http://feeds.example.com/", PROXY),
        ({"HTTP_PROXY": PROXY}, FEED, None),
        ({"ALL_PROXY": "socks5://127.0.0.1:9"}, FEED, "socks5://127.0.0.1:9"),
        ({"all_proxy": "socks5h://127.0.0.1:9"}, FEED, "socks5://127.0.0.1:9"),
        ({"ALL_PROXY": "http://other:1", "HTTPS_PROXY": PROXY}, FEED, PROXY),
        ({"HTTPS_PROXY": "http://other:1", "https_proxy": PROXY}, FEED, PROXY),
        ({"HTTPS_PROXY": PROXY, "https_proxy": ""}, FEED, None),
        ({"HTTPS_PROXY": "proxy.example.org:3128"}, FEED, PROXY),
        ({"HTTPS_PROXY": f'"{PROXY}"'}, FEED, PROXY),
        ({"HTTPS_PROXY": f" {PROXY}/ "}, FEED, PROXY),
        ({"HTTPS_PROXY": "http://proxy.example.org"}, FEED, "http://proxy.example.org:80"),
        ({"ALL_PROXY": "socks5://proxy.example.org"}, FEED, "socks5://proxy.example.org:1080"),
        ({"HTTPS_PROXY": "https://proxy.example.org"}, FEED, "https://proxy.example.org:443"),
        ({"HTTPS_PROXY": "http://[::1]:3128"}, FEED, "http://[::1]:3128"),
        ({"HTTPS_PROXY": "http://user:p%40ss@proxy.example.org:3128"}, FEED, PROXY),
        ({"HTTPS_PROXY": PROXY}, "https://localhost:8080/", None),
        ({"HTTPS_PROXY": PROXY}, "https://LOCALHOST./", None),
        ({"HTTPS_PROXY": PROXY}, "https://api.localhost/", None),
        ({"HTTPS_PROXY": PROXY}, "https://127.3.2.1/", None),
        ({"HTTPS_PROXY": PROXY}, "https://[::1]:8443/", None),
        ({"HTTPS_PROXY": PROXY}, "https://[::ffff:127.0.0.1]/", None),
        ({"HTTPS_PROXY": PROXY}, "https://10.1.2.3/", PROXY),
    ],
)
def test_the_environment_says_the_way(environment: dict[str, str], url: str, wanted: str | None) -> None:
    assert server(WayOut.of("", environment), url) == wanted


def test_the_file_wins_over_the_environment_but_not_over_no_proxy() -> None:
    way = WayOut.of(PROXY, {"HTTPS_PROXY": "http://other:1", "NO_PROXY": "example.net"})
    assert server(way, FEED) == PROXY
    assert server(way, "http://feeds.example.com/") == PROXY
    assert server(way, "https://www.example.net/") is None
    assert server(way, "http://localhost/") is None


@pytest.mark.parametrize(
    ("no_proxy", "url", "straight"),
    [
        ("*", FEED, True),
        ("example.com", FEED, True),
        (".example.com", FEED, True),
        ("*.example.com", FEED, True),
        ("EXAMPLE.COM.", FEED, True),
        ("feeds.example.com", FEED, True),
        ("feeds.example.com:443", FEED, True),
        ("feeds.example.com:8443", FEED, False),
        ("feeds.example.com:8443", "https://feeds.example.com:8443/", True),
        ("https://feeds.example.com", FEED, True),
        ("http://feeds.example.com", FEED, False),
        ("ample.com", FEED, False),
        ("www.example.com", FEED, False),
        ("a.example, example.com", FEED, True),
        ("a.example example.com", FEED, True),
        (" a.example ,\texample.com , ", FEED, True),
        ('"example.com"', FEED, True),
        (",,", FEED, False),
        ("", FEED, False),
        ("10.0.0.0/8", "https://10.20.30.40/", True),
        ("10.0.0.0/8", "https://11.0.0.1/", False),
        ("10.0.0.0/8", FEED, False),
        ("192.168.1.7", "http://192.168.1.7:8080/", True),
        ("192.168.1.7:8080", "http://192.168.1.7:8080/", True),
        ("192.168.1.7:8081", "http://192.168.1.7:8080/", False),
        ("192.168.*", "http://192.168.1.7:8080/", True),
        ("localhost,fe80::/10", "https://[fe80::1%25eth0]/", True),
        ("localhost,fe80::/10", FEED, False),
        ("fd00::1", "https://[fd00::1]/", True),
        ("[fd00::1]", "https://[fd00::1]/", True),
        ("[fd00::1]:443", "https://[fd00::1]/", True),
        ("[fd00::1]:444", "https://[fd00::1]/", False),
        ("fd00:0:0::0001", "https://[fd00::1]/", True),
        ("bücher.example", "https://xn--bcher-kva.example/", True),
        ("xn--bcher-kva.example", "https://bücher.example/", True),
        ("straße.de", "https://strasse.de/", False),
        ("10.0.0.0/99,example.com", FEED, True),
        ("::::,[,example.com", FEED, True),
    ],
)
def test_no_proxy_in_its_spellings(no_proxy: str, url: str, straight: bool) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        way = WayOut.of("", {"ALL_PROXY": PROXY, name: no_proxy})
        assert (way.proxy_for(url) is None) is straight


@pytest.mark.parametrize(
    "wrong",
    ["ftp://proxy:1", "socks4://proxy:1", "http://", "http://:3128", "http://proxy:99999", "http://proxy:x", "http://[::1",
     "http://pro xy:1", "http://a:secret@"],
)  # fmt: skip
def test_a_wrong_proxy_is_told_without_its_password(wrong: str) -> None:
    with pytest.raises(ProxyError, match="HTTPS_PROXY") as caught:
        WayOut.of("", {"HTTPS_PROXY": wrong}).proxy_for(FEED)
    assert "secret" not in str(caught.value)
    assert WayOut.of("", {"HTTPS_PROXY": wrong}).proxy_for("https://localhost/") is None


def test_a_proxy_does_not_print_its_password() -> None:
    proxy = parse_proxy("socks5://user:secret@proxy:1", "it")
    assert "secret" not in repr(proxy) + proxy.server
    assert proxy.url == "socks5://user:secret@proxy:1"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"ALL_PROXY": "socks5://proxy:9"}, "proxy:9"),
        ({"ALL_PROXY": "socks5://proxy:9", "NO_PROXY": "mail.example.org"}, None),
        ({"ALL_PROXY": "socks5://proxy:9", "NO_PROXY": "mail.example.org:993"}, None),
        ({"ALL_PROXY": PROXY}, None),
        ({"HTTPS_PROXY": "socks5://proxy:9"}, None),
    ],
)
def test_mail_goes_by_socks_alone(environment: dict[str, str], wanted: str | None) -> None:
    found = WayOut.of("", environment).proxy_for_mail("mail.example.org", 993)
    assert (found.server if found else None) == wanted
    assert WayOut.of("socks5://proxy:9", {}).proxy_for_mail("mail.example.org", 993) is not None
    assert WayOut.of("socks5://proxy:9", {}).proxy_for_mail("127.0.0.1", 993) is None
    assert WayOut.of(PROXY, environment).proxy_for_mail("mail.example.org", 993) is None


@given(st.dictionaries(st.sampled_from(["HTTPS_PROXY", "all_proxy", "NO_PROXY", "no_proxy"]), st.text()), st.text())
def test_no_words_of_any_kind_break_it(environment: dict[str, str], host: str) -> None:
    for url in (FEED, f"https://{host}/", host):
        with suppress(ProxyError):
            found = WayOut.of("", environment).proxy_for(url)
            assert found is None or found.host


@given(st.lists(st.sampled_from(["example.net", ".x.org", "10.0.0.0/8", "[::2]:1", "http://q"]), max_size=4))
def test_what_no_proxy_does_not_name_goes_by_the_proxy(entries: list[str]) -> None:
    assert server(WayOut.of(PROXY, {"NO_PROXY": ",".join(entries)}), FEED) == PROXY
    assert server(WayOut.of(PROXY, {"NO_PROXY": " ".join([*entries, "example.com"])}), FEED) is None


def test_without_a_word_all_goes_straight() -> None:
    assert STRAIGHT.proxy_for(FEED) is None


def test_an_address_that_is_none_goes_straight() -> None:
    assert WayOut.of(PROXY, {}).proxy_for("https://[broken/") is None


def test_no_proxy_may_have_a_star_within_a_name() -> None:
    way = WayOut.of(PROXY, {"NO_PROXY": "api-*.example.net"})
    assert server(way, "https://api-2.example.net/") is None
    assert server(way, "https://api.example.net/") == PROXY
