// Signs with Node's own crypto; see ../signing_interop.lua.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";

const base = new URL(process.env.IDNGO_BASE_URL);

const send = (method, target, kind, body) => new Promise((resolve, reject) => {
  const stamp = Math.floor(Date.now() / 1000).toString();
  const digest = createHmac("sha256", "demo-secret").update(stamp + method + target).update(body).digest("hex");
  const headers = { "X-App-Token": "sbx:demo", "X-App-Access-Ts": stamp, "X-App-Access-Sig": digest, "Content-Length": body.length };
  if (kind) headers["Content-Type"] = kind;
  const sent = request({ host: base.hostname, port: base.port, method, path: target, headers }, (reply) => {
    let text = "";
    reply.setEncoding("utf8").on("data", (piece) => { text += piece; }).on("end", () => resolve(`${reply.statusCode} ${text}`));
  });
  sent.on("error", reject).end(body);
});

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const [method, target, kind, path] = line.split("\t");
  console.log(await send(method, target, kind, readFileSync(path)));
}
