/** Many certificates: rows and totals, what is fetched for them, the report's cells, CSV, and folders that are dropped. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at, unread } from "../src/given.ts";
import type { Given } from "../src/given.ts";
import { HEADINGS, table } from "../src/page/cells.ts";
import { csv, harmless } from "../src/page/csv.ts";
import { chosen, MOST_FILES, TooMany, walked } from "../src/page/dropped.ts";
import { needsOf, Pile } from "../src/page/pile.ts";
import { literal } from "../src/page/xlsx.ts";
import { secondsLeft } from "../src/page/run.ts";
import type { Run } from "../src/page/run.ts";
import { load } from "../src/trust.ts";
import { verify } from "../src/verify.ts";
import { needOf } from "../src/wanted.ts";
import * as wording from "../src/wording.ts";
import { VECTORS } from "./data.ts";

interface Case {
  readonly text: string;
  readonly bundle: string;
  readonly pin: string;
}

const NOW = Date.parse("2026-06-01T04:00:00Z") / 1000;
const [GOOD, TAMPERED, ENDED, MISSING] = ["scope-level-3-of-1", "alone-signature-invalid", "alone-post-ended", "alone-status-missing"].map(
  (name) => JSON.parse(readFileSync(new URL(`${name}/case.json`, VECTORS), "utf8")) as Case,
) as [Case, Case, Case, Case];
const TRUST = load(readFileSync(new URL(GOOD.bundle, new URL("scope-level-3-of-1/", VECTORS))), new Set([GOOD.pin]), "35");

function judge(text: string): ReturnType<typeof verify> {
  return verify(text, TRUST, NOW);
}

function piled(...found: Given[]): Pile {
  const pile = new Pile(judge, () => NOW);
  for (const [place, each] of found.entries()) pile.add([each], 9 - place);
  while (pile.left > 0) pile.step();
  return pile;
}

const MIXED: Given[] = [
  at("b.zip", "!/1.png", GOOD.text),
  at("a.pdf", "#p2", TAMPERED.text),
  at("=cmd\u202e.txt", "", GOOD.text),
  at("photo.jpg", "", unread("NOT_READ")),
  at("list.txt", ":7", MISSING.text),
  at("list.txt", ":8", ENDED.text),
  at("list.txt", "", unread("QR_PREFIX", "no text")),
];

test("totals add up to the rows, and what has no text is a row", () => {
  const pile = piled(...MIXED);
  assert.deepEqual(pile.totals, { accepted: 2, rejected: 3, undecided: 2 });
  assert.equal(pile.rows.length, 7);
  assert.deepEqual(pile.rows.map(({ reason }) => reason), [
    ...["ACCEPTED", "SIGNATURE_INVALID", "ACCEPTED", "NOT_READ", "STATUS_MISSING", "POST_ENDED", "QR_PREFIX"],
  ]);
});

test("rows stand in the order of the files", () => {
  const pile = piled(...MIXED);
  pile.sort();
  assert.deepEqual(pile.rows.map(({ given: { name } }) => name), [
    ...["list.txt", "list.txt:8", "list.txt:7", "photo.jpg", "=cmd\u202e.txt", "a.pdf#p2", "b.zip!/1.png"],
  ]);
});

test("all is judged again when what is held changes, and new things meanwhile", () => {
  let isHeld = false;
  const empty = { home: "35", regions: new Map() };
  const pile = new Pile((text) => verify(text, isHeld ? TRUST : empty, NOW), () => NOW);
  pile.add(MIXED, 0);
  while (pile.left > 0) pile.step();
  assert.deepEqual(pile.totals, { accepted: 0, rejected: 1, undecided: 6 });
  isHeld = true;
  pile.judgeAgain();
  pile.add([at("later", "", GOOD.text)], 1);
  while (pile.left > 0) pile.step();
  assert.deepEqual(pile.totals, { accepted: 3, rejected: 3, undecided: 2 });
});

test("what rows take is asked for once, and only where more could be said", () => {
  const found = needsOf(piled(...MIXED, ...MIXED).rows, needOf);
  assert.deepEqual(found, [GOOD, MISSING].map(({ text }) => needOf(text)));
});

test("the table has a line for each row and a cell for each heading", () => {
  const lines = table(piled(...MIXED).rows, wording);
  assert.equal(HEADINGS.length, 31);
  assert.deepEqual([...new Set(lines.map((line) => line.length))], [31]);
  const column = (heading: string): string[] => lines.map((line) => line[HEADINGS.indexOf(heading)] ?? "—");
  assert.deepEqual(column("序号 No."), ["1", "2", "3", "4", "5", "6", "7"]);
  assert.deepEqual(column("文件 File"), ["b.zip", "a.pdf", "=cmd\\u{202E}.txt", "photo.jpg", "list.txt", "list.txt", "list.txt"]);
  assert.deepEqual(column("位置 Place"), ["!/1.png", "#p2", "", "", ":7", ":8", ""]);
  assert.deepEqual(column("与该序号是同一证书 Same certificate as No."), ["", "", "1", "", "", "", ""]);
  assert.deepEqual(column("判断时间 As of"), Array(7).fill("2026-06-01T04:00:00Z"));
  assert.deepEqual(column("下一步 Next step")[3], `${wording.BEFORE_TEXT.NOT_READ.nextZh} ${wording.BEFORE_TEXT.NOT_READ.nextEn}`);
  assert.deepEqual(column("本地采认 Recognised here").map(Boolean), [true, false, true, false, false, false, false]);
});

test("no cell of the CSV is taken for a formula", () => {
  const risky = ["=1+1", "+1", "-1", "@a", " =1", "\t=1", "＝1"];
  assert.deepEqual(risky.map(harmless), risky.map((cell) => `'${cell}`));
  assert.deepEqual(["_x202E_x000a_", "_x202_", "a_x"].map(literal), ["_x005F_x202E_x005F_x000a_", "_x202_", "a_x"]);
  assert.deepEqual(["a=1", "1-2", "", "--", "姓名"].map(harmless), ["a=1", "1-2", "", "--", "姓名"]);
  assert.equal(csv([["a", 'b"c'], ["=x", "1,2\r\n3"]]), '\ufeffa,"b""c"\r\n\'=x,"1,2\r\n3"\r\n');
});

/** A folder or a file as a browser drops it; a folder gives its content in portions, and may refuse to. */
function entry(path: string, inside: FileSystemEntry[] | "refused" | null = null): FileSystemEntry {
  const portions = Array.isArray(inside) ? [inside.slice(0, 100), inside.slice(100), []] : [];
  return {
    name: path.slice(path.lastIndexOf("/") + 1),
    fullPath: path,
    isFile: inside === null,
    isDirectory: inside !== null,
    file: (resolve: (file: Blob) => void) => resolve(new Blob([path])),
    createReader: () => ({
      readEntries: (resolve: (found: FileSystemEntry[]) => void, reject: () => void) =>
        inside === "refused" ? reject() : resolve(portions.shift() ?? []),
    }),
  } as unknown as FileSystemEntry;
}

