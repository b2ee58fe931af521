/**
 * A region's benefit policy 待遇政策 as a published object: whose it is, its order, how long it holds, and who signed.
 *
 * Its table is read when somebody asks it (benefits.ts): no certificate stands or falls with what it says, and one that is
 * not understood says nothing.
 */

import * as cbor from "./cbor.ts";
import * as cose from "./cose.ts";
import type { Sign } from "./cose.ts";
import { decodeHead, malformed, ObjectType, reading } from "./published.ts";
import type { Head } from "./published.ts";

const TYP = "application/yinxin-benefits+cose";

/** The head, and the whole payload as it was signed. */
export interface Policy {
  readonly head: Head;
  readonly payload: Uint8Array;
}

/** The policy in `data`, its table not yet read. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decode(data: Uint8Array): [Policy, Sign] {
  return reading(ObjectType.BENEFITS, data, () => {
    const message = cose.decodeSign(data, TYP);
    const claims = cbor.decode(message.payload);
    if (!cbor.isMap(claims)) throw malformed("not a map with a head");
    return [{ head: decodeHead(claims), payload: message.payload }, message];
  });
}
