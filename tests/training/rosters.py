"""Lists of people as town halls make them."""

import io

from openpyxl import Workbook

from training.models import InvitationUpload
from training.rosters import child

HEADINGS = ["氏名", "フリガナ", "メールアドレス", "区分", "着任日"]


def workbook(rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def person(number=1, **changes):
    facts = {
        "氏名": f"髙橋 {number}",
        "フリガナ": "タカハシ",
        "メールアドレス": f"p{number}@example.jp",
        "区分": "地域おこし協力隊",
        "着任日": "令和8年4月1日",
    }
    return list((facts | changes).values())


def uploaded(data, *, user, body, now) -> InvitationUpload:
    """As `keep_list` keeps it, without a process of its own for the reading."""
    return InvitationUpload.objects.create(
        user=user, local_government=body, name="名簿.xlsx", data=child.read(data), made_at=now
    )


def csv_of(rows, encoding="utf-8") -> bytes:
    return "\r\n".join(",".join(map(str, row)) for row in rows).encode(encoding)
