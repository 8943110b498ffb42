"""For `run_in_child`: a line of JSON, then, where there is one, the file."""

import json
from typing import Any

from training.tables.reading import Refused, is_workbook, open_table

from .reading import find_columns, read_list
from .writing import write_csv, write_workbook


def pack(options: dict[str, Any], data: bytes) -> bytes:
    return json.dumps(options).encode() + b"\n" + data


def read(payload: bytes) -> bytes:
    """The file alone in; {"problem": …} or what `read_list` makes of it out."""
    try:
        table = open_table(payload, is_right=lambda table: find_columns(table) is not None)
        answer = read_list(table)
    except Refused as refusal:
        answer = {"problem": refusal.problem} | refusal.details
    return json.dumps(answer).encode()


def write(payload: bytes) -> bytes:
    """Options are `layout`, as `read` gave it, `headings` and `answers`, texts by row."""
    line, _newline, data = payload.partition(b"\n")
    options = json.loads(line)
    answers = {int(row): texts for row, texts in options["answers"].items()}
    write_file = write_workbook if is_workbook(data) else write_csv
    return write_file(data, options["layout"], options["headings"], answers)
