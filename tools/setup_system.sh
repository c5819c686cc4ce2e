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
# On GitHub's machines the user is not root, and may become it.
as_root=""
if [ "$(id -u)" != 0 ] && [ "${CI:-}" = true ] && sudo -n true 2>/dev/null; then
  as_root="sudo -n"
fi
if { [ "$(id -u)" = 0 ] || [ -n "$as_root" ]; } && command -v apt-get >/dev/null 2>&1; then
  $as_root apt-get update -qq || echo "Some lists of packages are old; going on." >&2
  case "$missing" in *" chromium"*)
    if ! apt-cache policy chromium | grep -q "Candidate: [^(]"; then # Ubuntu has a snap
      missing=$(echo "$missing" | sed 's/ chromium//')
      no_chromium=yes
    fi ;;
  esac
  if [ -n "$missing" ]; then
    echo "Installing:$missing"
    # shellcheck disable=SC2086 # a list of package names
    $as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -qq -y --no-install-recommends $missing >/dev/null
  fi
  if [ -n "${no_chromium:-}" ]; then
    echo "Missing: a browser. This system has Chromium as a snap only, which sees too few folders." >&2
    echo "Install Chrome (https://www.google.com/chrome/) and run this again." >&2
    exit 1
  fi
else
  echo "Missing:$missing" >&2
  echo "On Debian: sudo apt-get install$missing" >&2
  echo "On Ubuntu the same, but for the browser Chrome (https://www.google.com/chrome/)" >&2
  echo "On macOS: brew install --cask google-chrome" >&2
  exit 1
fi
