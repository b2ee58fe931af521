/** The point rules that make verifiers agree, on the start-up vectors of the other verifier and at their edges. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { fromHex, utf8 } from "../src/bytes.ts";
import { holds, isValidKey } from "../src/ed25519.ts";

const { Point } = ed25519;
const KEY = fromHex("b2caf40aa8d41372403b379ac3d26526b87ebd9a5029b6e38f506e9b4dd037fc");
const MESSAGE = utf8("yinxin");
const R = "0df87ff3ff2da74760aa1fa31f3c1881daeff41cbea64865a41157732306e930";
const GOOD = `${R}e1f2a5c00522e21fd3a49ff29b056c55e79bd0e932b0a9aeea0ab55d0307ed02`;
const REFUSED = {
  "an R with a part of order 8":
    "1fbd561d700d41ca9686604ce9a6031068aa1f3e8592b0fa23931340adf46422" +
    "7d00079c457f261323eaad3e6af82dd586cc1fac19b4c17f48c0e3e97eb40901",
  "an R with a part of order 2":
    "e007800c00d258b89f55e05ce0c3e77e25100be34159b79a5beea88cdcf916cf" +
    "adad1a72e4e20365ceb9ed7c110d164b5999e2529b790247d8f14e11e9f9d807",
  "an S of L or more": `${R}cec69b1d2085f477a94197957aff4a6ae79bd0e932b0a9aeea0ab55d0307ed12`,
  "an S of nothing but ones": R + "ff".repeat(32),
  "an S cut short": GOOD.slice(0, -2),
  "a byte more": `${GOOD}00`,
  "another R": `${"00".repeat(31)}01${GOOD.slice(64)}`,
};
/** A point of order 8. */
const TORSION = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa");

test("a good signature holds", () => {
  assert.equal(holds(KEY, MESSAGE, fromHex(GOOD)), true);
  assert.equal(holds(KEY, utf8("yinxiN"), fromHex(GOOD)), false);
});

test("signatures of RFC 8032 hold", () => {
  const secret = fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const key = ed25519.getPublicKey(secret);
  for (let length = 0; length < 20; length++) {
    const message = new Uint8Array(length).fill(length);
    assert.equal(holds(key, message, ed25519.sign(message, secret)), true);
  }
});

describe("a signature is refused that has", () => {
  for (const [name, signature] of Object.entries(REFUSED)) {
    test(name, () => assert.equal(holds(KEY, MESSAGE, fromHex(signature)), false));
  }
});

describe("a key is refused that is", () => {
  const half = Point.fromBytes(KEY);
  const keys = {
    "too short": KEY.subarray(1),
    "empty": new Uint8Array(),
    "not on the curve": fromHex(`02${"00".repeat(31)}`),
    "the identity": Point.ZERO.toBytes(),
    "the identity with a sign": fromHex(`01${"00".repeat(30)}80`),
    "y = p": fromHex(`ed${"ff".repeat(30)}7f`),
    "y = p + 1": fromHex(`ee${"ff".repeat(30)}7f`),
    "y = 2^255 - 1": fromHex(`${"ff".repeat(31)}7f`),
    ...Object.fromEntries([1n, 2n, 3n, 4n, 5n, 6n, 7n].map((n) => [`${n} eighths of torsion`, times(n).toBytes()])),
    ...Object.fromEntries([1n, 2n, 4n].map((n) => [`mixed with ${n} eighths`, half.add(times(n)).toBytes()])),
  };
  for (const [name, key] of Object.entries(keys)) test(name, () => assert.equal(isValidKey(key), false));
  test("or not: a good one is taken", () => assert.equal(isValidKey(KEY), true));
});

function times(count: bigint): typeof TORSION {
  return TORSION.multiplyUnsafe(count);
}
