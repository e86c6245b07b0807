#!/bin/sh
# SPDX-License-Identifier: MIT
# setup.sh [PACKAGE...] - install what the build needs and is not there, saying so first
#
# On Debian and its kin with apt-get; elsewhere it names what to install and stops.
set -eu

missing=
need()
{
    missing="$missing $1"
}

has()
{
    command -v "$1" >/dev/null 2>&1
}

has_header()
{
    printf '#include <%s>\n' "$1" | "${CC:-cc}" -E - >/dev/null 2>&1
}

if ! has "${CC:-cc}"; then
    need gcc
    need libc6-dev
    need libcsv-dev
    need zlib1g-dev
    need libsodium-dev
else
    has_header stdlib.h || need libc6-dev
    has_header csv.h || need libcsv-dev
    has_header zlib.h || need zlib1g-dev
    has_header sodium.h || need libsodium-dev
fi
has make || need make
for package; do
    dpkg -s "$package" >/dev/null 2>&1 || need "$package"
done

[ -n "$missing" ] || exit 0
if ! has apt-get; then
    echo "setup.sh: please install a C compiler, make, libcsv, zlib and libsodium with their headers (Debian's names:$missing)" >&2
    exit 1
fi
echo "setup.sh: installing with apt-get:$missing" >&2
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
