# Sourced by test: finds a browser for the tests of the pages, or installs one where it may.
#
# shellcheck shell=bash

# find_browser: prints the path of a browser that the tests can steer.
find_browser() {
  local name
  for name in "${CHAMPIONS_TEST_BROWSER:-}" chromium-headless-shell chromium chromium-browser google-chrome; do
    [[ -n $name ]] && command -v "$name" && return
  done
  return 1
}

# prepare_browser: installs one, where we are root and there is apt. Says so where it cannot: the tests of the pages are
# left out then, but not by continuous integration, which fails.
prepare_browser() {
  find_browser >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say "installing a browser for the tests of the pages ..."
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell; } \
      </dev/null >/dev/null 2>&1 || true
  fi
  find_browser >/dev/null || say "THERE IS NO BROWSER: the tests of the pages in a browser will NOT be run." \
    "Install chromium, or name one in CHAMPIONS_TEST_BROWSER."
}
