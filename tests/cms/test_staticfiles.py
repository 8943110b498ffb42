from whitenoise.storage import CompressedManifestStaticFilesStorage

from cms.staticfiles import StaticFilesStorage


def test_each_address_is_made_once(monkeypatch, tmp_path):
    made = []

    def make(self, name, force=False):
        made.append(name)
        return f"/static/{name}?hashed"

    monkeypatch.setattr(CompressedManifestStaticFilesStorage, "url", make)
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")
    for _ in range(2):
        assert storage.url("a.css") == "/static/a.css?hashed"
        assert storage.url("b.css") == "/static/b.css?hashed"
    assert made == ["a.css", "b.css"]
