#!/bin/sh
# Hand-written C: layout by clang-format, then compiled warning-free by every compiler that is here.
set -eu

format=firmware_templates/.clang-format
sources=$(find firmware_templates -name '*.[ch]' | sort)
if command -v clang-format >/dev/null 2>&1; then
    # shellcheck disable=SC2086
    clang-format --dry-run --Werror --style=file:$format $sources
elif [ "${EDGEKWS_REQUIRE_TOOLS:-0}" = 1 ]; then
    echo "check_c: clang-format is not installed" >&2
    exit 4
fi

warnings="-std=c99 -pedantic -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion -Werror"
for compiler in gcc clang "arm-none-eabi-gcc -mthumb -mcpu=cortex-m4" \
    "arm-none-eabi-gcc -mthumb -mcpu=cortex-m0"; do
    command -v "${compiler%% *}" >/dev/null 2>&1 || continue
    for source in firmware_templates/runtime/*.c; do
        # shellcheck disable=SC2086
        $compiler $warnings -O2 -Ifirmware_templates/runtime -c "$source" -o /dev/null
    done
done
