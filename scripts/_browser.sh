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

# find_webkit: whether there is WebKit, which is nearest to an iPhone, and a screen for it.
find_webkit() { command -v WebKitWebDriver && command -v xvfb-run && command -v xauth; }

# prepare_browser: installs both, where we are root and there is apt. Says so where it cannot: the tests of the pages are
# left out then, but not by continuous integration, which fails.
prepare_browser() {
  local wanted=()
  find_browser >/dev/null || wanted+=(chromium-headless-shell)
  find_webkit >/dev/null || wanted+=(webkit2gtk-driver xvfb xauth)
  ((${#wanted[@]})) || return 0
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say "installing ${wanted[*]} for the tests of the pages ..."
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } </dev/null >/dev/null 2>&1 || true
  fi
  find_webkit >/dev/null || say "THERE IS NO WEBKIT: what a phone does with it without a network will NOT be tested." \
    "Install webkit2gtk-driver, xvfb and xauth."
  find_browser >/dev/null || say "THERE IS NO BROWSER: the tests of the pages in a browser will NOT be run." \
    "Install chromium, or name one in CHAMPIONS_TEST_BROWSER."
}
