"""List every address of the house, raw ones included."""

import argparse
import json

from operant.cli import house


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    house.settings()
    house.django()
    from operant.config import routes

    found = routes.inventory()
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    for route in found:
        inside = "organization" if route["organization"] else ""
        methods = ",".join(route["methods"])
        print(f"{methods:<20} {route['path']:<60} {route['room']:<14} {route['auth']:<10} {inside}")
    return 0
