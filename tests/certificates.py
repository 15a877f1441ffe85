"""Certificates that nobody vouches for, made anew by openssl."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest


def certificate_of(name: str, kind: str, folder: Path, *others: str) -> Path:
    """A key and its certificate for a name (`DNS`) or an address (`IP`), and others like it, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate")
    made = folder / "both.pem"
    alike = ",".join(f"{kind}:{one}" for one in (name, *others))
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={alike}"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]  # an RSA key takes a tenth of a second
    command = ["openssl", "req", "-x509", *curve, "-nodes", "-days", "2", *names]
    subprocess.run([*command, "-keyout", made, "-out", made.with_suffix(".crt")], check=True, capture_output=True)
    made.write_bytes(made.read_bytes() + made.with_suffix(".crt").read_bytes())
    return made


def served_by(certificate: Path) -> ssl.SSLContext:
    """What a server with it talks by."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
