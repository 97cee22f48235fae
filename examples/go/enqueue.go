//go:build ignore

// Enqueues a callback with a delay, and waits for its end, up to 60 seconds or what is given: go run enqueue.go acme-4711 300
// The id begins with the prefix of the user, who can read no callback under another one (docs/wire-protocol.md).
// Needs redigo (Debian: golang-go golang-github-gomodule-redigo-dev, with GOPATH=/usr/share/gocode GO111MODULE=off). Exit status 0:
// booked. Run it again with the same id whenever it is not clear what became of it: that is one callback.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/gomodule/redigo/redis"
)

var pool = &redis.Pool{MaxIdle: 1, Dial: func() (redis.Conn, error) { return redis.DialURL(url()) }}

func url() string {
	if url := os.Getenv("RINGBACK_REDIS_URL"); url != "" {
		return url
	}
	return "redis://127.0.0.1:6379"
}

// ask sends a command again while there is no connection, so it must be safe to send twice.
func ask(command string, args ...any) (any, error) {
	for tries := 0; ; tries++ {
		conn := pool.Get()
		reply, err := conn.Do(command, args...)
		conn.Close()
		var refused redis.Error
		if err == nil || errors.As(err, &refused) || tries == 8 {
			return reply, err
		}
		time.Sleep(time.Duration(tries+1) * 100 * time.Millisecond)
	}
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: enqueue ID [SECONDS]")
	}
	id, patience := os.Args[1], 60.0
	if len(os.Args) > 2 {
		patience, _ = strconv.ParseFloat(os.Args[2], 64)
	}
	intent, _ := json.Marshal(map[string]any{
		"id":             id,
		"callId":         "89328b83-ff42-4c85-a2af-e948124365de",
		"callbackNumber": "+18445791189",
		"delay":          "1s",
		"attributes":     map[string]string{"from": "go"},
	})
	// Never with MAXLEN: it would drop what nobody has read yet.
	if _, err := ask("XADD", "{ringback:default}:inbox", "*", "intent", intent); err != nil {
		log.Fatal("not promised: ", err)
	}
	fmt.Println("promised:", id)
	wait(id, time.Now().Add(time.Duration(patience*float64(time.Second))))
}

func wait(id string, deadline time.Time) {
	seen := ""
	for ; time.Now().Before(deadline); time.Sleep(500 * time.Millisecond) {
		names := []any{"{ringback:default}:callback:" + id, "state", "recordId", "reason", "code", "message"}
		callback, err := redis.Strings(ask("HMGET", names...))
		if err != nil {
			log.Fatal("cannot read ", id, ": ", err)
		}
		switch state := callback[0]; state {
		case "booked":
			fmt.Println(state, callback[1])
			return
		case "dead", "cancelled":
			log.Fatal(state, " ", callback[2], " ", callback[3], ": ", callback[4])
		case "":
			if seen != "" {
				log.Fatal(id, " was erased")
			}
		default:
			seen = state
		}
	}
	if seen == "" {
		seen = "not taken in: does a worker run?"
	}
	log.Fatal(id, " has not ended yet (", seen, "); the callback itself continues")
}
