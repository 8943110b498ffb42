"""A small OpenID Connect provider in a thread. It says of the person what the test tells it to."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt

CLIENT, SECRET = "katsuyo", "not secret: tests only, and long enough"


class Provider:
    def __init__(self, url: str) -> None:
        self.url = url
        self.claims: dict[str, Any] = {}
        # What the last request for a token carried.
        self.asked: dict[str, list[str]] = {}

    def answer(self, path: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/token":
            now = int(time.time())
            facts = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60} | self.claims
            return {
                "access_token": "a",
                "token_type": "Bearer",
                "id_token": jwt.encode(facts, SECRET, algorithm="HS256"),
            }
        return self.claims if path == "/userinfo" else None


@contextlib.contextmanager
def running_provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = provider.answer(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            provider.asked = parse_qs(self.rfile.read(length).decode())
            self.do_GET()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
