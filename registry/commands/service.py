"""`serve` and `publish`."""

import argparse
import gc
import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from credential.model import rfc3339
from credential.root import Role, Root
from registry import opening, roles
from registry.commands.common import add_keys, command, key_folders, now, open_data, opening_of, port
from registry.files import Places
from registry.http import assets, logs
from registry.http.logs import Format
from registry.http.views import EXTENSION
from registry.problems import ConfigurationError
from registry.publishing import publish
from registry.publishing.publisher import Publisher
from registry.say import say
from registry.statistician import Statistician
from registry.store.engine import Store, is_unavailable

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

    from registry.app import Application
    from registry.commands.common import Commands

THREADS: Final = 16
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
    made.add_argument(
        "--log-format",
        type=Format,
        choices=list(Format),
        help="日志的形式（默认：终端上 text，别处 json）/ how to log (default: text on a terminal, else json)",
    )
    made.add_argument(
        "--metrics-port",
        type=port,
        metavar="PORT",
        help="在此端口提供 Prometheus 指标（默认不提供）/ Prometheus metrics on this port (default: none)",
    )
    made.add_argument(
        "--metrics-host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="指标的监听地址（默认 127.0.0.1）/ the address for metrics",
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
    folders, how = key_folders(options, opened.places), opening_of(options)
    online = roles.open_online(newest, folders, how)
    list_keys = None if options.online else roles.open_role(newest, Role.LIST, folders, how)
    head = publish.publish(opened.store, opened.places, online, list_keys, now()).checkpoint.head
    say(
        f"已发布第 {head.seq} 号，{rfc3339(head.issued)}。",
        f"Published no. {head.seq}; the checkpoint expires {rfc3339(head.expires)}.",
    )


def run_serve(options: argparse.Namespace) -> None:
    """Serve until interrupted."""
    from registry.app import create_app
    from registry.http.verifier_pages import Verifier

    logs.set_up(options.log_format)
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
    server = _listen(options, app)
    _serve_metrics(options, app)
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
    places = Places(opening.data_folder(options.data))
    if not places.initialised:
        say(
            "尚未初始化：只有 /healthz 可用，请运行 init 后重启。",
            "Not initialised: run `yinxin-registry init`, then restart.",
        )
        return None
    store, newest = _store_and_root(options, places)
    keys = roles.open_online(newest, key_folders(options, places), opening_of(options))
    return Publisher(store, places, keys)


def _store_and_root(options: argparse.Namespace, places: Places) -> tuple[Store, Root]:
    """Without the database, what is published is served all the same, under the root that is published."""
    try:
        opened = open_data(options)
        return opened.store, opening.newest_root(opened.store)
    except DBAPIError as error:
        if not is_unavailable(error):
            raise
        say(
            "数据库暂时不可用：先提供已发布的内容，数据库恢复后自动继续。",
            "The database is not available: what is published is served, and all else when it is back.",
        )
        return opening.store_of(places), opening.published_root(places)


def _listen(options: argparse.Namespace, app: "Application") -> "BaseWSGIServer":
    from registry import server

    try:
        return server.make(
            app, options.host, options.port, threads=options.threads, trusted_proxy=options.trusted_proxy
        )
    except (OSError, OverflowError, ValueError) as error:
        raise _cannot_listen(options.host, options.port, error) from None


def _serve_metrics(options: argparse.Namespace, app: "Application") -> None:
    """Metrics are for those who run the service: at an address of their own, and nowhere without one."""
    if options.metrics_port is None:
        return
    from registry import metrics

    try:
        metrics.serve(app, options.metrics_host, options.metrics_port)
    except (OSError, OverflowError, ValueError) as error:
        raise _cannot_listen(options.metrics_host, options.metrics_port, error) from None


def _cannot_listen(host: str, port: int, error: Exception) -> ConfigurationError:
    reason = getattr(error, "strerror", None) or str(error)
    return ConfigurationError(f"无法监听 {host}:{port}（{reason}），可能已被占用 / cannot listen there: in use?")
