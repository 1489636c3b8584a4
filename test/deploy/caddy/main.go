// Caddy as the image of deploy/proxy has it, for tests on a machine without containers: distributions pack releases
// that repeat requests otherwise.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
)

func main() {
	caddycmd.Main()
}
