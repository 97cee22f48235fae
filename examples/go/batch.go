//go:build ignore

// Enqueues many in few round trips, an intent with an id of its own on each line: go run batch.go < ../callbacks.jsonl
// Needs redigo (Debian: golang-go golang-github-gomodule-redigo-dev, with GOPATH=/usr/share/gocode GO111MODULE=off). Exit status 0:
// Redis has all of them. If it is another one, run it again: what has its id is one callback.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log"
	"os"

	"github.com/gomodule/redigo/redis"
)

func main() {
	log.SetFlags(0)
	url := os.Getenv("RINGBACK_REDIS_URL")
	if url == "" {
		url = "redis://127.0.0.1:6379"
	}
	conn, err := redis.DialURL(url)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	sent, promised := 0, 0
	// settle hears what has become of all that was sent. What is wrong with an intent itself becomes a dead letter.
	settle := func() {
		if err := conn.Flush(); err != nil {
			log.Fatal("not all are promised: ", err)
		}
		for ; promised < sent; promised++ {
			if _, err := conn.Receive(); err != nil {
				log.Fatal("not promised: ", err)
			}
		}
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		intent := bytes.TrimSpace(lines.Bytes())
		if len(intent) == 0 {
			continue
		}
		if err := conn.Send("XADD", "{ringback:default}:inbox", "*", "intent", intent); err != nil {
			log.Fatal("not all are promised: ", err)
		}
		// A few hundred at a time: neither side has to hold a whole file.
		if sent++; sent%500 == 0 {
			settle()
		}
	}
	settle()
	if err := lines.Err(); err != nil {
		log.Fatal("not all could be read: ", err)
	}
	fmt.Println("promised:", promised)
}
