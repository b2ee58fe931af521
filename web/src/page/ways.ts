/** The ways to give certificates: the camera, a photo, files, a folder, dropping and pasting. What a browser lacks is not offered. */

import { hasCamera } from "./camera.ts";
import * as phrases from "./desk_phrases.ts";
import { element } from "./dom.ts";
import { chosen, dropped } from "./dropped.ts";
import { button } from "./list.ts";
import type { Named } from "./reading.ts";
import { both, pair } from "./view.ts";

/** What becomes of what is given. */
export interface Takers {
  files(files: Promise<Named[]>): void;
  /** False: the text is of one certificate, and is pasted where the cursor is. */
  texts(text: string): boolean;
  text(text: string): void;
  camera(): void;
}

const ACCEPTED = "image/*,.pdf,.zip,.txt,.csv,.tsv,.jsonl,.xlsx";

/** Fills `place` with the ways. */
export function offer(place: HTMLElement, takers: Takers): void {
  const isPhone = window.matchMedia("(pointer: coarse)").matches;
  const canFolder = !isPhone && "webkitdirectory" in HTMLInputElement.prototype;
  const buttons = element("div", { class: "buttons" });
  if (isPhone) buttons.append(...picker(phrases.PHOTO, { accept: "image/*", capture: "environment" }, takers));
  buttons.append(...picker(phrases.FILES, { accept: ACCEPTED, multiple: "" }, takers));
  if (canFolder) buttons.append(...picker(phrases.FOLDER, { webkitdirectory: "" }, takers));
  place.replaceChildren(
    element("h2", { id: "ways-title", tabindex: "-1" }),
    buttons,
    pair(isPhone ? phrases.KINDS : phrases.DROP),
    pair(phrases.NOT_UPLOADED),
  );
  place.hidden = false;
  retitle(place, false);
  void hasCamera().then((has) => has && buttons.prepend(button(phrases.SCAN, () => takers.camera())));
  listen(place, takers);
}

/** Says whether the ways are for a first certificate or for another one. */
export function retitle(place: HTMLElement, isAnother: boolean): void {
  place.querySelector("h2")?.replaceChildren(...both(isAnother ? phrases.ANOTHER : phrases.WAYS).filter((each) => each !== null));
}

/** A button, and the input that it opens. */
function picker(words: { zh: string; en: string }, attributes: Record<string, string>, takers: Takers): HTMLElement[] {
  const input = element("input", { type: "file", hidden: "", ...attributes }) as HTMLInputElement;
  input.addEventListener("change", () => {
    takers.files(attempt(() => chosen(input.files ?? [])));
    input.value = "";
  });
  return [button(words, () => input.click()), input];
}

function listen(place: HTMLElement, takers: Takers): void {
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place.classList.add("awaiting");
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) place.classList.remove("awaiting");
  });
  document.addEventListener("drop", (event) => {
    place.classList.remove("awaiting");
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    takers.files(dropped(event.dataTransfer));
  });
  document.addEventListener("paste", (event) => paste(event, takers));
}

function paste(event: ClipboardEvent, takers: Takers): void {
  const { clipboardData: data, target } = event;
  if (data === null || !takes(data, target instanceof HTMLTextAreaElement, takers)) return;
  event.preventDefault();
}

/** Whether what is pasted was taken; the text of one certificate goes into the field if the cursor is there. */
function takes(data: DataTransfer, isInField: boolean, takers: Takers): boolean {
  const text = data.getData("text/plain");
  if (data.files.length > 0) takers.files(attempt(() => chosen(data.files)));
  else if (takers.texts(text)) return true;
  else if (isInField || text.trim() === "") return false;
  else takers.text(text);
  return true;
}

/** What `find` finds, as a promise: too many files are a rejection, too. */
async function attempt(find: () => Named[]): Promise<Named[]> {
  return find();
}
