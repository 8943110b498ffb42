import json
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from training.sandbox import ChildFailed, report, run_in_child

HERE = "tests.training.misbehaviour:"


def run(name: str, payload: bytes = b"", **limits: int) -> bytes:
    return run_in_child(HERE + name, payload, **limits)


def test_the_answer_comes_back_byte_for_byte() -> None:
    payload = bytes(range(256)) * 8_000  # longer than a pipe holds
    assert run("reverse", payload) == payload[::-1]
    assert run("reverse") == b""


def test_what_a_library_prints_is_no_part_of_the_answer() -> None:
    assert run("chatter", b"answer") == b"answer"


def test_an_endless_loop_ends_in_time() -> None:
    started = time.monotonic()
    with pytest.raises(ChildFailed) as failed:
        run("loop", seconds=1)
    assert failed.value.reason == "time"
    assert time.monotonic() - started < 3


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS knows no limit of memory")
def test_a_swelling_child_ends_for_lack_of_memory() -> None:
    with pytest.raises(ChildFailed) as failed:
        run("swell", megabytes=256, seconds=20)
    assert failed.value.reason == "memory"


def test_an_answer_that_is_too_long_is_refused() -> None:
    with pytest.raises(ChildFailed) as failed:
        run("answer_without_end", seconds=20)
    assert failed.value.reason == "memory"


def test_a_crash_is_told_and_takes_nobody_along() -> None:
    with pytest.raises(ChildFailed) as failed:
        run("abort")
    assert failed.value.reason == "crash"


def test_an_exception_is_a_crash_and_the_log_holds_its_place_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(ChildFailed) as failed:
        run("raise_with_a_name")
    assert failed.value.reason == "crash"
    assert "ValueError at tests.training.misbehaviour" in caplog.text
    assert "山田" not in caplog.text


def test_a_function_that_is_not_there_is_a_crash() -> None:
    with pytest.raises(ChildFailed, match="crash"):
        run("missing")


def test_there_is_no_secret_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    environment = json.loads(run("list_environment"))
    assert "canary" not in environment.values()
    assert environment.keys() <= {"LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TZ"} | {
        name for name in environment if name.startswith(("DYLD_", "__CF"))
    }


def test_django_is_not_loaded_unless_the_function_asks_for_it() -> None:
    assert json.loads(run("load_django")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's part is Linux's")
def test_no_network_no_program_and_no_file(tmp_path: Path) -> None:
    target = tmp_path / "written"
    target.touch()
    assert json.loads(run("try_everything", os.fsencode(target))) == []
    assert target.read_bytes() == b""


def test_a_library_may_use_threads() -> None:
    assert run("count_in_a_thread", b"1234") == b"4"


def test_descriptors_of_the_parent_stay_with_it(tmp_path: Path) -> None:
    with (tmp_path / "open").open("wb") as file:
        os.set_inheritable(file.fileno(), True)
        held = json.loads(run("list_descriptors"))
    assert len(held) <= 4


def test_the_machine_says_what_holds() -> None:
    confinement = json.loads(run_in_child("training.sandbox:report", b""))
    assert confinement["audit"]
    assert json.loads(report(b"")) == {}  # nothing is confined out here


def test_a_child_starts_quickly(record_property: Callable[[str, object], None]) -> None:
    took = []
    for _round in range(5):
        started = time.perf_counter()
        run("reverse")
        took.append(time.perf_counter() - started)
    record_property("start_ms", round(min(took) * 1000))
    assert min(took) < 1
