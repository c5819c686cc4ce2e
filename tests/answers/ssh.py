"""Plausible wrong answers to the exercises of the page on SSH."""

from contextlib import suppress

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOKA3xRG0S4+vjbrdEYFSP5Wc69PlhDYlQMiQMqC6d8P"
KEY += " pipeline"
FROM, COMMAND = 'from="192.0.2.17"', r'command="python3 publish.py \"evening list\""'
CAUSES = {"a": "nobody listens", "b": "wrong account"}
CAUSES |= {"c": "host changed", "d": "key not authorised"}
CONFIG = """\
Host nordlys
    HostName server.nordlys.example
    Port 2222
    User malik
    IdentityFile ~/.ssh/id_ed25519
    LocalForward 8888 127.0.0.1:8888
"""


def _config(before, after):
    assert before in CONFIG, before
    return CONFIG.replace(before, after, 1)


def _fit(server, name, tries):
    server.start(name)
    for _ in range(tries):
        try:
            if server.ready():
                return True
        except TimeoutError:
            continue
    return False


def name_read_late(server, name, tries):
    # Reads the old name when it is the new one already.
    if _fit(server, name, tries):
        return True
    before = server.current
    if before is not None and _fit(server, before, tries):
        return False
    server.stop()
    raise RuntimeError("nothing is ready")


def asks_once(server, name, tries):
    # Takes back a release that only needed a moment.
    before = server.current
    if _fit(server, name, 1):
        return True
    if before is not None and _fit(server, before, 1):
        return False
    server.stop()
    raise RuntimeError("nothing is ready")


def silence_is_fatal(server, name, tries):
    # Breaks off when nothing answers, with the broken release in use.
    before = server.current
    server.start(name)
    if any(server.ready() for _ in range(tries)):
        return True
    server.start(before)
    return False


def old_one_trusted(server, name, tries):
    # Goes back without looking whether the old release runs.
    before = server.current
    if _fit(server, name, tries):
        return True
    if before is not None:
        server.start(before)
        return False
    server.stop()
    raise RuntimeError("nothing is ready")


def left_running(server, name, tries):
    # Raises the alarm and leaves a service that answers wrongly.
    before = server.current
    if _fit(server, name, tries):
        return True
    if before is not None and _fit(server, before, tries):
        return False
    raise RuntimeError("nothing is ready")


def no_rollback(server, name, tries):
    # Says that the release failed, and leaves it in use.
    return _fit(server, name, tries)


def always_49(server, name, tries):
    # Asks far longer than it was told.
    return _release(server, name, 49)


def always_3(server, name, tries):
    # Does not read the number of tries.
    return _release(server, name, 3)


def one_try_less(server, name, tries):
    # Gives up just before the release is fit.
    return _release(server, name, tries - 1)


def one_try_more(server, name, tries):
    # Asks once more than it was told.
    return _release(server, name, tries + 1)


def stops_anyway(server, name, tries):
    # Stops the service when all is done.
    try:
        return _release(server, name, tries)
    finally:
        server.stop()


def never_alarms(server, name, tries):
    # Says False, whether the old release runs or nothing.
    with suppress(RuntimeError):
        return _release(server, name, tries)
    return False


def twice(server, name, tries):
    # Starts the failed release a second time, while the desk waits.
    before = server.current
    if _fit(server, name, tries) or _fit(server, name, tries):
        return True
    if before is not None and _fit(server, before, tries):
        return False
    server.stop()
    raise RuntimeError("nothing is ready")


def old_one_first(server, name, tries):
    # Restarts the old release first, an outage for nothing.
    if server.current is not None:
        server.start(server.current)
    return _release(server, name, tries)


def _release(server, name, tries):
    before = server.current
    if _fit(server, name, tries):
        return True
    if before is not None and _fit(server, before, tries):
        return False
    server.stop()
    raise RuntimeError("nothing is ready")


