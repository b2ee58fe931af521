/** Builds the page's scripts into static/dist, with a manifest that the registry reads: `make web`. */

import { readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

const OUT = "static/dist";

/** pako's bundle makes a table of its compressor at the top level: marked as pure, what is not used here is left out. */
const withoutCompressor = {
  name: "without-compressor",
  setup(building) {
    building.onLoad({ filter: /pako\.mjs$/ }, async ({ path }) => {
      const code = await readFile(path, "utf8");
      return { contents: code.replaceAll(/(?<=^\s*)new Config\(/gm, "/* @__PURE__ */ new Config("), loader: "js" };
    });
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
const built = await Promise.all([
  build({ ...common, entryPoints: { page: "src/page/main.ts" }, format: "esm", plugins: [withoutCompressor] }),
  build({ ...common, entryPoints: { worker: "src/worker/worker.ts", retire: "src/worker/retire.ts" }, format: "iife" }),
]);
const names = built.flatMap(({ metafile }) => Object.keys(metafile.outputs)).map((path) => basename(path));
const manifest = Object.fromEntries(names.map((name) => [name.slice(0, name.indexOf("-")), name]));
await writeFile(`${OUT}/manifest.json`, `${JSON.stringify(manifest)}\n`);
