/** What the built scripts contain of others, with their licences. */

import { readdir, readFile } from "node:fs/promises";

/** What is compiled into a package's WebAssembly: folders of licences/, which the packages do not bring along themselves. */
const COMPILED = { "@hyzyla/pdfium": ["pdfium", "emscripten"], "zxing-wasm": ["zxing-cpp", "emscripten"] };
const HEAD = `本站网页的脚本里有下列第三方软件，各按其许可使用。
The scripts of this site's pages contain the third-party software below, each under its own licence.
`;

/** The text about every package of which one of these builds contains a file. Rejects if a licence is not there. */
export async function notices(builds) {
  const packages = await Promise.all(bundled(builds).map(described));
  const folders = [...new Set(packages.flatMap(({ folders }) => folders))].sort();
  const compiled = (await Promise.all(folders.map(licencesIn))).flat();
  const list = [
    ...packages.map(({ title, folders }) => `- ${title}${folders.length === 0 ? "" : `: ${folders.join(", ")}`}`),
    ...compiled.map(({ title }) => `- ${title}`),
  ];
  return [HEAD, list.join("\n"), ...[...packages, ...compiled].map(({ title, text }) => `\n== ${title} ==\n\n${text.trim()}`), ""].join("\n");
}

/** The names of the packages, in alphabetical order. */
function bundled(builds) {
  const paths = builds.flatMap(({ metafile }) => Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  const unknown = paths.find((path) => path.endsWith(".wasm") && COMPILED[packageOf(path)] === undefined);
  if (unknown !== undefined) throw new Error(`what is compiled into ${unknown}?`);
  return [...new Set(paths.map(packageOf))].filter((name) => name !== "").sort();
}

/** The package that a file belongs to; empty if it is our own. */
function packageOf(path) {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? "";
}

async function described(name) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence`);
  return { title: `${name} ${version} (${license})`, text: await readFile(`${folder}/${file}`, "utf8"), folders: COMPILED[name] ?? [] };
}

async function licencesIn(folder) {
  const files = (await readdir(`licences/${folder}`)).sort();
  return Promise.all(
    files.map(async (file) => {
      const name = file.replace(/\.txt$/, "");
      return { title: name === folder ? name : `${name}, in ${folder}`, text: await readFile(`licences/${folder}/${file}`, "utf8") };
    }),
  );
}
