/** The reader: a worker that turns files and the camera's pictures into texts. It asks for nothing but its own WebAssembly. */

import { at } from "../given.ts";
import type { Given } from "../given.ts";
import { isOurs } from "./codes.ts";
import { readFile } from "./file.ts";
import { greyOf } from "./ladder.ts";
import type { Decode } from "./ladder.ts";
import { FOREIGN } from "./messages.ts";
import type { Answer, Failure, Question, Unit } from "./messages.ts";
import { PartMissing } from "./part.ts";
import { pixelsOf } from "./pixels.ts";
import { scanner } from "./zxing.ts";

/** What a worker's global scope is here. */
declare const self: {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(answer: Answer): void;
};

async function answerTo(question: Question): Promise<void> {
  try {
    for await (const part of answers(question)) {
      self.postMessage("place" in part ? { kind: "unit", unit: part } : { kind: "found", found: part });
    }
    self.postMessage({ kind: "done" });
  } catch (error) {
    self.postMessage({ kind: "failed", failure: failureOf(error) });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof PartMissing) return { reason: "READER_MISSING", why: "" };
  return { reason: "READING_STOPPED", why: error instanceof Error ? error.message : "unknown" };
}

function answers(question: Question): AsyncGenerator<Unit | Given[]> {
  if (question.kind === "frame") return readFrame(question.picture);
  return readFile(question.name, question.data, question.from, decode);
}

/** The texts that the camera shows now; another picture follows, so that none is looked at for long. */
async function* readFrame(picture: ImageBitmap): AsyncGenerator<Given[]> {
  const grey = greyOf(pixelsOf(picture));
  picture.close();
  const seen = await decode(grey);
  yield seen.flatMap(({ text }) => (text === null ? [] : [at("", isOurs(text) ? "" : FOREIGN, text)]));
}

/** Files are looked at while this is still fetched. */
const ready = scanner();
ready.then(
  () => self.postMessage({ kind: "ready" }),
  () => self.postMessage({ kind: "missing" }),
);
const decode: Decode = async (grey) => (await ready)(grey);
self.onmessage = ({ data }) => void answerTo(data);
