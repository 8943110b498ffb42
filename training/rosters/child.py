"""For `run_in_child`."""

import json

from training.tables.reading import Refused, open_table

from .reading import find_columns, read_people


def read(payload: bytes) -> bytes:
    """The file in; {"problem": …} or what `read_people` makes of it out."""
    try:
        table = open_table(payload, is_right=lambda table: find_columns(table) is not None)
        answer = read_people(table)
    except Refused as refusal:
        answer = {"problem": refusal.problem} | refusal.details
    return json.dumps(answer).encode()
