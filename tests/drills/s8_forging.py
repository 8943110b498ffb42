"""Messages that no program of ours would send."""

import json
import pickle
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

NOBODYS = [0, -1, 999_999_999, 2**31, 2**63, 2**70]
WRONG = [None, "", "1", "1 OR 1=1", "'; DROP TABLE x; --", 1.5, True, [], {}, [1], {"pk": 1}, "１"]
TASKS = [
    "certificates.tasks.issue",
    "certificates.tasks.sweep",
    "certificates.tasks.answer_list",
    "certificates.tasks.deliver",
    "certificates.tasks.sweep_offices",
    "certificates.tasks.renew_status_lists",
    "certificates.tasks.reconcile",
]
FOREIGN = [
    "os.system",
    "builtins.eval",
    "subprocess.run",
    "certificates.domain.production.issue_certificate",
    "certificates.domain.issuing.request_certificate",
    "django.core.management.call_command",
    "celery.backend_cleanup",
    "",
    "../../x",
]


@dataclass
class Message:
    body: bytes
    headers: dict[str, Any] = field(default_factory=dict)
    content_type: str = "application/json"
    content_encoding: str = "utf-8"


class Canary:
    """Unpickled, it writes a file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, (self.path, "w"))


def task(name: str, args: Any = (), kwargs: Any = None, **headers: Any) -> Message:
    number = str(uuid.uuid4())
    embed = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    return Message(
        json.dumps([args, {} if kwargs is None else kwargs, embed]).encode(),
        {"lang": "py", "task": name, "id": number, "root_id": number} | headers,
    )


def forge(*, known: dict[str, Any], canary: str, count: int, seed: int) -> list[Message]:
    """Every kind several times; `known` is what s8_prepare printed."""
    chance = random.Random(seed)
    ids = [*known["certificates"].values(), *known["unfinished"]]
    issue = TASKS[0]
    makers = [
        lambda: task(issue, [chance.choice(NOBODYS)]),
        lambda: task(issue, [chance.choice(ids)]),
        lambda: task(issue, [], {"certificate_id": chance.choice(ids)}),
        lambda: task(issue, [chance.choice(WRONG)]),
        lambda: task(chance.choice(TASKS), [chance.choice([*NOBODYS, *WRONG])]),
        lambda: task(chance.choice(TASKS), chance.choice(WRONG)),
        lambda: task(chance.choice(TASKS), [], {chance.choice(["now", "status", "x"]): 1}),
        lambda: task(issue, [known["certificates"]["held"]], None, retries=9, timelimit=[1, 1]),
        lambda: task(issue, [chance.choice(ids)], None, eta="nonsense"),
        lambda: task(issue, [chance.choice(ids)], None, expires="nonsense"),
        lambda: task(issue, [chance.choice(ids)], None, group=1, shadow=["x"], origin={}),
        lambda: task(chance.choice(FOREIGN), ["touch " + canary]),
        lambda: task("celery.map", [{"task": issue}, [[i] for i in ids]]),
        lambda: task("celery.starmap", [{"task": "certificates.tasks.issue"}, [[i] for i in ids]]),
        lambda: Message(
            pickle.dumps([[Canary(canary)], {}, {}]),
            task(issue).headers,
            "application/x-python-serialize",
            "binary",
        ),
        lambda: Message(pickle.dumps(Canary(canary)), {}, "application/x-python-serialize"),
        lambda: Message(b"!!python/object/apply:os.system [x]", task(issue).headers, "x-yaml"),
        lambda: Message(chance.randbytes(40), task(issue).headers),
        lambda: Message(b"", {}),
        lambda: Message(b"[[1], {}, {}]", {"task": issue}),
        lambda: Message(json.dumps({"task": issue, "args": ids, "kwargs": {}}).encode()),
        lambda: Message(json.dumps({"task": issue, "id": "x", "args": [ids[2]]}).encode()),
    ]
    return [makers[number % len(makers)]() for number in range(count)]
