"""Plausible wrong answers to the exercises of the page on SSH."""


def message_only(code, message):
    # Believes words that a remote program may print, too.
    if "HAS CHANGED" in message:
        return "stop"
    if "Host key verification failed" in message:
        return "verify"
    if "Permission denied (" in message:
        return "ask for access"
    return "go on" if code == 0 else "look there"


def unknown_first(code, message):
    # Takes a changed key for an unknown one, and somebody will accept it.
    if code != 255:
        return "look there" if code else "go on"
    if "Host key verification failed" in message:
        return "verify"
    if "Permission denied (" in message:
        return "ask for access"
    return "look there"


def every_255_is_a_key(code, message):
    # Calls a server that is switched off a refused key.
    if code != 255:
        return "look there" if code else "go on"
    if "HAS CHANGED" in message:
        return "stop"
    return "verify" if "Host key" in message else "ask for access"


def every_denial_is_a_key(code, message):
    # The firewall's words name no method in brackets.
    if code != 255:
        return "look there" if code else "go on"
    if "HAS CHANGED" in message:
        return "stop"
    if "Host key verification failed" in message:
        return "verify"
    return "ask for access" if "Permission denied" in message else "look there"


def boolean(code, message):
    # Says whether, where the exercise asks for what.
    return code == 0


def command_only(public_key, command, address):
    # Tunnels go past the command, from anywhere.
    return f'command="{command}" {public_key.strip()}'


def no_address(public_key, command, address):
    # The stolen key works from the thief's machine.
    quoted = command.replace('"', '\\"')
    return f'restrict,command="{quoted}" {public_key.strip()}'


def tunnels_open(public_key, command, address):
    # The command is fixed, but the key opens tunnels.
    quoted = command.replace('"', '\\"')
    return f'from="{address}",command="{quoted}" {public_key.strip()}'


def not_quoted(public_key, command, address):
    # A quotation mark in the command ends the option early.
    return f'restrict,from="{address}",command="{command}" {public_key.strip()}'


def spaces_between(public_key, command, address):
    # A space ends the options, so that the key is not found.
    quoted = command.replace('"', '\\"')
    options = f'restrict, from="{address}", command="{quoted}"'
    return f"{options} {public_key.strip()}"


def options_behind(public_key, command, address):
    # Behind the key everything is a comment.
    return f'{public_key.strip()} restrict,from="{address}",command="{command}"'


def line_break_kept(public_key, command, address):
    # Leaves an empty line after the key's.
    quoted = command.replace('"', '\\"')
    return f'restrict,from="{address}",command="{quoted}" {public_key}'


def _line(options, public_key, command):
    quoted = command.replace('"', '\\"')
    return f'{options},command="{quoted}" {public_key.strip()}'


def prefix_of_address(public_key, command, address):
    # Lets in every address that begins like the right one.
    return _line(f'restrict,from="{address}*"', public_key, command)


def one_more_address(public_key, command, address):
    # The whole neighbourhood may come.
    net = address.rpartition(".")[0]
    return _line(f'restrict,from="{address},{net}.0/24"', public_key, command)


def terminal_back(public_key, command, address):
    # Gives back a part of what restrict took.
    return _line(f'restrict,pty,from="{address}"', public_key, command)


def tunnels_only(public_key, command, address):
    # Forbids tunnels, and nothing that a later version may bring.
    return _line(f'no-port-forwarding,from="{address}"', public_key, command)


def environment(public_key, command, address):
    # Hands over a variable that nobody asked for.
    options = f'restrict,environment="A=b",from="{address}"'
    return _line(options, public_key, command)


def unknown_option(public_key, command, address):
    # sshd refuses a line with an option that it does not know.
    return _line(f'restrict,no-such,from="{address}"', public_key, command)


def expired(public_key, command, address):
    # A key that no server lets in any more.
    options = f'restrict,expiry-time="20200101",from="{address}"'
    return _line(options, public_key, command)


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
    "next-step": [
        message_only,
        unknown_first,
        every_255_is_a_key,
        every_denial_is_a_key,
        boolean,
    ],
    "key-line": [
        command_only,
        no_address,
        tunnels_open,
        not_quoted,
        spaces_between,
        options_behind,
        line_break_kept,
        prefix_of_address,
        one_more_address,
        terminal_back,
        tunnels_only,
        environment,
        expired,
        unknown_option,
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
        twice,
        old_one_first,
    ],
}
