/** What is asked of ZXing-C++, the same of the one in WebAssembly as of the command line's. */

import { defaultReaderOptions, textModes } from "zxing-wasm/reader";
import type { ZXingReaderModule } from "zxing-wasm/reader";
import type { Grey, Seen } from "./ladder.ts";

/** Finds all QR codes in a picture, those with errors too. */
export type Scan = (picture: Grey) => Seen[];

const OPTIONS = {
  ...defaultReaderOptions,
  formats: "QRCode",
  binarizer: 0,
  eanAddOnSymbol: 0,
  characterSet: 0,
  textMode: textModes.indexOf("Plain"),
  tryCode39ExtendedMode: false,
  returnErrors: true,
};

/** A scanner with this ZXing. */
export function scannerOf(zxing: ZXingReaderModule): Scan {
  return (picture) => scan(zxing, picture);
}

function scan(zxing: ZXingReaderModule, { data, width, height }: Grey): Seen[] {
  const place = zxing._malloc(data.length);
  if (place === 0) throw new RangeError("no memory");
  try {
    zxing.HEAPU8.set(data, place);
    const codes = zxing.readBarcodesFromPixmap(place, width, height, OPTIONS);
    return Array.from({ length: codes.size() }, (_, at) => codes.get(at)).flatMap((code) => (code === undefined ? [] : seen(code)));
  } finally {
    zxing._free(place);
  }
}

function seen({ isValid, text, position }: NonNullable<ReturnType<Codes["get"]>>): Seen {
  const { topLeft, topRight, bottomRight, bottomLeft } = position;
  return { text: isValid ? text : null, corners: [topLeft, topRight, bottomRight, bottomLeft] };
}

type Codes = ReturnType<ZXingReaderModule["readBarcodesFromPixmap"]>;
