#!/usr/bin/env bash
# Builds what reads docker-compose.yml in tests where there is no Docker: the library that `docker compose` is made of.
# A second call finds it done.
#
#   PASSALONG_SERVICES_DIR  where to (default: passalong in XDG_CACHE_HOME or ~/.cache)
#
# Wants Go as new as go.mod says. Takes about a minute the first time.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
services=${PASSALONG_SERVICES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/passalong}

command -v go >/dev/null || { echo 'compose-config: there is no go on the PATH' >&2; exit 1; }
mkdir -p "$services"
exec 9>"$services/compose-config.lock"
flock 9
cd "$here"
go build -o "$services/compose-config.new" .
mv "$services/compose-config.new" "$services/compose-config"
echo "compose-config: it is at $services/compose-config"
