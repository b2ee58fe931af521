/** The device's camera: its picture, or in words why there is none and what to do instead. */

import type { Words } from "../wording.ts";

const WIDTH = 1_920;

const DENIED: Words = {
  zh: "没有得到使用相机的许可。请在浏览器的设置里允许本页使用相机，或改用拍照或选择文件。",
  en: "There is no permission to use the camera. Allow it for this page in the browser's settings, or take a photo or choose files instead.",
};
const ABSENT: Words = {
  zh: "没有找到可用的相机。请改用拍照或选择文件。",
  en: "No camera was found. Take a photo or choose files instead.",
};
const BUSY: Words = {
  zh: "相机打不开，可能正被别的程序使用。请关掉那个程序再试一次，或改用拍照或选择文件。",
  en: "The camera does not open; another program may be using it. Close that and try again, or take a photo or choose files instead.",
};
const INSECURE: Words = {
  zh: "浏览器只在 https 的网页里开放相机。请改用拍照或选择文件。",
  en: "Browsers open the camera only for pages with https. Take a photo or choose files instead.",
};

/** Whether this browser has a camera to offer; WeChat on iOS has none. */
export async function hasCamera(): Promise<boolean> {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  const found = await devices?.enumerateDevices().catch(() => []);
  return found?.some(({ kind }) => kind === "videoinput") === true;
}

/** The picture of the camera at the back, if there is one there, or why there is none. */
export async function openCamera(): Promise<MediaStream | Words> {
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) return INSECURE;
  try {
    return await devices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: WIDTH } } });
  } catch (error) {
    return refusal(error instanceof DOMException ? error.name : "");
  }
}

/** By the names of W3C Media Capture and Streams, 10.2. */
function refusal(name: string): Words {
  switch (name) {
    case "NotAllowedError":
      return DENIED;
    case "NotFoundError":
    case "OverconstrainedError":
      return ABSENT;
    case "SecurityError":
      return INSECURE;
    default:
      return BUSY;
  }
}

/** Turns the camera's light on or off; null where it has none. */
export function torchOf(stream: MediaStream): ((isOn: boolean) => Promise<void>) | null {
  const [track] = stream.getVideoTracks();
  const able = track?.getCapabilities?.() as { readonly torch?: boolean } | undefined;
  if (track === undefined || able?.torch !== true) return null;
  return (isOn) => track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] });
}
