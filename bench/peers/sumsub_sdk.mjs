// The jobs as sumsub-node-sdk does them, over as many connections as there are calls at once, which its agent keeps.
//
//   node bench/peers/sumsub_sdk.mjs JOB WARM_UP COUNT      the server's URL is in IDNGO_BASE_URL
//     JOB: calls CONCURRENCY | sign SECRET TS METHOD TARGET BODY | download PATH
//
// It has no method for the check that is asked for, so its client is given the target, as each of its methods does.
// Its report comes in memory: the method has no other form.
import assert from "node:assert";
import { writeFile } from "node:fs/promises";
import { Agent } from "node:http";
import { createRequire } from "node:module";
import { inParallel, measure } from "./measure.mjs";

const require = createRequire(`${process.env.IDNGO_BENCH}/npm/`);
const { sdk } = require("sumsub-node-sdk");
const id = "5eea3f5204f940217bcbc03d";

function connect(connections, secretKey = "bench-secret") {
  const sumsub = sdk({ baseURL: process.env.IDNGO_BASE_URL, secretKey, appToken: "sbx:bench" });
  sumsub.client.defaults.httpAgent = new Agent({ keepAlive: true, maxSockets: connections });
  return sumsub;
}

await measure({
  calls: (concurrency) => {
    const { client } = connect(Number(concurrency));
    return (times) => inParallel(Number(concurrency), times, async () => {
      const reply = await client.get(`/resources/checks/latest?type=TIN&applicantId=${id}`);
      assert.equal(reply.status, 200);
      assert.equal(reply.data.checks[0].answer, "GREEN");
    });
  },
  sign: (secret, ts, method, url, data) => {
    const { createSignature } = connect(1, secret);
    Date.now = () => Number(ts) * 1000; // the method has no other way to be told the time
    return (times) => {
      const request = { method, url, data, headers: {} };
      for (let i = 0; i < times; i++) createSignature(request);
      return request.headers["X-App-Access-Sig"];
    };
  },
  download: (path) => {
    const sumsub = connect(1);
    return (times) => inParallel(1, times, async () => {
      const reply = await sumsub.getApplicantReportPdf(id);
      assert.equal(reply.status, 200);
      await writeFile(path, reply.data);
    });
  },
});
