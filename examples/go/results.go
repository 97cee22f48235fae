//go:build ignore

// Handles the end of every callback, for ever, as one of a group: go run results.go [consumer [milliseconds]]
// Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
// Stop it whenever you like: what it has not confirmed is given again, to it or to another.
// Needs redigo (Debian: golang-go golang-github-gomodule-redigo-dev, with GOPATH=/usr/share/gocode GO111MODULE=off).
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"
)

const stream, group = "{ringback:default}:results", "crm"

var consumer, _ = os.Hostname()

// Longer than handling a hundred results ever takes.
var abandonedMs = 60_000

// handle is yours. It may see an entry twice, if it was interrupted: make it repeatable.
func handle(result map[string]string) {
	id, word := result["id"], result["recordId"]
	// A dead letter that could not lie under the id that you gave has an id of its own.
	if given := result["submittedId"]; given != "" {
		id = given
	}
	if word == "" {
		word = result["code"]
	}
	fmt.Println(id, result["state"], word)
}

func handleAll(conn redis.Conn, entries []any) error {
	for _, each := range entries {
		entry, err := redis.Values(each, nil)
		if err != nil {
			continue // Redis 6.2 says of what was trimmed since not even its id.
		}
		// Without fields it was trimmed since it was given to somebody: nothing is left to handle.
		if result, err := redis.StringMap(entry[1], nil); err == nil && len(result) > 0 {
			handle(result)
		}
		if _, err := conn.Do("XACK", stream, group, entry[0]); err != nil {
			return err
		}
	}
	return nil
}

// takeOver handles what consumers were given that have died since. Those that live hold nothing for so long.
func takeOver(conn redis.Conn) error {
	for start := "0-0"; ; {
		claimed, err := redis.Values(conn.Do("XAUTOCLAIM", stream, group, consumer, abandonedMs, start, "COUNT", 100))
		if err != nil {
			return err
		}
		entries, _ := redis.Values(claimed[1], nil)
		if err := handleAll(conn, entries); err != nil {
			return err
		}
		if start, _ = redis.String(claimed[0], nil); start == "0-0" {
			return nil
		}
	}
}

// read goes on until the connection breaks: first what this consumer was given before, then what is new.
func read(conn redis.Conn) error {
	// 0: what is there already counts too.
	_, err := conn.Do("XGROUP", "CREATE", stream, group, "0", "MKSTREAM")
	if err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return err
	}
	lookedAt := time.Time{}
	for position := "0"; ; {
		if time.Since(lookedAt) > time.Duration(abandonedMs)*time.Millisecond {
			if err := takeOver(conn); err != nil {
				return err
			}
			lookedAt = time.Now()
		}
		streams, err := redis.Values(conn.Do("XREADGROUP", "GROUP", group, consumer, "COUNT", 100,
			"BLOCK", min(5000, abandonedMs), "STREAMS", stream, position))
		if err != nil && !errors.Is(err, redis.ErrNil) {
			return err
		}
		var entries []any
		if len(streams) > 0 {
			ours, _ := redis.Values(streams[0], nil)
			entries, _ = redis.Values(ours[1], nil)
		}
		if len(entries) == 0 {
			position = ">"
		}
		if err := handleAll(conn, entries); err != nil {
			return err
		}
	}
}

func min(one, other int) int {
	if one < other {
		return one
	}
	return other
}

func main() {
	log.SetFlags(0)
	if len(os.Args) > 1 {
		consumer = os.Args[1]
	}
	if len(os.Args) > 2 {
		abandonedMs, _ = strconv.Atoi(os.Args[2])
	}
	url := os.Getenv("RINGBACK_REDIS_URL")
	if url == "" {
		url = "redis://127.0.0.1:6379"
	}
	for ; ; time.Sleep(500 * time.Millisecond) {
		conn, err := redis.DialURL(url)
		if err == nil {
			err = read(conn)
			conn.Close()
		}
		var refused redis.Error
		if errors.As(err, &refused) {
			log.Fatal(refused)
		}
		log.Print("no connection: ", err)
	}
}
