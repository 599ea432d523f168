#!/bin/sh
# The main job on the built-in set, in the folder given: train, quantize, export, hear.
set -eu

folder=$1
PATH="$BIN:$PATH"
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

edgekws train --arch tiny_conv --name demo
edgekws quantize demo
edgekws export demo --target cortex-m --board mps2_an386 --out firmware
edgekws say yes left stop go --out words.wav

echo
echo "A WAV that says: yes left stop go. The program in QEMU hears:"
make --no-print-directory -C firmware run WAV="$(pwd)/words.wav"
