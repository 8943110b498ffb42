class FontMissing(Exception):
    """A font of the closed set is not installed."""


class UndrawableText(ValueError):
    """`clusters` are those that no font of the set draws."""

    def __init__(self, clusters: list[str]) -> None:
        # Code points only: the text is a name, and this ends up in logs.
        named = ", ".join(
            " ".join(f"U+{ord(character):04X}" for character in cluster) for cluster in clusters
        )
        super().__init__(f"no font draws {named}")
        self.clusters = clusters


class RenderingError(Exception):
    """The facts cannot be printed as they are; nothing was printed instead."""
