/** The reader: a worker that turns files and the camera's pictures into texts. It asks for nothing but its own WebAssembly. */

import type { Given } from "../given.ts";
import { unread } from "../given.ts";
import type { Answer, Question } from "./messages.ts";
import { givens } from "./ours.ts";
import { greyOf } from "./pixels.ts";
import { decoder } from "./zxing.ts";
import type { Decode } from "./zxing.ts";

/** What a worker's global scope is here. */
declare const self: {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(answer: Answer): void;
};

function say(answer: Answer): void {
  self.postMessage(answer);
}

async function readFile(decode: Decode, name: string, data: Blob): Promise<Given[]> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(data);
  } catch {
    return [unread(name, "PICTURE_TYPE")];
  }
  return givens(name, decode(greyOf(picture)));
}

async function answerTo(decode: Decode, question: Question): Promise<void> {
  switch (question.kind) {
    case "file":
      say({ kind: "found", found: await readFile(decode, question.name, question.data), isLast: true });
      break;
    case "frame": {
      const texts = decode(greyOf(question.picture));
      question.picture.close();
      say({ kind: "found", found: texts.map((content) => ({ name: "", content })), isLast: true });
    }
  }
}

async function start(): Promise<void> {
  const decode = await decoder();
  self.onmessage = ({ data }: MessageEvent<Question>) => void answerTo(decode, data);
  say({ kind: "ready" });
}

void start();
