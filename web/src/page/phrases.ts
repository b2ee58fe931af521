/** What the page itself says, beside the words that it shares with the other programs. */

import type { Outcome } from "../reason.ts";
import type { Words } from "../wording.ts";

export const OUTCOMES: Readonly<Record<Outcome, Words>> = {
  accepted: { zh: "通过", en: "Accepted" },
  rejected: { zh: "不通过", en: "Rejected" },
  undecided: { zh: "无法判断", en: "Undecided" },
};
export const OUTCOME_SIGNS: Readonly<Record<Outcome, string>> = { accepted: "✓", rejected: "✕", undecided: "?" };

export const COMPARE: Words = {
  zh: "请与纸质证书、与持证人的身份证件逐项核对。",
  en: "Compare with the paper and with the bearer's ID card, item by item.",
};
export const PHOTO: Words = {
  zh: "照片不在签名之内；签名也不能证明眼前的人就是持证人。",
  en: "The photo is not signed, and no signature proves that the bearer is the holder.",
};
export const FORMER: Words = { zh: "证书原来的内容（现在不能采信）", en: "What the certificate said (not to be relied on now)" };
export const NEXT: Words = { zh: "下一步", en: "Next" };
export const FACTS: Words = { zh: "签名的内容", en: "Signed facts" };
export const RECOGNITION: Words = { zh: "在本地区", en: "In this region" };
export const AS_OF: Words = { zh: "资料截至", en: "As of" };
export const DATA: Words = { zh: "手上的资料", en: "Data held here" };
export const FOR_EXPERTS: Words = { zh: "给专业人员", en: "For experts" };

export const LABELS = {
  name: { zh: "姓名", en: "Name" },
  document: { zh: "证件", en: "Document" },
  last4: { zh: "末四位", en: "last four" },
  number: { zh: "证书编号", en: "Number" },
  kind: { zh: "类别", en: "Kind" },
  occupation: { zh: "职业", en: "Occupation" },
  specialisation: { zh: "工种/方向", en: "Specialisation" },
  level: { zh: "等级", en: "Level" },
  post: { zh: "岗位", en: "Post" },
  until: { zh: "聘期至", en: "Term until" },
  honour: { zh: "荣誉", en: "Honour" },
  subLevel: { zh: "企业细分等级", en: "Sub-level" },
  localPost: { zh: "企业岗位", en: "Local post" },
  issuedOn: { zh: "发证日期", en: "Issued on" },
  basis: { zh: "评价依据", en: "Basis" },
  issuer: { zh: "签发机构", en: "Issuer" },
  as: { zh: "采认为", en: "As" },
  because: { zh: "依据", en: "Because of" },
  trustList: { zh: "信任清单", en: "Trust list" },
  statusList: { zh: "状态列表", en: "Status list" },
  register: { zh: "登记", en: "Register" },
  checked: { zh: "更新", en: "Update" },
  reason: { zh: "原因代码", en: "Reason code" },
  detail: { zh: "细节", en: "Detail" },
  pin: { zh: "根指纹", en: "Pin" },
  region: { zh: "地区", en: "Region" },
  now: { zh: "本机时间", en: "This device's clock" },
  verified: { zh: "核验时间", en: "Verified" },
} as const satisfies Readonly<Record<string, Words>>;

export const LOCAL_LIST: Words = { zh: "本地目录", en: "local list" };

export const FETCHING: Words = {
  zh: "正在取核验这份证书所需的资料，之后不再需要联网……",
  en: "Fetching what this certificate takes. Later it needs no network...",
};
export const WELCOME: Words = {
  zh: "用手机相机扫描证书上的二维码，就会打开本页并立即核验；也可以用下面的办法。",
  en: "Scan the QR code on a certificate with your phone's camera: this page opens and verifies it at once. Or take a way below.",
};
export const STAYS_HERE: Words = {
  zh: "核验只在这台设备里进行：照片、文件和证书内容都不上传，不发送给任何人。",
  en: "Verification happens inside this device: no photo, file or certificate is uploaded or sent to anybody.",
};
export const NO_DATA: Words = {
  zh: "手上还没有核验这份证书所需的资料，无法判断。这不说明证书有问题。",
  en: "What it takes to judge this certificate is not here yet. This says nothing against the certificate.",
};
export const NO_DATA_NEXT: Words = {
  zh: "请连上网络，再点“重试”。",
  en: "Connect to a network and press Try again.",
};
export const TRY_AGAIN: Words = { zh: "重试", en: "Try again" };
/** Undecided answers ask for newer data; this page fetches that by itself. */
export const NEWER_DATA: Words = {
  zh: "本页联网时会自动更新资料：请连上网络后点“重试”。",
  en: "This page updates its data by itself when it is online: connect and press Try again.",
};

export const UPDATED: Words = { zh: "已与登记机构核对，是最新的", en: "compared with the registry just now: up to date" };
export const UPDATING: Words = { zh: "正在后台核对有没有更新……", en: "asking for news in the background..." };
export const UNREACHABLE: Words = {
  zh: "连不上登记机构，没有更新；已有的资料保留，仍可核验",
  en: "the registry cannot be reached, so there is no update; the data held stays and still verifies",
};
export const TOO_LARGE: Words = {
  zh: "收到的资料超过了本页允许的大小，没有采用；已有的资料保留",
  en: "what was received is larger than this page takes, and was not used; the data held stays",
};
export const REFUSED: Words = { zh: "收到的更新没有采用", en: "the update received was not used" };

export const OFFLINE_READY: Words = {
  zh: "本页和资料已存在这个浏览器里，断网也能核验。",
  en: "This page and its data are kept in this browser: it verifies without a network, too.",
};
export const ONLINE_ONLY: Words = {
  zh: "这个浏览器不保存本页或资料：每次核验都需要联网。",
  en: "This browser keeps neither this page nor its data: each visit needs the network.",
};
/** What a server answered that has no bundle to give. */
export function answered(status: number): Words {
  return {
    zh: `登记机构的服务器出错（${status}），没有更新；已有的资料保留，仍可核验`,
    en: `the registry's server failed (${status}), so there is no update; the data held stays and still verifies`,
  };
}
