"""What is done to the site, and what it cost: CPU from /proc, statements from PostgreSQL."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import requests

from tests.services import process_tree

TICKS = os.sysconf("SC_CLK_TCK")
TOKEN = "b" * 32
ALL_ANSWERS = {f"item-{n}": "key-b" for n in range(1, 11)} | {"shown": [*map(str, range(1, 11))]}


def answer(number: int) -> dict:
    """What the page's form holds of one question."""
    return {f"item-{number}": "key-b", "shown": str(number)}


def read_sender(page: requests.Response) -> dict[str, str]:
    return dict(re.findall(r'name="(client|seen)" value="([^"]*)"', page.text))


def cpu_seconds(roots: list[int]) -> float:
    """Of the processes, their descendants, and the descendants they have waited for."""
    total = 0
    for pid in {pid for root in roots for pid in process_tree(root)}:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(each) for each in fields[11:15])
    return total / TICKS


def memory_mib(root: int) -> float:
    """What the process and its descendants hold alone (pages shared are counted by their share)."""
    total = 0
    for pid in process_tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(re.search(r"^Pss:\s+(\d+)", lines, re.MULTILINE)[1])
    return total / 1024


@dataclass
class Bench:
    base_url: str
    floor_url: str
    database: str
    roots: list[int]
    worker: int
    population: dict
    figures: dict[str, list[dict]] = field(default_factory=dict)

    def session(self, cookie: str | None) -> requests.Session:
        session = requests.Session()
        if cookie:
            session.cookies.set("sessionid", cookie)
            session.cookies.set("csrftoken", TOKEN)
        return session

    def statements(self) -> int:
        query = "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements"
        with psycopg.connect(self.database) as connection:
            return int(connection.execute(query).fetchone()[0])

    def measure(self, name: str, times: int, act: Callable[[int], int]) -> None:
        """`act` gets the number of the repetition and returns how many requests it made."""
        statements, cpu = self.statements(), cpu_seconds(self.roots)
        made = sum(act(number) for number in range(times))
        figure = {
            "cpu_ms": (cpu_seconds(self.roots) - cpu) * 1000 / times,
            "requests": made / times,
            # The figure's own query is one of them.
            "statements": (self.statements() - statements - 1) / times,
        }
        self.figures.setdefault(name, []).append(figure)

    def get(self, session: requests.Session, path: str) -> requests.Response:
        response = session.get(self.base_url + path)
        assert response.status_code == 200, (path, response.status_code)
        return response

    def visit_floor(self, session: requests.Session, page: str) -> int:
        """What Django itself costs: scripts/bench_floor.py."""
        session.get(f"{self.floor_url}/{page}/").raise_for_status()
        return 1

    def measure_floor(self, learner: requests.Session) -> None:
        for page in ("plain", "signed-in"):
            self.measure(
                f"floor: {page}", 200, lambda _, page=page: self.visit_floor(learner, page)
            )

    def post(self, session: requests.Session, path: str, data: dict) -> requests.Response:
        token = {"csrfmiddlewaretoken": TOKEN}
        response = session.post(self.base_url + path, data | token, allow_redirects=False)
        assert response.status_code == 302, (path, response.status_code)
        return response

    def round(self) -> None:
        population = self.population
        learner = self.session(population["learner"])
        officer = self.session(population["officer"])
        module, report = population["module"], f"/learn/reports/{population['course']}/"
        self.measure_floor(learner)
        self.measure("page_view", 200, lambda _: bool(self.get(learner, module)))
        self.measure("quiz_attempt", 40, lambda _: self.take_quiz(learner))
        self.measure("quiz_attempt_saved", 20, lambda _: self.take_quiz_with_saves(learner))
        self.measure("quiz_attempt_paged", 20, lambda _: self.take_quiz_by_pages(learner))
        self.measure("verify", 300, self.verify)
        self.measure("report_html", 20, lambda _: bool(self.get(officer, report)))
        self.measure("report_csv", 5, lambda _: bool(self.get(officer, f"{report}enrolments.csv")))
        self.measure_certificates(40)

    def round_at_scale(self) -> None:
        """What must not cost more the more people there are."""
        population = self.population
        learner = self.session(population["learner"])
        ministry = self.session(population["officer"])
        town, prefecture = (self.session(population[name]) for name in ("town", "prefecture"))
        report = f"/learn/reports/{population['report_course']}/enrolments.csv"
        dashboard = f"/editor/training/figures/?course={population['course']}"
        self.measure_floor(learner)
        self.measure("page_view", 100, lambda _: bool(self.get(learner, population["module"])))
        self.measure("quiz_attempt", 20, lambda _: self.take_quiz(learner))
        self.measure("verify", 100, self.verify)
        self.measure("town_page", 30, lambda _: bool(self.get(town, population["town_page"])))
        self.measure(
            "prefecture_page",
            30,
            lambda _: bool(self.get(prefecture, population["prefecture_page"])),
        )
        self.measure("dashboard", 30, lambda _: bool(self.get(ministry, dashboard)))
        self.measure(
            "public_figures", 50, lambda _: bool(self.get(self.session(None), "/figures/"))
        )
        self.measure("report_csv", 5, lambda _: bool(self.get(ministry, report)))

    @contextmanager
    def with_worker(self) -> Iterator[None]:
        """Stopped otherwise: sweeps are nothing that a page costs."""
        os.killpg(self.worker, signal.SIGCONT)
        try:
            yield
        finally:
            os.killpg(self.worker, signal.SIGSTOP)

    def start_quiz(self, learner: requests.Session, module: str) -> str:
        quiz = f"/learn/modules/{self.population[module]}/quiz/"
        return self.post(learner, quiz, {}).headers["Location"]

    def take_quiz(self, learner: requests.Session) -> int:
        started = self.start_quiz(learner, "quiz_module")
        self.get(learner, started)
        result = self.post(learner, started, ALL_ANSWERS | {"submit": "1"}).headers["Location"]
        self.get(learner, result)
        return 4

    def take_quiz_with_saves(self, learner: requests.Session) -> int:
        """As the page's script does it: each answer is saved once it is given."""
        started = self.start_quiz(learner, "quiz_module")
        sender = read_sender(self.get(learner, started))
        for number in range(1, 11):
            data = answer(number) | sender | {"number": str(number), "age": "20"}
            data["csrfmiddlewaretoken"] = TOKEN
            saved = learner.post(f"{self.base_url}{started}save/", data)
            assert saved.status_code == 200, saved.status_code
            sender["seen"] = str(saved.json()["seen"])
        data = ALL_ANSWERS | sender | {"submit": "1"}
        self.get(learner, self.post(learner, started, data).headers["Location"])
        return 14

    def take_quiz_by_pages(self, learner: requests.Session) -> int:
        page = started = self.start_quiz(learner, "paged_module")
        for number in range(1, 11):
            data = answer(number) | read_sender(self.get(learner, page)) | {"page": str(number)}
            data |= {"go": str(number + 1)} if number < 10 else {"submit": "1"}
            page = self.post(learner, started, data).headers["Location"]
        self.get(learner, page)
        return 22

    def verify(self, _number: int) -> int:
        self.get(self.session(None), f"/v/{self.population['code']}")
        return 1

    def issue(self, count: int) -> Iterator[int]:
        """Completes so many enrolments, then tells how many are issued until all of them are."""
        issued = "SELECT count(*) FROM lms_certificates_certificate WHERE status = 'issued'"
        with psycopg.connect(self.database, autocommit=True) as connection:
            before = connection.execute(issued).fetchone()[0]
            connection.execute(
                "UPDATE lms_training_enrolment SET completed_at = now() WHERE id IN (SELECT id "
                "FROM lms_training_enrolment WHERE completed_at IS NULL AND course_id = %s "
                "LIMIT %s)",
                (self.population["course"], count),
            )
            done = 0
            while done < count:
                yield (done := connection.execute(issued).fetchone()[0] - before)

    def issue_many(self, count: int) -> dict[str, float]:
        """As at the end of a fiscal year: everybody has completed at once."""
        cpu, started = cpu_seconds(self.roots), time.monotonic()
        memory: list[float] = []
        with self.with_worker():
            for issued in self.issue(count):
                memory.append(memory_mib(self.worker))
                print(f"{issued:6} issued, worker {memory[-1]:.0f} MiB", file=sys.stderr)
                time.sleep(10)
        # The first tenth is the worker's imports and fonts.
        settled = memory[len(memory) // 10 :]
        return {
            "seconds": round(time.monotonic() - started, 1),
            "cpu_ms": round((cpu_seconds(self.roots) - cpu) * 1000 / count, 1),
            "memory_mib_from": round(settled[0]),
            "memory_mib_to": round(settled[-1]),
        }

    def measure_certificates(self, count: int) -> None:
        """From completions in the table to stored PDFs, by way of the sweep and the broker.

        Continued, the worker's beat is late and sweeps at once; the next sweep finds the rest.
        """
        statements, cpu = self.statements(), cpu_seconds(self.roots)
        with self.with_worker():
            for _issued in self.issue(count):
                time.sleep(0.5)
        figure = {
            "cpu_ms": (cpu_seconds(self.roots) - cpu) * 1000 / count,
            "requests": 0,
            "statements": (self.statements() - statements) / count,
        }
        self.figures.setdefault("certificate", []).append(figure)
