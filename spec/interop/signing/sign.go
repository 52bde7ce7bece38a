// Signs with Go's own crypto/hmac; see ../signing_interop.lua.
package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		method, target, kind, path := fields[0], fields[1], fields[2], fields[3]
		body, err := os.ReadFile(path)
		must(err)
		stamp := strconv.FormatInt(time.Now().Unix(), 10)
		digest := hmac.New(sha256.New, []byte("demo-secret"))
		digest.Write([]byte(stamp + method + target))
		digest.Write(body)
		request, err := http.NewRequest(method, os.Getenv("IDNGO_BASE_URL")+target, bytes.NewReader(body))
		must(err)
		request.Header.Set("X-App-Token", "sbx:demo")
		request.Header.Set("X-App-Access-Ts", stamp)
		request.Header.Set("X-App-Access-Sig", hex.EncodeToString(digest.Sum(nil)))
		if kind != "" {
			request.Header.Set("Content-Type", kind)
		}
		reply, err := http.DefaultClient.Do(request)
		must(err)
		text, err := io.ReadAll(reply.Body)
		must(err)
		fmt.Println(reply.StatusCode, string(text))
	}
}
