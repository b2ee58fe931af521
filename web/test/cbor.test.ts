/** Strict CBOR: each fault has its one reason, the first fault wins, and what is at the edge is taken. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { concat, fromHex } from "../src/bytes.ts";
import { byteString, decode, decodeTagged } from "../src/cbor.ts";
import type { Value } from "../src/cbor.ts";
import { CheckError } from "../src/errors.ts";

function reasonOf(data: Uint8Array): string | null {
  try {
    decode(data);
    return null;
  } catch (error) {
    assert.ok(error instanceof CheckError);
    return error.reason;
  }
}

const REFUSED: Record<string, Record<string, string>> = {
  CBOR_TRUNCATED: {
    "nothing": "",
    "a head without its byte": "18",
    "a head without its eight bytes": "1b0000000000",
    "a byte string cut": "4401",
    "a text cut": "6261",
    "a text cut inside a character": "62e6",
    "an array cut": "8201",
    "a map without its value": "a101",
    "a map without its entries": "a1",
    "a map of two with one entry": "a20101",
    "a tag around nothing": "d2",
    "bytes of 2^24, cut": "5a01000000",
    "an array of 2^24, cut": "9a01000000",
    "a map of 2^24, cut": "ba01000000",
  },
  CBOR_TRAILING: {
    "a trailing byte": "0000",
    "a trailing break": "00ff",
    "a second item": "a0a0",
    "trailing bytes that are not CBOR": "801c",
  },
  CBOR_NOT_SHORTEST: {
    "0 in one byte more": "1800",
    "23 in one byte more": "1817",
    "255 in two bytes": "1900ff",
    "65535 in four bytes": "1a0000ffff",
    "2^32 - 1 in eight bytes": "1b00000000ffffffff",
    "-1 in one byte more": "3800",
    "-256 in two bytes": "3900ff",
    "a byte string's length": "580100",
    "a text's length": "780161",
    "an array's count": "980100",
    "a map's count": "b8010000",
    "tag 18 in one byte more": "d81280",
    "tag 18 in two bytes": "d90012a0",
    "a key": "a1180000",
  },
  CBOR_KEY_ORDER: {
    "keys 2, 1": "a202000100",
    "keys -1, 1": "a220000100",
    "a text before an integer": "a261610001f5",
    "keys in the order of RFC 7049": "a22000181800",
    "inner keys unsorted": "81a202000100",
    "the same key again, not adjacent": "a3010002000100",
    "an unsorted map, then a trailing byte": "a20200010000",
    "an unsorted key whose value is cut": "a2020001",
  },
  CBOR_DUPLICATE_KEY: {
    "a key twice": "a201000100",
    "a text key twice": "a2616100616100",
    "__proto__ twice": "a2695f5f70726f746f5f5f00695f5f70726f746f5f5f01",
    "a duplicate key, then a float": "a201000100f93c00",
  },
  CBOR_TYPE: {
    "keys 1 and 1.0": "a20100f93c0000",
    "key 1.0": "a1f93c0000",
    "two NaN keys": "a2f97e0000f97e0001",
    "key true": "a1f500",
    "keys 1 and true": "a20100f500",
    "key null": "a1f600",
    "a byte string as key": "a1410000",
    "an array as key": "a18000",
    "a map as key": "a1a000",
    "a tagged key": "a1c10000",
    "a half": "f93c00",
    "a single": "fa47c35000",
    "a double": "fb3ff199999999999a",
    "NaN": "f97e00",
    "infinity": "f97c00",
    "minus zero": "f98000",
    "undefined": "f7",
    "simple 0": "e0",
    "simple 16": "f0",
    "simple 255": "f8ff",
    "false in two bytes": "f814",
    "a float with its bytes missing": "f9",
    "reserved 28": "1c",
    "reserved 29 of a byte string": "5d",
    "reserved 30 of a map": "be",
    "reserved 28 of a tag": "dc00",
    "reserved 28 of simple": "fc",
    "a shared value": "d81c8100",
    "a cycle": "d81c81d81d00",
    "a reference": "d81d00",
    "a string reference": "d81900",
    "a string namespace": "d9010080",
    "a regular expression": "d8236161",
    "a MIME message": "d8246161",
    "a bignum": "c249010000000000000000",
    "a negative bignum": "c349010000000000000000",
    "a decimal": "c48221196ab3",
    "a decimal of a giant exponent": "c4821b7fffffffffffffff01",
    "a bigfloat": "c5822003",
    "a date": "c11a514b67b0",
    "an IP address": "d9010444c0a80001",
    "a set": "d9010280",
    "self-described CBOR": "d9d9f700",
    "tag 18 inside": "81d280",
    "a tag beyond 32 bits": "db0000000100000000f6",
    "2^53": "1b0020000000000000",
    "-2^53": "3b001fffffffffffff",
    "2^64 - 1": "1bffffffffffffffff",
    "-2^64": "3bffffffffffffffff",
    "a float, then a duplicate key": "a301f93c000100",
  },
  CBOR_INDEFINITE: {
    "indefinite bytes": "5f4101ff",
    "indefinite text": "7f6161ff",
    "an indefinite array": "9fff",
    "an indefinite map": "bfff",
    "indefinite inside": "819fff",
    "an indefinite integer": "1f",
    "an indefinite negative integer": "3f",
    "an indefinite tag": "df00",
    "a break": "ff",
    "a break inside": "81ff",
    "a break as value": "a101ff",
  },
  CBOR_DEPTH: {
    "depth 9 in arrays": "81".repeat(8) + "80",
    "depth 9 in maps": "a100".repeat(8) + "a0",
    "depth 9 in both": "81a100".repeat(4) + "80",
    "depth 100,000": "81".repeat(100_000),
    "depth 100,000 in maps": "a100".repeat(100_000),
    "100,000 tags": "d2".repeat(100_000),
  },
  CBOR_LENGTH: {
    "bytes of 2^63 - 1": "5b7fffffffffffffff",
    "bytes of 2^64 - 1": "5bffffffffffffffff",
    "text of 2^63 - 1": "7b7fffffffffffffff",
    "an array of 2^63 - 1": "9b7fffffffffffffff",
    "an array of 2^64 - 1": "9bffffffffffffffff",
    "a map of 2^63 - 1": "bb7fffffffffffffff",
    "bytes of 2^24 + 1": "5a01000001",
  },
  CBOR_UTF8: {
    "an overlong slash": "62c0af",
    "an overlong NUL": "62c080",
    "an overlong of three bytes": "63e080af",
    "a surrogate": "63eda080",
    "a surrogate pair": "66eda080edb080",
    "beyond U+10FFFF": "64f4908080",
    "a lone continuation": "6180",
    "a character cut by its length": "61e6",
    "five bytes": "65f888808080",
    "byte FF in a text": "61ff",
    "a key that is not UTF-8": "a161ff00",
  },
};

/** Faults in one head, or in one key, of which the one named stands first. */
const PRECEDENCE: Record<string, Record<string, string>> = {
  CBOR_TYPE: {
    "a tag inside before its indefinite information": "81df00",
    "reserved information before the end of the input": "5c",
    "a float before the end of the input": "fb",
    "a byte string as key before its length": "a15bffffffffffffffff",
    "a key of type 7 before a key out of order": "a20100f4",
  },
  CBOR_INDEFINITE: { "information 31 before depth": `${"81".repeat(8)}9f` },
  CBOR_TRUNCATED: {
    "the end of the head before a number too short for it": "1b00000000000000",
    "the end of the head before its length": "5bffffffffffffff",
    "the end of a key before its order": "a26162006261",
  },
  CBOR_NOT_SHORTEST: {
    "before the range of lengths": "5a00000001",
    "before depth": `${"81".repeat(8)}9800`,
    "of a tag before the tag's number": "d800",
    "of a key before its order": "a2616200780161",
  },
  CBOR_LENGTH: {
    "before the end of the content": "5a0100000100",
    "before depth": `${"81".repeat(8)}9a01000001`,
    "of a map before depth": `${"81".repeat(8)}ba01000001`,
  },
  CBOR_DEPTH: { "a ninth tag before its number": `${"d2".repeat(8)}c1` },
  CBOR_UTF8: { "of a key before its order": "a261620061ff" },
  CBOR_KEY_ORDER: { "before the value": "a26162006161ff" },
};

