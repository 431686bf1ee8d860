#!/usr/bin/env bash
# Makes the image `order-queue/node:24`, which stands in for the official Node image where no registry answers: Debian from
# its packages, Node 24 from node_modules, and this machine's npm with its registry and certificates. The twin builds on it
# when the engine has it. Needs root on Debian or Ubuntu, mmdebstrap, a Docker Engine, and the packages installed.
set -euo pipefail
cd "$(dirname "$0")/.."
node=node_modules/node/bin/node
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT

mkdir -p "$files/usr/local/bin" "$files/usr/local/lib/node_modules" "$files/usr/local/etc" "$files/usr/local/share"
cp -L "$node" "$files/usr/local/bin/node"
cp -rL "$npm" "$files/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$files/usr/local/bin/npm"
cp "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$files/usr/local/share/npm-ca.pem"
printf 'registry=%s\ncafile=/usr/local/share/npm-ca.pem\n' "$(npm config get registry)" >"$files/usr/local/etc/npmrc"

# The user that the official image has.
mmdebstrap --quiet --variant=minbase --include=ca-certificates \
  --customize-hook='chroot "$1" useradd --uid 1000 --create-home --shell /bin/bash node' \
  --customize-hook="copy-in '$files/usr' /" \
  bookworm - | docker import --change 'CMD ["node"]' - order-queue/node:24
