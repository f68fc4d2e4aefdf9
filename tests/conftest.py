"""What all tests need of the process that runs them."""

import signal


def pytest_configure() -> None:
    """Let interrupts through: a shell has what it starts in the background ignore them.

    Whatever the tests start would inherit that, and those that interrupt a service wait for ever.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
