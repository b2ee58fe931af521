"""`serve` and `publish`."""

import argparse
import gc
import logging
import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, cast

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

from credential.model import rfc3339
from credential.root import Role
from registry import assets, opening, publish, roles
from registry.commands.common import add_keys, command, key_folders, now, open_data, opening_of, port
from registry.files import Places
from registry.problems import ConfigurationError
from registry.publisher import Publisher
from registry.say import say
from registry.statistician import Statistician
from registry.views import EXTENSION

if TYPE_CHECKING:
    from registry.commands.common import Commands

THREADS: Final = 16
CONNECTIONS: Final = 2_000
CHANNEL_TIMEOUT: Final = 30
NOT_BUILT: Final = (
    "核验页 /v 的脚本没有构建，该页只显示说明：源码目录中请先运行 make web。",
    "The scripts of the page /v are not built, so it only explains: in a checkout, run `make web` first.",
)


def add(commands: "Commands") -> None:
    """Describe the commands."""
    made = command(
        commands,
        "serve",
        "运行登记机构的 HTTP 服务，并自动发布状态列表与检查点",
        "run the HTTP service; it publishes status lists and checkpoints by itself",
        run_serve,
        "需要状态密钥与检查点密钥；不需要根密钥与清单密钥。\n"
        "Needs the status and checkpoint keys; root and list keys stay offline.",
    )
    made.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1）/ address")
    made.add_argument("--port", type=port, default=8000, help="端口（默认 8000）/ port")
    made.add_argument(
        "--threads",
        type=int,
        choices=range(1, 257),
        metavar="N",
        default=THREADS,
        help=f"线程数（默认 {THREADS}）/ threads",
    )
    made.add_argument(
        "--trusted-proxy", metavar="ADDRESS", help="前置代理的地址，采信其 X-Forwarded-For / the proxy in front"
    )
    made.add_argument(
        "--withdraw-page",
        action="store_true",
        help="从浏览器撤回核验页 /v，只留说明 / take the verifying page /v back from browsers, and only explain there",
    )
    made.add_argument(
        "--no-console",
        action="store_true",
        help="不提供操作员控制台 /console，如对外的服务 / without the operators' console, as on a public server",
    )
    add_keys(made)
    made = command(
        commands,
        "publish",
        "签名并发布全部名单：信任清单、互认、状态、检查点",
        "sign and publish everything: trust list, recognition, status lists, checkpoint",
        run_publish,
        "名单须由 2 把清单密钥签名；用 --keys 指明持有人的密钥所在目录，可重复。\n"
        "Two list keys must sign; --keys names the folders that hold them, and may be repeated.",
    )
    made.add_argument("--online", action="store_true", help="只发布状态与检查点 / status lists and checkpoint only")
    made.add_argument(
        "--keys",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="另在此目录找密钥 / look for keys here too",
    )
    add_keys(made)


def run_publish(options: argparse.Namespace) -> None:
    """Publish."""
    opened = open_data(options)
    newest = opening.newest_root(opened.store)
    folders, how = key_folders(options, opened), opening_of(options)
    online = roles.open_online(newest, folders, how)
    list_keys = None if options.online else roles.open_role(newest, Role.LIST, folders, how)
    head = publish.publish(opened.store, opened.places, online, list_keys, now()).checkpoint.head
    say(
        f"已发布第 {head.seq} 号，{rfc3339(head.issued)}。",
        f"Published no. {head.seq}; the checkpoint expires {rfc3339(head.expires)}.",
    )


def run_serve(options: argparse.Namespace) -> None:
    """Serve until interrupted."""
    from registry.app import MAX_BODY, create_app
    from registry.pages import Verifier

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    publisher = _publisher(options)
    built = assets.read()
    if built is None:
        say(*NOT_BUILT)
    app = create_app(
        opening.data_folder(options.data),
        verifier=Verifier(built, options.withdraw_page),
        with_console=not options.no_console,
    )
    app.extensions[EXTENSION].publisher = publisher
    HTTPChannel.parser_class = _Parser
    try:
        server = create_server(
            app,
            host=options.host,
            port=options.port,
            threads=options.threads,
            connection_limit=CONNECTIONS,
            channel_timeout=CHANNEL_TIMEOUT,
            max_request_body_size=MAX_BODY + 65_536,
            max_request_header_size=32_768,
            asyncore_use_poll=True,
            ident="yinxin",
            clear_untrusted_proxy_headers=True,
            **_proxy(options.trusted_proxy),
        )
    except (OSError, OverflowError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(
            f"无法监听 {options.host}:{options.port}（{reason}），可能已被占用 / cannot listen there: in use?"
        ) from None
    statistician = None
    if publisher is not None:
        publisher.start()
        statistician = Statistician(publisher.store)
        statistician.start()
    say(f"服务已启动：http://{options.host}:{options.port}/ ，Ctrl-C 结束。", "Serving; Ctrl-C ends it.")
    signal.signal(signal.SIGTERM, _end)
    # What was loaded stays: otherwise a large batch has the collector walk over all of it again and again.
    gc.freeze()
    try:
        server.run()
    finally:
        if publisher is not None and statistician is not None:
            statistician.stop()
            publisher.stop()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _publisher(options: argparse.Namespace) -> Publisher | None:
    if not Places(opening.data_folder(options.data)).initialised:
        say(
            "尚未初始化：只有 /healthz 可用，请运行 init 后重启。",
            "Not initialised: run `yinxin-registry init`, then restart.",
        )
        return None
    opened = open_data(options)
    newest = opening.newest_root(opened.store)
    keys = roles.open_online(newest, key_folders(options, opened), opening_of(options))
    return Publisher(opened.store, opened.places, keys)


def _proxy(address: str | None) -> dict[str, Any]:
    if address is None:
        return {}
    return {"trusted_proxy": address, "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}


class _Parser(HTTPRequestParser):
    """Tells the application of a chunked body, which waitress would hand on as if its length had been stated."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked:
            cast(dict[str, str], self.headers)["YINXIN_CHUNKED"] = "1"
