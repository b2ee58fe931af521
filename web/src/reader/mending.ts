/**
 * Pixel by pixel, in whole numbers: what the ladder does to a picture. verifier_cli/reading/mending.py gives the same bytes: there
 * Pillow does the work, and the arithmetic here is Pillow's.
 */

/** Pixels as a canvas gives them, four bytes each (red, green, blue, alpha), on white; an ImageData is one. */
export type Picture = {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
};

/** Grey pixels, a byte each, row by row; 0 is black. */
export type Grey = { readonly data: Uint8Array; readonly width: number; readonly height: number };

/** Grey that lies between the others. */
const MIDDLE = 128;
/** Bits behind the point of a weight of `enlarged`. */
const WEIGHT_BITS = 22;
/** Bits behind the point of a share of `smoothed` and `reduced`. */
const SHARE_BITS = 24;
/** Pixels of a row that make up one of an enlarged row, at most. */
const TAPS = 4;
const TILE = 32;

/** ITU-R 601. */
export function greyOf(picture: Picture): Grey {
  return mixed(picture, (red, green, blue) => (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

/** For each pixel the brightest of its colours: coloured ink vanishes, black ink stays. */
export function brightest(picture: Picture): Grey {
  return mixed(picture, (red, green, blue) => Math.max(red, green, blue));
}

function mixed({ data, width, height }: Picture, mix: (red: number, green: number, blue: number) => number): Grey {
  const grey = new Uint8Array(width * height);
  for (let place = 0, at = 0; place < grey.length; place += 1, at += 4) {
    grey[place] = mix(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
  }
  return { data: grey, width, height };
}

/** `by` times as wide and as high, bicubic. */
export function enlarged(grey: Grey, by: number): Grey {
  return turned(stretched(turned(stretched(grey, by)), by));
}

/** Every row `by` times as wide. */
function stretched({ data, width, height }: Grey, by: number): Grey {
  const wide = by * width;
  const { first, shares } = weightsOf(by, width);
  const row = new Uint8Array(wide * height);
  for (let start = 0, to = 0; to < row.length; start += width) {
    for (let x = 0, share = 0; x < wide; x += 1, share += TAPS, to += 1) {
      const from = start + (first[x] ?? 0);
      const near = (data[from] ?? 0) * (shares[share] ?? 0) + (data[from + 1] ?? 0) * (shares[share + 1] ?? 0);
      const far = (data[from + 2] ?? 0) * (shares[share + 2] ?? 0) + (data[from + 3] ?? 0) * (shares[share + 3] ?? 0);
      row[to] = clipped((near + far + (1 << (WEIGHT_BITS - 1))) >> WEIGHT_BITS);
    }
  }
  return { data: row, width: wide, height };
}

/** For each pixel of an enlarged row the first of the pixels that make it up, and the share of each of them. */
function weightsOf(by: number, width: number): { readonly first: Int32Array; readonly shares: Int32Array } {
  const first = new Int32Array(by * width);
  const shares = new Int32Array(TAPS * by * width);
  for (let x = 0; x < first.length; x += 1) {
    const centre = (x + 0.5) * (1 / by);
    const start = Math.max(0, Math.trunc(centre - 2 + 0.5));
    const end = Math.min(width, Math.trunc(centre + 2 + 0.5));
    const curve = Array.from({ length: end - start }, (_, at) => bicubic(at + start - centre + 0.5));
    const whole = curve.reduce((sum, share) => sum + share, 0);
    first[x] = start;
    shares.set(curve.map((share) => Math.round((share / whole) * (1 << WEIGHT_BITS))), TAPS * x);
  }
  return { first, shares };
}

function bicubic(from: number): number {
  const x = Math.abs(from);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

/** The mean of every `by` by `by` pixels; of fewer at the right and lower edge. */
export function reduced({ data, width, height }: Grey, by: number): Grey {
  const wide = Math.ceil(width / by);
  const high = Math.ceil(height / by);
  const small = new Uint8Array(wide * high);
  for (let y = 0; y < high; y += 1) {
    const rows = Math.min(by, height - y * by);
    for (let x = 0; x < wide; x += 1) {
      const columns = Math.min(by, width - x * by);
      const count = rows * columns;
      let sum = count >> 1;
      for (let row = 0; row < rows; row += 1) {
        const start = (y * by + row) * width + x * by;
        for (let from = start; from < start + columns; from += 1) sum += data[from] ?? 0;
      }
      small[y * wide + x] = (sum * shareOf(count)) >>> SHARE_BITS;
    }
  }
  return { data: small, width: wide, height: high };
}

/** One of `count` equal parts, with SHARE_BITS behind the point. */
function shareOf(count: number): number {
  return Math.trunc(Math.fround(2 ** SHARE_BITS / count));
}

/** Each pixel the mean of the square around it, `radius` pixels in every direction. */
export function smoothed(grey: Grey, radius: number): Grey {
  return turned(smoothedRows(turned(smoothedRows(grey, radius)), radius));
}

/** What the rounded share leaves is given to the two pixels next to the square. */
function smoothedRows({ data, width, height }: Grey, radius: number): Grey {
  const count = 2 * radius + 1;
  const share = shareOf(count);
  const rest = Math.trunc((2 ** SHARE_BITS - count * share) / 2);
  const smooth = new Uint8Array(data.length);
  const last = width - 1;
  for (let start = 0; start < data.length; start += width) {
    let sum = (data[start] ?? 0) * (radius + 1);
    for (let x = 0; x < radius; x += 1) sum += data[start + Math.min(x, last)] ?? 0;
    for (let x = 0; x < width; x += 1) {
      const before = data[start + Math.max(0, x - radius - 1)] ?? 0;
      sum += (data[start + Math.min(last, x + radius)] ?? 0) - before;
      const beside = before + (data[start + Math.min(last, x + radius + 1)] ?? 0);
      smooth[start + x] = (Math.imul(sum, share) + Math.imul(beside, rest) + (1 << (SHARE_BITS - 1))) >>> SHARE_BITS;
    }
  }
  return { data: smooth, width, height };
}

/** Each pixel the darkest of the nine around it: thin bright lines and specks in dark modules vanish. */
export function darkest(grey: Grey): Grey {
  return turned(darkestOfRows(turned(darkestOfRows(grey))));
}

function darkestOfRows({ data, width, height }: Grey): Grey {
  const dark = new Uint8Array(data.length);
  const last = width - 1;
  for (let start = 0; start < data.length; start += width) {
    for (let x = 0; x < width; x += 1) {
      const before = data[start + Math.max(0, x - 1)] ?? 0;
      const behind = data[start + Math.min(last, x + 1)] ?? 0;
      dark[start + x] = Math.min(before, data[start + x] ?? 0, behind);
    }
  }
  return { data: dark, width, height };
}

/** Each pixel further from the mean around it, by `much` times as far as it was. */
export function sharpened(grey: Grey, radius: number, much: number): Grey {
  const around = smoothed(grey, radius).data;
  return changed(grey, (value, place) => {
    const away = clipped(value - (around[place] ?? 0) + MIDDLE) - MIDDLE;
    return clipped(value + clipped(MIDDLE + much * away) - MIDDLE);
  });
}

/** White where a pixel is not darker than the weighted mean around it, else black. */
export function divided(grey: Grey, radius: number): Grey {
  const around = smoothed(smoothed(grey, radius), radius).data;
  return changed(grey, (value, place) => (value < (around[place] ?? 0) ? 0 : 255));
}

/** The part of a picture that begins at `left`, `top`, and is `width` by `height`. */
export function cut(grey: Grey, left: number, top: number, width: number, height: number): Grey {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const start = (top + y) * grey.width + left;
    data.set(grey.data.subarray(start, start + width), y * width);
  }
  return { data, width, height };
}

function changed(grey: Grey, change: (value: number, place: number) => number): Grey {
  return { ...grey, data: grey.data.map(change) };
}

function clipped(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Rows and columns exchanged, a tile at a time: whole columns would be slow to reach. */
function turned({ data, width, height }: Grey): Grey {
  const turn = new Uint8Array(data.length);
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const bottom = Math.min(top + TILE, height);
      const right = Math.min(left + TILE, width);
      for (let x = left; x < right; x += 1) {
        for (let y = top, from = top * width + x; y < bottom; y += 1, from += width) turn[x * height + y] = data[from] ?? 0;
      }
    }
  }
  return { data: turn, width: height, height: width };
}
