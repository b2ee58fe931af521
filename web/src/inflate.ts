/**
 * One whole zlib stream (RFC 1950, RFC 1951), judged as zlib judges it: what zlib refuses is refused, and nothing may follow.
 *
 * pako is zlib itself, written in JavaScript: it checks the Adler-32 and says where the stream ended (docs/adr/0008).
 */

import { Z_FINISH, Z_STREAM_END, zlibInflate, zlibInflateInit, ZStream } from "pako";
import { require } from "./published.ts";

/** What `data` unpacks to, at most `cap` bytes. ObjectError OBJECT_MALFORMED. */
export function inflate(data: Uint8Array, cap: number): Uint8Array {
  const stream = new ZStream();
  zlibInflateInit(stream);
  stream.input = data;
  stream.avail_in = data.length;
  stream.output = new Uint8Array(cap);
  stream.avail_out = cap;
  const status = zlibInflate(stream, Z_FINISH);
  require(status === Z_STREAM_END, "not one whole zlib stream, or more than the cap");
  require(stream.avail_in === 0, "something trails the zlib stream");
  return stream.output.slice(0, stream.next_out);
}
