/**
 * Builds the pages' scripts into static/dist, with a manifest that the registry reads: `make web`.
 *
 * There `entries` has by its name here each script, before what it imports; `scripts` are all files of pages, `reader`
 * those of the worker that reads pictures. Each script by itself is smaller than with parts in common; what one imports
 * when it needs it is a file of its own.
 */

import { readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { notices } from "./notices.mjs";

const OUT = "static/dist";

/**
 * What the page does not use of its libraries: pako's bundle makes a table of its compressor at the top level (marked as
 * pure, it is left out), and @noble's errors have messages, which nobody is shown: each ends as one of our own reasons.
 */
const withoutUnused = {
  name: "without-unused",
  setup(building) {
    const load = (filter, change) =>
      building.onLoad({ filter }, async ({ path }) => ({ contents: change(await readFile(path, "utf8")), loader: "js" }));
    load(/pako\.mjs$/, (code) => code.replaceAll(/(?<=^\s*)new Config\(/gm, "/* @__PURE__ */ new Config("));
    load(/@noble.*\.js$/, (code) => code.replaceAll(/new (Range|Type)?Error\((['"`])[^;]*?\2[^;]*?\);/g, "new $1Error();"));
  },
};
/** The page's policy allows no worker made from a text, which is how this library would have its ZIP packed. */
const withoutWorker = {
  name: "without-worker",
  setup(building) {
    const contents = 'import pack from "./zipToArrayBufferSync.js";\nexport default async (files) => pack(files);';
    building.onLoad({ filter: /write-excel-file.*zipToArrayBuffer\.js$/ }, () => ({ contents, loader: "js" }));
  },
};
/** Of zip.js only what reads is used: what writes imports that a second time, which would be a script of its own. */
const withoutWriting = {
  name: "without-writing",
  setup(building) {
    building.onLoad({ filter: /@zip\.js.zip\.js.lib.core.zip-writer\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace('await import("./zip-reader.js")', "{}"),
      loader: "js",
    }));
  },
};
const common = {
  bundle: true,
  charset: "utf8",
  entryNames: "[name]-[hash]",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir: OUT,
  target: "es2022",
};

await rm(OUT, { recursive: true, force: true });
const reader = await build({
  ...common,
  assetNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  entryPoints: { reader: "src/reader/worker.ts" },
  format: "esm",
  loader: { ".wasm": "file" },
  plugins: [withoutWriting],
  splitting: true,
});
const readerFiles = filesOf(reader);
const readerName = readerFiles.find((name) => name.startsWith("reader-"));
const module = { ...common, chunkNames: "[name]-[hash]", format: "esm", splitting: true };
/** What the desk fetches only when it is used. */
const onDemand = await Promise.all([
  build({
    ...module,
    entryPoints: { reading: "src/page/reading.ts" },
    define: { READER: JSON.stringify(`/v/${readerName}`) },
  }),
  build({ ...module, entryPoints: { xlsx: "src/page/xlsx.ts" }, plugins: [withoutWorker] }),
]);
const [reading, xlsx] = onDemand.map((each) => JSON.stringify(`/static/dist/${Object.values(entriesOf(each))[0][0]}`));
const pages = await Promise.all([
  build({ ...module, entryPoints: { page: "src/page/main.ts" }, plugins: [withoutUnused] }),
  build({ ...module, entryPoints: { benefits: "src/page/benefits.ts" }, plugins: [withoutUnused] }),
  build({
    ...module,
    entryPoints: { desk: "src/page/desk.ts" },
    define: { READING: reading, XLSX: xlsx },
    loader: { ".css": "text" },
    plugins: [withoutUnused],
  }),
  build({ ...module, entryPoints: { explorer: "src/page/explorer.ts" }, plugins: [withoutUnused] }),
  ...onDemand,
]);
const workers = await build({
  ...common,
  entryPoints: { worker: "src/worker/worker.ts", retire: "src/worker/retire.ts" },
  format: "iife",
});
await Promise.all(readerFiles.filter((name) => name.endsWith(".wasm")).map(pack));
const manifest = {
  entries: Object.assign({}, ...[...pages, workers].map(entriesOf)),
  scripts: pages.flatMap(filesOf),
  reader: readerFiles,
  notices: "licences.txt",
};
await writeFile(`${OUT}/${manifest.notices}`, await notices([reader, ...pages, workers]));
await writeFile(`${OUT}/manifest.json`, `${JSON.stringify(manifest)}\n`);

function filesOf({ metafile }) {
  return Object.keys(metafile.outputs).map((path) => basename(path));
}

/** By its name here each script, before what it imports. */
function entriesOf({ metafile: { outputs } }) {
  const entries = Object.keys(outputs).filter((path) => outputs[path].entryPoint !== undefined);
  const nameOf = (path) => basename(path).slice(0, basename(path).lastIndexOf("-"));
  return Object.fromEntries(entries.map((path) => [nameOf(path), [...withImports(outputs, path)].map((each) => basename(each))]));
}

/** The file at `path`, and all that it imports before it runs. */
function withImports(outputs, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const each of outputs[path].imports) if (each.kind === "import-statement") withImports(outputs, each.path, found);
  return found;
}

/** A file that takes a while to pack is packed here, and not at each start of the registry. */
async function pack(name) {
  await writeFile(`${OUT}/${name}.gz`, gzipSync(await readFile(`${OUT}/${name}`), { level: 9 }));
  await rm(`${OUT}/${name}`);
}
