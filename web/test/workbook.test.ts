/** QR texts in an XLSX: which rows and sheets there are, and that whatever is broken or hostile has one reason. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-custom.js";
import { unread } from "../src/given.ts";
import type { Unread } from "../src/given.ts";
import { readFile } from "../src/reader/file.ts";
import { MAX_ROWS } from "../src/reader/sheet.ts";
import { MAX_UNPACKED } from "../src/reader/workbook.ts";

const OURS = "https://fj.example/v#0123";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

type Parts = Readonly<Record<string, string>>;

/** A workbook with these rows in each of its sheets, and `shared` texts. */
function parts(sheets: Parts, shared: string): Parts {
  const names = Object.keys(sheets);
  const numbered = (make: (name: string, number: number) => string): string => names.map(make).join("");
  return {
    "[Content_Types].xml": `<Types xmlns="x"><Override PartName="/xl/workbook.xml" ContentType="${TYPES}sheet.main+xml"/>
      <Override PartName="/xl/sharedStrings.xml" ContentType="${TYPES}sharedStrings+xml"/></Types>`,
    "xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>
      ${numbered((name, number) => `<sheet name="${name}" sheetId="${number}" r:id="r${number}"/>`)}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="x">
      ${numbered((_, number) => `<Relationship Id="r${number}" Type="sheet" Target="./sheets/../sheets/${number}.xml"/>`)}</Relationships>`,
    "xl/sharedStrings.xml": `<sst xmlns="${MAIN}">${shared}</sst>`,
    ...Object.fromEntries(names.map((name, number) => [`xl/sheets/${number}.xml`, sheet(sheets[name] ?? "")])),
  };
}

function sheet(rows: string): string {
  return `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;
}

async function packed(found: Parts): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter(), { level: 1 });
  for (const [name, text] of Object.entries(found)) await writer.add(name, new TextReader(text));
  return writer.close();
}

async function read(data: Blob): Promise<[string, string | Unread][]> {
  const found: [string, string | Unread][] = [];
  for await (const part of readFile("a.xlsx", data, 0, () => assert.fail("no picture here"))) {
    if (!("number" in part)) found.push(...part.map(({ name, content }): [string, string | Unread] => [name, content]));
  }
  return found;
}

