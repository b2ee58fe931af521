/** Whether a picture moves. Browsers decode its first picture only, and another code may stand in a later one. */

/** Whether a PNG, GIF or WebP says that it has more than one picture; false of every other file, and if it is cut off. */
export function isAnimated(picture: Uint8Array): boolean {
  try {
    return saysSo(new DataView(picture.buffer, picture.byteOffset, picture.byteLength));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function saysSo(view: DataView): boolean {
  switch (view.getUint32(0)) {
    case 0x89504e47:
      return isMovingPng(view);
    case 0x47494638:
      return isMovingGif(view);
    case 0x52494646:
      return view.getUint32(12) === 0x56503858 && (view.getUint8(20) & 2) !== 0; // RFC 9649, 2.7
    default:
      return false;
  }
}

/** The chunk acTL stands before the first IDAT (W3C PNG, 11.3.4.2). */
function isMovingPng(view: DataView): boolean {
  for (let at = 8; ; at += 12 + view.getUint32(at)) {
    const kind = view.getUint32(at + 4);
    if (kind === 0x6163544c) return true;
    if (kind === 0x49444154) return false;
  }
}

/** A second image descriptor before the trailer (GIF89a, 20 and 27). */
function isMovingGif(view: DataView): boolean {
  let at = 13 + colours(view.getUint8(10));
  for (let pictures = 0; pictures < 2; ) {
    switch (view.getUint8(at)) {
      case 0x21:
        at = behind(view, at + 2);
        break;
      case 0x2c:
        pictures++;
        at = behind(view, at + 11 + colours(view.getUint8(at + 9)));
        break;
      default:
        return false;
    }
  }
  return true;
}

/** Bytes of the colour table that such a field announces. */
function colours(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 << ((packed & 7) + 1);
}

/** Where a row of data blocks ends. */
function behind(view: DataView, start: number): number {
  let at = start;
  while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
  return at + 1;
}
