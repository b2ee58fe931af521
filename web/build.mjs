/** Builds the page's scripts into static/dist, with a manifest that the registry reads: `make web`. */

import { readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

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
  splitting: true,
});
const readerFiles = filesOf(reader);
const readerName = readerFiles.find((name) => name.startsWith("reader-"));
const built = await Promise.all([
  build({ ...common, entryPoints: { page: "src/page/main.ts" }, format: "esm", plugins: [withoutUnused] }),
  build({ ...common, entryPoints: { benefits: "src/page/benefits.ts" }, format: "esm", plugins: [withoutUnused] }),
  build({
    ...common,
    entryPoints: { reading: "src/page/reading.ts" },
    format: "esm",
    define: { READER: JSON.stringify(`/v/${readerName}`) },
  }),
  build({ ...common, entryPoints: { worker: "src/worker/worker.ts", retire: "src/worker/retire.ts" }, format: "iife" }),
]);
const names = built.flatMap(filesOf);
const manifest = Object.fromEntries(names.map((name) => [name.slice(0, name.indexOf("-")), name]));
await Promise.all(readerFiles.filter((name) => name.endsWith(".wasm")).map(pack));
await writeFile(`${OUT}/manifest.json`, `${JSON.stringify({ ...manifest, reader: readerFiles })}\n`);

function filesOf({ metafile }) {
  return Object.keys(metafile.outputs).map((path) => basename(path));
}

/** A file that takes a while to pack is packed here, and not at each start of the registry. */
async function pack(name) {
  await writeFile(`${OUT}/${name}.gz`, gzipSync(await readFile(`${OUT}/${name}`), { level: 9 }));
  await rm(`${OUT}/${name}`);
}
