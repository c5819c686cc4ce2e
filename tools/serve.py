"""Show the built book in a browser: serve it on a free port of this machine."""

import functools
import http.server
import sys
from collections.abc import Callable

from tools.build import HTML


def serve(handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> int:
    """Serve on a free port until interrupted.

    Args:
        handler: answers the requests.
    """
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"The book: {address} (stop with Ctrl-C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def main() -> int:
    """Serve the site that make book wrote."""
    if not (HTML / "index.html").is_file():
        print("There is no built book; run: make book", file=sys.stderr)
        return 1
    handler = http.server.SimpleHTTPRequestHandler
    return serve(functools.partial(handler, directory=str(HTML)))


if __name__ == "__main__":
    sys.exit(main())
