"""How each command reads its arguments."""

from __future__ import annotations

import argparse

from local_stack.commands import COMMANDS


def parser(name: str) -> argparse.ArgumentParser:
    """An argument parser that calls itself `./run NAME`."""
    return argparse.ArgumentParser(prog=f"./run {name}", description=COMMANDS[name].partition("   ")[0])
