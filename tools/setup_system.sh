#!/bin/sh
# Install what pages and checks need beside Python: git, make, ssh, a Chromium, fonts.
set -eu

missing=""
command -v git >/dev/null 2>&1 || missing="$missing git"
command -v make >/dev/null 2>&1 || missing="$missing make"
command -v ssh >/dev/null 2>&1 || missing="$missing openssh-client"
python3 -c 'import ensurepip, venv' >/dev/null 2>&1 || missing="$missing python3-venv"
for browser in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$browser" >/dev/null 2>&1 && found=yes && break
done
if [ -z "${found:-}" ]; then
  if [ -d "/Applications/Google Chrome.app" ]; then found=yes; else missing="$missing chromium"; fi
fi
if [ "$(uname)" = Linux ] && [ ! -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ]; then
  missing="$missing fonts-dejavu-core"
fi

if [ -z "$missing" ]; then
  echo "Everything the tests need is here."
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing:$missing"
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of package names
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
else
  echo "Missing:$missing" >&2
  echo "On Debian or Ubuntu: sudo apt-get install$missing" >&2
  echo "On macOS: brew install --cask google-chrome" >&2
  exit 1
fi
