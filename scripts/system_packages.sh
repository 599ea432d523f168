#!/bin/sh
# system_packages.sh build|test
#
# Install the Debian packages of the programs that are missing here. Where that is not allowed,
# print the command to run and end well: what needs them will say so itself.
set -u

missing=""
need() { # need PROGRAM PACKAGE...
    program=$1
    shift
    command -v "$program" >/dev/null 2>&1 || missing="$missing $*"
}

need cc gcc libc6-dev
need arm-none-eabi-gcc gcc-arm-none-eabi libnewlib-arm-none-eabi
need qemu-system-arm qemu-system-arm
if [ "${1:-build}" = test ]; then
    need clang clang
    need ld.lld lld
    need clang-format clang-format
    need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross
    need arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf libc6-dev-armhf-cross
    need qemu-aarch64 qemu-user
    need cppcheck cppcheck
    need cmake cmake
    need javac openjdk-17-jdk-headless
    need npm npm
    need mvn maven
    need aapt2 aapt
    need chromedriver chromium chromium-driver
fi
python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
[ -z "$missing" ] && exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root=none
fi
if [ "$as_root" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed here:$missing"
    echo "To install them:  sudo $install"
    exit 0
fi
# A package that cannot be had is named by apt-get; the rest of the setup goes on without it.
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive $install >/dev/null ||
    echo "Could not install all of:$missing"
exit 0
