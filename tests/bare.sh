#!/bin/bash
# SPDX-License-Identifier: MIT
# bare.sh - the two commands, sh examples/demo.sh and sh tests/run.sh, in a bare Debian root
#
# Makes the root with debootstrap from this machine's own package sources (needs root), copies a
# clean clone of this checkout into it and runs each command there.  Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 1
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo 'ok 1 - bare system # SKIP needs root on a Debian system'
    echo '1..1'
    exit 0
fi
command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq debootstrap >/dev/null; } || exit 1
store=$(mktemp -d)
root=$store/root
trap 'umount "$root/proc" "$root/dev" 2>/dev/null; rm -rf --one-file-system "$store"' EXIT

# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$store/log" 2>&1 || { tail "$store/log"; exit 1; }
if ls /etc/apt/sources.list.d/*.sources >/dev/null 2>&1; then
    cp /etc/apt/sources.list.d/*.sources "$root/etc/apt/sources.list.d/"
    rm -f "$root/etc/apt/sources.list"
fi
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null
cp /etc/resolv.conf "$root/etc/"
mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" || exit 1

inside()
{
    env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb CI=true \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        chroot "$root" sh -c "cd /src/pa && $*"
}

number=0
status=0
for command in 'sh examples/demo.sh' 'sh tests/run.sh'; do
    rm -rf "$root/src"
    mkdir "$root/src"
    git clone -q . "$root/src/pa" || exit 1
    number=$((number + 1))
    if inside "$command" >"$store/out" 2>&1 </dev/null; then
        echo "ok $number - bare system: $command"
    else
        echo "not ok $number - bare system: $command"
        tail -n 40 "$store/out" | sed 's/^/# /'
        status=1
    fi
    # The second command must install for itself too.
    [ $number -gt 1 ] || inside 'apt-get purge -y -qq gcc make libc6-dev libcsv-dev zlib1g-dev libsodium-dev && apt-get autoremove -y -qq' >/dev/null 2>&1
done
echo "1..$number"
exit $status
