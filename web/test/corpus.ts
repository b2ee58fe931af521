/**
 * Reads pictures as the page does: each line of the input names a file (PPM, P6), each line of the output says what it says
 * without the ladder and with it, and how many milliseconds the ladder took. Asked by tests/corpus/reading.py.
 */

import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { stdin, stdout } from "node:process";
import { prepareZXingModule } from "zxing-wasm/reader";
import { greyOf, readWith } from "../src/reader/ladder.ts";
import type { Picture } from "../src/reader/ladder.ts";
import { scannerOf } from "../src/reader/scan.ts";

const WASM = new URL(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm"));

function pictureOf(file: Uint8Array): Picture {
  const [head = "", width, height] = /^P6 (\d+) (\d+) 255\n/.exec(new TextDecoder("latin1").decode(file.subarray(0, 40))) ?? [];
  const data = new Uint8ClampedArray(4 * Number(width) * Number(height)).fill(255);
  for (let from = head.length, to = 0; from < file.length; from += 3, to += 4) data.set(file.subarray(from, from + 3), to);
  return { data, width: Number(width), height: Number(height) };
}

const wasmBinary = (await readFile(WASM)).buffer as ArrayBuffer;
const scan = scannerOf(await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true }));
for await (const path of createInterface({ input: stdin })) {
  const picture = pictureOf(await readFile(path));
  const alone = scan(greyOf(picture)).flatMap(({ text }) => (text === null ? [] : [text]));
  const began = performance.now();
  const ladder = await readWith(picture, async (grey) => scan(grey));
  stdout.write(`${JSON.stringify({ alone, ladder, took: performance.now() - began })}\n`);
}
