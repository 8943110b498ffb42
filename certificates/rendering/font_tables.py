"""Looks characters up in a font file's own tables, where they lie.

Nothing is unpacked: the file is mapped and searched, so the first look-up in a web process takes
milliseconds, not the half second that fontTools needs to load the tables.
Formats and offsets are those of the OpenType specification, chapters cmap, hhea, hmtx, head.
"""

import mmap
from functools import lru_cache
from pathlib import Path
from struct import Struct

TABLE = Struct(">4s4xII")
ENCODING = Struct(">HHI")
GROUP = Struct(">III")
FULL_UNICODE = (3, 10)
VARIATION_SEQUENCES = (0, 5)


class FontTables:
    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        directory = self._data[12 : 12 + 16 * self._u16(4)]
        tables = {tag: offset for tag, offset, _ in TABLE.iter_unpack(directory)}
        self._units_per_em = self._u16(tables[b"head"] + 18)
        self._metrics = tables[b"hmtx"]
        self._metrics_count = self._u16(tables[b"hhea"] + 34)
        start = tables[b"cmap"]
        count = self._u16(start + 2)
        subtables = {
            (platform, encoding): start + offset
            for platform, encoding, offset in ENCODING.iter_unpack(
                self._data[start + 4 : start + 4 + 8 * count]
            )
        }
        self._groups = subtables[FULL_UNICODE]
        self._variations = subtables[VARIATION_SEQUENCES]
        if self._u16(self._groups) != 12 or self._u16(self._variations) != 14:
            raise ValueError(f"{path}: needs cmap subtables of format 12 and 14")
        self.glyph = lru_cache(maxsize=4096)(self._glyph)

    def _glyph(self, character: str) -> int | None:
        """The glyph of one character without a selector."""
        code = ord(character)
        table = self._groups
        low, high = 0, self._u32(table + 12)
        while low < high:
            middle = (low + high) // 2
            first, last, glyph = GROUP.unpack_from(self._data, table + 16 + 12 * middle)
            if code < first:
                high = middle
            elif code > last:
                low = middle + 1
            else:
                return glyph + code - first or None
        return None

    def variant(self, character: str, selector: str) -> int | None:
        """The glyph of a variation sequence, None if the font does not know the sequence."""
        records = self._u32(self._variations + 6)
        record = self._find(self._variations + 10, records, 11, ord(selector))
        if record is None:
            return None
        code = ord(character)
        if defaults := self._u32(record + 3):
            table = self._variations + defaults
            low, high = 0, self._u32(table)
            while low < high:
                middle = (low + high) // 2
                first, extra = divmod(self._u32(table + 4 + 4 * middle), 256)
                if code < first:
                    high = middle
                elif code > first + extra:
                    low = middle + 1
                else:
                    return self.glyph(character)
        if others := self._u32(record + 7):
            table = self._variations + others
            entry = self._find(table + 4, self._u32(table), 5, code)
            if entry is not None:
                return self._u16(entry + 3)
        return None

    def advance(self, glyph: int) -> float:
        """The width of a glyph in ems."""
        # The glyphs beyond the last entry are as wide as that one.
        index = min(glyph, self._metrics_count - 1)
        return self._u16(self._metrics + 4 * index) / self._units_per_em

    def _find(self, start: int, count: int, size: int, code: int) -> int | None:
        """The offset of the record that begins with a 24-bit code, among sorted records."""
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            offset = start + size * middle
            value = self._u32(offset) >> 8
            if code < value:
                high = middle
            elif code > value:
                low = middle + 1
            else:
                return offset
        return None

    def _u16(self, offset: int) -> int:
        return int.from_bytes(self._data[offset : offset + 2], "big")

    def _u32(self, offset: int) -> int:
        return int.from_bytes(self._data[offset : offset + 4], "big")
