/** What the desk says: the ways to give certificates, and many answers. */

import type { Outcome } from "../reason.ts";
import type { Words } from "../wording.ts";

export const WAYS: Words = { zh: "核验一份或许多份", en: "Verify one or many" };
export const ANOTHER: Words = { zh: "再核验", en: "Verify another" };
export const SCAN: Words = { zh: "用相机扫描", en: "Scan with the camera" };
export const PHOTO: Words = { zh: "拍照", en: "Take a photo" };
export const FILES: Words = { zh: "选择文件", en: "Choose files" };
export const FOLDER: Words = { zh: "选择文件夹", en: "Choose a folder" };
export const DROP: Words = {
  zh: "也可以把文件或文件夹拖到这里，或粘贴截图。照片、截图、PDF、ZIP 和二维码文字的列表（文本、CSV、XLSX）可以混在一起。",
  en: "Or drop files or a folder here, or paste a screenshot. Photos, screenshots, PDFs, ZIPs and lists of QR texts (text, CSV, XLSX) may be mixed.",
};
export const KINDS: Words = {
  zh: "照片、截图、PDF、ZIP，以及二维码文字的列表（文本、CSV、XLSX），可以一次选许多。",
  en: "Photos, screenshots, PDFs, ZIPs, and lists of QR texts (text, CSV, XLSX); many at once.",
};
export const NOT_UPLOADED: Words = {
  zh: "都只在这台设备里读取和核验，不上传。",
  en: "All is read and verified inside this device; nothing is uploaded.",
};

export const ELSEWHERE: Words = { zh: "在别的地区算什么", en: "What it counts as elsewhere" };

export const READING: Words = { zh: "正在读取……", en: "Reading..." };
export const LIGHT: Words = { zh: "开灯或关灯", en: "Light" };
export const STOP: Words = { zh: "停止", en: "Stop" };
export const NO_READER: Words = {
  zh: "读图程序还没有取到，所以没有核验。请连上网络再试一次；取到以后断网也能用。",
  en: "The program that reads pictures is not here yet, so nothing was verified. Connect to a network and try again; later it works without one.",
};
export const CANNOT_READ: Words = {
  zh: "这个浏览器不能读图片和文件。请用手机相机直接扫描二维码，或换一个较新的浏览器。",
  en: "This browser cannot read pictures and files. Scan the QR code with the phone's camera, or take a newer browser.",
};
export const TOO_MANY: Words = {
  zh: "一次最多 10,000 个文件，所以一个也没有核验。请分几次。",
  en: "At most 10,000 files at once, so none was verified. Take several turns.",
};
export const POINT: Words = { zh: "请把二维码放在画面中间", en: "Hold the QR code in the middle of the picture" };

export const MANY: Words = { zh: "许多份的答复", en: "Many answers" };
export const ALL: Words = { zh: "全部", en: "All" };
export const FILTER: Words = { zh: "按结论筛选", en: "Filter by outcome" };
export const SAVE_XLSX: Words = { zh: "存为 Excel 表格", en: "Save as XLSX" };
export const SAVE_CSV: Words = { zh: "存为 CSV", en: "Save as CSV" };
export const PRINT: Words = { zh: "打印", en: "Print" };
export const PERSONAL: Words = {
  zh: "表格里有姓名和证件末四位，请按个人信息保管，用完删除。",
  en: "The spreadsheet holds names and the last four characters of documents: keep it as personal data, and delete it when done.",
};
export const BEFORE: Words = { zh: "上一页", en: "Previous" };
export const AFTER: Words = { zh: "下一页", en: "Next" };
export const NONE: Words = { zh: "这一类没有。", en: "None of this sort." };
export const JUDGING_AGAIN: Words = {
  zh: "正在取所需的资料并重新判断……",
  en: "Fetching what the certificates take, and judging again...",
};
export const REGIONS: Words = { zh: "各地区的根指纹与资料版本", en: "Pins and versions of each region" };
export const NO_WORKBOOK: Words = {
  zh: "写 Excel 表格的程序还没有取到。请连上网络再试，或存为 CSV。",
  en: "The program that writes XLSX is not here yet. Connect to a network and try again, or save as CSV.",
};
export const FROM_CODE: Words = { zh: "二维码里写的", en: "What the code says" };

export const SAVE_EVIDENCE: Words = {
  zh: "保存证据：同一版本的另一种内容",
  en: "Save the evidence: the other content of one version",
};

export const LABELS = {
  kid: { zh: "密钥标识", en: "Key (kid)" },
  list: { zh: "状态列表", en: "Status list" },
  index: { zh: "序号", en: "Index" },
  issuer: { zh: "机构代码", en: "Issuer code" },
  root: { zh: "根", en: "Root" },
  checkpoint: { zh: "检查点", en: "Checkpoint" },
  trustList: { zh: "信任清单", en: "Trust list" },
  recognition: { zh: "采认", en: "Recognition" },
  benefits: { zh: "待遇政策", en: "Benefit policy" },
  number: { zh: "序号", en: "No." },
  outcome: { zh: "结论", en: "Verdict" },
  holder: { zh: "姓名", en: "Name" },
  certificate: { zh: "证书编号", en: "Number" },
  what: { zh: "职业、等级", en: "Occupation, level" },
  why: { zh: "原因", en: "Reason" },
  file: { zh: "文件", en: "File" },
} as const satisfies Readonly<Record<string, Words>>;

/** How the pin of a region came here. */
export const BUILT_IN: Words = { zh: "写在本页里", en: "built into this page" };
export const BY_AGREEMENT: Words = { zh: "由本地区的互认协议给出", en: "given by this region's agreement" };

/** How far a run is. */
export function progress(read: number, files: number, rows: number, given: number): Words {
  return {
    zh: `已读 ${read}/${files} 个文件，已核验 ${rows}/${given} 份`,
    en: `${read} of ${files} files read, ${rows} of ${given} verified`,
  };
}

/** The time that is left, in words. */
export function timeLeft(seconds: number): Words {
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 60) return { zh: "不到 1 分钟", en: "less than a minute left" };
  return { zh: `约剩 ${minutes} 分钟`, en: `about ${minutes} minute${minutes === 1 ? "" : "s"} left` };
}

/** What was not read to its end because the run was stopped. */
export function stopped(count: number): Words {
  return {
    zh: `已停止：${count} 个文件没有读完，列为无法判断`,
    en: `Stopped: ${count} not read to the end, listed as undecided`,
  };
}

/** A run's end, for who listens. */
export function finished(rows: number, { accepted, rejected, undecided }: Readonly<Record<Outcome, number>>): Words {
  return {
    zh: `共 ${rows} 份：通过 ${accepted}，不通过 ${rejected}，无法判断 ${undecided}。`,
    en: `${rows} in all: ${accepted} accepted, ${rejected} rejected, ${undecided} undecided.`,
  };
}

/** Which page of a list. */
export function pageOf(page: number, pages: number): Words {
  return { zh: `第 ${page}/${pages} 页`, en: `page ${page} of ${pages}` };
}
