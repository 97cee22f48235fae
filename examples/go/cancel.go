//go:build ignore

// Takes a callback back, and says what came of it: go run cancel.go acme-4711
// Needs redigo (Debian: golang-go golang-github-gomodule-redigo-dev, with GOPATH=/usr/share/gocode GO111MODULE=off). Exit status 0:
// it is cancelled. Said twice, it does nothing more: run it again if the connection breaks.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/gomodule/redigo/redis"
)

type outcome struct{ Id, Outcome string }

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: cancel ID")
	}
	url := os.Getenv("RINGBACK_REDIS_URL")
	if url == "" {
		url = "redis://127.0.0.1:6379"
	}
	conn, err := redis.DialURL(url)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()

	wish, _ := json.Marshal(map[string]string{"id": os.Args[1], "by": "go", "reason": "reached by mail"})
	entry, err := redis.String(conn.Do("XADD", "{ringback:default}:inbox", "*", "cancel", wish))
	if err != nil {
		log.Fatal("not sent: ", err)
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		answer, err := redis.Bytes(conn.Do("GET", "{ringback:default}:wish:"+entry))
		if errors.Is(err, redis.ErrNil) {
			continue
		}
		if err != nil {
			log.Fatal("cannot read what came of it: ", err)
		}
		// What became of each callback; or the dead letter that the wish has become, where it is about none.
		var outcomes []outcome
		if json.Unmarshal(answer, &outcomes) != nil {
			log.Fatalf("%s", answer)
		}
		for _, each := range outcomes {
			fmt.Println(each.Id, each.Outcome)
			if each.Outcome != "cancelled" {
				defer os.Exit(1)
			}
		}
		return
	}
	log.Fatal("no worker has seen to it yet: what was said stands")
}
