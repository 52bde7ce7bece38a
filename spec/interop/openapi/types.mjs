// Whether what is in answers is of the types that sumsub-node-sdk has for it; any field may be missing, or null, as in the
// service's own examples: node types.mjs SDK-FOLDER FILE. FILE has lines of JSON, {name, data},
// as sdk.mjs prints them. Prints a line of JSON for each: {name, problem?}, where problem is what the compiler says.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const ts = createRequire(`${process.env.IDNGO_NPM}/`)("typescript");
const [folder, file] = process.argv.slice(2);
const told = readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)).filter(({ data }) => data);
const lines = [
  'import { sdk } from "sumsub-node-sdk"; type Sdk = ReturnType<typeof sdk>;',
  "type Data<N extends keyof Sdk> = Sdk[N] extends (...args: any[]) => Promise<{ data: infer D }> ? D : never;",
  "type Part<T> = T extends (infer E)[] ? Part<E>[] : T extends object ? { [K in keyof T]?: Part<T[K]> | null } : T;",
  "const is = <T,>() => <U extends Part<T>>(value: U) => value;",
  ...told.map(({ name, data }) => `is<Data<"${name}">>()(${JSON.stringify(data)});`),
];
const path = join(folder, "answers.ts");
const options = { noEmit: true, strict: true, skipLibCheck: true, esModuleInterop: true, types: [],
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 };
const host = ts.createCompilerHost(options), { getSourceFile } = host;
host.getSourceFile = (name, ...more) => name === path ? ts.createSourceFile(name, lines.join("\n"), options.target)
  : getSourceFile.call(host, name, ...more);
const problems = {};
for (const { file: at, start, messageText } of ts.getPreEmitDiagnostics(ts.createProgram([path], options, host))) {
  const line = at?.fileName === path ? at.getLineAndCharacterOfPosition(start).line - 4 : -1;
  problems[told[line]?.name ?? "the types"] ??= ts.flattenDiagnosticMessageText(messageText, " ");
}
for (const name of new Set([...told.map((each) => each.name), ...Object.keys(problems)]))
  console.log(JSON.stringify({ name, problem: problems[name] }));
