/** ZXing-C++ as WebAssembly: the same reader as the command line's, from this site and never from elsewhere. */

import { defaultReaderOptions, prepareZXingModule, textModes } from "zxing-wasm/reader";
import type { ZXingReaderModule } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

/** Grey pixels, a byte each, row by row. */
export interface Grey {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** The texts of all QR codes in a picture; none if there is none. */
export type Decode = (picture: Grey) => string[];

const OPTIONS = {
  ...defaultReaderOptions,
  formats: "QRCode",
  binarizer: 0,
  eanAddOnSymbol: 0,
  characterSet: 0,
  textMode: textModes.indexOf("Plain"),
  tryCode39ExtendedMode: false,
};

/** A decoder that is ready. Rejects if the WebAssembly cannot be fetched. */
export async function decoder(): Promise<Decode> {
  const address = new URL(wasm, import.meta.url).href;
  const zxing = await prepareZXingModule({ overrides: { locateFile: () => address }, fireImmediately: true });
  return (picture) => decode(zxing, picture);
}

function decode(zxing: ZXingReaderModule, { data, width, height }: Grey): string[] {
  const place = zxing._malloc(data.length);
  if (place === 0) throw new RangeError("no memory");
  try {
    zxing.HEAPU8.set(data, place);
    const codes = zxing.readBarcodesFromPixmap(place, width, height, OPTIONS);
    return Array.from({ length: codes.size() }, (_, at) => codes.get(at)?.text ?? "");
  } finally {
    zxing._free(place);
  }
}
