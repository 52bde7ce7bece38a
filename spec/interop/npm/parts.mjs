// The parts of a body of multipart/form-data as busboy reads them: IDNGO_NPM=FOLDER node parts.mjs CONTENT-TYPE <body
// Prints a line of JSON for each: {name, filename, type, sha256, size}.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const busboy = createRequire(`${process.env.IDNGO_NPM}/`)("busboy");
const reader = busboy({ headers: { "content-type": process.argv[2] } });
const tell = (name, filename, type, bytes) => console.log(JSON.stringify({ name, filename, type,
  sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length }));
reader.on("field", (name, value, { mimeType }) => tell(name, undefined, mimeType, Buffer.from(value)));
reader.on("file", (name, stream, { filename, mimeType }) => {
  const pieces = [];
  stream.on("data", (piece) => pieces.push(piece));
  stream.on("end", () => tell(name, filename, mimeType, Buffer.concat(pieces)));
});
process.stdin.pipe(reader);
