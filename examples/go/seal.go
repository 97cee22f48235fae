//go:build ignore

// Enqueues a callback whose number is sealed: nobody who sees Redis can read it. echo +18445791189 | go run seal.go acme-4711
// Needs redigo and go-jose (Debian: golang-go golang-github-gomodule-redigo-dev golang-gopkg-square-go-jose.v2-dev, with
// GOPATH=/usr/share/gocode GO111MODULE=off), and a user made with --inbox --seal. Run it again with the same id whenever it is not clear
// whether it was promised: that is one callback, though it is sealed anew each time.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/gomodule/redigo/redis"
	"gopkg.in/square/go-jose.v2"
)

func url() string {
	if url := os.Getenv("RINGBACK_REDIS_URL"); url != "" {
		return url
	}
	return "redis://127.0.0.1:6379"
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: seal ID, with the number on the standard input")
	}
	id := os.Args[1]
	// Not an argument, which everybody on this machine could read.
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	conn, err := redis.DialURL(url())
	if err != nil {
		log.Fatal("no connection: ", err)
	}
	defer conn.Close()
	sealed, err := seal(conn, strings.TrimSpace(line), id)
	if err != nil {
		log.Fatal("cannot seal the number: ", err)
	}
	// The id is required here, and must not be made of the number.
	intent, _ := json.Marshal(map[string]any{
		"id":             id,
		"callId":         "89328b83-ff42-4c85-a2af-e948124365de",
		"callbackNumber": sealed,
	})
	if _, err := conn.Do("XADD", "{ringback:default}:inbox", "*", "intent", intent); err != nil {
		log.Fatal("not promised: ", err)
	}
	fmt.Println("promised:", id)
}

func seal(conn redis.Conn, number, id string) (string, error) {
	published, err := redis.Bytes(conn.Do("GET", "{ringback:default}:public-keys"))
	if err != nil {
		return "", fmt.Errorf("there is no public key: do the workers have RINGBACK_SEAL_KEYS_FILE? (%w)", err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(published, &set); err != nil {
		return "", err
	}
	for _, key := range set.Keys {
		// Of the two that there are the elliptic curve is the shorter one.
		if key.Algorithm != string(jose.ECDH_ES_A256KW) {
			continue
		}
		recipient := jose.Recipient{Algorithm: jose.ECDH_ES_A256KW, Key: key.Key, KeyID: key.KeyID}
		// With the id in its header nobody can put the number into another intent.
		options := (&jose.EncrypterOptions{}).WithHeader("id", id)
		encrypter, err := jose.NewEncrypter(jose.A256GCM, recipient, options)
		if err != nil {
			return "", err
		}
		sealed, err := encrypter.Encrypt([]byte(number))
		if err != nil {
			return "", err
		}
		return sealed.CompactSerialize()
	}
	return "", fmt.Errorf("none of the %d public keys is on an elliptic curve", len(set.Keys))
}
