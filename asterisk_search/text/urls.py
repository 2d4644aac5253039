"""Addresses of web pages: when two of them mean the same page, and how one is shown."""

import re
import unicodedata
from typing import Final
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

LONGEST: Final = 4_000
"""Characters of an address that are looked at; longer ones are data, not names of pages."""

_SCHEMES = frozenset({"http", "https"})
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_DEFAULT_PORTS = frozenset({None, 80, 443})
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_[ce]id"
    r"|_hs(?:enc|mi)|mkt_tok|oly_(?:anon|enc)_id|vero_(?:id|conv)|wickedid|ref|ref_src|ref_url"
    r"|referrer|s_cid|spm|cmpid|ga_(?:source|medium|term|content|campaign)",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"https?://(?:www\.(?=[a-z0-9-]+\.))*((?:[a-z0-9-]+\.)+[a-z]{2,})(/[A-Za-z0-9/._~!$&'()*+,;=:@-]*)?"
)
"""Most addresses: nothing to decode, no port, no parameters."""
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
_QUERY_SAFE = _PATH_SAFE + "?"


def url_key(url: str) -> str:
    """Return what all addresses of one page have in common, or an empty string for no web address.

    Ignored are scheme, ``www.``, a default port, the case of the host, a trailing slash, the
    fragment (except ``#!…`` and ``#/…``, which name pages of an application), parameters that only
    say where a visitor came from, and how characters are percent-encoded (RFC 3986, section 6.2).
    Applying it to its own result changes nothing.
    """
    plain = _PLAIN.fullmatch(url) if len(url) <= LONGEST else None
    if plain is not None:
        return plain[1] + (plain[2] or "").rstrip("/")
    parts = _split(url)
    return _key(parts) if parts is not None else ""


def _key(parts: SplitResult) -> str:
    host = _host(parts)
    if not host:
        return ""
    path = _encoded(parts.path, _PATH_SAFE).rstrip("/")
    query = "&".join(
        _encoded(item, _QUERY_SAFE)
        for item in parts.query.split("&")
        if item and not _TRACKING.fullmatch(item.partition("=")[0])
    )
    route = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return (
        host
        + _port(parts)
        + path
        + (f"?{query}" if query else "")
        + (f"#{_encoded(route, _QUERY_SAFE)}" if route else "")
    )


def domain_of(url: str) -> str:
    """Return the host of an address without ``www.`` and port, or an empty string."""
    parts = _split(url)
    return _host(parts) if parts else ""


def domain_key(domain: str) -> str:
    """Return a domain with its parts turned round, so that sub-domains follow their domain.

    What a user types is taken too: ``https://www.Example.org/`` gives ``org.example``.
    """
    name = domain_of(domain if "://" in domain else f"http://{domain.strip().strip('.')}")
    return ".".join(reversed(name.split("."))) if name else ""


def shown_url(url: str) -> str:
    """Return an address as people read it: no scheme, ``www.`` or fragment, letters as letters."""
    return shown_key(url_key(url) or url[:LONGEST])


def shown_key(key: str) -> str:
    """Return what `url_key` made as people read it."""
    if "%" not in key and key.isascii() and key.isprintable():
        return key
    try:
        text = unicodedata.normalize("NFC", unquote_to_bytes(key).decode("utf-8"))
    except UnicodeDecodeError:
        return key
    return text if text.isprintable() else key


def _split(url: str) -> SplitResult | None:
    text = url.strip()[:LONGEST]
    if text.startswith("//"):
        text = f"http:{text}"
    elif "://" not in text[:10] and not _OTHER_SCHEME.match(text):
        text = f"http://{text}"  # what this function's callers made of an address before
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what finds out that it is none
    except ValueError:
        return None
    return parts if parts.scheme.lower() in _SCHEMES else None


def _host(parts: SplitResult) -> str:
    host = unicodedata.normalize("NFC", (parts.hostname or "").rstrip(".")).lower()
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    if ":" in host:
        return f"[{host}]"
    if re.search(r"[\s%/?#@\\<>\"]", host):
        return ""
    return host if host.isascii() else _idna(host)


def _idna(host: str) -> str:
    """Return the host in the form in which it travels, so that both spellings are one."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _port(parts: SplitResult) -> str:
    # Scheme does not count, so neither does the port that goes with either of them.
    return "" if parts.port in _DEFAULT_PORTS else f":{parts.port}"


def _encoded(text: str, safe: str) -> str:
    """Return text with needless escapes undone, the others in capitals, and nothing else bare."""
    return quote(
        _ESCAPE.sub(_normal_escape, text.replace("%%", "%25%")), safe=safe, errors="surrogatepass"
    )


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
