/** What a certificate may show, the days of instants, and the QR's text: at their edges, as the other verifier has them. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { hex } from "../src/bytes.ts";
import { CheckError } from "../src/errors.ts";
import { dayOf, isoDate, MAX_DAY, yearOf } from "../src/model.ts";
import { decode } from "../src/qr_text.ts";
import { escaped, refusedCharacter } from "../src/text.ts";

const POINTS = Array.from({ length: 0x110000 }, (_, point) => point).filter((point) => point >> 11 !== 0x1b);

/** Written by credential/text.py: how many code points, and the SHA-256 of their decimal numbers joined by commas. */
const WITHIN = { count: 203_266, digest: "af580b9885c2baabcb95dbe96a82c4e6535d8c4d529ab9f682ebfcb620becb6a" };
const AT_AN_END = { count: 203_283, digest: "42d395259cfb973d32ba087218555700f25bb7505b26a3de7d48c25e2eb77233" };
const DAYS = [
  [0, 0],
  [57_599, 0],
  [57_600, 1],
  [-28_800, 0],
  [-28_801, -1],
  [1_780_286_400, 20_605],
  [Number.MAX_SAFE_INTEGER, 104_249_991_374],
] as const;

function digest(points: readonly number[]): string {
  return createHash("sha256").update(points.join()).digest("hex");
}

test("the same characters are refused within a text as by the other verifier", () => {
  const refused = POINTS.filter((point) => refusedCharacter(`a${String.fromCodePoint(point)}a`) !== null);
  assert.equal(refused.length, WITHIN.count);
  assert.equal(digest(refused), WITHIN.digest);
});

test("the same characters are refused at either end of a text as by the other verifier", () => {
  for (const place of [(edge: string) => `${edge}a`, (edge: string) => `a${edge}`]) {
    const refused = POINTS.filter((point) => refusedCharacter(place(String.fromCodePoint(point))) !== null);
    assert.equal(refused.length, AT_AN_END.count);
    assert.equal(digest(refused), AT_AN_END.digest);
  }
});

test("what is refused is shown as its code point", () => {
  assert.equal(escaped("张\u200b三\u{e0001}"), "张\\u{200B}三\\u{E0001}");
  assert.equal(refusedCharacter("张三"), null);
  assert.equal(refusedCharacter(""), null);
});

test("days begin at 16:00 UTC, also where numbers are about to lose their units", () => {
  const days = DAYS.map(([instant]) => [instant, dayOf(instant)]);
  assert.deepEqual(days, DAYS);
});

test("a day has its date and year", () => {
  assert.equal(isoDate(0), "1970-01-01");
  assert.equal(isoDate(MAX_DAY), "9999-12-31");
  assert.equal(yearOf(MAX_DAY), 9999);
  assert.equal(yearOf(19_722), 2023);
  assert.equal(yearOf(19_723), 2024);
});

describe("the QR's text", () => {
  const prefix = "https://a/v#";
  const taken = {
    "123 as one byte": [`${prefix}123`, "7b"],
    "seven bytes of ones": [`${prefix}72057594037927935`, "ff".repeat(7)],
    "little-endian groups": [`${prefix}0000000000000025800256`, "02010000000000" + "0001"],
    "spaces around, line breaks inside": [` \t\v\f${prefix}1\r\n23\r\n`, "7b"],
    "a suffix": [`${prefix}123&from=chat`, "7b"],
    "a host of 253 characters and a port": [`https://${"a".repeat(253)}:65535/v#123`, "7b"],
  };
  for (const [name, [text = "", data]] of Object.entries(taken)) {
    test(`${name} is read`, () => assert.equal(hex(decode(text)), data));
  }
  const refused = {
    "4,297 characters": ["x".repeat(4297), "QR_TOO_LONG"],
    "4,296 characters beyond the first plane": ["😀".repeat(4296), "QR_PREFIX"],
    "4,297 characters beyond the first plane": ["😀".repeat(4297), "QR_TOO_LONG"],
    "no-break space before": [`\u00a0${prefix}123`, "QR_PREFIX"],
    "a host of 254 characters": [`https://${"a".repeat(254)}/v#123`, "QR_PREFIX"],
    "an upper-case host": ["https://A/v#123", "QR_PREFIX"],
    "nothing after the hash": [prefix, "QR_DIGITS"],
    "a suffix alone": [`${prefix}?123`, "QR_DIGITS"],
    "full-width digits": [`${prefix}１２３`, "QR_DIGITS"],
    "four digits": [`${prefix}1234`, "QR_GROUP"],
    "a group of 256 in one byte": [`${prefix}256`, "QR_GROUP"],
    "a group of 2^56": [`${prefix}72057594037927936`, "QR_GROUP"],
  };
  for (const [name, [text = "", reason]] of Object.entries(refused)) {
    test(`${name}: ${reason}`, () =>
      assert.throws(
        () => decode(text),
        (error) => error instanceof CheckError && error.reason === reason,
      ));
  }
});
