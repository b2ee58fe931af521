/** ZXing-C++ as WebAssembly: the same reader as the command line's, from this site and never from elsewhere. */

import { prepareZXingModule } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";
import { scannerOf } from "./scan.ts";
import type { Scan } from "./scan.ts";

/** A scanner that is ready. Rejects if the WebAssembly cannot be fetched. */
export async function scanner(): Promise<Scan> {
  const address = new URL(wasm, import.meta.url).href;
  return scannerOf(await prepareZXingModule({ overrides: { locateFile: () => address }, fireImmediately: true }));
}
