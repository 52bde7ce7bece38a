// One signed, decoded call after another, as Node's fetch does it over the connection that it keeps.
//
//   node bench/calls_fetch.mjs WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
import assert from "node:assert";
import { createHmac } from "node:crypto";

const base = process.env.IDNGO_BASE_URL;
const target = "/resources/checks/latest?type=TIN&applicantId=5eea3f5204f940217bcbc03d";

async function run(times) {
  for (let i = 0; i < times; i++) {
    const ts = Math.floor(Date.now() / 1000).toString();
    const signature = createHmac("sha256", "bench-secret").update(`${ts}GET${target}`).digest("hex");
    const reply = await fetch(base + target, {
      headers: {
        "X-App-Token": "sbx:bench", "X-App-Access-Ts": ts, "X-App-Access-Sig": signature,
        Accept: "application/json",
      },
    });
    assert(reply.ok);
    assert.equal((await reply.json()).checks[0].answer, "GREEN");
  }
}

await run(Number(process.argv[2]));
const used = process.cpuUsage(), started = performance.now();
await run(Number(process.argv[3]));
const { user, system } = process.cpuUsage(used), wall = (performance.now() - started) / 1000;
const cpu = (user + system) / 1e6, peak = process.resourceUsage().maxRSS;
console.log(`cpu=${cpu.toFixed(6)} wall=${wall.toFixed(6)} peak=${peak}`);
