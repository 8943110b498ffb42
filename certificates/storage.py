import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableFileSystemStorage(FileSystemStorage):
    """Writes aside, flushes to the disk, then renames: a name that exists holds a whole file.

    A worker killed half-way through Django's own storage leaves half a file under its final name.
    """

    def replace(self, name: str, content: File) -> None:
        """Whoever reads meanwhile gets the old or the new one, whole."""
        self._save(name, content)

    def save_first(self, name: str, content: File) -> bool:
        """False if the name exists: of several that come at once, one is kept."""
        try:
            self._write(name, content, os.link)
        except FileExistsError:
            return False
        return True

    def _save(self, name: str, content: File) -> str:
        return self._write(name, content, os.replace)

    def _write(self, name: str, content: File, put: Callable[[str, Path], None]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        fd, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(fd, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            put(temporary, target)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return name
