/** Reading files, as far as it takes no browser: kinds, headers, lists, tables, archives, and which codes count. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-custom.js";
import { outcomeOfUnread, unread } from "../src/given.ts";
import type { Unread } from "../src/given.ts";
import { isAnimated } from "../src/reader/animation.ts";
import { unpack } from "../src/reader/archive.ts";
import { contents } from "../src/reader/codes.ts";
import { readFile } from "../src/reader/file.ts";
import { foreignKind, sizeOf } from "../src/reader/headers.ts";
import { isLitter, kindOf } from "../src/reader/kinds.ts";
import type { Decode } from "../src/reader/ladder.ts";
import { readTexts } from "../src/reader/list.ts";
import { entriesOf } from "../src/reader/unpacking.ts";

const OURS = "https://fj.example/v#0123";
const never: Decode = () => assert.fail("no picture here");

function bytes(...parts: (string | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const codes = parts.flatMap((part) => (typeof part === "string" ? [...part].map((each) => each.charCodeAt(0)) : part));
  return new Uint8Array(codes);
}

function big(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function little(value: number): number[] {
  return big(value).reverse();
}

const PNG = bytes("\x89PNG\r\n\x1a\n", big(13), "IHDR", big(12_000), big(12_000));

test("a picture that moves is known by its bytes", () => {
  const png = (...kinds: string[]): Uint8Array => bytes("\x89PNG\r\n\x1a\n", ...kinds.flatMap((each) => [big(1), each, [0, 0, 0, 0, 0]]));
  const gif = (...parts: (string | number[])[]): Uint8Array => bytes("GIF89a", [1, 0, 1, 0, 0x80, 0, 0], "123456", ...parts);
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0x80, 1, 2, 3, 4, 5, 6, 2, 2, 0x4c, 0x01, 0];
  const comment = [0x21, 0xfe, 1, 0x2c, 2, 0x2c, 0x2c, 0];
  const webp = (flags: number): Uint8Array => bytes("RIFF", little(30), "WEBPVP8X", little(10), [flags]);
  const cases: [Uint8Array, boolean][] = [
    [png("IHDR", "acTL", "IDAT"), true],
    [png("IHDR", "IDAT", "acTL"), false],
    [gif(comment, frame, comment, frame, [0x3b]), true],
    [gif(comment, frame, comment, [0x3b]), false],
    [gif(frame), false],
    [webp(2), true],
    [webp(0x10), false],
    [bytes("RIFF", little(30), "WEBPVP8 ", little(10), [2]), false],
    [bytes("\xff\xd8\xff\xe0"), false],
    [bytes("GI"), false],
  ];
  for (const [picture, moves] of cases) assert.equal(isAnimated(picture), moves);
});

test("a file is what its first bytes say, and only then what its name says", () => {
  const cases: [Uint8Array, string, string][] = [
    [PNG, "list.txt", "picture"],
    [bytes("\xff\xd8\xff\xe0"), "a", "picture"],
    [bytes("BM", little(60), [0, 0, 0, 0]), "a", "picture"],
    [bytes("BMW is a car"), "a.txt", "list"],
    [bytes("  <svg xmlns="), "a", "picture"],
    [bytes("\xc5\xd0\xd3\xc6"), "a.eps", "picture"],
    [bytes("some junk %PDF-1.7"), "a.png", "pdf"],
    [bytes("PK\x05\x06"), "a.png", "zip"],
    [bytes("plain"), "证书.PDF", "pdf"],
    [bytes("a;b"), "a.csv", "table"],
    [bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "a.xls", "old-office"],
    [bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "a.doc", "other"],
    [bytes("a\0b"), "folder.d/.png", "other"],
    [bytes("a\0b"), "a.txt", "list"],
    [bytes("text"), "folder.png/README", "list"],
  ];
  for (const [head, name, kind] of cases) assert.equal(kindOf(head, name), kind, name);
});

test("what systems leave behind is litter, and a path that climbs is not", () => {
  for (const path of ["__MACOSX/a.png", "a/.DS_Store", "Thumbs.db", "~$roster.xlsx", "a\\.hidden"]) assert.equal(isLitter(path), true, path);
  for (const path of ["../../etc/passwd.png", "./a.png", "a.b/c.png", "..\\..\\a.png"]) assert.equal(isLitter(path), false, path);
});

test("the size of a picture is in its header", () => {
  const size = (width: number, height: number): object => ({ width, height });
  const segment = (marker: number, length: number): number[] => [0xff, marker, length >> 8, length & 255, ...Array(length - 2).fill(0)];
  const frame = [0xff, 0xc2, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0];
  assert.deepEqual(sizeOf(PNG), size(12_000, 12_000));
  assert.deepEqual(sizeOf(bytes([0xff, 0xd8], segment(0xe1, 300), [0xff], segment(0xc4, 20), frame)), size(4_000, 3_000));
  assert.deepEqual(sizeOf(bytes("GIF89a", [0x80, 2, 0xe0, 1])), size(640, 480));
  assert.deepEqual(sizeOf(bytes("BM", Array(12).fill(0), little(40), little(300), little(-200))), size(300, 200));
  assert.deepEqual(sizeOf(bytes("BM", Array(12).fill(0), little(12), [44, 1, 200, 0])), size(300, 200));
  const webp = ["RIFF", little(0), "WEBP"] as const;
  assert.deepEqual(sizeOf(bytes(...webp, "VP8 ", little(0), Array(6).fill(0), [0x40, 6, 0xb0, 4])), size(1_600, 1_200));
  assert.deepEqual(sizeOf(bytes(...webp, "VP8L", little(0), [0x2f], little(1_599 | (1_199 << 14)))), size(1_600, 1_200));
  assert.deepEqual(sizeOf(bytes(...webp, "VP8X", little(10), little(0), [0x3f, 6, 0, 0xaf, 4, 0])), size(1_600, 1_200));
});

test("a header that is cut, empty or of something else has no size", () => {
  const frame = bytes([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0]);
  for (const head of [PNG.subarray(0, 20), bytes("II*\0 is a TIFF"), bytes("RIFF    WAVEfmt "), frame, bytes([0xff, 0xd8, 0xff, 0xd9])]) {
    assert.equal(sizeOf(head), null);
  }
});

test("a picture that browsers do not decode is told by its kind", () => {
  const kinds = [bytes("II*\0 is a TIFF"), bytes("MM\0*"), bytes(big(24), "ftypheic"), bytes(big(24), "ftypavif"), bytes("ftypheic"), PNG];
  assert.deepEqual(kinds.map(foreignKind), ["TIFF", "TIFF", "HEIC", "AVIF", "", ""]);
});

test("codes of others count only if there is none of ours, and each text once", () => {
  assert.deepEqual(contents([]), [["", unread("NOT_READ")]]);
  assert.deepEqual(contents(["https://other/"]), [["", unread("QR_PREFIX", "the picture's code is not of a Yinxin certificate")]]);
  assert.deepEqual(contents(["x", OURS, OURS]), [["", OURS]]);
  assert.deepEqual(contents([OURS, `${OURS}4`]), [["#1", OURS], ["#2", `${OURS}4`]]);
  assert.deepEqual(contents(["https://fj.example/v#bad"]), [["", "https://fj.example/v#bad"]]);
});

async function texts(text: string | Uint8Array<ArrayBuffer>, isTable = false): Promise<unknown> {
  return readTexts(typeof text === "string" ? new TextEncoder().encode(text) : text, isTable);
}

test("a list has a text a line, and a line that is none says so by its number", async () => {
  const long = "x".repeat(64 << 10);
  const list = `\ufeff${OURS}\r\n\n \t\n{"text":"a"}\n{"text":1}\n{\n${long}\nlast`;
  assert.deepEqual(await texts(list), [
    [":1", OURS],
    [":4", "a"],
    [":5", unread("QR_PREFIX", 'no member "text"')],
    [":6", unread("QR_PREFIX", "not a JSON object")],
    [":7", unread("QR_TOO_LONG", "a line of 65536 bytes or more")],
    [":8", "last"],
  ]);
  assert.deepEqual(await texts(bytes(OURS, "\n\xff\xfe")), [[":1", OURS], [":2", unread("QR_PREFIX", "not UTF-8")]]);
});

test("a text file without a QR text is no list, and neither is one in UTF-16", async () => {
  assert.deepEqual(await texts("read me\n"), [["", unread("LIST_WITHOUT_TEXTS")]]);
  assert.deepEqual(await texts(" \n"), [["", unread("FILE_EMPTY")]]);
  assert.deepEqual(await texts(bytes("\xff\xfea\0")), [["", unread("LIST_BROKEN", "UTF-16")]]);
});

test("a table gives the texts of one column, by its heading or by what stands in it", async () => {
  const rows = `姓名,二维码\n"林,\n一",${OURS}\n\n陈,\n`;
  const expected = [[":2", OURS], [":5", unread("LIST_WITHOUT_TEXTS", "no text in this row")]];
  assert.deepEqual(await texts(rows, true), expected);
  assert.deepEqual(await texts(rows), expected);
  assert.deepEqual(await texts(`name;where\na;${OURS}`, true), [[":2", OURS]]);
  assert.deepEqual(await texts("a,b\n1,2", true), [["", unread("LIST_WITHOUT_TEXTS")]]);
  assert.deepEqual(await texts(",\n", true), [["", unread("FILE_EMPTY", "a table without rows")]]);
  const gbk = bytes([0xd0, 0xd5, 0xc3, 0xfb], `,qr\n`, [0xc1, 0xd6], `,${OURS}\n`);
  assert.deepEqual(await texts(gbk, true), [[":2", OURS]]);
});

test("a table that is none any more is broken from there, and none swallows the rows behind an open quote", async () => {
  const broken = async (table: string, why: string): Promise<void> =>
    assert.deepEqual(await texts(table, true), [["", unread("LIST_BROKEN", why)]], why);
  await broken(`text,n\n"${OURS},1\n${OURS},2\n`, "Quoted field unterminated");
  await broken(`text,n\n"${OURS}"x,1\n${OURS},2\n`, "Trailing quote on quoted field is malformed");
  await broken(`text${",".repeat(20_000)}\n${OURS}\n`, "a row of more than 16384 columns");
  await broken(`text,n\n"${"x\n".repeat(80_000)}",1\n`, "a cell of more than 131072 characters");
  assert.deepEqual(await texts("姓名,二维码\n\n", true), [["", unread("FILE_EMPTY", "a table without rows")]]);
  const ends = `text,n\r\n${OURS},1\r${OURS}1,2\n\r${OURS}2,3`;
  assert.deepEqual(await texts(ends, true), [[":2", OURS], [":3", `${OURS}1`], [":5", `${OURS}2`]]);
  const many = `text,n\n${`${OURS},1\n`.repeat(120)}"${OURS}`;
  assert.deepEqual(((await texts(many, true)) as readonly unknown[]).slice(119), [[":121", OURS], ["", unread("LIST_BROKEN", "Quoted field unterminated")]]);
});

test("a name of any length is looked at once", () => {
  const name = "a.".repeat(1 << 15);
  const began = performance.now();
  assert.equal(kindOf(bytes("text"), name), "list");
  assert.ok(performance.now() - began < 1000);
});

interface Entry {
  readonly name: string;
  readonly data: string | Uint8Array<ArrayBuffer>;
}

async function zip(...entries: Entry[]): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter(), { level: 1 });
  for (const { name, data } of entries) {
    await writer.add(name, typeof data === "string" ? new TextReader(data) : new Uint8ArrayReader(data));
  }
  return writer.close();
}

async function given(name: string, data: Blob, from = 0): Promise<[string, string | Unread][]> {
  const found: [string, string | Unread][] = [];
  for await (const part of readFile(name, data, from, never)) {
    if (!("number" in part)) found.push(...part.map((each): [string, string | Unread] => [each.name, each.content]));
  }
  return found;
}

test("each file of a ZIP is read as if it had been given, whatever it is called, and a ZIP in it is not", async () => {
  const inner = new Uint8Array(await (await zip({ name: "list.txt", data: OURS })).arrayBuffer());
  const data = await zip(
    { name: "a/list.txt", data: OURS },
    { name: "../../etc/passwd", data: `${OURS}1` },
    { name: "__MACOSX/._a", data: "x" },
    { name: "inner.zip", data: inner },
    { name: "broken.zip", data: bytes("PK\x03\x04") },
    { name: "huge.png", data: PNG },
    { name: "nothing.png", data: "" },
  );
  const expected: [string, string | Unread][] = [
    ["z.zip!/a/list.txt:1", OURS],
    ["z.zip!/../../etc/passwd:1", `${OURS}1`],
    ["z.zip!/inner.zip", unread("ZIP_NESTED")],
    ["z.zip!/broken.zip", unread("ZIP_BROKEN", "File format is not recognized")],
    ["z.zip!/huge.png", unread("PICTURE_TOO_LARGE", "12000 x 12000 pixels")],
    ["z.zip!/nothing.png", unread("PICTURE_TYPE")],
  ];
  assert.deepEqual(await given("z.zip", data), expected);
  assert.deepEqual(await given("z.zip", data, 3), expected.slice(3));
});

test("a ZIP that is damaged, empty, or an office document says so", async () => {
  const broken = new Blob([bytes("PK\x03\x04 and then nothing")]);
  assert.deepEqual(await given("z.zip", broken), [["z.zip", unread("ZIP_BROKEN", "File format is not recognized")]]);
  assert.deepEqual(await given("nothing.txt", new Blob([])), [["nothing.txt", unread("FILE_EMPTY")]]);
  assert.deepEqual(await given("z.zip", await zip()), [["z.zip", unread("FILE_EMPTY", "a ZIP without files")]]);
  const office = await zip({ name: "[Content_Types].xml", data: "<a/>" });
  assert.deepEqual(await given("a.docx", office), [["a.docx", unread("FILE_TYPE", "a document of an office program")]]);
});

/** The ZIP, with what its directory says of the first file's unpacked size changed. */
async function lying(data: Blob, size: number): Promise<Blob> {
  const raw = new Uint8Array(await data.arrayBuffer());
  const at = Buffer.from(raw.buffer).lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
  raw.set(little(size), at + 24);
  return new Blob([raw]);
}

