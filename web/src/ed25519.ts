/**
 * Ed25519 verification (RFC 8032 section 5.1.7) with the point rules that make verifiers agree.
 *
 * The library's own `verify` multiplies by the cofactor, so only its arithmetic is used: R is computed and compared.
 */

import { edwards } from "@noble/curves/abstract/edwards.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, equal, hex } from "./bytes.ts";

export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** The curve of RFC 8032 section 5.1: the library's own Ed25519 brings signing along. */
const P = 2n ** 255n - 19n;
const Point = edwards({
  p: P,
  n: 2n ** 252n + 27742317777372353535851937790883648493n,
  h: 8n,
  a: P - 1n,
  d: 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n,
  Gx: 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
  Gy: 0x6666666666666666666666666666666666666666666666666666666666666658n,
});
/** The order of the prime-order subgroup. */
const L = Point.Fn.ORDER;

/** Whether `publicKey` is canonical, on the curve, of prime order and not the identity. */
export function isValidKey(publicKey: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(publicKey);
    return !point.is0() && equal(point.toBytes(), publicKey) && point.isTorsionFree();
  } catch {
    return false;
  }
}

/** Whether `signature` (64 bytes) of `message` holds under `publicKey`, which `isValidKey` has passed. */
export function holds(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (signature.length !== SIGNATURE_BYTES || s >= L) return false;
  const k = littleEndian(sha512(concat(r, publicKey, message))) % L;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(publicKey).multiplyUnsafe(k));
  return !expected.is0() && equal(expected.toBytes(), r);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
}
