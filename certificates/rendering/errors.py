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


class SealRefused(RenderingError):
    """`reason` is one of broken, no_svg, too_large, element, value, no_size, empty; `named` is the
    element or the value."""

    def __init__(self, reason: str, named: str = "") -> None:
        super().__init__(f"seal: {reason} {named}".strip())
        self.reason, self.named = reason, named
