import pytest
from django.core.exceptions import ImproperlyConfigured

from cms.settings.periods import read_periods


def test_periods_are_read_as_people_write_them():
    assert read_periods("") == {}
    assert read_periods(" evidence = 30 , mails=never,") == {"evidence": 30, "mails": None}


@pytest.mark.parametrize("wrong", ["evidence=abc", "evidence", "=30", "evidence=-1", "a=1;b=2"])
def test_wrong_period_is_named_with_what_to_write(wrong):
    with pytest.raises(ImproperlyConfigured, match="evidence=30,mails=never") as raised:
        read_periods(f"mails=never,{wrong}")
    assert repr(wrong) in str(raised.value)
