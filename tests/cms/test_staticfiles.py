from shutil import copytree

from django.core.files.storage import FileSystemStorage
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


def test_a_sheet_is_joined_with_what_it_imports_each_time_anew(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "css").mkdir(parents=True)
    (source / "css" / "all.css").write_text('/* all */\n@import "one.css";\n@import "two.css";\n')
    (source / "css" / "two.css").write_text("b{}\n")
    storage = StaticFilesStorage(location=target, base_url="/static/")
    found = FileSystemStorage(location=source)
    paths = {f"css/{name}.css": (found, f"css/{name}.css") for name in ("all", "one", "two")}
    for rule in ("a{}\n", "a{color:red}\n"):
        (source / "css" / "one.css").write_text(rule)
        copytree(source, target, dirs_exist_ok=True)
        list(storage.post_process(paths))
        served = target / storage.stored_name("css/all.css")
        assert served.read_text() == f"/* all */\n{rule}b{{}}\n"
