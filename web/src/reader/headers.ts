/** How large a picture says that it is, before anything of it is decoded. */

/** Bytes of a picture's beginning that are looked at; a JPEG's size stands behind its colour profile and preview. */
export const HEADER = 4 << 20;

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of a PNG, JPEG, WebP, GIF or BMP that begins with `head`; null for anything else, and if it is cut off before. */
export function sizeOf(head: Uint8Array): Size | null {
  try {
    return readSize(new DataView(head.buffer, head.byteOffset, head.byteLength));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readSize(view: DataView): Size | null {
  switch (view.getUint16(0)) {
    case 0x8950:
      return ofPng(view);
    case 0xffd8:
      return ofJpeg(view);
    case 0x4749:
      return view.getUint16(2) === 0x4638 ? size(view.getUint16(6, true), view.getUint16(8, true)) : null;
    case 0x424d:
      return ofBmp(view);
    case 0x5249:
      return ofWebp(view);
    default:
      return null;
  }
}

function size(width: number, height: number): Size | null {
  return width > 0 && height > 0 ? { width, height } : null;
}

/** The first chunk is IHDR (W3C PNG, 11.2.2). */
function ofPng(view: DataView): Size | null {
  const isPng = view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a && view.getUint32(12) === 0x49484452;
  return isPng ? size(view.getUint32(16), view.getUint32(20)) : null;
}

/** The frame header among the segments before the first scan (ITU-T T.81, B.2.2). */
function ofJpeg(view: DataView): Size | null {
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null;
    while (view.getUint8(at + 1) === 0xff) at += 1;
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return size(view.getUint16(at + 7), view.getUint16(at + 5));
    if (marker === 0xda || marker === 0xd9) return null;
    at += 2 + (hasNoLength(marker) ? 0 : view.getUint16(at + 2));
  }
}

/** SOF0 to SOF15; among their numbers stand DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** TEM, and RST0 to SOI. */
function hasNoLength(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** An old header of 12 bytes has 16-bit sizes; in a newer one a negative height means from top to bottom. */
function ofBmp(view: DataView): Size | null {
  if (view.getUint32(14, true) === 12) return size(view.getUint16(18, true), view.getUint16(20, true));
  return size(view.getInt32(18, true), Math.abs(view.getInt32(22, true)));
}

/** The first chunk says which of three kinds it is (RFC 9649, 2). */
function ofWebp(view: DataView): Size | null {
  if (view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250) return null;
  switch (view.getUint32(12)) {
    case 0x56503820:
      return size(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 0x5650384c: {
      const bits = view.getUint32(21, true);
      return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 0x56503858:
      return size(int24(view, 24) + 1, int24(view, 27) + 1);
    default:
      return null;
  }
}

function int24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}

/** What a picture is called that browsers do not decode, or not all of them; empty if it is none that is known. */
export function foreignKind(head: Uint8Array): string {
  const start = String.fromCharCode(...head.subarray(0, 12));
  if (/^(II\*\0|MM\0\*)/.test(start)) return "TIFF";
  const [, brand = ""] = /^....ftyp(....)$/s.exec(start) ?? [];
  if (/^(hei[cxms]|hev[cx]|mif1|msf1)$/.test(brand)) return "HEIC";
  return brand === "avif" ? "AVIF" : "";
}
