#!/usr/bin/env bash
# Installs a database server that speaks MongoDB's protocol, for tests on a machine that can have no mongod:
# PostgreSQL with the DocumentDB extension, and FerretDB in front of it. The packages are Debian sid's and go
# into a folder of their own, to be run in a chroot; nothing of the system is changed. A second call finds it done.
#
#   PASSALONG_SERVICES_DIR  where to (default: passalong in XDG_CACHE_HOME or ~/.cache)
#
# Wants Debian, root, Go 1.25 or later, 150 MB of downloads and 600 MB on disk.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
services=${PASSALONG_SERVICES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/passalong}
target=$services/document-db
fresh=$target.new
root=$fresh/root
packages=(postgresql-18-documentdb postgresql-18-postgis-3-scripts dash util-linux)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "document-db: $*"; }

die() {
  say "$*" >&2
  exit 1
}

# What this installation is made from: when it changes, it is made anew.
inputs() { cat "$here"/install.sh "$here"/postgresql.conf "$here"/gateway/* | sha256sum; }

check_machine() {
  [ "$(id -u)" -eq 0 ] || die 'root is needed, for the chroot'
  command -v apt-get >/dev/null || die 'Debian is needed: there is no apt-get'
  command -v go >/dev/null || die 'Go 1.25 or later is needed: there is no go on the PATH (Debian 12 has only 1.19)'
  local version
  version=$(go env GOVERSION)
  printf '%s\n' go1.25 "$version" | sort --version-sort --check=quiet || die "Go 1.25 or later is needed, not $version"
}

# An apt of its own beside the system's: the mirror that the system uses, the packages of sid.
private_apt() {
  local mirror suite
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt-get update --print-uris | sed -n "s#^'\([^']*/\)dists/$suite/InRelease' .*#\1#p")
  mirror=${mirror%%$'\n'*}
  [ -n "$mirror" ] || die "apt has no mirror for $suite"
  mkdir -p "$fresh"/apt/state/lists/partial "$fresh"/apt/cache/archives/partial
  : >"$fresh/apt/status"
  echo "deb [signed-by=$keyring check-valid-until=no] $mirror sid main" >"$fresh/apt/sources.list"
  cat >"$fresh/apt/apt.conf" <<CONF
Dir::State "$fresh/apt/state";
Dir::State::status "$fresh/apt/status";
Dir::Cache "$fresh/apt/cache";
Dir::Etc::sourcelist "$fresh/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
Acquire::Retries "3";
CONF
  APT_CONFIG=$fresh/apt/apt.conf apt-get "$@"
}

download() {
  private_apt update -qq
  private_apt install -qq -y --download-only --no-install-recommends "${packages[@]}"
}

unpack() {
  local name package
  for name in bin lib lib64 sbin; do
    mkdir -p "$root/usr/$name"
    ln -s "usr/$name" "$root/$name"
  done
  for package in "$fresh"/apt/cache/archives/*.deb; do dpkg -x "$package" "$root"; done
  rm -rf "$fresh/apt" "$root"/usr/share/{doc,man,locale,i18n}
}

# What the packages' own scripts would have done, and no more than PostgreSQL needs.
furnish() {
  mkdir -p "$root"/dev/shm "$root"/tmp "$root"/srv
  chmod 1777 "$root"/dev/shm "$root"/tmp
  mknod -m 666 "$root/dev/null" c 1 3
  mknod -m 666 "$root/dev/urandom" c 1 9
  echo 'postgres:x:26:26::/srv:/bin/sh' >"$root/etc/passwd"
  echo 'postgres:x:26:' >"$root/etc/group"
  echo '127.0.0.1 localhost' >"$root/etc/hosts"
  ln -s postgis-3.control "$root/usr/share/postgresql/18/extension/postgis.control"
  chown 26:26 "$root/srv"
  inside "$root" ldconfig
}

inside() { env -i PATH=/usr/lib/postgresql/18/bin:/usr/bin:/usr/sbin chroot "$@"; }

as_postgres() { inside --userspec=26:26 --groups= "$root" "$@"; }

# The data folder that each server starts from a copy of.
make_template() {
  as_postgres initdb -D /srv/template -U postgres -A trust --locale=C.UTF-8 --wal-segsize=4 >/dev/null
  cat "$here/postgresql.conf" >>"$root/srv/template/postgresql.conf"
  as_postgres postgres --single -D /srv/template postgres >/dev/null 2>"$fresh/template.log" <<'SQL'
CREATE EXTENSION documentdb CASCADE;
CREATE EXTENSION documentdb_extended_rum;
SQL
  ! grep -E 'ERROR|FATAL' "$fresh/template.log" >&2
}

build_gateway() { (cd "$here/gateway" && CGO_ENABLED=0 go build -trimpath -o "$fresh/gateway" .); }

# Puts the new one in the old one's place. A server that runs keeps the old one's files until it ends.
replace() {
  local old
  if [ -e "$target" ]; then mv "$target" "$target.old-$$"; fi
  mv "$fresh" "$target"
  for old in "$target".old-*; do
    [ -n "$(find /proc/[0-9]*/root -maxdepth 0 -lname "$old/root" 2>/dev/null)" ] || rm -rf "$old"
  done
}

mkdir -p "$services"
exec 9>"$target.lock"
flock 9
if [ "$(cat "$target/made-from" 2>/dev/null)" = "$(inputs)" ]; then
  say "stands in $target"
  exit 0
fi
check_machine
rm -rf "$fresh"
trap 'rm -rf "$fresh"' EXIT
mkdir -p "$root"
say "downloading ${packages[*]} of Debian sid"
download
say 'unpacking'
unpack
furnish
say 'making the template of the data folder'
make_template
say 'building the gateway'
build_gateway
inputs >"$fresh/made-from"
replace
say "installed in $target"