const inline = (place: string, text: string): string => `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;

test("the texts of each sheet's column, by heading or content, with their rows and the sheets' names", async () => {
  const shared = `<si><t>二维码</t></si><si><r><t>${OURS.slice(0, 9)}</t></r><r><rPr/><t>${OURS.slice(9)}</t></r>
    <rPh><t>read aloud</t></rPh></si><si/>`;
  const first = `<row r="3"><c r="B3" t="s"><v>0</v></c></row>
    <row r="120"><c t="b"><v>1</v></c><c t="s"><f>A1</f><v>1</v></c></row>
    <row><c r="A121"><v>7.5</v></c></row><row/><row r="200"><c r="AB200" t="s"><v>2</v></c></row>`;
  const second = `<row>${inline("C1", "where")}</row><row>${inline("C2", `<![CDATA[${OURS}]]>&amp;`)}</row>`;
  assert.deepEqual(await read(await packed(parts({ 一: first, "b&lt;c": second, none: "" }, shared))), [
    ["a.xlsx:一:120", OURS],
    ["a.xlsx:一:121", unread("LIST_WITHOUT_TEXTS", "no text in this row")],
    ["a.xlsx:b<c:2", `${OURS}&`],
    ["a.xlsx:none", unread("FILE_EMPTY", "a table without rows")],
  ]);
});

test("one sheet needs no name, and a workbook without any says so", async () => {
  assert.deepEqual(await read(await packed(parts({ only: `<row>${inline("A1", OURS)}</row>` }, ""))), [["a.xlsx:1", OURS]]);
  assert.deepEqual(await read(await packed(parts({}, ""))), [["a.xlsx", unread("FILE_EMPTY", "a workbook without sheets")]]);
});

const GOOD = parts({ one: `<row>${inline("A1", OURS)}</row><row>${inline("A2", OURS)}</row>` }, "");
const ROW = `<row>${inline("A1", "二维码")}</row>`;
const NUMBERED = (number: number): string => `<row r="${number}">${inline(`A${number}`, OURS)}</row>`;

test("what is broken or hostile has one reason, and what stood before it is kept", async () => {
  const laughs = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>';
  const cases: [Parts, string][] = [
    [{ "xl/sheets/0.xml": laughs + sheet(`<row>${inline("A1", "&b;")}</row>`) }, "it declares entities"],
    [{ "xl/sheets/0.xml": '<!DOCTYPE w SYSTEM "file:///etc/passwd"><w>&x;</w>' }, "Invalid character entity"],
    [{ "xl/sheets/0.xml": sheet("<row><c></row>") }, "Unexpected close tag"],
    [{ "xl/sheets/0.xml": sheet('<row><c t="s"><v>0</v></c></row>') }, "a text that is not there"],
    [{ "xl/sheets/0.xml": sheet('<row><c t="s"><v>-1</v></c></row>') }, "a text that is not there"],
    [{ "xl/sheets/0.xml": sheet("<row><c><v>1_000x</v></c></row>") }, "a number that is none"],
    [{ "xl/sheets/0.xml": sheet('<row><c r="ABCD1"/></row>') }, "a cell without a place"],
    [{ "xl/sheets/0.xml": sheet(NUMBERED(2) + NUMBERED(2)) }, "rows that are not in order"],
    [{ "xl/sheets/0.xml": sheet(NUMBERED(0)) }, "rows that are not in order"],
    [{ "xl/sheets/0.xml": sheet(`${"<row>".repeat(3)}`) }, "Unexpected close tag"],
    [{ "xl/_rels/workbook.xml.rels": "<Relationships/>" }, "a sheet that is not there"],
    [{ "[Content_Types].xml": "" }, "nothing in it"],
    [{ "[Content_Types].xml": "<Types/>" }, "no workbook in it"],
  ];
  for (const [broken, why] of cases) {
    assert.deepEqual(await read(await packed({ ...GOOD, ...broken })), [["a.xlsx", unread("LIST_BROKEN", why)]], why);
  }
  const late = sheet(`${ROW}${Array.from({ length: 150 }, (_, place) => NUMBERED(place + 2)).join("")}<row r="x"/>`);
  const found = await read(await packed({ ...GOOD, "xl/sheets/0.xml": late }));
  assert.deepEqual([found.length, found[149], found[150]], [151, ["a.xlsx:151", OURS], ["a.xlsx", unread("LIST_BROKEN", "rows that are not in order")]]);
  const { "xl/_rels/workbook.xml.rels": _, ...without } = GOOD;
  assert.deepEqual(await read(await packed(without)), [["a.xlsx", unread("LIST_BROKEN", "without xl/_rels/workbook.xml.rels")]]);
  const cut = (await packed(GOOD)).slice(0, -30);
  assert.deepEqual(await read(cut), [["a.xlsx", unread("LIST_BROKEN", "End of central directory not found")]]);
});

/** The archive, with what its directory says of the first file's unpacked size changed. */
async function lying(data: Blob, size: number): Promise<Blob> {
  const raw = new DataView(await data.arrayBuffer());
  let at = 0;
  while (raw.getUint32(at) !== 0x504b0102) at += 1;
  raw.setUint32(at + 24, size, true);
  return new Blob([raw]);
}

test("a workbook with too much in it is not unpacked, one with too many rows not read on", async () => {
  const over = unread("FILE_TOO_LARGE", "a workbook too large for the page");
  assert.deepEqual(await read(await lying(await packed(GOOD), MAX_UNPACKED)), [["a.xlsx", over]]);
  const shorter = await read(await lying(await packed(GOOD), 100));
  assert.deepEqual(shorter, [["a.xlsx", unread("LIST_BROKEN", "Invalid uncompressed size")]]);
  const deep = { ...GOOD, "xl/sheets/0.xml": sheet(ROW + NUMBERED(MAX_ROWS) + NUMBERED(MAX_ROWS + 1)) };
  assert.deepEqual(await read(await packed(deep)), [["a.xlsx", over]]);
});
