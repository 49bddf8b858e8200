# Shared by serve and test, which source it from the project folder: makes .venv, once, from the hash-locked lists.
#
#   prepare runtime    what the service needs (requirements.lock)
#   prepare dev        that, and the tools of the tests (requirements-dev.lock, a superset)
#
# shellcheck shell=bash

STAMP=.venv/champions.stamp

say() { printf 'scripts/%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$@"; exit 1; }

# prepare KIND: returns when .venv holds what KIND needs; ends the script with one line if that cannot be had.
prepare() {
  local python
  is_current "$1" && return
  python=$(find_python) || exit 1
  take_lock "$python"
  is_current "$1" || install "$1" "$python"  # whoever held the lock may have done it
  exec 9<&-                                   # closing gives the lock back
}

# stamp KIND: what is installed, from which lists, for which Python, and where: a virtual environment holds absolute
# paths, so one that was moved is built anew. cksum is in POSIX, and enough to notice a change.
stamp() {
  local lists version
  lists=$(cat requirements.lock requirements-dev.lock pyproject.toml | cksum)
  version=$(.venv/bin/python -V 2>/dev/null) || return 1
  printf '%s, %s, %s, %s\n' "$1" "$lists" "$version" "$PWD"
}

# is_current KIND: a dev environment serves the runtime as well.
is_current() {
  local found
  found=$(cat "$STAMP" 2>/dev/null) || return 1
  [[ $found == "$(stamp "$1")" || $found == "$(stamp dev)" ]]
}

is_suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# find_python: prints $PYTHON, or the newest Python on PATH that will do.
find_python() {
  local candidate bare=
  if [[ -n ${PYTHON:-} ]]; then
    is_suitable "$PYTHON" || die "PYTHON=$PYTHON is no Python 3.11 or newer"
    has_venv "$PYTHON" || die "PYTHON=$PYTHON lacks the venv module (on Debian and Ubuntu: install python3-venv)"
    printf '%s\n' "$PYTHON"
    return
  fi
  for candidate in python3.14 python3.13 python3.12 python3.11 python3 python; do
    is_suitable "$candidate" || continue
    if has_venv "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
    bare=${bare:-$candidate}
  done
  [[ -z $bare ]] || die "$bare lacks the venv module (on Debian and Ubuntu: install python3-venv)"
  die "Python 3.11 or newer is needed, and none is on PATH; name one: PYTHON=/path/to/python scripts/${0##*/}"
}

# take_lock PYTHON: holds the project folder on descriptor 9 until that is closed, so that two starts at once take
# turns. Python does it because flock(1) is not everywhere; the lock stays with the descriptor that it shares with us.
take_lock() {
  local lock='import fcntl, sys; fcntl.flock(9, fcntl.LOCK_EX | (fcntl.LOCK_NB if sys.argv[1:] else 0))'
  exec 9<.
  "$1" -c "$lock" now 2>/dev/null && return
  say "waiting for another start to finish its set-up ..."
  "$1" -c "$lock" || die "cannot lock $PWD"
}

# install KIND PYTHON: with uv where there is one, else pip. The project itself comes last, without network, built by
# the tools that were just installed.
install() {
  local list=requirements.lock wanted uv
  [[ $1 == runtime ]] || list=requirements-dev.lock
  uv=$(command -v uv) || uv=.venv/bin/uv
  "$uv" --version >/dev/null 2>&1 || uv=
  is_sound "$uv" || "$2" -m venv --clear ${uv:+--without-pip} .venv || die "$2 could not make .venv"
  wanted=$(stamp "$1")
  rm -f "$STAMP"
  say "installing the $1 packages into .venv ..."
  if ! { install_with "$uv" --require-hashes -r "$list" &&
    install_with "$uv" --no-index --no-deps --no-build-isolation -e .; }; then
    die "the packages could not be installed; the lines above say why"
  fi
  printf '%s\n' "$wanted" >"$STAMP"
}

# is_sound UV: whether .venv can be installed into as it is: it runs, it was not moved, and it has pip if uv is absent.
is_sound() {
  is_suitable .venv/bin/python || return 1
  [[ ! -f $STAMP || $(cat "$STAMP") == *", $PWD" ]] || return 1
  [[ -n $1 ]] || .venv/bin/python -m pip --version >/dev/null 2>&1
}

install_with() {
  if [[ -n $1 ]]; then
    "$1" pip install --python .venv/bin/python --quiet "${@:2}"
  else
    .venv/bin/python -m pip install -qq --no-compile --disable-pip-version-check "${@:2}"
  fi
}
