/**
 * COSE_Sign1 and COSE_Sign (RFC 9052): structure, and the exact bytes that are signed.
 *
 * One algorithm only: Ed25519 (-19, RFC 9864). Every signed object but the certificate carries its `typ` (RFC 9596), so
 * that nothing can be taken for something else. The external AAD is empty.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { compare, concat, fromHex } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import { isArray, isBytes, isMap } from "./cbor.ts";
import type { Tagged, Value, ValueMap } from "./cbor.ts";
import { SIGNATURE_BYTES } from "./ed25519.ts";
import { CheckError } from "./errors.ts";

const ALG = 1;
const KID = 4;
const TYP = 16;
const ED25519 = -19;
const TAG_SIGN1 = 18;
const TAG_SIGN = 98;
const KID_BYTES = 8;

/** One signature: what it is of, and which key it claims. */
export interface Signature {
  readonly kid: Uint8Array;
  readonly signature: Uint8Array;
  readonly toBeSigned: Uint8Array;
}

/** A COSE_Sign1 whose structure is right; its signature is not verified yet. */
export interface Sign1 extends Signature {
  readonly payload: Uint8Array;
}

/** A COSE_Sign whose structure is right; its signatures are not verified yet. */
export interface Sign {
  readonly payload: Uint8Array;
  readonly signatures: readonly Signature[];
}

const THUMBPRINT_HEAD = fromHex("a301012006215820");

/** The key's hint: the first 8 bytes of its SHA-256 COSE Key thumbprint (RFC 9679). */
export function kid(publicKey: Uint8Array): Uint8Array {
  return sha256(concat(THUMBPRINT_HEAD, publicKey)).subarray(0, KID_BYTES);
}

/** The COSE_Sign1 in `data`. CheckError: a CBOR_ reason, or one of `readSign1`. */
export function decodeSign1(data: Uint8Array, typ: string | null): Sign1 {
  return readSign1(cbor.decodeTagged(data), typ);
}

/**
 * The COSE_Sign1 that a decoded item is, whose `typ` must be exactly this one (null: absent).
 *
 * CheckError: COSE_TAG, COSE_SHAPE, UNPROTECTED_NOT_EMPTY, WRONG_TYPE, ALG_REFUSED, HEADER_SHAPE, SIGNATURE_LENGTH, in
 * that order; a header that is not strict CBOR has its CBOR_ reason.
 */
export function readSign1(item: Tagged, typ: string | null): Sign1 {
  const [protectedBytes, payload, signature] = envelope(item, TAG_SIGN1, isBytes);
  const header = readHeader(protectedBytes);
  checkTyp(header, typ);
  const keyId = checkSigner(header, typ === null ? [ALG, KID] : [ALG, KID, TYP]);
  checkSignatureLength(signature);
  return { kid: keyId, payload, signature, toBeSigned: toBeSigned("\x84\x6aSignature1", [protectedBytes], payload) };
}

/** The COSE_Sign in `data`, whose `typ` must be exactly this one; the reasons are those of `decodeSign1`. */
export function decodeSign(data: Uint8Array, typ: string): Sign {
  const [protectedBytes, payload, signatures] = envelope(cbor.decodeTagged(data), TAG_SIGN, isArray);
  if (signatures.length === 0) throw new CheckError("COSE_SHAPE", "no signature");
  const header = readHeader(protectedBytes);
  checkTyp(header, typ);
  if (header.size !== 1) throw new CheckError("HEADER_SHAPE", "the body's header is not exactly {typ}");
  const found = signatures.map((each) => readSignature(each, protectedBytes, payload));
  const ascending = found.every(({ kid }, place) => place === 0 || compare(found[place - 1]?.kid ?? kid, kid) < 0);
  if (!ascending) throw new CheckError("HEADER_SHAPE", "signatures not in order of kid, or two of one kid");
  return { payload, signatures: found };
}

/** The Sig_structure (RFC 9052 section 4.4): array head and context, protected headers, no AAD, payload. */
function toBeSigned(start: string, headers: readonly Uint8Array[], payload: Uint8Array): Uint8Array {
  return concat(
    Uint8Array.from(start, (character) => character.charCodeAt(0)),
    ...headers.map(cbor.byteString),
    Uint8Array.of(0x40),
    cbor.byteString(payload),
  );
}

/** Protected header, payload, and what closes the message: one signature, or the array of them. */
function envelope<Closing extends Value>(
  { tags, value }: Tagged,
  tag: number,
  closes: (value: Value) => value is Closing,
): [Uint8Array, Uint8Array, Closing] {
  if (tags.length !== 1 || tags[0] !== tag) throw new CheckError("COSE_TAG", `tags ${tags.join()}, expected ${tag}`);
  if (isArray(value) && value.length === 4) {
    const [protectedBytes = null, unprotected = null, payload = null, last = null] = value;
    if (isBytes(protectedBytes) && isMap(unprotected) && isBytes(payload) && closes(last)) {
      checkUnprotected(unprotected);
      return [protectedBytes, payload, last];
    }
  }
  throw new CheckError("COSE_SHAPE");
}

function readSignature(value: Value, bodyHeader: Uint8Array, payload: Uint8Array): Signature {
  const [signer = null, unprotected = null, signature = null] = isArray(value) && value.length === 3 ? value : [];
  if (!isBytes(signer) || !isMap(unprotected) || !isBytes(signature)) {
    throw new CheckError("COSE_SHAPE", "a COSE_Signature is not of its shape");
  }
  checkUnprotected(unprotected);
  const keyId = checkSigner(readHeader(signer), [ALG, KID]);
  checkSignatureLength(signature);
  return { kid: keyId, signature, toBeSigned: toBeSigned("\x85\x69Signature", [bodyHeader, signer], payload) };
}

/** A protected header; RFC 9052 section 3 lets an empty one be a byte string of no length. */
function readHeader(protectedBytes: Uint8Array): ValueMap {
  const header = protectedBytes.length > 0 ? cbor.decode(protectedBytes) : new Map<number | string, Value>();
  if (!isMap(header)) throw new CheckError("HEADER_SHAPE", "not a map");
  return header;
}

function checkUnprotected(header: ValueMap): void {
  if (header.size > 0) throw new CheckError("UNPROTECTED_NOT_EMPTY");
}

function checkTyp(header: ValueMap, typ: string | null): void {
  if (typ === null ? header.has(TYP) : header.get(TYP) !== typ) throw new CheckError("WRONG_TYPE");
}

/** The kid of a header that names the one algorithm and exactly `labels`. */
function checkSigner(header: ValueMap, labels: readonly number[]): Uint8Array {
  if (header.get(ALG) !== ED25519) throw new CheckError("ALG_REFUSED");
  const keyId = header.get(KID) ?? null;
  const exact = header.size === labels.length && labels.every((label) => header.has(label));
  if (!exact || !isBytes(keyId) || keyId.length !== KID_BYTES) {
    throw new CheckError("HEADER_SHAPE", "not exactly the labels expected");
  }
  return keyId;
}

function checkSignatureLength(signature: Uint8Array): void {
  if (signature.length !== SIGNATURE_BYTES) throw new CheckError("SIGNATURE_LENGTH", `${signature.length} bytes`);
}
