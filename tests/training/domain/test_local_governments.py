import pytest

from training.domain import local_governments
from training.models import LocalGovernment


@pytest.mark.parametrize(("first_five", "digit"), [("01100", "2"), ("06302", "9"), ("31370", "0")])
def test_check_digit_of_known_codes(first_five, digit):
    assert local_governments.check_digit(first_five=first_five) == digit


@pytest.mark.django_db
def test_loading_is_repeatable_and_keeps_changes():
    assert local_governments.load_local_governments() == 47 + 1741
    LocalGovernment.objects.filter(code="063029").update(kana="変更")
    local_governments.load_local_governments()

    assert LocalGovernment.objects.count() == 47 + 1741
    assert LocalGovernment.objects.get(code="063029").kana == "変更"
    assert str(LocalGovernment.objects.get(code="063029")) == "山形県中山町"


@pytest.mark.django_db
def test_damaged_file_loads_nothing(tmp_path, monkeypatch):
    for name in ("prefectures.csv", "municipalities.csv"):
        text = (local_governments.DATA / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("063029", "063028"), encoding="utf-8")
    monkeypatch.setattr(local_governments, "DATA", tmp_path)

    with pytest.raises(local_governments.BadCheckDigit, match="063028 中山町"):
        local_governments.load_local_governments()
    assert not LocalGovernment.objects.exists()
