"""What document-stores tells to export finds the server's authority, or stops."""

import datetime as dt
import os
import socket
import ssl
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

x509 = pytest.importorskip("cryptography.x509")
psycopg = pytest.importorskip("psycopg")
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402

HOST = "db.example.com"  # the server of the page
PAGE = "book/lectures/01-mlops-apis-databases/document-stores.md"
ROOT = Path(__file__).resolve().parents[2]


def exported(home: Path) -> dict[str, str]:
    """Return the settings that the page's shell block makes, with their values."""
    text = (ROOT / PAGE).read_text()
    block = next(b for b in text.split("```bash\n")[1:] if "PGSSLMODE" in b)
    script = block.partition("```")[0] + "\nenv -0"
    shell = {"HOME": str(home), "PATH": os.defpath}
    completed = subprocess.run(["bash", "-c", script], env=shell, capture_output=True)
    items = completed.stdout.decode().split("\0")
    pairs = (item.split("=", 1) for item in items if item)
    return {name: value for name, value in pairs if name.startswith("PG")}


def certificate(folder: Path) -> Path:
    """Write a certificate of the host, signed by itself, with its key; return it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=now - dt.timedelta(days=1),
        not_valid_after=now + dt.timedelta(days=1),
    ).add_extension(names, critical=False)
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "server.pem"
    path.write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(pem)
        + key.private_bytes(pem, *plain)
    )
    return path


@contextmanager
def server(certificate: Path) -> Iterator[int]:
    """Answer one client as PostgreSQL does up to its login; yield the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(listener: socket.socket) -> None:
        with listener.accept()[0] as line:
            line.recv(8)  # asks for encryption
            line.sendall(b"S")
            try:
                with context.wrap_socket(line, server_side=True) as secret:
                    secret.recv(1024)
                    fields = b"SFATAL\0VFATAL\0C28000\0Mlet in\0\0"
                    secret.sendall(b"E" + struct.pack("!i", 4 + len(fields)) + fields)
            except OSError:
                pass  # the client did not trust us

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, args=[listener], daemon=True)
        thread.start()
        yield listener.getsockname()[1]


def answer(certificate: Path) -> str:
    """Return what a client says that connects as the environment tells it."""
    with server(certificate) as port:
        address = {"host": HOST, "hostaddr": "127.0.0.1", "port": port}
        with pytest.raises(psycopg.OperationalError) as excinfo:
            psycopg.connect(**address, connect_timeout=5)
    return str(excinfo.value)


def test_the_page_names_the_authority_and_without_it_nobody_connects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = exported(tmp_path)
    assert settings["PGSSLMODE"] == "verify-full"
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    ours = certificate(tmp_path)
    assert "root certificate file" in answer(ours)
    authority = Path(settings["PGSSLROOTCERT"])
    authority.write_bytes(ours.read_bytes())
    assert "let in" in answer(ours)
    (tmp_path / "another").mkdir()
    assert "certificate verify failed" in answer(certificate(tmp_path / "another"))


def test_the_authorities_of_the_system_are_found_by_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = certificate(tmp_path)
    monkeypatch.setenv("PGSSLROOTCERT", "system")
    assert "certificate verify failed" in answer(ours)
    monkeypatch.setenv("SSL_CERT_FILE", str(ours))
    assert "let in" in answer(ours)