const TAKEN: Record<string, [string, Value]> = {
  "the greatest integer": ["1b001fffffffffffff", 2 ** 53 - 1],
  "the least integer": ["3b001ffffffffffffe", 1 - 2 ** 53],
  "24 in a byte": ["1818", 24],
  "256 in two bytes": ["190100", 256],
  "65536 in four bytes": ["1a00010000", 65536],
  "2^32 in eight bytes": ["1b0000000100000000", 2 ** 32],
  "depth 8": ["8181818181818180", [[[[[[[[]]]]]]]]],
  "__proto__ is a text like any other": ["a1695f5f70726f746f5f5f01", new Map([["__proto__", 1]])],
  "an astral character": ["64f09f9880", "😀"],
  "a NUL in a text": ["6100", "\0"],
  "a byte order mark in a text": ["64efbbbf61", "\ufeffa"],
  "keys in bytewise order": [
    "a500001818002000616100626161f4",
    new Map<number | string, Value>([
      [0, 0],
      [24, 0],
      [-1, 0],
      ["a", 0],
      ["aa", false],
    ]),
  ],
};

for (const [reason, inputs] of [...Object.entries(REFUSED), ...Object.entries(PRECEDENCE)]) {
  describe(reason, () => {
    for (const [name, data] of Object.entries(inputs)) test(name, () => assert.equal(reasonOf(fromHex(data)), reason));
  });
}

describe("taken", () => {
  for (const [name, [data, value]] of Object.entries(TAKEN)) {
    test(name, () => assert.deepEqual(decode(fromHex(data)), value));
  }
});

test("eight outermost tags are handed over", () => {
  assert.deepEqual(decodeTagged(fromHex("d2d83dd86280")), { tags: [18, 61, 98], value: [] });
  assert.equal(decodeTagged(fromHex(`${"d2".repeat(8)}00`)).tags.length, 8);
});

test("byte strings of every length are encoded as they are decoded", () => {
  for (const length of [0, 1, 23, 24, 255, 256, 65535, 65536]) {
    const content = new Uint8Array(length).fill(7);
    assert.deepEqual(decode(byteString(content)), content);
    assert.deepEqual(decode(concat(fromHex("81"), byteString(content))), [content]);
  }
});
