#!/usr/bin/env python3
"""An independent recount of the CDNOW orders, to compare Offramp's reports with.

    cdnow.py figures ORDERS.csv [--until 1997-10-01]   print the figures that must come out
    cdnow.py vary ORDERS.csv --seed N --out FILE       write a thinned and time-shifted log
    cdnow.py compare EXPECTED.json ACTUAL.json         exit 0 when ACTUAL holds all the expected figures

Exit status: 0 success, 1 figures differ, 2 wrong usage or unreadable input.
"""

import argparse
import csv
import json
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

COLUMNS = ["customer", "date", "quantity", "amount"]
CURRENCY = "USD"
CUT_OFF = date(1997, 10, 1)
DAY = timedelta(days=1)
MAX_SHIFT_DAYS = 120
SECONDS_PER_DAY = Decimal(86_400)
Z_95 = Decimal("1.959963984540054")


class InputError(Exception):
    """A file that cannot be read as what it should be."""


@dataclass(frozen=True)
class Order:
    """One row of the log."""

    customer: str
    day: date
    quantity: int
    amount: Decimal

    @property
    def instant(self) -> datetime:
        """The moment of the order: a day without a time of day is midnight UTC."""
        return datetime.combine(self.day, time.min, tzinfo=timezone.utc)


# Reading and writing the log


def read_orders(path: str) -> list[Order]:
    """Read the log, in the file's own order."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if next(rows, None) != COLUMNS:
            raise InputError(f"{path}: the header must be {','.join(COLUMNS)}")
        return [parse_order(row, f"{path}, line {rows.line_num}") for row in rows]


def parse_order(row: list[str], where: str) -> Order:
    """Read one row of the log."""
    try:
        customer, day, quantity, amount = row
        return Order(customer, date.fromisoformat(day), int(quantity), Decimal(amount))
    except (ValueError, ArithmeticError) as error:
        raise InputError(f"{where}: {row} is no order: {error}") from error


def write_orders(path: str, orders: list[Order]) -> None:
    """Write a log in the format that `read_orders` reads."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([o.customer, o.day.isoformat(), o.quantity, o.amount] for o in orders)


# The recount


class Outcome(Enum):
    """What an order after the first does to a customer who is in an automation."""

    STAY = "stay"
    CONVERT = "convert"
    EXIT = "exit"


Judge = Callable[[Order, Order], Outcome]
"""Says what a later order (second argument) means after the first order (first argument)."""


@dataclass
class Tally:
    """What one automation did to all customers."""

    entered: int = 0
    alternate_exits: int = 0
    revenue: Decimal = Decimal(0)
    seconds_to_convert: list[int] = field(default_factory=list)

    @property
    def converted(self) -> int:
        """How many reached the goal."""
        return len(self.seconds_to_convert)

    @property
    def active(self) -> int:
        """How many are still inside."""
        return self.entered - self.converted - self.alternate_exits


def follow_up_purchase(until: date) -> Judge:
    """Goal: an order at least one day after the first one and before `until`."""

    def judge(first: Order, order: Order) -> Outcome:
        in_time = first.instant + DAY <= order.instant and order.day < until
        return Outcome.CONVERT if in_time else Outcome.STAY

    return judge


def back_within_30_days(first: Order, order: Order) -> Outcome:
    """Goal: an order 1 to 30 days after the first one; a later order is the alternate exit."""
    elapsed = order.instant - first.instant
    if elapsed < DAY:
        return Outcome.STAY
    return Outcome.CONVERT if elapsed <= 30 * DAY else Outcome.EXIT


def histories(orders: list[Order]) -> dict[str, list[Order]]:
    """The orders of each customer by date; the sort is stable, so a day keeps the file's order."""
    by_customer: dict[str, list[Order]] = {}
    for order in sorted(orders, key=lambda o: o.day):
        by_customer.setdefault(order.customer, []).append(order)
    return by_customer


def run(orders: list[Order], judge: Judge) -> Tally:
    """Let every customer enter by the first order and leave, once, by the first order that decides."""
    tally = Tally()
    for first, *later in histories(orders).values():
        tally.entered += 1
        verdicts = ((order, judge(first, order)) for order in later)
        decided = next((verdict for verdict in verdicts if verdict[1] is not Outcome.STAY), None)
        if decided is None:
            continue
        order, outcome = decided
        if outcome is Outcome.EXIT:
            tally.alternate_exits += 1
        else:
            tally.revenue += order.amount
            tally.seconds_to_convert.append(int((order.instant - first.instant).total_seconds()))
    return tally


# The figures


