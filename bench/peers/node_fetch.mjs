// The jobs as Node's fetch does them, over as many connections as there are calls at once, which it keeps.
//
//   node bench/peers/node_fetch.mjs JOB WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
//     JOB: calls CONCURRENCY | sign SECRET TS METHOD TARGET BODY | download PATH
import assert from "node:assert";
import { createHmac } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { inParallel, measure } from "./measure.mjs";

const base = process.env.IDNGO_BASE_URL, id = "5eea3f5204f940217bcbc03d";

function sign(secret, ts, method, target, body) {
  return createHmac("sha256", secret).update(ts + method + target + body).digest("hex");
}

async function get(target) {
  const ts = Math.floor(Date.now() / 1000).toString();
  const reply = await fetch(base + target, {
    headers: {
      "X-App-Token": "sbx:bench", "X-App-Access-Ts": ts,
      "X-App-Access-Sig": sign("bench-secret", ts, "GET", target, ""), Accept: "application/json",
    },
  });
  assert.equal(reply.status, 200);
  return reply;
}

async function call() {
  const reply = await get(`/resources/checks/latest?type=TIN&applicantId=${id}`);
  assert.equal((await reply.json()).checks[0].answer, "GREEN");
}

await measure({
  calls: (concurrency) => (times) => inParallel(Number(concurrency), times, call),
  sign: (...args) => (times) => {
    let signature;
    for (let i = 0; i < times; i++) signature = sign(...args);
    return signature;
  },
  download: (path) => (times) => inParallel(1, times, async () => {
    const reply = await get(`/resources/applicants/${id}/summary/report`);
    await pipeline(Readable.fromWeb(reply.body), createWriteStream(path));
  }),
});
