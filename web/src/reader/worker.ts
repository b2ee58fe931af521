/** The reader: a worker that turns files and the camera's pictures into texts. It asks for nothing but its own WebAssembly. */

import type { Given } from "../given.ts";
import { unread } from "../given.ts";
import type { Answer, Question } from "./messages.ts";
import { givens } from "./ours.ts";
import { readWith } from "./ladder.ts";
import { pixelsOf } from "./pixels.ts";
import { scanner } from "./zxing.ts";
import type { Scan } from "./zxing.ts";

/** What a worker's global scope is here. */
declare const self: {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(answer: Answer): void;
};

function say(answer: Answer): void {
  self.postMessage(answer);
}

async function readFile(scan: Scan, name: string, data: Blob): Promise<Given[]> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(data);
  } catch {
    return [unread(name, "PICTURE_TYPE")];
  }
  return givens(name, await readWith(pixelsOf(picture), async (grey) => scan(grey)));
}

async function answerTo(scan: Scan, question: Question): Promise<void> {
  switch (question.kind) {
    case "file":
      say({ kind: "found", found: await readFile(scan, question.name, question.data), isLast: true });
      break;
    case "frame": {
      const texts = await readWith(pixelsOf(question.picture), async (grey) => scan(grey));
      question.picture.close();
      say({ kind: "found", found: texts.map((content) => ({ name: "", content })), isLast: true });
    }
  }
}

async function start(): Promise<void> {
  const scan = await scanner();
  self.onmessage = ({ data }: MessageEvent<Question>) => void answerTo(scan, data);
  say({ kind: "ready" });
}

void start();
