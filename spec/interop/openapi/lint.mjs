// What Redocly's rules say of an OpenAPI description: IDNGO_NPM=FOLDER node lint.mjs FILE. Prints a line of JSON for each problem.
import { createRequire } from "node:module";

const { createConfig, lint } = createRequire(`${process.env.IDNGO_NPM}/`)("@redocly/openapi-core");
const config = await createConfig({ extends: ["recommended-strict"] });
for (const { ruleId, message, location } of await lint({ ref: process.argv[2], config }))
  console.log(JSON.stringify({ ruleId, message, at: location?.[0]?.pointer }));