def two_decimals(value: Decimal) -> str:
    """Write with exactly two decimals, round half up."""
    return str(value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def wilson_interval(successes: int, trials: int) -> tuple[Decimal, Decimal]:
    """The 95 % Wilson score interval of a share, within 0 and 1."""
    n, share, z_squared = Decimal(trials), Decimal(successes) / trials, Z_95 * Z_95
    centre = share + z_squared / (2 * n)
    margin = Z_95 * (share * (1 - share) / n + z_squared / (4 * n * n)).sqrt()
    scale = 1 + z_squared / n
    return max(Decimal(0), (centre - margin) / scale), min(Decimal(1), (centre + margin) / scale)


def conversion_rate(converted: int, entered: int) -> dict | None:
    """The share that converted with its interval, or None when nobody entered."""
    if entered == 0:
        return None
    low, high = wilson_interval(converted, entered)
    return {
        "numerator": converted,
        "denominator": entered,
        "percent": two_decimals(Decimal(100 * converted) / entered),
        "lowPercent": two_decimals(100 * low),
        "highPercent": two_decimals(100 * high),
    }


def median_days(seconds: list[int]) -> str | None:
    """The median in days, or None when there is nothing to take it of."""
    if not seconds:
        return None
    return two_decimals(statistics.median(map(Decimal, seconds)) / SECONDS_PER_DAY)


def report(name: str, tally: Tally) -> dict:
    """The figures of one automation."""
    revenue = [{"amount": str(tally.revenue), "currencyCode": CURRENCY}] if tally.converted else []
    return {
        "name": name,
        "entered": tally.entered,
        "active": tally.active,
        "converted": tally.converted,
        "alternateExits": tally.alternate_exits,
        "conversionRate": conversion_rate(tally.converted, tally.entered),
        "revenue": revenue,
        "medianDaysToConvert": median_days(tally.seconds_to_convert),
    }


def figures(orders: list[Order], until: date) -> dict:
    """All the figures that must come out."""
    judges = {"Follow-up purchase": follow_up_purchase(until), "Back within 30 days": back_within_30_days}
    return {"automations": [report(name, run(orders, judge)) for name, judge in judges.items()]}


# Variations


def vary(orders: list[Order], seed: int) -> list[Order]:
    """Drop 20 to 60 % of the customers and about 10 % of single rows, shift all dates by the same days.

    Uses only `Random.random`, whose sequence for a seed is the same in every version of Python.
    """
    rng = random.Random(seed)
    shift = timedelta(days=int(rng.random() * (2 * MAX_SHIFT_DAYS + 1)) - MAX_SHIFT_DAYS)
    customers = list(dict.fromkeys(order.customer for order in orders))
    drop_count = round((0.2 + 0.4 * rng.random()) * len(customers))
    dropped = set(sorted(customers, key=lambda _: rng.random())[:drop_count])
    kept = (order for order in orders if order.customer not in dropped and rng.random() >= 0.1)
    return [replace(order, day=order.day + shift) for order in kept]


# Comparing


def leaves(value: object) -> int:
    """How many figures a JSON value holds; an empty list or object counts as one."""
    if isinstance(value, dict | list) and value:
        return sum(map(leaves, value.values() if isinstance(value, dict) else value))
    return 1


def differences(expected: object, actual: object, path: str = "") -> Iterator[str]:
    """Describe where `actual` lacks an expected figure; further keys in it do not matter."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            inner = f"{path}.{key}" if path else key
            if key in actual:
                yield from differences(value, actual[key], inner)
            else:
                yield f"{inner}: expected {json.dumps(value)}, but it is missing"
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (left, right) in enumerate(zip(expected, actual)):
            yield from differences(left, right, f"{path}[{index}]")
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{path or 'document'}: expected {json.dumps(expected)}, got {json.dumps(actual)}"


def read_json(path: str) -> object:
    """Read a JSON file."""
    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file)
        except ValueError as error:
            raise InputError(f"{path}: no JSON: {error}") from error


# Commands


def figures_command(args: argparse.Namespace) -> int:
    """Print the figures of a log."""
    print(json.dumps(figures(read_orders(args.orders), args.until), indent=2))
    return 0


def vary_command(args: argparse.Namespace) -> int:
    """Write a variation of a log."""
    varied = vary(read_orders(args.orders), args.seed)
    write_orders(args.out, varied)
    print(f"seed {args.seed}: {len(varied)} orders of {len({order.customer for order in varied})} customers")
    return 0


def compare_command(args: argparse.Namespace) -> int:
    """Print how many figures agree, or each difference."""
    expected = read_json(args.expected)
    if expected in ({}, []):
        raise InputError(f"{args.expected}: holds no figures to compare with")
    found = list(differences(expected, read_json(args.actual)))
    print("\n".join(found) if found else f"{leaves(expected)} figures agree")
    return 1 if found else 0


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="An independent recount of the CDNOW orders.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("figures", help="print the figures that must come out")
    command.add_argument("orders", metavar="ORDERS.csv")
    command.add_argument("--until", type=date.fromisoformat, default=CUT_OFF, metavar="DATE",
                         help="a follow-up purchase is before this day (default: %(default)s)")
    command.set_defaults(run=figures_command)

    command = commands.add_parser("vary", help="write a thinned and time-shifted log")
    command.add_argument("orders", metavar="ORDERS.csv")
    command.add_argument("--seed", type=int, required=True, metavar="N")
    command.add_argument("--out", required=True, metavar="FILE")
    command.set_defaults(run=vary_command)

    command = commands.add_parser("compare", help="check that ACTUAL holds all the expected figures")
    command.add_argument("expected", metavar="EXPECTED.json")
    command.add_argument("actual", metavar="ACTUAL.json")
    command.set_defaults(run=compare_command)

    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run one command and return the exit status."""
    args = parse_arguments(argv)
    try:
        return args.run(args)
    except (InputError, OSError) as error:
        print(f"cdnow.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
