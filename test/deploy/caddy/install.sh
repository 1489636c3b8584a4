#!/usr/bin/env bash
# Builds the proxy of docker-compose.yml for tests, from the Go module of its release. A second call finds it done.
#
#   PASSALONG_SERVICES_DIR  where to (default: passalong in XDG_CACHE_HOME or ~/.cache)
#
# Wants Go as new as go.mod says. Takes about two minutes the first time.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
services=${PASSALONG_SERVICES_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/passalong}

command -v go >/dev/null || { echo 'caddy: there is no go on the PATH' >&2; exit 1; }
mkdir -p "$services"
exec 9>"$services/caddy.lock"
flock 9
cd "$here"
go build -o "$services/caddy.new" .
mv "$services/caddy.new" "$services/caddy"
echo "caddy: $("$services/caddy" version) is at $services/caddy"
