/** The camera in the page: what it sees is read until a certificate's code is found. */

import { torchOf } from "./camera.ts";
import * as phrases from "./desk_phrases.ts";
import { element } from "./dom.ts";
import type { Occupant } from "./lent.ts";
import { button } from "./list.ts";
import type * as Reading from "./reading.ts";
import { pair } from "./view.ts";

/** The camera's place in the page, and the first text that it sees; null if it is stopped before. */
export interface Viewfinder {
  readonly occupant: Occupant;
  readonly done: Promise<string | null>;
}

/** Shows `stream` and reads it. `done` rejects as `scan` does. */
export function viewfinder(stream: MediaStream, { scan }: typeof Reading): Viewfinder {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const video = element("video", { playsinline: "", "aria-label": "相机 Camera" }) as HTMLVideoElement;
  const buttons = element("div", { class: "buttons" }, button(phrases.STOP, stop), light(stream));
  const box = element("section", { class: "camera" }, pair(phrases.POINT), video, buttons);
  video.muted = true;
  video.srcObject = stream;
  void video.play().catch(() => undefined);
  return { occupant: { element: box, moved: () => undefined, left: stop }, done: firstText(video, scan, stopping, box) };
}

/** The button of the camera's light, if it has one. */
function light(stream: MediaStream): HTMLElement | null {
  const turn = torchOf(stream);
  if (turn === null) return null;
  let isOn = false;
  const made = button(phrases.LIGHT, () => {
    isOn = !isOn;
    made.setAttribute("aria-pressed", String(isOn));
    void turn(isOn).catch(() => undefined);
  });
  made.setAttribute("aria-pressed", "false");
  return made;
}

async function firstText(
  video: HTMLVideoElement,
  scan: typeof Reading.scan,
  stopping: AbortController,
  box: HTMLElement,
): Promise<string | null> {
  let found: string | null = null;
  const onText = (text: string): void => {
    found ??= text;
    stopping.abort();
  };
  await scan(video, onText, stopping.signal);
  box.replaceChildren();
  return found;
}
