/**
 * Every reason and code in words, Chinese and English: the words of the Python programs.
 *
 * Written by `python -m tools.wording_module` from what those say; a test holds it to them.
 */

import type { AgreementState, Basis, Benefit, DocumentType, Effect, IssuerKind, Kind, Period, Post } from "./model.ts";
import type { BeforeText, Entitlement, Reason, Recognition, SyncReason } from "./reason.ts";

/** One thing said twice. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** What happened, and what to do next. */
export interface Wording extends Words {
  readonly nextZh: string;
  readonly nextEn: string;
}

export const BEFORE_TEXT: Readonly<Record<BeforeText, Wording>> = {
  FILE_UNREADABLE: { zh: "这个文件打不开。", en: "This file could not be opened.", nextZh: "请检查文件是否还在、有没有权限；链接请给出它指向的文件。", nextEn: "Check that it is there and may be read; instead of a link give the file that it leads to." },
  FILE_EMPTY: { zh: "里面没有任何可以核验的内容。", en: "There is nothing in it to verify.", nextZh: "请确认给对了文件；如果传输中断，请重新取得。", nextEn: "Make sure that it is the right file; if it was cut short on its way, get it again." },
  FILE_TYPE: { zh: "这里不能读取这种文件。", en: "Files of this kind are not read here.", nextZh: "Word、WPS 文档请另存为 PDF，RAR、7z 请先解压；其他请改用图片、PDF、ZIP，或二维码文字的列表（文本、CSV、XLSX）。", nextEn: "Save a Word or WPS document as PDF, and unpack RAR and 7z; else give pictures, PDF, ZIP, or lists of QR texts (text, CSV, XLSX)." },
  FILE_TOO_LARGE: { zh: "内容太多，超过上限，超出的部分没有读取。", en: "There is more in it than is read; what is beyond the limit was not read.", nextZh: "请拆成几个较小的文件再试。", nextEn: "Split it into smaller files and try again." },
  READER_MISSING: { zh: "读取这种文件的程序还没有下载到这台设备，没有读取。", en: "The program that reads such files is not on this device yet, so this one was not read.", nextZh: "请联网再试一次；以后断网也能读取。", nextEn: "Connect to a network and try again; from then on it works without one." },
  READING_STOPPED: { zh: "读取这个文件时出错或用时太久，已停止。", en: "Reading this file failed or took too long, and was stopped.", nextZh: "请把二维码单独截图或拍成 PNG、JPEG 图片再试。", nextEn: "Take a picture of the QR code itself, as PNG or JPEG, and try again." },
  PICTURE_TYPE: { zh: "这个文件不是能读取的图片。", en: "This file is not a picture that can be read.", nextZh: "请改用 PNG、JPEG 图片或 PDF，或直接扫描二维码。iPhone 的 HEIC 照片：用它的截屏，或在“设置 - 相机 - 格式”选“兼容性最佳”后重拍。TIFF 扫描件：另存为 PDF。", nextEn: "Use a PNG or JPEG picture or a PDF, or scan the QR code itself. An iPhone's HEIC photo: use a screenshot of it, or choose Settings - Camera - Formats - Most Compatible and take it again. A TIFF scan: save it as PDF." },
  PICTURE_TOO_LARGE: { zh: "图片太大，没有读取。", en: "The picture is too large and was not read.", nextZh: "请裁剪或缩小到五千万像素以内再试。", nextEn: "Crop or shrink it to at most 50 megapixels and try again." },
  NOT_READ: { zh: "图片里没有读到二维码。", en: "No QR code could be read in this picture.", nextZh: "请把二维码拍正、拍清楚，再试一次。", nextEn: "Take a straight, sharp picture of the QR code and try again." },
  PDF_BROKEN: { zh: "这个 PDF 已损坏，或并不是 PDF。", en: "This PDF is damaged, or is none.", nextZh: "请重新取得文件，或把证书页截图再试。", nextEn: "Get the file again, or take a picture of the certificate's page." },
  PDF_ENCRYPTED: { zh: "这个 PDF 有密码，没有读取。", en: "This PDF is protected by a password and was not read.", nextZh: "请用密码打开，另存为没有密码的文件再试。", nextEn: "Open it with its password, save it without one and try again." },
  ZIP_BROKEN: { zh: "这个 ZIP 已损坏，或其中的这一项已损坏。", en: "This ZIP, or this entry of it, is damaged.", nextZh: "请重新取得文件，或解压后直接给出文件夹。", nextEn: "Get the file again, or unpack it and give the folder." },
  ZIP_ENCRYPTED: { zh: "ZIP 中的这一项有密码，没有读取。", en: "This entry of the ZIP is protected by a password and was not read.", nextZh: "请用密码解压，再给出文件夹。", nextEn: "Unpack it with its password and give the folder." },
  ZIP_NESTED: { zh: "ZIP 中还有 ZIP，里层没有读取。", en: "A ZIP within a ZIP is not read.", nextZh: "请先解压外层，再给出里面的文件。", nextEn: "Unpack the outer one and give the files in it." },
  LIST_BROKEN: { zh: "这个列表已损坏，读不出来。", en: "This list is damaged and cannot be read.", nextZh: "请用 Excel 或 WPS 打开，另存为 XLSX 或 UTF-8 的 CSV 再试。", nextEn: "Open it in Excel or WPS, save it as XLSX or as CSV in UTF-8 and try again." },
  LIST_WITHOUT_TEXTS: { zh: "这个列表或表格里没有找到二维码文字。", en: "No QR texts were found in this list or table.", nextZh: "请每行放一个二维码文字，表格里的列名写“二维码”或 text；只有编号和姓名的，请在登记机构网站的“查询”页查。", nextEn: "Give one QR text a line, in tables in a column called text. By number and name, ask the page Query." },
};

