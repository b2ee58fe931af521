/** From a picture to grey pixels. */

import type { Grey } from "./zxing.ts";

/** The picture in grey, on white where it is transparent, at this size. */
export function greyOf(picture: ImageBitmap, width = picture.width, height = picture.height): Grey {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new RangeError("no canvas");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  return { data: greyed(context.getImageData(0, 0, width, height).data), width, height };
}

/** Grey as ITU-R 601 weighs the colours; `rgba` has no transparency. */
function greyed(rgba: Uint8ClampedArray): Uint8Array {
  const grey = new Uint8Array(rgba.length >> 2);
  for (let at = 0, from = 0; at < grey.length; at++, from += 4) {
    grey[at] = (306 * (rgba[from] ?? 0) + 601 * (rgba[from + 1] ?? 0) + 117 * (rgba[from + 2] ?? 0) + 512) >> 10;
  }
  return grey;
}
