#!/bin/sh
# debian-packages.sh [--required] PACKAGE...
# Sees to it that Debian packages are there. What is missing is installed as root; anybody else is told in one line
# what to install, and goes on without it unless --required is given. Fetches nothing when everything is there.
set -eu

required=no
if [ "${1:-}" = --required ]; then
    required=yes
    shift
fi

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for package in "$@"; do
    is_installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    # shellcheck disable=SC2086  # one word a package
    apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $missing
else
    echo "缺少软件包，请安装 / missing Debian packages, install them with: sudo apt-get install$missing" >&2
    [ "$required" = no ]
fi
