#!/bin/sh
# Runs its arguments with a Python that is new enough, or says in one line why it cannot.
# PYTHON names the one to use; without it, the first that fits of those below is taken.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1

# In a shell where .venv is activated, `python3` is the very thing that may have to be rebuilt.
PATH=":$PATH:"
while :; do
    case $PATH in
    *":$root/.venv/bin:"*) PATH=${PATH%%":$root/.venv/bin:"*}:${PATH#*":$root/.venv/bin:"} ;;
    *) break ;;
    esac
done
PATH=${PATH#:}
PATH=${PATH%:}
unset PYTHONHOME PYTHONPATH PYTHONSAFEPATH

# Sets $version ("" if it does not run); true if it is new enough. Python 2 must understand this, too.
fits() {
    version=$("$1" -c 'import sys
sys.stdout.write("%d.%d" % sys.version_info[:2])
sys.exit(sys.version_info < (3, 11))' 2>/dev/null)
}

# Sets $python to the first that fits, and $found to the version of the first that runs.
choose() {
    found=
    for python; do
        fits "$python" && return 0
        : "${found:=$version}"
    done
    return 1
}

if [ -n "${PYTHON:-}" ]; then
    choose "$PYTHON"
else
    choose python3 python3.14 python3.13 python3.12 python3.11
fi || {
    if [ -n "$found" ]; then
        zh="找到的是 $found" en="found $found"
    else
        zh="找不到可运行的 ${PYTHON:-python3}" en="${PYTHON:-python3} does not run"
    fi
    echo "需要 Python 3.11 或更新版本：$zh；请设 PYTHON=python3.12 之类再试" \
        "/ needs Python 3.11 or newer: $en; set PYTHON=python3.12 or the like" >&2
    exit 1
}
exec "$python" "$@"
