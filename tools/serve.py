"""Show the built book in a browser: serve it on a free port of this machine."""

import argparse
import functools
import http.server
import sys

from tools.build import HTML


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="a free one if omitted")
    port = parser.parse_args().port
    if not (HTML / "index.html").is_file():
        print("There is no built book; run: make book", file=sys.stderr)
        return 1
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(HTML)
    )
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        message = f"Port {port} is in use; leave --port out or choose another."
        print(message, file=sys.stderr)
        return 1
    with server:
        print(f"The book: http://127.0.0.1:{server.server_port}/ (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
