// The gateway speaks MongoDB's protocol in front of PostgreSQL with DocumentDB, until it is killed.
//
//	gateway LISTEN-ADDRESS POSTGRESQL-URL STATE-FOLDER
package main

import (
	"context"
	"log"
	"os"

	"github.com/FerretDB/FerretDB/v2/ferretdb"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: gateway LISTEN-ADDRESS POSTGRESQL-URL STATE-FOLDER")
	}
	telemetry := false
	gateway, err := ferretdb.New(&ferretdb.Config{
		ListenAddr:    os.Args[1],
		PostgreSQLURL: os.Args[2],
		StateDir:      os.Args[3],
		LogOutput:     os.Stderr,
		Telemetry:     &telemetry,
	})
	if err != nil {
		log.Fatal(err)
	}
	gateway.Run(context.Background())
}
