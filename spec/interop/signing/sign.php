<?php
// Signs with PHP's own hash_hmac; see ../signing_interop.lua.
foreach (file("php://stdin", FILE_IGNORE_NEW_LINES) as $line) {
    [$method, $target, $kind, $path] = explode("\t", $line);
    $body = file_get_contents($path);
    $stamp = (string) time();
    $headers = "X-App-Token: sbx:demo\r\nX-App-Access-Ts: $stamp\r\nX-App-Access-Sig: "
        . hash_hmac("sha256", $stamp . $method . $target . $body, "demo-secret") . "\r\nContent-Length: " . strlen($body);
    if ($kind !== "") $headers .= "\r\nContent-Type: $kind";
    $context = stream_context_create(["http" => ["method" => $method, "header" => $headers, "content" => $body,
        "ignore_errors" => true]]);
    $reply = file_get_contents(getenv("IDNGO_BASE_URL") . $target, false, $context);
    echo explode(" ", $http_response_header[0])[1], " ", $reply, "\n";
}
