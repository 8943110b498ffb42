"""What each action costs the server: gunicorn with 4 workers, one Celery worker, PostgreSQL, Redis.

CPU is user and system time of all their processes, read from /proc. Rounds are interleaved, the
median is printed, the spread goes to standard error. With --scale there is a site for each size,
and they take turns round by round.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench_services import start

ROUNDS = 3


def run() -> dict[str, dict]:
    with ExitStack() as stack:
        bench = start(stack)
        bench.round()  # warms every worker; thrown away
        bench.figures.clear()
        for _round in range(ROUNDS):
            bench.round()
        return summarise(bench.figures)


def run_at_scale(sizes: Sequence[int]) -> dict[str, dict]:
    with ExitStack() as stack:
        benches = {size: start(stack, enrolments=size) for size in sizes}
        for bench in benches.values():
            bench.round_at_scale()
            bench.figures.clear()
        for _round in range(ROUNDS):
            for bench in benches.values():
                bench.round_at_scale()
        summary = {}
        for size, bench in benches.items():
            print(f"{size} enrolments", file=sys.stderr)
            summary[str(size)] = summarise(bench.figures)
        return summary


def run_certificates(count: int) -> dict[str, float]:
    with ExitStack() as stack:
        bench = start(stack, learners=count + 1, concurrency=2)
        return bench.issue_many(count)


def summarise(figures: dict[str, list[dict]]) -> dict[str, dict]:
    summary = {}
    for name, rounds in figures.items():
        cpu = sorted(each["cpu_ms"] for each in rounds)
        print(f"{name}: {cpu[0]:.1f} to {cpu[-1]:.1f} ms", file=sys.stderr)
        summary[name] = {
            key: round(statistics.median(each[key] for each in rounds), 1) for key in rounds[0]
        }
    return summary


def tell(summary: dict[str, dict]) -> None:
    print(f"{'action':20}{'CPU ms':>9}{'requests':>10}{'statements':>12}")
    for name, each in summary.items():
        print(f"{name:20}{each['cpu_ms']:9.1f}{each['requests']:10.1f}{each['statements']:12.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--scale",
        metavar="1000,1000000",
        type=lambda text: [int(each) for each in text.split(",")],
        help="measure with so many enrolments, one size after the other",
    )
    parser.add_argument(
        "--certificates",
        metavar="10000",
        type=int,
        help="issue so many at once with two worker processes, and tell time and memory",
    )
    arguments = parser.parse_args()
    if arguments.certificates:
        print(json.dumps(run_certificates(arguments.certificates)))
        return
    if arguments.scale:
        scales = run_at_scale(arguments.scale)
        if arguments.json:
            print(json.dumps({"scales": scales}))
            return
        for size, summary in scales.items():
            print(f"{size} enrolments")
            tell(summary)
        return
    summary = run()
    if arguments.json:
        print(json.dumps(summary))
        return
    tell(summary)


if __name__ == "__main__":
    main()
