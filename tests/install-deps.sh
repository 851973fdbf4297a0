#!/bin/bash
# Installs Debian packages that are missing. Does nothing, and needs no network or
# root, when everything is there.
# usage: install-deps.sh "PKG-CONFIG-NAMES" DEBIAN-PACKAGE...
set -u
modules=$1
shift

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	# shellcheck disable=SC2086
	if command -v pkg-config >/dev/null && pkg-config --exists $modules; then
		exit 0
	fi
	echo "This is not a Debian system: please install what your system calls" >&2
	printf '  %s\n' "$@" >&2
	echo "(pkg-config must find: $modules)" >&2
	exit 1
fi

missing=()
for package in "$@"; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
	[ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Missing packages; as root, run: apt-get install ${missing[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
}
apt update && apt install -y --no-install-recommends "${missing[@]}" || {
	echo "The packages could not be installed: ${missing[*]}" >&2
	exit 1
}
