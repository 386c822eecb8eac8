"""Command lines: numbers as people type them, an option once, an error in one line."""
import argparse
import os
import pathlib
import re
from typing import IO, Callable, Dict, NoReturn, Optional, Union

from . import tool
from .checkout import PORT_MAX

BASE_PORT = "OVID_BASE_PORT"
BASE_PORT_DEFAULT = 3000
BASE_PORT_MIN = 1024  # as for the node

_WHOLE = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_DIGITS_MAX = 18


class OutOfRange(ValueError):
    """What was typed is not a number of the range; the text names both."""


def whole_number(text: str, low: int, high: int) -> int:
    """Decimal digits and nothing else; leading zeros do not count."""
    digits = text.lstrip("0") or text[-1:]
    if _WHOLE.fullmatch(text) and len(digits) <= _DIGITS_MAX and low <= int(digits) <= high:
        return int(digits)
    raise OutOfRange(f"`{text}` is not a whole number in {low}..{high}")


def integer(low: int, high: int) -> Callable[[str], int]:
    """The type of an option that takes a whole number."""
    return _type(lambda text: whole_number(text, low, high))


def seconds(low: float, high: float) -> Callable[[str], float]:
    """The type of an option that takes seconds, also fractions."""

    def convert(text: str) -> float:
        value = float(text) if _DECIMAL.fullmatch(text) else low - 1
        if not low <= value <= high:
            raise OutOfRange(f"`{text}` is not a number of seconds in {low:g}..{high:g}")
        return value

    return _type(convert)


def _type(convert: "Callable[[str], Union[int, float]]") -> "Callable[[str], Union[int, float]]":
    def converted(text: str) -> "Union[int, float]":
        try:
            return convert(text)
        except OutOfRange as wrong:
            raise argparse.ArgumentTypeError(str(wrong)) from None

    return converted


class _Once(argparse.Action):
    """Keeps a value; an option that is given again must have the same value."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace,
                 values: object, option_string: Optional[str] = None) -> None:
        if option_string is not None:
            given: Dict[str, object] = namespace.__dict__.setdefault("given", {})
            if given.setdefault(self.dest, values) != values:
                parser.error(f"{option_string} is given twice: {given[self.dest]} and {values}")
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """Refuses in one line on standard error, with exit status 2."""

    def __init__(self, prog: str, description: Optional[str]) -> None:
        super().__init__(prog=prog, description=description,
                         formatter_class=argparse.RawDescriptionHelpFormatter)
        self.register("action", None, _Once)
        self.register("action", "store", _Once)

    def print_help(self, file: "Optional[IO[str]]" = None) -> None:
        tool.show(self.format_help().rstrip("\n"))

    def error(self, message: str) -> NoReturn:
        tool.say(self.prog, f"{message}; see --help")
        raise SystemExit(2)


def add_base_port(parser: Parser) -> None:
    parser.add_argument("--base-port", metavar="PORT", type=integer(BASE_PORT_MIN, PORT_MAX),
                        help="node i listens for its peers on PORT + i (default: the "
                             f"environment variable {BASE_PORT}, or {BASE_PORT_DEFAULT})")


def settle_base_port(parser: Parser, options: argparse.Namespace, nodes: int = 1) -> None:
    """Take the base port from the option, else from the environment; pass it to all children.

    Refuses it if `nodes` nodes would need ports that do not exist.
    """
    text = os.environ.get(BASE_PORT, "")
    if options.base_port is None and text:
        try:
            options.base_port = whole_number(text, BASE_PORT_MIN, PORT_MAX)
        except OutOfRange as wrong:
            parser.error(f"{BASE_PORT}: {wrong}")
    if options.base_port is None:
        options.base_port = BASE_PORT_DEFAULT
    else:
        os.environ[BASE_PORT] = str(options.base_port)
    last = options.base_port + nodes - 1
    if last > PORT_MAX:
        parser.error(f"base port {options.base_port}: {nodes} nodes need ports up to {last}, "
                     f"beyond {PORT_MAX}")


def process_folder(parser: Parser, name: str) -> pathlib.Path:
    """The folder's real path; refused without an executable `process` in it."""
    try:
        folder = pathlib.Path(os.path.realpath(name))
    except OSError as error:  # a relative path in a folder that was deleted
        parser.error(f"{name}: {tool.reason(error)}")
    if not os.access(folder / "process", os.X_OK):
        parser.error(f"no executable `process` in {folder}")
    return folder
