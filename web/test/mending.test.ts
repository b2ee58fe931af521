/** What the ladder does to pictures: the same bytes as in Python, where Pillow does it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import * as mending from "../src/reader/mending.ts";
import type { Grey } from "../src/reader/mending.ts";
import { MENDING } from "./data.ts";

type Pixels = { readonly width: number; readonly height: number; readonly data: string };
type Case = {
  readonly picture: Pixels;
  readonly grey: Pixels;
  readonly bright: Pixels;
  readonly steps: readonly (Pixels & { readonly asked: readonly [string, ...number[]] })[];
};

const CASES = JSON.parse(readFileSync(new URL("cases.json", MENDING), "utf8")) as readonly Case[];

function bytesOf({ data }: Pixels): Uint8Array {
  return Uint8Array.from(Buffer.from(data, "base64"));
}

function greyOf(pixels: Pixels): Grey {
  return { width: pixels.width, height: pixels.height, data: bytesOf(pixels) };
}

/** Three bytes a pixel become four, as a canvas has them. */
function pictureOf(pixels: Pixels): mending.Picture {
  const colours = bytesOf(pixels);
  const data = Uint8ClampedArray.from({ length: (colours.length / 3) * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (colours[Math.floor(at / 4) * 3 + (at % 4)] ?? 0),
  );
  return { width: pixels.width, height: pixels.height, data };
}

function asked(grey: Grey, [name, first = 0, second = 0]: readonly [string, ...number[]]): Grey {
  switch (name) {
    case "enlarged":
      return mending.enlarged(grey, first);
    case "reduced":
      return mending.reduced(grey, first);
    case "smoothed":
      return mending.smoothed(grey, first);
    case "darkest":
      return mending.darkest(grey);
    case "sharpened":
      return mending.sharpened(grey, first, second);
    case "divided":
      return mending.divided(grey, first);
    default:
      throw new RangeError(name);
  }
}

for (const { picture, grey, bright, steps } of CASES) {
  describe(`a picture of ${picture.width} by ${picture.height}`, () => {
    test("in grey, and the brightest of its colours", () => {
      assert.deepEqual(mending.greyOf(pictureOf(picture)), greyOf(grey));
      assert.deepEqual(mending.brightest(pictureOf(picture)), greyOf(bright));
    });
    for (const step of steps) {
      test(step.asked.join(" "), () => assert.deepEqual(asked(greyOf(bright), step.asked), greyOf(step)));
    }
  });
}

test("what is cut out of a picture", () => {
  const grey = { width: 3, height: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) };
  assert.deepEqual(mending.cut(grey, 1, 0, 2, 2), { width: 2, height: 2, data: Uint8Array.of(2, 3, 5, 6) });
});
