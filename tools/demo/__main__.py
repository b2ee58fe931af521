"""`make demo`: tells the story, then serves Fujian's site until Ctrl-C (SERVE=0: ends instead)."""

import os
import signal
import sys
import time
from typing import Final

from tools.demo.stage import ROOT, SceneError, Stage, port_is_free
from tools.demo.story import Story

DEFAULT_PORT: Final = 8000


def main() -> int:
    """0 when every scene went as told; 1 when one did not; 2 when the port is taken or none."""
    serve = os.environ.get("SERVE", "1") != "0"
    asked = os.environ.get("PORT") or str(DEFAULT_PORT)
    port = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    if not 0 < port < 65_536:
        print(f"PORT={asked}：端口为 1 至 65535 / a port is 1 to 65535", file=sys.stderr)
        return 2
    if serve and not port_is_free(port):
        print(
            f"端口 {port} 已被占用：请先停用它，或运行 make demo PORT=8080"
            f" / port {port} is in use: stop what uses it, or run make demo PORT=8080",
            file=sys.stderr,
        )
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    out = ROOT / "build" / "demo"
    stage = Stage(out / "work" / "personal")
    try:
        story = Story(stage, out, port if serve else None)
        story.tell()
        print(f"\n全部完成 / done: {stage.scenes} 幕 scenes, {time.monotonic() - stage.started:.1f} s", flush=True)
        if serve:
            _, _, digits = story.credentials()[-1]["text"].partition("#")
            print(f"核验一张 verify one: {story.fujian.url}/v#{digits}")
            print(f"网站 the site: {story.fujian.url}  (Ctrl-C 结束 ends it)", flush=True)
            _wait()
    except SceneError as error:
        print(f"\n演示中断 / the demonstration stopped:\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    finally:
        stage.stop_servers()
    return 0


def _wait() -> None:
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())
