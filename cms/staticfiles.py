import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'^@import "([\w-]+\.css)";\n', re.MULTILINE)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Makes each address once: the manifest a process has read does not change. Joins a style sheet
    with those it imports from its own folder: on a weak network each file is a wait."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._addresses = {}

    def url(self, name, force=False):
        if name not in self._addresses:
            self._addresses[name] = super().url(name, force)
        return self._addresses[name]

    def post_process(self, paths, dry_run=False, **options):
        joined = {}
        for name in [] if dry_run else paths:
            text = self._join(name, paths) if name.endswith(".css") else None
            if text:
                self.delete(name)
                joined[name] = (self, self._save(name, ContentFile(text.encode())))
        yield from super().post_process(paths | joined, dry_run, **options)

    def _join(self, name, paths):
        """None for a sheet that imports nothing."""

        def read(name):
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode()

        folder = posixpath.dirname(name)
        text, count = IMPORT.subn(lambda found: read(posixpath.join(folder, found[1])), read(name))
        return text if count else None
