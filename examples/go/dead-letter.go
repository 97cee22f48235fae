//go:build ignore

// Says why a callback is a dead letter: go run dead-letter.go acme-4711
// Needs redigo (Debian: golang-go golang-github-gomodule-redigo-dev, with GOPATH=/usr/share/gocode GO111MODULE=off). Exit status 0:
// it is one. Its fields intent and raw hold the customer's number, and are not asked for.
package main

import (
	"fmt"
	"log"
	"os"

	"github.com/gomodule/redigo/redis"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: dead-letter ID")
	}
	url, id := os.Getenv("RINGBACK_REDIS_URL"), os.Args[1]
	if url == "" {
		url = "redis://127.0.0.1:6379"
	}
	conn, err := redis.DialURL(url)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	letter, err := redis.Strings(conn.Do("HMGET", "{ringback:default}:callback:"+id,
		"state", "reason", "code", "message", "possibleDuplicate"))
	if err != nil {
		log.Fatal("cannot read ", id, ": ", err)
	}
	switch letter[0] {
	case "dead":
	case "":
		log.Fatal(id, " is no dead letter: not known")
	default:
		log.Fatal(id, " is no dead letter: ", letter[0])
	}
	doubt := ""
	if letter[4] != "" {
		doubt = " (perhaps booked)"
	}
	fmt.Printf("%s %s %s: %s%s\n", id, letter[1], letter[2], letter[3], doubt)
}
