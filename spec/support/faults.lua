--- What a client must make of every fault: the table of the contract suite. Data, no logic.
--
-- One row of `faults`:
--   name      unique; also the scenario of fault_server.py unless `scenario` names another
--   group     transport, http, encoding, json, binary, tls, http2
--   what      the fault in one line
--   endpoint  the method to call; default "tin_checks"
--   upload    bytes of the archive to send, where the request must be large
--   calls     how often to call on one client; the last call is judged, those before it succeed; default 1
--   timeout   deadline in seconds to set, since the fault may go on for ever; the call ends by then
--   port      a field of the server's JSON line to use as http port, instead of that of `http`
--   host      call https://HOST, a name whose look-up fails (see `needs`)
--   tls       a key of the JSON line's `tls`: call https://localhost:PORT, trusting `ca_file`
--   http2     HTTP/2 only: a transport without it has no such fault
--   needs     what else the test has to set up
--   ok        true: the call must succeed
--   kind, outcome, status, retry_after   fields that the error must have (retry_after within a second)
--   no_retry_after   the header says nothing usable: the error has no retry_after
--   early     true: the fault may strike before the request is written, and is then connect and not_sent
--   requests  requests the server has seen in the end, with max_attempts = 1; default `calls`, 0 when not_sent.
--             To be asked under the scenario's name; for http2 rows under tls/KEY
--   attempts  max_attempts to allow from the start: the fault may or may not cost one; then at most one request more
--   then_ok   with retries allowed, the call succeeds after this many requests
--   never_resent   with retries allowed, the server still sees `requests` requests
--   trap      true: the trap has seen no connection and no byte
--   note      how libraries differ (libcurl: checked with 7.88.1), or why a reading was chosen
--
-- How kind and outcome follow from what happened; every row is an instance of these rules:
--   1. Nothing of the request was sent: not_sent. Name look-up, connect, TLS handshake.
--   2. Request bytes were sent and no final status arrived: unknown, whatever happened then. The server may have
--      acted, and neither an RST nor garbage says that it did not. (A server that resets on accept races with
--      our first write, so it is unknown as well.)
--   3. A final status arrived: it decides, however the rest of the message looks.
--      2xx with a usable body is success. 2xx with a reply that breaks off or stalls is unknown, so that reads are
--      tried again; 2xx with anything else is applied: the call took effect and only its answer is lost. 4xx is
--      rejected, 408 and 425 too, since both say that the request was not processed. 3xx is rejected: what was
--      asked for was not done here, and we do not ask elsewhere. 5xx is unknown, but for 501, which says that the
--      server cannot do it at all. 1xx is not final.
--   4. `timeout` whenever the deadline ended the call, at any stage; otherwise the stage names the kind: `dns`,
--      `connect`, `tls`. A connection that ends or breaks before the message is complete is `io` when it was RST
--      or nothing usable came, `malformed` when the message promised more than came (length, last chunk).
--      `malformed` is every message that cannot be read for sure: framing, headers, encoding, size, JSON, or a
--      missing part. A complete message with a status other than 2xx is `http`.
--   5. Between two readings of one message the strict one is right, since an answer that two readers understand
--      differently is no answer: conflicting lengths, length and chunking, folds, bare CR or LF, duplicate names.
--      What the standards let pass and cannot be misread is accepted: equal lengths, trailers, no length.
--   6. `limit` is for our own rate limits, never for a size.