export const REASONS: Readonly<Record<Reason, Wording>> = {
  QR_TOO_LONG: { zh: "这段文字太长，不是证书二维码的内容。", en: "This text is too long to come from a certificate's QR code.", nextZh: "请重新扫描证书上的二维码。", nextEn: "Scan the QR code on the certificate again." },
  QR_PREFIX: { zh: "这不是印信证书的二维码。", en: "This is not the QR code of a Yinxin certificate.", nextZh: "请扫描证书上的核验二维码，其他的不能证明什么；只有编号的，请到“查询”页。", nextEn: "Scan the verification code on the certificate; others prove nothing. By number: page Query." },
  QR_DIGITS: { zh: "二维码内容被改动或不完整。", en: "The content of the QR code was changed or is incomplete.", nextZh: "请从证书原件重新扫描，不要使用转发的文字。", nextEn: "Scan the original certificate again instead of a forwarded text." },
  QR_GROUP: { zh: "二维码内容不完整或有误。", en: "The content of the QR code is incomplete or garbled.", nextZh: "请从证书原件重新扫描，不要使用转发的文字。", nextEn: "Scan the original certificate again instead of a forwarded text." },
  TOO_LARGE: { zh: "二维码里的数据太大，不是一份证书。", en: "The data in the QR code is too large to be a certificate.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_TRUNCATED: { zh: "证书数据不完整。", en: "The certificate's data is cut short.", nextZh: "请从证书原件重新扫描；仍然如此则不要采信。", nextEn: "Scan the original again; if it stays so, do not rely on it." },
  CBOR_NOT_SHORTEST: { zh: "证书数据的写法不合规范。", en: "The certificate's data is not written as the format requires.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_INDEFINITE: { zh: "证书数据的写法不合规范。", en: "The certificate's data is not written as the format requires.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_KEY_ORDER: { zh: "证书数据的顺序不合规范。", en: "The certificate's data is not in the order that the format requires.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_DUPLICATE_KEY: { zh: "证书数据中同一项出现了两次。", en: "The certificate's data holds the same entry twice.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_UTF8: { zh: "证书数据中的文字有误。", en: "A text in the certificate's data is not valid.", nextZh: "请从证书原件重新扫描；仍然如此则不要采信。", nextEn: "Scan the original again; if it stays so, do not rely on it." },
  CBOR_TYPE: { zh: "证书数据中有不允许的内容。", en: "The certificate's data holds something that is not allowed there.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_DEPTH: { zh: "证书数据的层次过深，不是一份证书。", en: "The certificate's data is nested too deeply to be a certificate.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_LENGTH: { zh: "证书数据声明的长度不可能成立。", en: "The certificate's data declares an impossible length.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  CBOR_TRAILING: { zh: "证书数据后面多出了内容。", en: "Something was added after the certificate's data.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  COSE_TAG: { zh: "二维码里的数据不是一份签名的证书。", en: "The data in the QR code is not a signed certificate.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  COSE_SHAPE: { zh: "二维码里的数据不是一份签名的证书。", en: "The data in the QR code is not a signed certificate.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  UNPROTECTED_NOT_EMPTY: { zh: "证书带有未受签名保护的内容。", en: "The certificate carries content that its signature does not protect.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  WRONG_TYPE: { zh: "这是另一种签名文件，不是证书。", en: "This is a signed object of another type, not a certificate.", nextZh: "请扫描证书上的核验二维码。", nextEn: "Scan the verification code on the certificate." },
  ALG_REFUSED: { zh: "签名所用的算法不被接受。", en: "The signature uses an algorithm that is not accepted.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  HEADER_SHAPE: { zh: "签名的说明部分不合规范。", en: "The description of the signature is not as the format requires.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  SIGNATURE_LENGTH: { zh: "签名的长度不对。", en: "The signature does not have its length.", nextZh: "请从证书原件重新扫描；仍然如此则不要采信。", nextEn: "Scan the original again; if it stays so, do not rely on it." },
  CLAIMS_SHAPE: { zh: "数据里缺少证书应有的项目，或有多余项目。", en: "The data lacks entries that a certificate has, or holds others.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the institution that it names." },
  REGION_UNKNOWN: { zh: "手上没有这份证书所属地区的资料，无法判断。", en: "Nothing is held here about the region of this certificate, so it cannot be judged.", nextZh: "请同步包含该地区的离线包，或到该地区的查询网站核验。", nextEn: "Sync a bundle that includes that region, or ask the region's own query site." },
  CHAIN_INVALID: { zh: "手上这个地区的资料无法确认，所以证书无法判断。", en: "The region's data held here cannot be confirmed, so the certificate cannot be judged.", nextZh: "请重新同步离线包，并核对 pin；这不说明证书有问题。", nextEn: "Sync the bundle again and check the pin; this says nothing against the certificate." },
  CLOCK_SUSPECT: { zh: "本机时间早于资料的签发时间，无法判断。", en: "This computer's clock is earlier than the data's own time, so nothing can be judged.", nextZh: "请校准本机时间（或 --at 的时间）后再试。", nextEn: "Set this computer's clock (or the time of --at) right and try again." },
  ISSUER_UNKNOWN: { zh: "签发机构不在该地区的备案名单上。", en: "The issuing institution is not on the region's list.", nextZh: "请不要采信；可向该地区人社部门核实该机构。", nextEn: "Do not rely on it; ask the region's authority about the institution." },
  KEY_UNKNOWN: { zh: "签名用的密钥不是该机构登记的密钥。", en: "The key of the signature is not one that the institution has registered.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the issuing institution." },
  SIGNATURE_INVALID: { zh: "签名不成立：内容被改动，或不是该机构所签。", en: "The signature does not hold: the content was changed, or the institution never signed it.", nextZh: "请不要采信；保留证据，并告知签发机构或人社部门。", nextEn: "Do not rely on it; keep the evidence and tell the institution or the authority." },
  UNSUPPORTED: { zh: "这份证书用了本程序还不认识的新格式，无法判断。", en: "This certificate uses a newer format than this program knows, so it cannot be judged.", nextZh: "请更新核验程序后再试。", nextEn: "Update the verifier and try again." },
  BODY_SHAPE: { zh: "证书内容的项目不合规范。", en: "The entries of the certificate are not as the format requires.", nextZh: "请向签发机构核实并换发。", nextEn: "Ask the issuing institution for a correct one." },
  NAME_REFUSED: { zh: "证书文字中有看不见的或会误导人的字符。", en: "A text of the certificate holds invisible or misleading characters.", nextZh: "请向签发机构核实并换发。", nextEn: "Ask the issuing institution for a correct one." },
  NUMBER_ISSUER: { zh: "证书编号与签发机构不符。", en: "The certificate number does not belong to the issuing institution.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the issuing institution." },
  NUMBER_YEAR: { zh: "证书编号中的年份与发证日期不符。", en: "The year in the certificate number differs from the date of issue.", nextZh: "请向签发机构核实并换发。", nextEn: "Ask the issuing institution for a correct one." },
  NUMBER_LEVEL: { zh: "证书编号中的等级与证书等级不符。", en: "The level in the certificate number differs from the certificate's level.", nextZh: "请向签发机构核实并换发。", nextEn: "Ask the issuing institution for a correct one." },
  STATUS_URI_FOREIGN: { zh: "证书指向的状态列表不是该地区的。", en: "The certificate points to a status list that is not its region's.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the issuing institution." },
  ISSUED_IN_FUTURE: { zh: "证书的签名时间在将来。", en: "The certificate is signed at a time that is still to come.", nextZh: "请先检查本机时间；时间无误则不要采信。", nextEn: "Check this computer's clock first; if it is right, do not rely on the certificate." },
  DATE_AFTER_SIGNING: { zh: "发证日期晚于签名时间。", en: "The date of issue is later than the time of signing.", nextZh: "请向签发机构核实并换发。", nextEn: "Ask the issuing institution for a correct one." },
  ISSUER_VOID: { zh: "该机构的备案已被宣布无效，所发证书一律不算。", en: "The institution's filing was declared void, and with it all its certificates.", nextZh: "请不要采信；持证人可向人社部门咨询。", nextEn: "Do not rely on it; the holder can ask the authority." },
  KEY_COMPROMISED: { zh: "签名密钥已失窃，而这份证书不在确认有效之列。", en: "The signing key was stolen, and this certificate is not among those confirmed as honest.", nextZh: "请不要采信；持证人可向签发机构申请换发。", nextEn: "Do not rely on it; the holder can ask the issuing institution for a new one." },
  SURVIVORS_MISSING: { zh: "签名密钥曾失窃，手上缺少确认有效的名单，无法判断。", en: "The signing key was once stolen and the list of confirmed certificates is not held, so it cannot be judged.", nextZh: "请重新同步离线包后再试。", nextEn: "Sync the bundle and try again." },
  KEY_NOT_ACTIVE: { zh: "签名时这把密钥不在启用期内。", en: "The key was not active at the time of signing.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the issuing institution." },
  ISSUER_NOT_FILED: { zh: "发证时该机构尚未备案。", en: "The institution was not filed yet when it issued this.", nextZh: "请不要采信；可向人社部门核实。", nextEn: "Do not rely on it; ask the authority." },
  ISSUER_SUSPENDED: { zh: "发证时该机构处于暂停状态。", en: "The institution was suspended when it issued this.", nextZh: "请不要采信；可向人社部门核实。", nextEn: "Do not rely on it; ask the authority." },
  ISSUER_WITHDRAWN: { zh: "发证时该机构已经退出备案。", en: "The institution had been withdrawn when it issued this.", nextZh: "请不要采信；可向人社部门核实。", nextEn: "Do not rely on it; ask the authority." },
  SCOPE_OCCUPATION: { zh: "该机构没有评价这个职业的备案。", en: "The institution is not filed for this occupation.", nextZh: "请不要采信；向签发机构或人社部门核实。", nextEn: "Do not rely on it; ask the institution or the authority." },
  SCOPE_LEVEL: { zh: "该机构没有评价到这个等级的备案。", en: "The institution is not filed up to this level.", nextZh: "请不要采信；向签发机构或人社部门核实。", nextEn: "Do not rely on it; ask the institution or the authority." },
  SCOPE_DATE: { zh: "发证日期不在该机构这项备案的期限内。", en: "The date of issue lies outside the dates of the institution's filing for it.", nextZh: "请不要采信；向签发机构或人社部门核实。", nextEn: "Do not rely on it; ask the institution or the authority." },
  POST_ENDED: { zh: "证书属实，但聘期已经结束。", en: "The appointment was genuine, but its term has ended.", nextZh: "如已续聘，请持证人出示新的聘任证书。", nextEn: "If it was renewed, ask the holder for the new appointment." },
  STATUS_MISSING: { zh: "手上没有这份证书的状态列表，无法判断。", en: "The status list of this certificate is not held here, so it cannot be judged.", nextZh: "请重新同步离线包后再试。", nextEn: "Sync the bundle and try again." },
  REVOKED: { zh: "这份证书已被撤销。", en: "This certificate has been revoked.", nextZh: "请不要采信；持证人可向签发机构查询原因。", nextEn: "Do not rely on it; the holder can ask the issuing institution why." },
  SUPERSEDED: { zh: "这份证书已更正换发，请看新证。", en: "This certificate was corrected and replaced by a new one.", nextZh: "请让持证人出示换发后的新证书。", nextEn: "Ask the holder to show the new certificate." },
  SUSPENDED: { zh: "这份证书目前暂停使用。", en: "This certificate is suspended for now.", nextZh: "请稍后再查，或向签发机构了解情况。", nextEn: "Check again later, or ask the issuing institution." },
  NOT_REGISTERED: { zh: "登记机构没有登记过这份证书。", en: "The registry has not registered this certificate.", nextZh: "请不要采信；向签发机构核实。", nextEn: "Do not rely on it; ask the issuing institution." },
  NOT_YET_REGISTERED: { zh: "证书刚签发不久，手上的名单还没有它，暂时无法判断。", en: "The certificate is recent and the list held here does not have it yet, so it cannot be judged now.", nextZh: "请同步离线包后再试；新证通常几天内可以查到。", nextEn: "Sync the bundle and try again; new certificates usually appear within days." },
  INDEX_MISMATCH: { zh: "登记的是另一份证书，这一份借用了它的登记位置。", en: "Another certificate is registered in the place that this one claims.", nextZh: "请不要采信；保留证据，并告知签发机构或人社部门。", nextEn: "Do not rely on it; keep the evidence and tell the institution or the authority." },
  STALE: { zh: "手上的资料太旧，不足以下结论。", en: "The data held here is too old to decide.", nextZh: "请同步离线包后再试；这不说明证书有问题。", nextEn: "Sync the bundle and try again; this says nothing against the certificate." },
  ROOT_EXPIRED: { zh: "手上的地区根证书已过期，无法判断。", en: "The region's root held here has expired, so it cannot be judged.", nextZh: "请同步离线包后再试；这不说明证书有问题。", nextEn: "Sync the bundle and try again; this says nothing against the certificate." },
  TRUST_LIST_EXPIRED: { zh: "手上的信任清单已过期，无法判断。", en: "The list of institutions held here has expired, so it cannot be judged.", nextZh: "请同步离线包后再试；这不说明证书有问题。", nextEn: "Sync the bundle and try again; this says nothing against the certificate." },
  STATUS_EXPIRED: { zh: "手上的状态列表已过期，无法判断。", en: "The status list held here has expired, so it cannot be judged.", nextZh: "请同步离线包后再试；这不说明证书有问题。", nextEn: "Sync the bundle and try again; this says nothing against the certificate." },
  ACCEPTED: { zh: "证书真实，目前有效。", en: "The certificate is authentic and stands.", nextZh: "请与纸质证书和本人身份证件逐项核对。", nextEn: "Compare the facts with the paper and with the bearer's identity document." },
};

export const RECOGNITIONS: Readonly<Record<Recognition, Wording>> = {
  HOME: { zh: "这是本地区签发的证书。", en: "This certificate was issued in this region.", nextZh: "无需另行采认。", nextEn: "No further recognition is needed." },
  RECOGNISED: { zh: "本地区采认这份证书。", en: "This region recognises this certificate.", nextZh: "请按列明的职业、等级和效力办理。", nextEn: "Treat it as the occupation, level and effect that are named." },
  NO_AGREEMENT: { zh: "证书真实，但本地区与签发地区没有采认协议。", en: "The certificate is authentic, but this region has no agreement with the issuing one.", nextZh: "如需在本地区使用，请向人社部门咨询。", nextEn: "To use it here, ask this region's authority." },
  AGREEMENT_NOT_IN_FORCE: { zh: "证书真实，但两地的采认协议尚未生效。", en: "The certificate is authentic, but the agreement between the regions is not in force yet.", nextZh: "请在协议生效后再办理。", nextEn: "Try again once the agreement is in force." },
  AGREEMENT_SUSPENDED: { zh: "证书真实，但两地的采认协议目前暂停。", en: "The certificate is authentic, but the agreement between the regions is suspended.", nextZh: "请向本地区人社部门咨询。", nextEn: "Ask this region's authority." },
  AGREEMENT_REPEALED: { zh: "证书真实，但两地的采认协议已经废止。", en: "The certificate is authentic, but the agreement between the regions was repealed.", nextZh: "请向本地区人社部门咨询。", nextEn: "Ask this region's authority." },
  RECOGNITION_UNKNOWN: { zh: "证书真实；但手上本地区的采认资料已过期或不全，不知道本地区是否采认。", en: "The certificate is authentic; but this region's own data held here is too old or not whole, so whether it is recognised is not known.", nextZh: "请联网更新资料后再核验。", nextEn: "Update the data, then verify again." },
  DENIED: { zh: "证书真实，但协议明确不采认这一类证书。", en: "The certificate is authentic, but the agreement excludes certificates of this sort.", nextZh: "请向本地区人社部门咨询。", nextEn: "Ask this region's authority." },
  NOT_RECOGNISED: { zh: "证书真实，但协议没有列入这一类证书。", en: "The certificate is authentic, but the agreement does not list certificates of this sort.", nextZh: "请向本地区人社部门咨询。", nextEn: "Ask this region's authority." },
};

export const ENTITLEMENTS: Readonly<Record<Entitlement, Wording>> = {
  ENTITLED: { zh: "按本地区的待遇政策，下列条款适用于这份证书。", en: "By this region's benefit policy, these clauses apply to this certificate.", nextZh: "请凭证书向列明文件的办理部门申请；几条能否同时享受，以文件为准。", nextEn: "Apply to the office that the document names; whether several may be had together, the documents say." },
  NOT_ACCEPTED: { zh: "证书没有通过核验，不能回答它对应什么待遇。", en: "The certificate did not pass, so nothing is said about benefits.", nextZh: "请先按上面的说明处理。", nextEn: "Do first what is said above." },
  NO_HOME: { zh: "没有指明本地区，不知道该问哪个地区的待遇政策。", en: "No home region is given, so it is not known whose benefit policy to ask.", nextZh: "请用 --region 指明本地区。", nextEn: "Name the home region with --region." },
  POLICY_MISSING: { zh: "手上没有本地区的待遇政策，不知道有没有待遇；这不等于没有。", en: "This region's benefit policy is not held here, so benefits are not known; that does not mean none.", nextZh: "请重新同步离线包后再问。", nextEn: "Sync the bundle and ask again." },
  NO_POLICY: { zh: "本地区没有发布待遇政策。", en: "This region publishes no benefit policy.", nextZh: "请向本地区人社部门咨询。", nextEn: "Ask this region's authority." },
  RECOGNITION_UNKNOWN: { zh: "不知道本地区是否采认这份证书，所以不知道有没有待遇；这不等于没有。", en: "Whether this region recognises it is not known, and so neither are benefits; that does not mean none.", nextZh: "请同步离线包后再问。", nextEn: "Sync the bundle and ask again." },
  NOT_RECOGNISED_HERE: { zh: "本地区未采认这份证书，待遇政策不适用。", en: "This region does not recognise the certificate, so its benefit policy does not apply.", nextZh: "请向本地区人社部门咨询采认。", nextEn: "Ask this region's authority about recognition." },
  ELIGIBILITY_ONLY: { zh: "本地区只采认它作为申报条件，待遇政策不适用。", en: "This region recognises it towards applying only, so its benefit policy does not apply.", nextZh: "请向本地区人社部门咨询。", nextEn: "Ask this region's authority." },
  POLICY_EXPIRED: { zh: "手上的待遇政策已过期，不知道现在有没有待遇；这不等于没有。", en: "The benefit policy held here has expired, so benefits are not known now; that does not mean none.", nextZh: "请同步离线包后再问。", nextEn: "Sync the bundle and ask again." },
  POLICY_UNREADABLE: { zh: "本程序读不懂手上的待遇政策，不知道有没有待遇；这不等于没有。", en: "This program cannot read the benefit policy held here, so benefits are not known; that does not mean none.", nextZh: "请更新核验程序后再问。", nextEn: "Update the verifier and ask again." },
  NO_CLAUSE: { zh: "本地区的待遇政策没有适用于这份证书的条款。", en: "No clause of this region's benefit policy applies to this certificate.", nextZh: "没有条款就没有待遇的说法；有疑问请向人社部门咨询。", nextEn: "Without a clause nothing is claimed; ask the authority if in doubt." },
};

export const SYNC_REASONS: Readonly<Record<SyncReason, Wording>> = {
  OBJECT_TOO_LARGE: { zh: "收到的资料超过了允许的大小。", en: "What was received is larger than allowed.", nextZh: "原有资料保留。请检查地址；反复出现请告知登记机构。", nextEn: "The held data stays. Check the address; tell the registry if it happens again." },
  OBJECT_MALFORMED: { zh: "收到的资料不是规定的格式。", en: "What was received is not in the required format.", nextZh: "原有资料保留。请检查地址，稍后再试。", nextEn: "The held data stays. Check the address and try again later." },
  WRONG_REGION: { zh: "收到的资料属于另一个地区。", en: "What was received belongs to another region.", nextZh: "原有资料保留。请检查地址和 pin；并告知登记机构。", nextEn: "The held data stays. Check the address and the pin, and tell the registry." },
  PIN_NOT_FOUND: { zh: "收到的资料里没有 pin 所指的根。", en: "What was received does not hold the root that the pin names.", nextZh: "请从可靠渠道核对 pin，并检查地址。", nextEn: "Check the pin through a channel that you trust, and the address." },
  ROOT_SKIPPED: { zh: "根的版本不连续。", en: "A version of the root is missing in between.", nextZh: "原有资料保留。请稍后再试，并告知登记机构。", nextEn: "The held data stays. Try again later, and tell the registry." },
  THRESHOLD_NOT_MET: { zh: "签名的人数不够，或签名不成立。", en: "Too few of the required signatures hold.", nextZh: "原有资料保留。请告知登记机构。", nextEn: "The held data stays. Tell the registry." },
  DATED_AHEAD: { zh: "资料的签发时间晚于本机时间。", en: "The data is dated ahead of this computer's clock.", nextZh: "原有资料保留。请先校准本机时间再试。", nextEn: "The held data stays. Set this computer's clock right first and try again." },
  EPOCH_MISMATCH: { zh: "资料的纪元与根所授予的不一致。", en: "The data's epoch is not the one that the root grants.", nextZh: "原有资料保留。请稍后再试，并告知登记机构。", nextEn: "The held data stays. Try again later, and tell the registry." },
  ROLLBACK: { zh: "收到的资料比手上的旧。", en: "What was received is older than what is held.", nextZh: "原有资料保留。请稍后再试；反复出现请告知登记机构。", nextEn: "The held data stays. Try again later; tell the registry if it happens again." },
  EQUIVOCATION: { zh: "同一版本出现了两种内容，两份都已作为证据保留。", en: "One version came with two contents; both are kept as evidence.", nextZh: "请停止同步，并立即告知登记机构。", nextEn: "Stop syncing, and tell the registry at once." },
  MIX_AND_MATCH: { zh: "收到的资料不是同一时刻的一套。", en: "What was received is not one consistent set.", nextZh: "原有资料保留。请稍后再试。", nextEn: "The held data stays. Try again later." },
  ENTRY_VANISHED: { zh: "新资料里少了不该消失的条目。", en: "An entry that must not disappear is missing in the new data.", nextZh: "原有资料保留。请告知登记机构。", nextEn: "The held data stays. Tell the registry." },
  ENTRY_REVIVED: { zh: "新资料恢复了已经撤销或作废的条目。", en: "The new data brings back an entry that was revoked or void.", nextZh: "原有资料保留。请告知登记机构。", nextEn: "The held data stays. Tell the registry." },
  LIST_SHRUNK: { zh: "新的名单比手上的短。", en: "The new list is shorter than the one held.", nextZh: "原有资料保留。请告知登记机构。", nextEn: "The held data stays. Tell the registry." },
  EXPIRED: { zh: "收到的资料已经过期。", en: "What was received has expired.", nextZh: "原有资料保留。请先检查本机时间，稍后再试，并告知登记机构。", nextEn: "The held data stays. Check this computer's clock, try again later, and tell the registry." },
};

export const KINDS: Readonly<Record<Kind, Words>> = {
  0: { zh: "职业技能等级证书", en: "level certificate" },
  1: { zh: "专项职业能力证书", en: "special-ability certificate" },
  2: { zh: "技能岗位聘任", en: "post appointment" },
  3: { zh: "区级人才荣誉（不是等级证书）", en: "regional honour (not a level certificate)" },
};

export const DOCUMENTS: Readonly<Record<DocumentType, Words>> = {
  0: { zh: "居民身份证", en: "citizen ID" },
  1: { zh: "港澳台居民居住证", en: "residence permit (HK, Macao, Taiwan)" },
  2: { zh: "外国人永久居留身份证", en: "foreigner's permanent residence card" },
  3: { zh: "护照", en: "passport" },
  4: { zh: "通行证", en: "travel permit" },
  5: { zh: "军官证", en: "military document" },
  6: { zh: "其他证件", en: "other document" },
};

export const BASES: Readonly<Record<Basis, Words>> = {
  0: { zh: "理论与实操考试", en: "examination" },
  1: { zh: "过程或模块考核", en: "process assessment" },
  2: { zh: "业绩评审", en: "performance review" },
  3: { zh: "直接认定", en: "direct recognition" },
  4: { zh: "竞赛", en: "competition" },
  5: { zh: "其他证书采认", en: "recognition of another certificate" },
};

export const POSTS: Readonly<Record<Post, Words>> = {
  0: { zh: "学徒工", en: "apprentice" },
  1: { zh: "特级技师", en: "special-grade technician" },
  2: { zh: "首席技师", en: "chief technician" },
};

export const ISSUERS: Readonly<Record<IssuerKind, Words>> = {
  0: { zh: "用人单位", en: "employer" },
  1: { zh: "社会培训评价组织", en: "social evaluation organisation" },
  2: { zh: "院校", en: "school" },
};

export const EFFECTS: Readonly<Record<Effect, Words>> = {
  0: { zh: "视同本地证书", en: "equivalent" },
  1: { zh: "可作为申报条件", en: "counts towards applying" },
  2: { zh: "享受本地待遇", en: "local benefits" },
};

export const BENEFITS: Readonly<Record<Benefit, Words>> = {
  0: { zh: "津贴", en: "allowance" },
  1: { zh: "奖励", en: "award" },
  2: { zh: "补贴", en: "subsidy" },
  3: { zh: "其他待遇", en: "other benefit" },
};

export const PERIODS: Readonly<Record<Period, Words>> = {
  0: { zh: "一次性", en: "once" },
  1: { zh: "每月", en: "a month" },
  2: { zh: "每年", en: "a year" },
};

export const LEVELS: Readonly<Record<number, Words>> = {
  1: { zh: "一级/高级技师", en: "Level 1, senior technician" },
  2: { zh: "二级/技师", en: "Level 2, technician" },
  3: { zh: "三级/高级工", en: "Level 3, senior worker" },
  4: { zh: "四级/中级工", en: "Level 4, intermediate worker" },
  5: { zh: "五级/初级工", en: "Level 5, junior worker" },
};

export const AGREEMENTS: Readonly<Record<AgreementState, Words>> = {
  0: { zh: "生效", en: "in force" },
  1: { zh: "暂停", en: "suspended" },
  2: { zh: "废止", en: "repealed" },
};

export const SUPPOSED: Readonly<Record<Recognition, Words>> = {
  "HOME": { zh: "计入：就是本地区的证书。", en: "It counts: it is a certificate of that region itself." },
  "RECOGNISED": { zh: "采认。", en: "It would be recognised." },
  "NO_AGREEMENT": { zh: "不采认：没有与该地区的互认协议。", en: "Not recognised: there is no agreement with that region." },
  "AGREEMENT_NOT_IN_FORCE": { zh: "尚不采认：协议还没有生效。", en: "Not yet recognised: the agreement is not yet in force." },
  "AGREEMENT_SUSPENDED": { zh: "目前不采认：协议已暂停。", en: "Not recognised at present: the agreement is suspended." },
  "AGREEMENT_REPEALED": { zh: "不采认：协议已废止，这个日期的证书不再算。", en: "Not recognised: the agreement is repealed, and certificates of this date no longer count." },
  "RECOGNITION_UNKNOWN": { zh: "无法判断：手上没有该地区够新、可信的采认资料。请更新后再问，或到该地区登记机构的网站问；这不等于不采认。", en: "Cannot be decided: nothing new and trusted is held of that region. Update, or ask there; this is not a no." },
  "DENIED": { zh: "不采认：协议写明这样的证书不采认。", en: "Not recognised: the agreement says so of such certificates." },
  "NOT_RECOGNISED": { zh: "不采认：协议中没有采认它的条款。", en: "Not recognised: no rule of the agreement is about it." },
};

export const REGIONS: Readonly<Record<string, Words>> = {
  "11": { zh: "北京", en: "Beijing" },
  "12": { zh: "天津", en: "Tianjin" },
  "13": { zh: "河北", en: "Hebei" },
  "14": { zh: "山西", en: "Shanxi" },
  "15": { zh: "内蒙古", en: "Inner Mongolia" },
  "21": { zh: "辽宁", en: "Liaoning" },
  "22": { zh: "吉林", en: "Jilin" },
  "23": { zh: "黑龙江", en: "Heilongjiang" },
  "31": { zh: "上海", en: "Shanghai" },
  "32": { zh: "江苏", en: "Jiangsu" },
  "33": { zh: "浙江", en: "Zhejiang" },
  "34": { zh: "安徽", en: "Anhui" },
  "35": { zh: "福建", en: "Fujian" },
  "36": { zh: "江西", en: "Jiangxi" },
  "37": { zh: "山东", en: "Shandong" },
  "41": { zh: "河南", en: "Henan" },
  "42": { zh: "湖北", en: "Hubei" },
  "43": { zh: "湖南", en: "Hunan" },
  "44": { zh: "广东", en: "Guangdong" },
  "45": { zh: "广西", en: "Guangxi" },
  "46": { zh: "海南", en: "Hainan" },
  "50": { zh: "重庆", en: "Chongqing" },
  "51": { zh: "四川", en: "Sichuan" },
  "52": { zh: "贵州", en: "Guizhou" },
  "53": { zh: "云南", en: "Yunnan" },
  "54": { zh: "西藏", en: "Tibet" },
  "61": { zh: "陕西", en: "Shaanxi" },
  "62": { zh: "甘肃", en: "Gansu" },
  "63": { zh: "青海", en: "Qinghai" },
  "64": { zh: "宁夏", en: "Ningxia" },
  "65": { zh: "新疆", en: "Xinjiang" },
  "71": { zh: "台湾", en: "Taiwan" },
  "81": { zh: "香港", en: "Hong Kong" },
  "82": { zh: "澳门", en: "Macao" },
};

export const REGISTRATION: Readonly<Record<"register" | "index-only", Words>> = {
  "register": { zh: "本证书已登记", en: "this certificate is in the register" },
  "index-only": { zh: "只核对了登记位置", en: "only its index was checked (index-only)" },
};

/** The columns of a report on many, in order. */
export const COLUMNS = [
  { key: "number", zh: "序号", en: "No." },
  { key: "file", zh: "文件", en: "File" },
  { key: "place", zh: "位置", en: "Place" },
  { key: "verdict", zh: "结论", en: "Verdict" },
  { key: "reason", zh: "原因代码", en: "Reason code" },
  { key: "reason_zh", zh: "说明", en: "Explanation (Chinese)" },
  { key: "reason_en", zh: "英文说明", en: "Explanation" },
  { key: "next_step", zh: "下一步", en: "Next step" },
  { key: "detail", zh: "细节", en: "Detail" },
  { key: "same_as", zh: "与该序号是同一证书", en: "Same certificate as No." },
  { key: "name", zh: "姓名", en: "Name" },
  { key: "document_type", zh: "证件类型", en: "Document type" },
  { key: "document_last4", zh: "证件末四位", en: "Document, last four" },
  { key: "certificate_number", zh: "证书编号", en: "Certificate number" },
  { key: "kind", zh: "类别", en: "Kind" },
  { key: "occupation_code", zh: "职业代码", en: "Occupation code" },
  { key: "occupation_title", zh: "职业或荣誉", en: "Occupation or honour" },
  { key: "specialisation", zh: "工种/方向", en: "Specialisation" },
  { key: "level", zh: "等级或岗位", en: "Level or post" },
  { key: "issued_on", zh: "发证日期", en: "Issued on" },
  { key: "term_until", zh: "聘期至", en: "Term until" },
  { key: "basis", zh: "评价依据", en: "Basis" },
  { key: "issuer_code", zh: "机构代码", en: "Issuer code" },
  { key: "issuer_name", zh: "签发机构", en: "Issuer" },
  { key: "recognised_here", zh: "本地采认", en: "Recognised here" },
  { key: "recognised_as", zh: "采认为", en: "Recognised as" },
  { key: "by_document", zh: "采认依据", en: "By document" },
  { key: "as_of", zh: "判断时间", en: "As of" },
  { key: "trust_list_of", zh: "信任清单时间", en: "Trust list of" },
  { key: "status_list_of", zh: "状态列表时间", en: "Status list of" },
  { key: "registration", zh: "登记核对", en: "Registration" },
] as const;