test("a dropped folder is walked to its end, portion by portion, and what cannot be read has a row", async () => {
  const many = Array.from({ length: 130 }, (_, place) => entry(`/top/in/${String(place).padStart(3, "0")}`));
  const found = await walked([entry("/top", [entry("/top/z"), entry("/top/in", many), entry("/top/no", "refused")]), entry("/a")]);
  const names = found.map(({ name }) => name);
  assert.equal(names.length, 133);
  assert.deepEqual([names[0], names[129], ...names.slice(130)], ["top/in/000", "top/in/129", "top/no/", "top/z", "a"]);
});

test("what systems leave in a folder is no file, and a folder without any other has a row", async () => {
  const litter = ["/top/.DS_Store", "/top/desktop.ini", "/top/__MACOSX", "/top/~$list.xlsx"].map((path) => entry(path));
  const found = await walked([entry("/top", [...litter, entry("/top/a")]), entry("/bare", [entry("/bare/Thumbs.db")]), entry("/.a")]);
  assert.deepEqual(found.map(({ name }) => name), ["top/a", "bare/", ".a"]);
});

test("of a chosen folder, too, and a file that is chosen itself is read whatever its name", () => {
  const file = (name: string, webkitRelativePath = ""): File => ({ name, webkitRelativePath }) as unknown as File;
  const names = (...files: File[]): string[] => chosen(files).map(({ name }) => name);
  assert.deepEqual(names(file("a", ".in/a"), file("Thumbs.db", ".in/b/Thumbs.db")), [".in/a"]);
  assert.deepEqual(names(file("desktop.ini", "in/desktop.ini")), ["in/"]);
  assert.deepEqual(names(file(".hidden.png"), file("b.png")), [".hidden.png", "b.png"]);
  assert.deepEqual(names(), []);
});

test("too many files, or folders too deep, are refused as a whole", async () => {
  const many = Array.from({ length: MOST_FILES + 1 }, (_, place) => entry(`/${place}`));
  await assert.rejects(walked(many), TooMany);
  let deep = entry("/x");
  for (let depth = 0; depth < 40; depth++) deep = entry("/x", [deep]);
  await assert.rejects(walked([deep]), TooMany);
});

test("the time that is left is told from how far it is", () => {
  const run = (read: number, rows: number, given: number): Run =>
    ({ began: 0, read, files: Array(10), pile: { rows: Array(rows), given } }) as unknown as Run;
  assert.equal(secondsLeft(run(5, 20, 20), 30_000), 30);
  assert.equal(secondsLeft(run(5, 10, 20), 30_000), 90);
  assert.equal(secondsLeft(run(0, 0, 0), 30_000), null);
  assert.equal(secondsLeft(run(5, 20, 20), 1_000), null);
});