local rows = {
  -- transport ---------------------------------------------------------------------------------------------------
  { name = "good", group = "transport", what = "no fault: the suite works", ok = true },
  { name = "dns-fail", group = "transport", what = "the name does not exist", host = "a.fail.test",
    needs = "slow_dns.c preloaded, or the JSON line's dns as resolver", kind = "dns", outcome = "not_sent" },
  { name = "dns-slow", group = "transport", what = "the name server does not answer", host = "a.slow.test",
    timeout = 1, needs = "slow_dns.c preloaded, or the JSON line's dns as resolver", kind = "timeout",
    outcome = "not_sent",
    note = "libcurl's threaded resolver is waited for on clean-up; CURLOPT_QUICK_EXIT (7.87) lets go of it" },
  { name = "connect-refused", group = "transport", what = "nobody listens", port = "refused", kind = "connect",
    outcome = "not_sent" },
  { name = "connect-blackhole", group = "transport", what = "SYN packets get lost", port = "blackhole", timeout = 1,
    kind = "timeout", outcome = "not_sent" },
  { name = "reset-before-request", group = "transport", what = "RST on accept", port = "reset", requests = 0,
    early = true, kind = "io", outcome = "unknown", note = "races with the first write: rule 2" },
  { name = "reset-mid-request", group = "transport", what = "RST while the body is being sent",
    endpoint = "import_applicant", upload = 8388608, kind = "io", outcome = "unknown",
    note = "libcurl waits a second for 100 Continue with bodies above 1 MiB, unless told not to" },
  { name = "reset-after-request", group = "transport", what = "RST instead of an answer", kind = "io",
    outcome = "unknown" },
  { name = "reset-after-email", group = "transport", what = "RST after a request that people would notice twice",
    scenario = "reset-after-request", endpoint = "send_verification_status_email", never_resent = true, kind = "io",
    outcome = "unknown" },
  { name = "reset-then-ok", group = "transport", what = "RST once, then a good reply", then_ok = 2, kind = "io",
    outcome = "unknown" },
  { name = "reset-mid-headers", group = "transport", what = "RST after the status line", status = 200, kind = "io",
    outcome = "unknown" },
  { name = "reset-mid-body", group = "transport", what = "RST in the body", status = 200, kind = "io",
    outcome = "unknown" },
  { name = "fin-before-status", group = "transport", what = "FIN instead of an answer", kind = "io",
    outcome = "unknown" },
  { name = "fin-mid-status", group = "transport", what = "FIN within the status line", kind = "io",
    outcome = "unknown" },
  { name = "fin-mid-headers", group = "transport", what = "FIN within a header", status = 200, kind = "malformed",
    outcome = "unknown",
    note = "libcurl reports success with status 200 and an empty body; the blank line never came" },
  { name = "stall-mid-request", group = "transport", what = "the server stops reading", endpoint = "import_applicant",
    upload = 33554432, timeout = 2, kind = "timeout", outcome = "unknown" },
  { name = "stall-before-status", group = "transport", what = "the server never answers", timeout = 1,
    kind = "timeout", outcome = "unknown" },
  { name = "stall-email", group = "transport", what = "no answer to a request that people would notice twice",
    scenario = "stall-before-status", endpoint = "send_verification_status_email", timeout = 1, never_resent = true,
    kind = "timeout", outcome = "unknown" },
  { name = "slow-status", group = "transport", what = "a status line without end, byte by byte", timeout = 1,
    kind = "timeout", outcome = "unknown" },
  { name = "slow-headers", group = "transport", what = "headers without end, byte by byte", timeout = 1, status = 200,
    kind = "timeout", outcome = "unknown" },
  { name = "stall-mid-body", group = "transport", what = "silence in the body", timeout = 1, status = 200,
    kind = "timeout", outcome = "unknown" },
  { name = "slow-body", group = "transport", what = "a body byte by byte: each read succeeds, the deadline counts",
    timeout = 1, status = 200, kind = "timeout", outcome = "unknown" },
  { name = "one-byte-slices", group = "transport", what = "a good reply in packets of one byte", ok = true },
  { name = "one-byte-slices-pdf", group = "transport", what = "a good file in packets of one byte",
    scenario = "one-byte-slices", endpoint = "report", ok = true },
  { name = "bandwidth-cap", group = "transport", what = "a good reply over 0.4 s", ok = true },
  { name = "stale-closed", group = "transport", what = "a kept connection was closed while idle",
    endpoint = "send_verification_status_email", calls = 2, ok = true },
  { name = "stale-silent", group = "transport", what = "a kept connection ends when the second request has been read",
    endpoint = "send_verification_status_email", calls = 2, requests = 2, never_resent = true, kind = "io",
    outcome = "unknown",
    note = "libcurl itself resends on a reused connection that ends without a byte, POST too (3 requests seen): "
      .. "what must not be sent twice needs CURLOPT_FRESH_CONNECT" },
  { name = "stale-reset", group = "transport",
    what = "a kept connection is reset when the second request has been read",
    endpoint = "send_verification_status_email", calls = 2, requests = 2, never_resent = true, kind = "io",
    outcome = "unknown", note = "as stale-silent" },
  { name = "half-close", group = "transport", what = "the server closes its sending side and waits for us",
    scenario = "no-length", ok = true },
  { name = "cut-close-delimited", group = "transport", what = "a body without length, cut by FIN", status = 200,
    kind = "malformed", outcome = "applied", note = "only the JSON text itself shows that it is not complete" },
  { name = "early-413", group = "transport", what = "refused before the body was read", endpoint = "import_applicant",
    upload = 8388608, status = 413, kind = "http", outcome = "rejected" },
  { name = "no-100", group = "transport", what = "the server never says 100 Continue", endpoint = "import_applicant",
    upload = 8388608, ok = true, note = "libcurl goes on after a second" },
  { name = "417", group = "transport", what = "the server does not know Expect", endpoint = "import_applicant",
    upload = 8388608, status = 417, kind = "http", outcome = "rejected",
    note = "libcurl resends by itself if it sent Expect" },

  -- http --------------------------------------------------------------------------------------------------------
  { name = "garbage-status", group = "http", what = "binary instead of a status line", kind = "malformed",
    outcome = "unknown" },
  { name = "status-not-http", group = "http", what = "ICY 200 OK", kind = "malformed", outcome = "unknown" },
  { name = "status-2-digits", group = "http", what = "HTTP/1.1 20 OK", kind = "malformed", outcome = "unknown" },
  { name = "status-4-digits", group = "http", what = "HTTP/1.1 2000 OK", kind = "malformed", outcome = "unknown" },
  { name = "status-999", group = "http", what = "a status of no known class", kind = "malformed", outcome = "unknown",
    note = "libcurl hands out 999; statuses end at 599 (RFC 9110, 15), so it says nothing" },
  { name = "status-without-reason", group = "http", what = "HTTP/1.1 200 and nothing more", ok = true },
  { name = "http09", group = "http", what = "a body and nothing else", kind = "malformed", outcome = "unknown" },
  { name = "100-then-good", group = "http", what = "100 Continue, then a good reply", ok = true },
  { name = "103-then-good", group = "http", what = "103 Early Hints, then a good reply", ok = true },
  { name = "101-unasked", group = "http", what = "another protocol from here on, unasked", kind = "malformed",
    outcome = "unknown", note = "libcurl reports 52 with status 101" },
  { name = "flood-1xx", group = "http", what = "103 Early Hints without end", timeout = 5, kind = "malformed",
    outcome = "unknown", note = "libcurl reports 56 at 300 KiB of headers, status 103" },
  { name = "no-length", group = "http", what = "neither length nor chunks: the body ends with the connection",
    ok = true },
  { name = "chunked", group = "http", what = "a good chunked reply", ok = true },
  { name = "chunk-extension", group = "http", what = "a chunk with an extension", ok = true },
  { name = "length-too-long", group = "http", what = "FIN 10 bytes before the promised end", status = 200,
    kind = "malformed", outcome = "unknown" },
  { name = "length-too-short", group = "http", what = "3 bytes more than promised", status = 200, kind = "malformed",
    outcome = "applied", note = "the JSON text is cut; libcurl drops the rest and the connection" },
  { name = "length-negative", group = "http", what = "Content-Length: -1", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "length-garbage", group = "http", what = "Content-Length: 12abc", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl reads 12" },
  { name = "length-overflow", group = "http", what = "a length that wraps to the right one in 64 bits", status = 200,
    kind = "malformed", outcome = "applied", note = "libcurl: as if it were very large" },
  { name = "length-equal-twice", group = "http", what = "the same length twice", ok = true },
  { name = "length-conflicting", group = "http", what = "two lengths", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl takes the last; look at the header lines" },
  { name = "chunked-and-length", group = "http", what = "chunked, and a length", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl lets chunks win: look at the header lines" },
  { name = "bad-chunk-size", group = "http", what = "chunk size xyz", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl reports 56, as for RST, with no OS error" },
  { name = "negative-chunk", group = "http", what = "chunk size with a minus", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl: 56" },
  { name = "overflow-chunk", group = "http", what = "a chunk size that wraps to the right one in 64 bits",
    status = 200, kind = "malformed", outcome = "applied", note = "libcurl: 56" },
  { name = "chunk-without-crlf", group = "http", what = "a chunk longer than its size", status = 200,
    kind = "malformed", outcome = "applied", note = "libcurl: 56" },
  { name = "missing-last-chunk", group = "http", what = "a whole chunk, then FIN", status = 200, kind = "malformed",
    outcome = "unknown" },
  { name = "chunk-cut", group = "http", what = "FIN within a chunk", status = 200, kind = "malformed",
    outcome = "unknown" },
  { name = "unknown-transfer-coding", group = "http", what = "Transfer-Encoding: x-made-up", status = 200,
    kind = "malformed", outcome = "applied" },
  { name = "trailers", group = "http", what = "headers after the last chunk", ok = true },
  { name = "huge-trailers", group = "http", what = "2 MB of headers after the last chunk", status = 200,
    kind = "malformed", outcome = "applied", note = "libcurl takes them: count the bytes of the header callback" },
  { name = "huge-header", group = "http", what = "a header of 200 KiB", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl reports 27, out of memory, above 100 KiB" },
  { name = "endless-header", group = "http", what = "a header without end", timeout = 5, status = 200,
    kind = "malformed", outcome = "applied" },
  { name = "many-headers", group = "http", what = "10 000 headers", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl takes them up to 300 KiB in all: count the lines" },
  { name = "obs-fold", group = "http", what = "a folded header whose second line looks like a length", status = 200,
    kind = "malformed", outcome = "applied",
    note = "libcurl hands out the second line as a line of its own, with its blank in front" },
  { name = "nul-in-header", group = "http", what = "a NUL in a header", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "bare-cr-in-header", group = "http", what = "a CR in a header", status = 200, kind = "malformed",
    outcome = "applied", note = "libcurl takes it" },
  { name = "bare-lf-in-header", group = "http", what = "a header line that ends with LF alone", status = 200,
    kind = "malformed", outcome = "applied", note = "libcurl takes it" },
  { name = "header-without-colon", group = "http", what = "a header line without a colon", status = 200,
    kind = "malformed", outcome = "applied" },
  { name = "space-before-colon", group = "http", what = "a blank between a header's name and its colon", status = 200,
    kind = "malformed", outcome = "applied", note = "libcurl takes it for a header of another name" },
  { name = "200-without-body", group = "http", what = "200 and a length of 0", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "204-with-body", group = "http", what = "204, and a body that must not be there", status = 204,
    kind = "malformed", outcome = "applied" },
  { name = "304-with-body", group = "http", what = "304 unasked, and a body that must not be there", status = 304,
    kind = "http", outcome = "rejected" },
  { name = "wrong-content-type", group = "http", what = "good JSON called text/html", ok = true,
    note = "the body proves itself, the label does not" },
  { name = "no-content-type", group = "http", what = "good JSON without a type", ok = true },
  { name = "charset-label-odd", group = "http", what = "JSON in UTF-8 called ISO 8859-5", ok = true,
    note = "JSON has no charset parameter (RFC 8259, 11)" },
  { name = "charset-utf-16", group = "http", what = "JSON in UTF-16", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "charset-utf-7", group = "http", what = "JSON in UTF-7", status = 200, kind = "malformed",
    outcome = "applied" },
  { name = "junk-after-reply", group = "http", what = "a second reply nobody asked for follows the first", calls = 2,
    ok = true, note = "the second result must not hold `injected`: the connection is not to be used again" },
  { name = "redirect-same-host", group = "http", what = "302 to the same host", status = 302, kind = "http",
    outcome = "rejected" },
  { name = "redirect-303", group = "http", what = "303 after a write", endpoint = "update_info", status = 303,
    kind = "http", outcome = "rejected" },
  { name = "redirect-other-host", group = "http", what = "307 to another host", status = 307, trap = true,
    kind = "http", outcome = "rejected" },
  { name = "redirect-permanent", group = "http", what = "308 to another host, with a body to carry along",
    endpoint = "update_info", status = 308, trap = true, kind = "http", outcome = "rejected" },
  { name = "redirect-to-http", group = "http", what = "301 from https to http", tls = "good", status = 301,
    trap = true, kind = "http", outcome = "rejected" },
  { name = "redirect-loop", group = "http", what = "308 to itself", status = 308, kind = "http",
    outcome = "rejected" },
  { name = "redirect-to-file", group = "http", what = "302 to a local file", status = 302, kind = "http",
    outcome = "rejected" },
  { name = "400", group = "http", what = "Bad Request", status = 400, kind = "http", outcome = "rejected" },
  { name = "401", group = "http", what = "Unauthorized", status = 401, kind = "http", outcome = "rejected" },
  { name = "401-skewed-date", group = "http", what = "the server's clock is an hour ahead of ours", status = 401,
    then_ok = 2, kind = "http", outcome = "rejected", note = "it takes timestamps within 60 s of its Date only" },
  { name = "403", group = "http", what = "Forbidden", status = 403, kind = "http", outcome = "rejected" },
  { name = "404", group = "http", what = "Not Found", status = 404, kind = "http", outcome = "rejected" },
  { name = "405", group = "http", what = "Method Not Allowed", status = 405, kind = "http", outcome = "rejected" },
  { name = "408", group = "http", what = "Request Timeout: did not get the request", status = 408, kind = "http",
    outcome = "rejected" },
  { name = "409", group = "http", what = "Conflict, for good", endpoint = "update_info", status = 409,
    no_retry_after = true, never_resent = true, kind = "http", outcome = "rejected" },
  { name = "409-retry-after", group = "http", what = "Conflict, for now", endpoint = "update_info", status = 409,
    retry_after = 7, kind = "http", outcome = "rejected" },
  { name = "415", group = "http", what = "Unsupported Media Type", endpoint = "import_applicant", status = 415,
    kind = "http", outcome = "rejected" },
  { name = "425", group = "http", what = "Too Early: not processed", status = 425, kind = "http",
    outcome = "rejected" },
  { name = "429-none", group = "http", what = "Too Many Requests, without a time", status = 429,
    no_retry_after = true, kind = "http", outcome = "rejected" },
  { name = "429-seconds", group = "http", what = "Retry-After: 7", status = 429, retry_after = 7, kind = "http",
    outcome = "rejected" },
  { name = "429-date", group = "http", what = "Retry-After: a date 7 s ahead", status = 429, retry_after = 7,
    kind = "http", outcome = "rejected" },
  { name = "429-past-date", group = "http", what = "Retry-After: a date an hour ago", status = 429, retry_after = 0,
    kind = "http", outcome = "rejected" },
  { name = "429-negative", group = "http", what = "Retry-After: -5", status = 429, no_retry_after = true,
    kind = "http", outcome = "rejected" },
  { name = "429-huge", group = "http", what = "Retry-After: thirty nines", status = 429, retry_after = 120,
    kind = "http", outcome = "rejected", note = "clamped" },
  { name = "429-garbage", group = "http", what = "Retry-After: soon", status = 429, no_retry_after = true,
    kind = "http", outcome = "rejected" },
  { name = "429-then-ok", group = "http", what = "Too Many Requests once", status = 429, retry_after = 0, then_ok = 2,
    kind = "http", outcome = "rejected" },
  { name = "429-then-ok-email", group = "http", what = "a refused e-mail may be sent again", scenario = "429-then-ok",
    endpoint = "send_verification_status_email", status = 429, then_ok = 2, kind = "http", outcome = "rejected" },
  { name = "500", group = "http", what = "Internal Server Error", status = 500, kind = "http", outcome = "unknown" },
  { name = "500-email", group = "http", what = "a failed e-mail may have been sent", scenario = "500", status = 500,
    endpoint = "send_verification_status_email", never_resent = true, kind = "http", outcome = "unknown" },
  { name = "501", group = "http", what = "Not Implemented", status = 501, kind = "http", outcome = "rejected" },
  { name = "502", group = "http", what = "Bad Gateway", status = 502, kind = "http", outcome = "unknown" },
  { name = "503", group = "http", what = "Service Unavailable", status = 503, kind = "http", outcome = "unknown" },
  { name = "503-retry-after", group = "http", what = "Service Unavailable, Retry-After: 7", status = 503,
    retry_after = 7, kind = "http", outcome = "unknown" },
  { name = "503-then-ok", group = "http", what = "Service Unavailable twice", status = 503, then_ok = 3,
    kind = "http", outcome = "unknown" },
  { name = "endless-503", group = "http", what = "Service Unavailable for ever: the retry budget holds", status = 503,
    kind = "http", outcome = "unknown" },
  { name = "504", group = "http", what = "Gateway Timeout", status = 504, kind = "http", outcome = "unknown" },
  { name = "520", group = "http", what = "a proxy's own 5xx", status = 520, kind = "http", outcome = "unknown" },
  { name = "error-html", group = "http", what = "an error page in HTML", status = 502, kind = "http",
    outcome = "unknown" },
  { name = "error-without-body", group = "http", what = "403 and nothing else", status = 403, kind = "http",
    outcome = "rejected" },
  { name = "error-bad-json", group = "http", what = "400 with broken JSON", status = 400, kind = "http",
    outcome = "rejected" },
  { name = "error-odd-json", group = "http", what = "400 whose fields have other types", status = 400, kind = "http",
    outcome = "rejected" },
  { name = "error-cut", group = "http", what = "400 whose body is cut", status = 400, kind = "malformed",
    outcome = "rejected" },
  { name = "error-hostile-text", group = "http", what = "400 with line breaks, escapes and NUL in its texts",
    status = 400, kind = "http", outcome = "rejected",
    note = "tostring(err) must be one line without control bytes" },
}

local bodies = require "faults_bodies"
for _, more in ipairs { bodies.rows, require "faults_tls" } do
  for _, row in ipairs(more) do
    rows[#rows + 1] = row
  end
end

return { faults = rows, parts = bodies.parts, callers = require "faults_callers" }
