"""The mechanisms whose privacy loss is known exactly, or numerically, from a few numbers."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Gaussian:
    """Noise of standard deviation ``noise`` on a figure of L2 ``sensitivity``, ``times`` over."""

    noise: float
    sensitivity: float
    times: int = 1

    @property
    def mu(self) -> float:
        """Sensitivity over noise of the one Gaussian that all of them come to."""
        return self.sensitivity / self.noise * math.sqrt(self.times)

    @property
    def rho(self) -> float:
        """What it costs in zCDP (Bun and Steinke 2016, proposition 1.6)."""
        return self.mu * self.mu / 2


@dataclass(frozen=True)
class Laplace:
    """Noise of ``scale`` on a figure of L1 ``sensitivity``, ``times`` over."""

    scale: float
    sensitivity: float
    times: int = 1

    @property
    def epsilon(self) -> float:
        """What one of them costs (Dwork, McSherry, Nissim and Smith 2006)."""
        return self.sensitivity / self.scale


@dataclass(frozen=True)
class Exponential:
    """The exponential mechanism, run once, pure at ``epsilon`` (McSherry and Talwar 2007)."""

    epsilon: float


@dataclass(frozen=True)
class RandomisedResponse:
    """Binary randomised response, once, pure at ``epsilon`` (Warner 1965)."""

    epsilon: float


@dataclass(frozen=True)
class SubsampledGaussian:
    """DP-SGD: a step draws each unit with probability ``sampling`` (Poisson), clips, adds noise.

    ``noise_multiplier`` is the standard deviation over the clipping norm (Abadi et al. 2016).
    """

    noise_multiplier: float
    sampling: float
    steps: int


Mechanism = Gaussian | Laplace | Exponential | RandomisedResponse | SubsampledGaussian