test("a bomb stops at the cap, also one that lies about its size", async () => {
  const bomb = await zip({ name: "zeros", data: new Uint8Array((64 << 20) + 1) });
  const over = unread("FILE_TOO_LARGE", `over ${64 << 20} bytes unpacked`);
  assert.deepEqual(await given("z.zip", bomb), [["z.zip!/zeros", over]]);
  const lie = unread("ZIP_BROKEN", "Invalid uncompressed size");
  assert.deepEqual(await given("z.zip", await lying(bomb, 1_000)), [["z.zip!/zeros", lie]]);
});

test("a ZIP's names are UTF-8, or else GBK", async () => {
  const data = await zip({ name: "abcd.txt", data: OURS });
  const raw = Buffer.from(await data.arrayBuffer());
  for (let at = raw.indexOf("abcd"); at >= 0; at = raw.indexOf("abcd", at + 4)) raw.set([0xd6, 0xa4, 0xca, 0xe9], at);
  const names: string[] = [];
  for await (const { name } of unpack(await entriesOf(new Blob([raw])), 0)) names.push(name);
  assert.deepEqual(names, ["证书.txt", "证书.txt"]);
});

test("what has no text is undecided, but for a line that cannot be a certificate's", () => {
  assert.equal(outcomeOfUnread(unread("ZIP_NESTED")), "undecided");
  assert.equal(outcomeOfUnread(unread("QR_PREFIX")), "rejected");
});
