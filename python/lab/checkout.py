"""This checkout: its folders, its version, and which ports are free."""
import pathlib
import re
import socket

PYTHON_DIR = pathlib.Path(__file__).resolve().parent.parent
REPOSITORY = PYTHON_DIR.parent
HOST = "127.0.0.1"
PORT_MAX = 65535


def version() -> str:
    """The version of the project as meson.build states it, or `unknown`."""
    try:
        text = (REPOSITORY / "meson.build").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return "unknown"
    call = re.search(r"\bproject\s*\(.*?(?<!\w)version\s*:\s*'([^']*)'", text, re.DOTALL)
    return call.group(1) if call else "unknown"


def port_is_free(port: int) -> bool:
    """Whether a server could listen on the port now (closed connections do not matter)."""
    if port > PORT_MAX:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True
