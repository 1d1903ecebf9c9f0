"""The rectangle that values are drawn in: its grid, its marks, its titles, and where a value is."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from registry.reports import svg
from registry.reports.plots.axis import Axis, written

KEY = 20.0


@dataclass(frozen=True)
class Frame:
    """A plot ``wide`` and ``tall`` within a picture of ``width``; sizes in units of the picture."""

    x: Axis
    y: Axis
    width: float = 420.0
    wide: float = 340.0
    tall: float = 210.0
    left: float = 54.0
    top: float = 34.0

    @property
    def base(self) -> float:
        """Where the lower edge of the plot is."""
        return self.top + self.tall

    @property
    def below(self) -> float:
        """Where what stands under the title of the lower axis begins."""
        return self.base + 44

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a pair of values is drawn."""
        return self.left + self.wide * self.x.at(x), self.base - self.tall * self.y.at(y)

    def drawn(self) -> list[Markup]:
        """The grid with its marks, and the titles of both axes."""
        parts = [
            svg.text(self.y.title, 0, self.top - 16),
            svg.text(self.x.title, self.left, self.base + 36),
        ]
        for tick in self.y.ticks:
            y = self.base - self.tall * self.y.at(tick)
            parts.append(svg.line("grid", self.left, y, self.left + self.wide, y))
            parts.append(svg.text(written(tick), self.left - 6, y + 4, "end"))
        for tick in self.x.ticks:
            x = self.left + self.wide * self.x.at(tick)
            parts.append(svg.line("grid", x, self.top, x, self.base))
            parts.append(svg.text(written(tick), x, self.base + 18, "middle"))
        return parts
