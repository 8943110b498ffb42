import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """Places and reasons as they stand in the code, whatever is translated by now."""
    with translation.override("en"):
        yield
