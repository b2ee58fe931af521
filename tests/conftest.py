"""What every test shares: one Hypothesis profile, the same examples on every machine and on every run."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "yinxin",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("yinxin")
