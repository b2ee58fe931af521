/** From a picture to its pixels. */

/** The picture's pixels at this size, on white where it is transparent. */
export function pixelsOf(picture: ImageBitmap, width = picture.width, height = picture.height): ImageData {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new RangeError("no canvas");
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