WRONG = {
    "failed-logins": [
        # A refused key looks the same, whoever mistyped the account.
        CAUSES | {"b": "key not authorised", "d": "wrong account"},
        CAUSES | {"b": "key not authorised"},
        # Takes a refused connection for a changed host.
        CAUSES | {"a": "host changed", "c": "nobody listens"},
        CAUSES | {"c": "key not authorised"},
        # One login is missing, one cause is invented.
        {key: CAUSES[key] for key in "abc"},
        CAUSES | {"d": "wrong password"},
        list(CAUSES.values()),
    ],
    "ssh-config": [
        # The name is left out, so every server is meant.
        _config("Host nordlys", "Host *"),
        _config("Host nordlys", "Host server.nordlys.example"),
        _config("    Port 2222\n", ""),
        _config("    User malik\n", ""),
        _config("User malik", "Account malik"),
        # The colons of -L do not stand in a file.
        _config("8888 127", "8888:127"),
        # Leads out of the server into the internet.
        _config("127.0.0.1:8888", "server.nordlys.example:8888"),
        _config("LocalForward 8888", "LocalForward 8000"),
        _config("LocalForward", "RemoteForward"),
        _config("server.nordlys.example", "malik@server.nordlys.example"),
        _config("id_ed25519", "id_ed25519.pub"),
        "no_such_file",
    ],
    "key-line": [
        # Tunnels go past the command, from anywhere.
        f"{COMMAND} {KEY}",
        # The stolen key works from the thief's machine.
        f"restrict,{COMMAND} {KEY}",
        # The command is fixed, but the key opens tunnels.
        f"{FROM},{COMMAND} {KEY}",
        # The quotation mark in the command ends the option early.
        f'restrict,{FROM},command="python3 publish.py "evening list"" {KEY}',
        f'restrict,{FROM},command="python3 publish.py evening list" {KEY}',
        # A space ends the options, so that the key is not found.
        f"restrict, {FROM}, {COMMAND} {KEY}",
        # Behind the key everything is a comment.
        f"{KEY} restrict,{FROM},{COMMAND}",
        # sshd wants quotation marks around each value.
        f"restrict,from=192.0.2.17,{COMMAND} {KEY}",
        # Lets in every address that begins like the right one, or the neighbours.
        f'restrict,from="192.0.2.17*",{COMMAND} {KEY}',
        f'restrict,from="192.0.2.17,192.0.2.0/24",{COMMAND} {KEY}',
        # Gives back a part of what restrict took.
        f"restrict,pty,{FROM},{COMMAND} {KEY}",
        # Forbids tunnels, and nothing that a later version may bring.
        f"no-port-forwarding,{FROM},{COMMAND} {KEY}",
        f'restrict,environment="A=b",{FROM},{COMMAND} {KEY}',
        # sshd refuses a line with an option that it does not know.
        f"restrict,no-such,{FROM},{COMMAND} {KEY}",
        # A key that no server lets in any more.
        f'restrict,expiry-time="20200101",{FROM},{COMMAND} {KEY}',
        # Two digits have changed places.
        f'restrict,from="192.0.2.71",{COMMAND} {KEY}',
        # The other half of the key.
        "-----BEGIN {} KEY-----".format("OPENSSH PRIVATE"),
        f"restrict,{FROM},{COMMAND}",
        f"restrict,{FROM},\n{COMMAND} {KEY}",
    ],
    "release-or-return": [
        name_read_late,
        asks_once,
        silence_is_fatal,
        old_one_trusted,
        left_running,
        no_rollback,
        always_49,
        always_3,
        one_try_less,
        one_try_more,
        stops_anyway,
        never_alarms,
        lambda server, name, tries: _release(server, name, tries) or None,
        twice,
        old_one_first,
    ],
}

ALSO_RIGHT = {
    "ssh-config": [
        _config("127.0.0.1:8888", "localhost:8888"),
        _config("    Port 2222\n", "    port = 2222\n\n    # a comment\n"),
        _config("LocalForward 8888", "LocalForward 127.0.0.1:8888"),
        f"Host gate\n    User jump\n\n{CONFIG}",
    ],
    "key-line": [
        f"{COMMAND},{FROM},restrict {KEY}\n",
        f"RESTRICT,{FROM},no-pty,{COMMAND} {KEY}",
    ],
}
