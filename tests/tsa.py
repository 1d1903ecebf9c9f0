"""A time-stamp server of one's own: a CA made on the spot, and `openssl ts` behind HTTP."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """\
[ tsa ]
default_tsa = tsa_config
[ tsa_config ]
dir = {folder}
serial = $dir/serial
crypto_device = builtin
signer_cert = $dir/tsa.pem
signer_key = $dir/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"


@dataclass
class Server:
    """Where it listens, whom to trust, and what to answer instead of a token."""

    url: str
    folder: Path
    instead: bytes | None = None

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    def answer(self, query: bytes) -> bytes:
        if self.instead is not None:
            return self.instead
        asked, token = self.folder / "query.tsq", self.folder / "answer.tsr"
        asked.write_bytes(query)
        # Neither -chain nor further certificates: openssl does not sort them as DER has it, and
        # rfc3161-client is strict.
        openssl(
            self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", asked, "-out", token
        )
        return token.read_bytes()


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A time-stamp server on this machine, with its authority in ``folder``."""
    make_authority(folder)
    server = Server("", folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = server.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/"
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()


def make_authority(folder: Path) -> None:
    """A CA and a certificate for time stamping that it signed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    (folder / "extensions").write_text(EXTENSIONS)
    new = ("-newkey", "rsa:2048", "-nodes")
    subject = ("-subj", "/CN=test authority")
    openssl(folder, "req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", *subject)
    subject = ("-subj", "/CN=test time stamps")
    openssl(folder, "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", *subject)
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", *signing, "-out", "tsa.pem")


def openssl(folder: Path, *words: object) -> None:
    subprocess.run(
        ["openssl", *map(str, words)], cwd=folder, check=True, capture_output=True, timeout=60
    )
