"""Show the built book in a browser: serve it on a free port of this machine."""

import argparse
import functools
import http.server
import sys
from collections.abc import Callable

from tools.build import HTML


def serve(handler: Callable[..., http.server.BaseHTTPRequestHandler], port: int) -> int:
    """Serve until interrupted; return 1 if the port is taken.

    Args:
        handler: answers the requests.
        port: 0 for a free one.
    """
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        message = f"Port {port} is in use; leave --port out or choose another."
        print(message, file=sys.stderr)
        return 1
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one if omitted")
    port = parser.parse_args().port
    if not (HTML / "index.html").is_file():
        print("There is no built book; run: make book", file=sys.stderr)
        return 1
    handler = http.server.SimpleHTTPRequestHandler
    return serve(functools.partial(handler, directory=str(HTML)), port)


if __name__ == "__main__":
    sys.exit(main())
