"""What is kept between runs: bundles and pins."""
