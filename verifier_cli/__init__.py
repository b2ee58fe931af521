"""The standalone offline verifier: `yinxin-verify`."""
