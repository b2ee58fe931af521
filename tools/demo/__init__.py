"""The demonstration: the main job from end to end, with real programs, real servers and no network at the end."""
