"""Certificates that nobody vouches for, made anew by openssl."""

import shutil
import subprocess
from pathlib import Path

import pytest


def certificate_of(name: str, kind: str, folder: Path) -> Path:
    """A key and its certificate for a name (`DNS`) or an address (`IP`), in one file."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate")
    made = folder / "both.pem"
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*command, "-keyout", made, "-out", made.with_suffix(".crt")], check=True, capture_output=True)
    made.write_bytes(made.read_bytes() + made.with_suffix(".crt").read_bytes())
    return made
