import segno

QUIET_ZONE = 4
# Every reader undoes any of the eight; to weigh them against each other takes 4 ms.
MASK = 3
SYMBOL_MM = 26


def draw_qr(content: str) -> dict[str, str]:
    """The code as the parts of an SVG: one path in modules, and the side in mm with the quiet
    zone, so that the symbol itself is never under 25 mm."""
    matrix = segno.make(content, error="m", boost_error=False, micro=False, mask=MASK).matrix
    modules = len(matrix)
    side = modules + 2 * QUIET_ZONE
    # Strokes of one module: half the points of rectangles, and points are what drawing costs.
    path = "".join(
        f"M{start} {row + QUIET_ZONE}.5h{length}"
        for row, line in enumerate(matrix)
        for start, length in _dark_runs(line)
    )
    return {"path": path, "modules": str(side), "mm": f"{SYMBOL_MM * side / modules:.2f}"}


def _dark_runs(line: bytearray) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(line, QUIET_ZONE):
        if not dark:
            continue
        if runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((column, 1))
    return runs
