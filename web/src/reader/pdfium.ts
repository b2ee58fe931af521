/** PDFium as WebAssembly: the engine of Chromium and of the command line. It opens PDFs and draws their pages. */

import { PDFiumModule } from "@hyzyla/pdfium";
import wasm from "@hyzyla/pdfium/pdfium.wasm";
import { unread } from "../given.ts";
import type { Unread } from "../given.ts";
import type { Grey, Picture } from "./ladder.ts";
import { part } from "./part.ts";

type Module = Awaited<ReturnType<typeof PDFiumModule>>;

/** FPDF_ERR_PASSWORD */
const PASSWORD = 4;
/** FPDF_PAGEOBJ_IMAGE */
const IMAGE = 3;
/** How a page is drawn: FPDFBitmap_Gray and FPDFBitmap_BGRx. */
interface Format {
  readonly code: number;
  readonly bytes: number;
}
const GREY: Format = { code: 1, bytes: 1 };
const BGRX: Format = { code: 3, bytes: 4 };
/** FPDF_ANNOT: also what lies on top of the page. */
const ANNOTATIONS = 0x01;
/** FPDF_GRAYSCALE and FPDF_REVERSE_BYTE_ORDER */
const GREY_FLAG = 0x08;
const RED_FIRST = 0x10;
const WHITE = 0xffffffff;

let engine: Promise<Module> | null = null;

/** An open PDF, or why it cannot be opened: PDF_ENCRYPTED or PDF_BROKEN. Rejects with PartMissing. */
export async function open(data: Uint8Array): Promise<Pdf | Unread> {
  engine ??= started();
  const module = await engine;
  const place = module.wasmExports.malloc(data.length);
  if (place === 0) return unread("FILE_TOO_LARGE", "no memory");
  module.HEAPU8.set(data, place);
  const handle = module._FPDF_LoadMemDocument(place, data.length, 0);
  if (handle !== 0) return new Pdf(module, place, handle);
  const code = module._FPDF_GetLastError();
  module.wasmExports.free(place);
  return code === PASSWORD ? unread("PDF_ENCRYPTED") : unread("PDF_BROKEN", `error ${code}`);
}

async function started(): Promise<Module> {
  const address = new URL(wasm, import.meta.url).href;
  const module = await part(PDFiumModule({ locateFile: () => address }));
  module._FPDF_InitLibraryWithConfig({});
  return module;
}

/** An open PDF. It is closed by whoever opened it. */
export class Pdf {
  readonly #module: Module;
  readonly #place: number;
  readonly #handle: number;

  constructor(module: Module, place: number, handle: number) {
    this.#module = module;
    this.#place = place;
    this.#handle = handle;
  }

  get pages(): number {
    return this.#module._FPDF_GetPageCount(this.#handle);
  }

  close(): void {
    this.#module._FPDF_CloseDocument(this.#handle);
    this.#module.wasmExports.free(this.#place);
  }

  /** The page, counted from 0, or null if it is broken. It is closed by whoever opened it. */
  page(number: number): Page | null {
    const handle = this.#module._FPDF_LoadPage(this.#handle, number);
    return handle === 0 ? null : new Page(this.#module, handle);
  }
}

/** An open page. */
export class Page {
  readonly #module: Module;
  readonly #handle: number;

  constructor(module: Module, handle: number) {
    this.#module = module;
    this.#handle = handle;
  }

  close(): void {
    this.#module._FPDF_ClosePage(this.#handle);
  }

  /** In points, 1/72 inch. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.#module._FPDF_GetPageWidth(this.#handle), height: this.#module._FPDF_GetPageHeight(this.#handle) };
  }

  /** The page in grey, in so many pixels. RangeError if there is no memory for it. */
  grey(width: number, height: number): Grey {
    return { data: this.#draw(width, height, GREY, GREY_FLAG), width, height };
  }

  /** The page in colours, as a canvas has them. RangeError if there is no memory for it. */
  colours(width: number, height: number): Picture {
    return { data: this.#draw(width, height, BGRX, RED_FIRST), width, height };
  }

  #draw(width: number, height: number, format: Format, flag: number): Uint8Array {
    const module = this.#module;
    const row = width * format.bytes;
    const place = module.wasmExports.malloc(row * height);
    if (place === 0) throw new RangeError("no memory");
    const bitmap = module._FPDFBitmap_CreateEx(width, height, format.code, place, row);
    try {
      module._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
      module._FPDF_RenderPageBitmap(bitmap, this.#handle, 0, 0, width, height, 0, ANNOTATIONS | flag);
      return module.HEAPU8.slice(place, place + row * height);
    } finally {
      module._FPDFBitmap_Destroy(bitmap);
      module.wasmExports.free(place);
    }
  }

  /** The first `most` pictures in the page, with all the pixels that they have; those over `pixels` are left out. */
  *images(most: number, pixels: number): Generator<Grey> {
    let left = most;
    const count = this.#module._FPDFPage_CountObjects(this.#handle);
    for (let at = 0; at < count && left > 0; at++) {
      const object = this.#module._FPDFPage_GetObject(this.#handle, at);
      if (this.#module._FPDFPageObj_GetType(object) !== IMAGE) continue;
      left -= 1;
      const image = this.#pixelsOf(object) <= pixels ? this.#image(object) : null;
      if (image !== null) yield image;
    }
  }

  #pixelsOf(object: number): number {
    const module = this.#module;
    const place = module.wasmExports.malloc(8);
    const known = module._FPDFImageObj_GetImagePixelSize(object, place, place + 4);
    const view = new DataView(module.HEAPU8.buffer, place, 8);
    const pixels = known ? view.getUint32(0, true) * view.getUint32(4, true) : Infinity;
    module.wasmExports.free(place);
    return pixels;
  }

  #image(object: number): Grey | null {
    const module = this.#module;
    const bitmap = module._FPDFImageObj_GetBitmap(object);
    if (bitmap === 0) return null;
    const [width, height] = [module._FPDFBitmap_GetWidth(bitmap), module._FPDFBitmap_GetHeight(bitmap)];
    const stride = module._FPDFBitmap_GetStride(bitmap);
    const from = module._FPDFBitmap_GetBuffer(bitmap);
    const grey = greyOf(module.HEAPU8.subarray(from, from + stride * height), stride, width, height);
    module._FPDFBitmap_Destroy(bitmap);
    return grey;
  }
}

/** From rows of `stride` bytes, one, three or four a pixel, blue first. */
function greyOf(rows: Uint8Array, stride: number, width: number, height: number): Grey {
  const bytes = Math.max(1, Math.min(4, Math.floor(stride / width)));
  const data = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < width; x++, at += bytes) data[to++] = bytes < 3 ? (rows[at] ?? 0) : weighed(rows, at);
  }
  return { data, width, height };
}

/** ITU-R 601 in integers. */
function weighed(bgr: Uint8Array, at: number): number {
  return ((bgr[at + 2] ?? 0) * 19595 + (bgr[at + 1] ?? 0) * 38470 + (bgr[at] ?? 0) * 7471 + 0x8000) >> 16;
}
