/**
 * Reading what a person gives: files and the camera's pictures become texts, in a worker, and nothing leaves the browser.
 *
 * A script of its own, which the page fetches only when there is something to read (reading_script.ts).
 */

import { at, unread } from "../given.ts";
import type { Given } from "../given.ts";
import { FOREIGN } from "../reader/messages.ts";
import { BEFORE_TEXT } from "../wording.ts";
import { ask, PATIENCE, ReaderMissing } from "./reader.ts";

/** The words of why something has no text come with this script: without it nothing is read. */
export { BEFORE_TEXT, ReaderMissing };

/** A file: its name, which may be a path inside a dropped folder, and its content. */
export interface Named {
  readonly name: string;
  readonly data: Blob;
}

/** Takes what was found of `file`, in parts (a page, an archive's entry); `isWhole` with the last one, which may be empty. */
export type OnRead = (found: Given[], isWhole: boolean, file: Named) => void;

/** Beyond that, another reader costs more memory than it saves time. */
const MOST_READERS = 4;
/** Few files do not wait for a second reader to start. */
const FILES_A_READER = 4;
/** Pictures of the camera in a second, at most. */
const FRAMES = 10;
/** Pictures one after the other in which another code than ours is seen before it is handed on. */
const STAYS = 15;

/** Whether this browser has what reading takes. */
export function canRead(): boolean {
  return typeof Worker === "function" && typeof WebAssembly === "object" && typeof OffscreenCanvas === "function";
}

/**
 * Reads every file: at least one Given for each, in the order in which they are done. Ends early if `signal` aborts. A
 * reader that says nothing for `patience` milliseconds is given up, and what it was at.
 *
 * Rejects with ReaderMissing if the reader itself cannot be had: without a network, and not kept from an earlier time.
 */
export async function read(files: readonly Named[], onRead: OnRead, signal: AbortSignal, patience = PATIENCE): Promise<void> {
  const queue = files.values();
  const readers = Math.ceil(files.length / FILES_A_READER);
  const most = Math.min(MOST_READERS, navigator.hardwareConcurrency || 1, readers);
  const terms: Terms = { onRead, signal, patience };
  await Promise.all(Array.from({ length: most }, () => readThrough(queue, terms)));
}

interface Terms {
  readonly onRead: OnRead;
  readonly signal: AbortSignal;
  readonly patience: number;
}

async function readThrough(queue: Iterable<Named>, terms: Terms): Promise<void> {
  for (const file of queue) {
    for (let from: number | null = 0; from !== null && !terms.signal.aborted; ) from = await readFrom(file, from, terms);
  }
}

/** Reads a file from this unit on; behind a unit that cannot be read, the number of the next one, else null at the end. */
async function readFrom(file: Named, from: number, { onRead, signal, patience }: Terms): Promise<number | null> {
  const { name, data } = file;
  const onFound = (found: Given[]): void => onRead(found, false, file);
  const ending = await ask({ kind: "file", name, data, from }, { onFound, signal, patience });
  if (signal.aborted) return null;
  if (ending.isWhole) {
    onRead([], true, file);
    return null;
  }
  const { unit, failure } = ending;
  onRead([at(name, unit?.place ?? "", unread(failure.reason, failure.why))], unit === null, file);
  return unit === null ? null : unit.number + 1;
}

/**
 * Reads what the camera shows in `video` until `signal` aborts: each Yinxin text as often as it is seen, another code's only
 * if it stays, so that one that is passed by ends nothing.
 *
 * The video's tracks stop with it. Rejects with ReaderMissing as `read` does.
 */
export async function scan(video: HTMLVideoElement, onText: (text: string) => void, signal: AbortSignal): Promise<void> {
  let foreign = 0;
  const onFound = (found: Given[]): void => {
    const ours = found.filter(({ place }) => place !== FOREIGN);
    foreign = ours.length === 0 && found.length > 0 ? foreign + 1 : 0;
    for (const { content } of foreign < STAYS ? ours : found) if (typeof content === "string") onText(content);
  };
  try {
    while (!signal.aborted) await Promise.all([look(video, onFound, signal), pause(1000 / FRAMES)]);
  } finally {
    stop(video);
  }
}

async function look(video: HTMLVideoElement, onFound: (found: Given[]) => void, signal: AbortSignal): Promise<void> {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
  await ask({ kind: "frame", picture: await createImageBitmap(video) }, { onFound, signal, patience: PATIENCE });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function stop(video: HTMLVideoElement): void {
  const { srcObject } = video;
  if (srcObject instanceof MediaStream) for (const track of srcObject.getTracks()) track.stop();
  video.srcObject = null;
}
