"""Every reason in words for the person at the desk: one plain sentence, and what to do next, in Chinese and English.

What could not be known is never worded as forged, and an outage or an old list never as a fault of the certificate.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from credential.reason import Entitlement, Reason, Recognition, SyncReason


class Wording(NamedTuple):
    """What happened and what to do next."""

    zh: str
    en: str
    next_zh: str
    next_en: str


REASONS: Final[Mapping[Reason, Wording]] = {
    Reason.FILE_UNREADABLE: Wording(
        "这个文件打不开。",
        "This file could not be opened.",
        "请检查文件是否还在、有没有权限；链接请给出它指向的文件。",
        "Check that it is there and may be read; instead of a link give the file that it leads to.",
    ),
    Reason.FILE_EMPTY: Wording(
        "里面没有任何可以核验的内容。",
        "There is nothing in it to verify.",
        "请确认给对了文件；如果传输中断，请重新取得。",
        "Make sure that it is the right file; if it was cut short on its way, get it again.",
    ),
    Reason.FILE_TYPE: Wording(
        "这里不能读取这种文件。",
        "Files of this kind are not read here.",
        "Word、WPS 文档请另存为 PDF，RAR、7z 请先解压；其他请改用图片、PDF、ZIP，或二维码文字的列表（文本、CSV、"
        "XLSX）。",
        "Save a Word or WPS document as PDF, and unpack RAR and 7z; else give pictures, PDF, ZIP, or lists of QR texts "
        "(text, CSV, XLSX).",
    ),
    Reason.FILE_TOO_LARGE: Wording(
        "内容太多，超过上限，超出的部分没有读取。",
        "There is more in it than is read; what is beyond the limit was not read.",
        "请拆成几个较小的文件再试。",
        "Split it into smaller files and try again.",
    ),
    Reason.READER_MISSING: Wording(
        "读取这种文件的程序还没有下载到这台设备，没有读取。",
        "The program that reads such files is not on this device yet, so this one was not read.",
        "请联网再试一次；以后断网也能读取。",
        "Connect to a network and try again; from then on it works without one.",
    ),
    Reason.READING_STOPPED: Wording(
        "读取这个文件时出错或用时太久，已停止。",
        "Reading this file failed or took too long, and was stopped.",
        "请把二维码单独截图或拍成 PNG、JPEG 图片再试。",
        "Take a picture of the QR code itself, as PNG or JPEG, and try again.",
    ),
    Reason.PICTURE_TYPE: Wording(
        "这个文件不是能读取的图片。",
        "This file is not a picture that can be read.",
        "请改用 PNG、JPEG 图片或 PDF，或直接扫描二维码。iPhone 的 HEIC 照片：用它的截屏，或在“设置 - 相机 - 格式”"
        "选“兼容性最佳”后重拍。TIFF 扫描件：另存为 PDF。",
        "Use a PNG or JPEG picture or a PDF, or scan the QR code itself. An iPhone's HEIC photo: use a screenshot of "
        "it, or choose Settings - Camera - Formats - Most Compatible and take it again. A TIFF scan: save it as PDF.",
    ),
    Reason.PICTURE_TOO_LARGE: Wording(
        "图片太大，没有读取。",
        "The picture is too large and was not read.",
        "请裁剪或缩小到五千万像素以内再试。",
        "Crop or shrink it to at most 50 megapixels and try again.",
    ),
    Reason.NOT_READ: Wording(
        "图片里没有读到二维码。",
        "No QR code could be read in this picture.",
        "请把二维码拍正、拍清楚，再试一次。",
        "Take a straight, sharp picture of the QR code and try again.",
    ),
    Reason.PDF_BROKEN: Wording(
        "这个 PDF 已损坏，或并不是 PDF。",
        "This PDF is damaged, or is none.",
        "请重新取得文件，或把证书页截图再试。",
        "Get the file again, or take a picture of the certificate's page.",
    ),
    Reason.PDF_ENCRYPTED: Wording(
        "这个 PDF 有密码，没有读取。",
        "This PDF is protected by a password and was not read.",
        "请用密码打开，另存为没有密码的文件再试。",
        "Open it with its password, save it without one and try again.",
    ),
    Reason.ZIP_BROKEN: Wording(
        "这个 ZIP 已损坏，或其中的这一项已损坏。",
        "This ZIP, or this entry of it, is damaged.",
        "请重新取得文件，或解压后直接给出文件夹。",
        "Get the file again, or unpack it and give the folder.",
    ),
    Reason.ZIP_ENCRYPTED: Wording(
        "ZIP 中的这一项有密码，没有读取。",
        "This entry of the ZIP is protected by a password and was not read.",
        "请用密码解压，再给出文件夹。",
        "Unpack it with its password and give the folder.",
    ),
    Reason.ZIP_NESTED: Wording(
        "ZIP 中还有 ZIP，里层没有读取。",
        "A ZIP within a ZIP is not read.",
        "请先解压外层，再给出里面的文件。",
        "Unpack the outer one and give the files in it.",
    ),
    Reason.LIST_BROKEN: Wording(
        "这个列表已损坏，读不出来。",
        "This list is damaged and cannot be read.",
        "请用 Excel 或 WPS 打开，另存为 XLSX 或 UTF-8 的 CSV 再试。",
        "Open it in Excel or WPS, save it as XLSX or as CSV in UTF-8 and try again.",
    ),
    Reason.LIST_WITHOUT_TEXTS: Wording(
        "这个列表或表格里没有找到二维码文字。",
        "No QR texts were found in this list or table.",
        "请每行放一个二维码文字，表格里的列名写“二维码”或 text；只有编号和姓名的，请在登记机构网站的“查询”页查。",
        "Give one QR text a line, in tables in a column called text. By number and name, ask the page Query.",
    ),
    Reason.QR_TOO_LONG: Wording(
        "这段文字太长，不是证书二维码的内容。",
        "This text is too long to come from a certificate's QR code.",
        "请重新扫描证书上的二维码。",
        "Scan the QR code on the certificate again.",
    ),
    Reason.QR_PREFIX: Wording(
        "这不是印信证书的二维码。",
        "This is not the QR code of a Yinxin certificate.",
        "请扫描证书上的核验二维码，其他的不能证明什么；只有编号的，请到“查询”页。",
        "Scan the verification code on the certificate; others prove nothing. By number: page Query.",
    ),
    Reason.QR_DIGITS: Wording(
        "二维码内容被改动或不完整。",
        "The content of the QR code was changed or is incomplete.",
        "请从证书原件重新扫描，不要使用转发的文字。",
        "Scan the original certificate again instead of a forwarded text.",
    ),
    Reason.QR_GROUP: Wording(
        "二维码内容不完整或有误。",
        "The content of the QR code is incomplete or garbled.",
        "请从证书原件重新扫描，不要使用转发的文字。",
        "Scan the original certificate again instead of a forwarded text.",
    ),
    Reason.TOO_LARGE: Wording(
        "二维码里的数据太大，不是一份证书。",
        "The data in the QR code is too large to be a certificate.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_TRUNCATED: Wording(
        "证书数据不完整。",
        "The certificate's data is cut short.",
        "请从证书原件重新扫描；仍然如此则不要采信。",
        "Scan the original again; if it stays so, do not rely on it.",
    ),
    Reason.CBOR_NOT_SHORTEST: Wording(
        "证书数据的写法不合规范。",
        "The certificate's data is not written as the format requires.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_INDEFINITE: Wording(
        "证书数据的写法不合规范。",
        "The certificate's data is not written as the format requires.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_KEY_ORDER: Wording(
        "证书数据的顺序不合规范。",
        "The certificate's data is not in the order that the format requires.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_DUPLICATE_KEY: Wording(
        "证书数据中同一项出现了两次。",
        "The certificate's data holds the same entry twice.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_UTF8: Wording(
        "证书数据中的文字有误。",
        "A text in the certificate's data is not valid.",
        "请从证书原件重新扫描；仍然如此则不要采信。",
        "Scan the original again; if it stays so, do not rely on it.",
    ),
    Reason.CBOR_TYPE: Wording(
        "证书数据中有不允许的内容。",
        "The certificate's data holds something that is not allowed there.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_DEPTH: Wording(
        "证书数据的层次过深，不是一份证书。",
        "The certificate's data is nested too deeply to be a certificate.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_LENGTH: Wording(
        "证书数据声明的长度不可能成立。",
        "The certificate's data declares an impossible length.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.CBOR_TRAILING: Wording(
        "证书数据后面多出了内容。",
        "Something was added after the certificate's data.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.COSE_TAG: Wording(
        "二维码里的数据不是一份签名的证书。",
        "The data in the QR code is not a signed certificate.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.COSE_SHAPE: Wording(
        "二维码里的数据不是一份签名的证书。",
        "The data in the QR code is not a signed certificate.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.UNPROTECTED_NOT_EMPTY: Wording(
        "证书带有未受签名保护的内容。",
        "The certificate carries content that its signature does not protect.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.WRONG_TYPE: Wording(
        "这是另一种签名文件，不是证书。",
        "This is a signed object of another type, not a certificate.",
        "请扫描证书上的核验二维码。",
        "Scan the verification code on the certificate.",
    ),
    Reason.ALG_REFUSED: Wording(
        "签名所用的算法不被接受。",
        "The signature uses an algorithm that is not accepted.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.HEADER_SHAPE: Wording(
        "签名的说明部分不合规范。",
        "The description of the signature is not as the format requires.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.SIGNATURE_LENGTH: Wording(
        "签名的长度不对。",
        "The signature does not have its length.",
        "请从证书原件重新扫描；仍然如此则不要采信。",
        "Scan the original again; if it stays so, do not rely on it.",
    ),
    Reason.CLAIMS_SHAPE: Wording(
        "数据里缺少证书应有的项目，或有多余项目。",
        "The data lacks entries that a certificate has, or holds others.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the institution that it names.",
    ),
    Reason.REGION_UNKNOWN: Wording(
        "手上没有这份证书所属地区的资料，无法判断。",
        "Nothing is held here about the region of this certificate, so it cannot be judged.",
        "请同步包含该地区的离线包，或到该地区的查询网站核验。",
        "Sync a bundle that includes that region, or ask the region's own query site.",
    ),
    Reason.CHAIN_INVALID: Wording(
        "手上这个地区的资料无法确认，所以证书无法判断。",
        "The region's data held here cannot be confirmed, so the certificate cannot be judged.",
        "请重新同步离线包，并核对 pin；这不说明证书有问题。",
        "Sync the bundle again and check the pin; this says nothing against the certificate.",
    ),
    Reason.CLOCK_SUSPECT: Wording(
        "本机时间早于资料的签发时间，无法判断。",
        "This computer's clock is earlier than the data's own time, so nothing can be judged.",
        "请校准本机时间（或 --at 的时间）后再试。",
        "Set this computer's clock (or the time of --at) right and try again.",
    ),
    Reason.ISSUER_UNKNOWN: Wording(
        "签发机构不在该地区的备案名单上。",
        "The issuing institution is not on the region's list.",
        "请不要采信；可向该地区人社部门核实该机构。",
        "Do not rely on it; ask the region's authority about the institution.",
    ),
    Reason.KEY_UNKNOWN: Wording(
        "签名用的密钥不是该机构登记的密钥。",
        "The key of the signature is not one that the institution has registered.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the issuing institution.",
    ),
    Reason.SIGNATURE_INVALID: Wording(
        "签名不成立：内容被改动，或不是该机构所签。",
        "The signature does not hold: the content was changed, or the institution never signed it.",
        "请不要采信；保留证据，并告知签发机构或人社部门。",
        "Do not rely on it; keep the evidence and tell the institution or the authority.",
    ),
    Reason.UNSUPPORTED: Wording(
        "这份证书用了本程序还不认识的新格式，无法判断。",
        "This certificate uses a newer format than this program knows, so it cannot be judged.",
        "请更新核验程序后再试。",
        "Update the verifier and try again.",
    ),
    Reason.BODY_SHAPE: Wording(
        "证书内容的项目不合规范。",
        "The entries of the certificate are not as the format requires.",
        "请向签发机构核实并换发。",
        "Ask the issuing institution for a correct one.",
    ),
    Reason.NAME_REFUSED: Wording(
        "证书文字中有看不见的或会误导人的字符。",
        "A text of the certificate holds invisible or misleading characters.",
        "请向签发机构核实并换发。",
        "Ask the issuing institution for a correct one.",
    ),
    Reason.NUMBER_ISSUER: Wording(
        "证书编号与签发机构不符。",
        "The certificate number does not belong to the issuing institution.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the issuing institution.",
    ),
    Reason.NUMBER_YEAR: Wording(
        "证书编号中的年份与发证日期不符。",
        "The year in the certificate number differs from the date of issue.",
        "请向签发机构核实并换发。",
        "Ask the issuing institution for a correct one.",
    ),
    Reason.NUMBER_LEVEL: Wording(
        "证书编号中的等级与证书等级不符。",
        "The level in the certificate number differs from the certificate's level.",
        "请向签发机构核实并换发。",
        "Ask the issuing institution for a correct one.",
    ),
    Reason.STATUS_URI_FOREIGN: Wording(
        "证书指向的状态列表不是该地区的。",
        "The certificate points to a status list that is not its region's.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the issuing institution.",
    ),
    Reason.ISSUED_IN_FUTURE: Wording(
        "证书的签名时间在将来。",
        "The certificate is signed at a time that is still to come.",
        "请先检查本机时间；时间无误则不要采信。",
        "Check this computer's clock first; if it is right, do not rely on the certificate.",
    ),
    Reason.DATE_AFTER_SIGNING: Wording(
        "发证日期晚于签名时间。",
        "The date of issue is later than the time of signing.",
        "请向签发机构核实并换发。",
        "Ask the issuing institution for a correct one.",
    ),
    Reason.ISSUER_VOID: Wording(
        "该机构的备案已被宣布无效，所发证书一律不算。",
        "The institution's filing was declared void, and with it all its certificates.",
        "请不要采信；持证人可向人社部门咨询。",
        "Do not rely on it; the holder can ask the authority.",
    ),
    Reason.KEY_COMPROMISED: Wording(
        "签名密钥已失窃，而这份证书不在确认有效之列。",
        "The signing key was stolen, and this certificate is not among those confirmed as honest.",
        "请不要采信；持证人可向签发机构申请换发。",
        "Do not rely on it; the holder can ask the issuing institution for a new one.",
    ),
    Reason.SURVIVORS_MISSING: Wording(
        "签名密钥曾失窃，手上缺少确认有效的名单，无法判断。",
        "The signing key was once stolen and the list of confirmed certificates is not held, so it cannot be judged.",
        "请重新同步离线包后再试。",
        "Sync the bundle and try again.",
    ),
    Reason.KEY_NOT_ACTIVE: Wording(
        "签名时这把密钥不在启用期内。",
        "The key was not active at the time of signing.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the issuing institution.",
    ),
    Reason.ISSUER_NOT_FILED: Wording(
        "发证时该机构尚未备案。",
        "The institution was not filed yet when it issued this.",
        "请不要采信；可向人社部门核实。",
        "Do not rely on it; ask the authority.",
    ),
    Reason.ISSUER_SUSPENDED: Wording(
        "发证时该机构处于暂停状态。",
        "The institution was suspended when it issued this.",
        "请不要采信；可向人社部门核实。",
        "Do not rely on it; ask the authority.",
    ),
    Reason.ISSUER_WITHDRAWN: Wording(
        "发证时该机构已经退出备案。",
        "The institution had been withdrawn when it issued this.",
        "请不要采信；可向人社部门核实。",
        "Do not rely on it; ask the authority.",
    ),
    Reason.SCOPE_OCCUPATION: Wording(
        "该机构没有评价这个职业的备案。",
        "The institution is not filed for this occupation.",
        "请不要采信；向签发机构或人社部门核实。",
        "Do not rely on it; ask the institution or the authority.",
    ),
    Reason.SCOPE_LEVEL: Wording(
        "该机构没有评价到这个等级的备案。",
        "The institution is not filed up to this level.",
        "请不要采信；向签发机构或人社部门核实。",
        "Do not rely on it; ask the institution or the authority.",
    ),
    Reason.SCOPE_DATE: Wording(
        "发证日期不在该机构这项备案的期限内。",
        "The date of issue lies outside the dates of the institution's filing for it.",
        "请不要采信；向签发机构或人社部门核实。",
        "Do not rely on it; ask the institution or the authority.",
    ),
    Reason.POST_ENDED: Wording(
        "证书属实，但聘期已经结束。",
        "The appointment was genuine, but its term has ended.",
        "如已续聘，请持证人出示新的聘任证书。",
        "If it was renewed, ask the holder for the new appointment.",
    ),
    Reason.STATUS_MISSING: Wording(
        "手上没有这份证书的状态列表，无法判断。",
        "The status list of this certificate is not held here, so it cannot be judged.",
        "请重新同步离线包后再试。",
        "Sync the bundle and try again.",
    ),
    Reason.REVOKED: Wording(
        "这份证书已被撤销。",
        "This certificate has been revoked.",
        "请不要采信；持证人可向签发机构查询原因。",
        "Do not rely on it; the holder can ask the issuing institution why.",
    ),
    Reason.SUPERSEDED: Wording(
        "这份证书已更正换发，请看新证。",
        "This certificate was corrected and replaced by a new one.",
        "请让持证人出示换发后的新证书。",
        "Ask the holder to show the new certificate.",
    ),
    Reason.SUSPENDED: Wording(
        "这份证书目前暂停使用。",
        "This certificate is suspended for now.",
        "请稍后再查，或向签发机构了解情况。",
        "Check again later, or ask the issuing institution.",
    ),
    Reason.NOT_REGISTERED: Wording(
        "登记机构没有登记过这份证书。",
        "The registry has not registered this certificate.",
        "请不要采信；向签发机构核实。",
        "Do not rely on it; ask the issuing institution.",
    ),
    Reason.NOT_YET_REGISTERED: Wording(
        "证书刚签发不久，手上的名单还没有它，暂时无法判断。",
        "The certificate is recent and the list held here does not have it yet, so it cannot be judged now.",
        "请同步离线包后再试；新证通常几天内可以查到。",
        "Sync the bundle and try again; new certificates usually appear within days.",
    ),
    Reason.INDEX_MISMATCH: Wording(
        "登记的是另一份证书，这一份借用了它的登记位置。",
        "Another certificate is registered in the place that this one claims.",
        "请不要采信；保留证据，并告知签发机构或人社部门。",
        "Do not rely on it; keep the evidence and tell the institution or the authority.",
    ),
    Reason.STALE: Wording(
        "手上的资料太旧，不足以下结论。",
        "The data held here is too old to decide.",
        "请同步离线包后再试；这不说明证书有问题。",
        "Sync the bundle and try again; this says nothing against the certificate.",
    ),
    Reason.ROOT_EXPIRED: Wording(
        "手上的地区根证书已过期，无法判断。",
        "The region's root held here has expired, so it cannot be judged.",
        "请同步离线包后再试；这不说明证书有问题。",
        "Sync the bundle and try again; this says nothing against the certificate.",
    ),
    Reason.TRUST_LIST_EXPIRED: Wording(
        "手上的信任清单已过期，无法判断。",
        "The list of institutions held here has expired, so it cannot be judged.",
        "请同步离线包后再试；这不说明证书有问题。",
        "Sync the bundle and try again; this says nothing against the certificate.",
    ),
    Reason.STATUS_EXPIRED: Wording(
        "手上的状态列表已过期，无法判断。",
        "The status list held here has expired, so it cannot be judged.",
        "请同步离线包后再试；这不说明证书有问题。",
        "Sync the bundle and try again; this says nothing against the certificate.",
    ),
    Reason.ACCEPTED: Wording(
        "证书真实，目前有效。",
        "The certificate is authentic and stands.",
        "请与纸质证书和本人身份证件逐项核对。",
        "Compare the facts with the paper and with the bearer's identity document.",
    ),
}

RECOGNITIONS: Final[Mapping[Recognition, Wording]] = {
    Recognition.HOME: Wording(
        "这是本地区签发的证书。",
        "This certificate was issued in this region.",
        "无需另行采认。",
        "No further recognition is needed.",
    ),
    Recognition.RECOGNISED: Wording(
        "本地区采认这份证书。",
        "This region recognises this certificate.",
        "请按列明的职业、等级和效力办理。",
        "Treat it as the occupation, level and effect that are named.",
    ),
    Recognition.NO_AGREEMENT: Wording(
        "证书真实，但本地区与签发地区没有采认协议。",
        "The certificate is authentic, but this region has no agreement with the issuing one.",
        "如需在本地区使用，请向人社部门咨询。",
        "To use it here, ask this region's authority.",
    ),
    Recognition.AGREEMENT_NOT_IN_FORCE: Wording(
        "证书真实，但两地的采认协议尚未生效。",
        "The certificate is authentic, but the agreement between the regions is not in force yet.",
        "请在协议生效后再办理。",
        "Try again once the agreement is in force.",
    ),
    Recognition.AGREEMENT_SUSPENDED: Wording(
        "证书真实，但两地的采认协议目前暂停。",
        "The certificate is authentic, but the agreement between the regions is suspended.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Recognition.AGREEMENT_REPEALED: Wording(
        "证书真实，但两地的采认协议已经废止。",
        "The certificate is authentic, but the agreement between the regions was repealed.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Recognition.RECOGNITION_UNKNOWN: Wording(
        "证书真实；但手上本地区的采认资料已过期或不全，不知道本地区是否采认。",
        "The certificate is authentic; but this region's own data held here is too old or not whole, so whether it is "
        "recognised is not known.",
        "请联网更新资料后再核验。",
        "Update the data, then verify again.",
    ),
    Recognition.DENIED: Wording(
        "证书真实，但协议明确不采认这一类证书。",
        "The certificate is authentic, but the agreement excludes certificates of this sort.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Recognition.NOT_RECOGNISED: Wording(
        "证书真实，但协议没有列入这一类证书。",
        "The certificate is authentic, but the agreement does not list certificates of this sort.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
}

ENTITLEMENTS: Final[Mapping[Entitlement, Wording]] = {
    Entitlement.ENTITLED: Wording(
        "按本地区的待遇政策，下列条款适用于这份证书。",
        "By this region's benefit policy, these clauses apply to this certificate.",
        "请凭证书向列明文件的办理部门申请；几条能否同时享受，以文件为准。",
        "Apply to the office that the document names; whether several may be had together, the documents say.",
    ),
    Entitlement.NOT_ACCEPTED: Wording(
        "证书没有通过核验，不能回答它对应什么待遇。",
        "The certificate did not pass, so nothing is said about benefits.",
        "请先按上面的说明处理。",
        "Do first what is said above.",
    ),
    Entitlement.NO_HOME: Wording(
        "没有指明本地区，不知道该问哪个地区的待遇政策。",
        "No home region is given, so it is not known whose benefit policy to ask.",
        "请用 --region 指明本地区。",
        "Name the home region with --region.",
    ),
    Entitlement.POLICY_MISSING: Wording(
        "手上没有本地区的待遇政策，不知道有没有待遇；这不等于没有。",
        "This region's benefit policy is not held here, so benefits are not known; that does not mean none.",
        "请重新同步离线包后再问。",
        "Sync the bundle and ask again.",
    ),
    Entitlement.NO_POLICY: Wording(
        "本地区没有发布待遇政策。",
        "This region publishes no benefit policy.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Entitlement.RECOGNITION_UNKNOWN: Wording(
        "不知道本地区是否采认这份证书，所以不知道有没有待遇；这不等于没有。",
        "Whether this region recognises it is not known, and so neither are benefits; that does not mean none.",
        "请同步离线包后再问。",
        "Sync the bundle and ask again.",
    ),
    Entitlement.NOT_RECOGNISED_HERE: Wording(
        "本地区未采认这份证书，待遇政策不适用。",
        "This region does not recognise the certificate, so its benefit policy does not apply.",
        "请向本地区人社部门咨询采认。",
        "Ask this region's authority about recognition.",
    ),
    Entitlement.ELIGIBILITY_ONLY: Wording(
        "本地区只采认它作为申报条件，待遇政策不适用。",
        "This region recognises it towards applying only, so its benefit policy does not apply.",
        "请向本地区人社部门咨询。",
        "Ask this region's authority.",
    ),
    Entitlement.POLICY_EXPIRED: Wording(
        "手上的待遇政策已过期，不知道现在有没有待遇；这不等于没有。",
        "The benefit policy held here has expired, so benefits are not known now; that does not mean none.",
        "请同步离线包后再问。",
        "Sync the bundle and ask again.",
    ),
    Entitlement.POLICY_UNREADABLE: Wording(
        "本程序读不懂手上的待遇政策，不知道有没有待遇；这不等于没有。",
        "This program cannot read the benefit policy held here, so benefits are not known; that does not mean none.",
        "请更新核验程序后再问。",
        "Update the verifier and ask again.",
    ),
    Entitlement.NO_CLAUSE: Wording(
        "本地区的待遇政策没有适用于这份证书的条款。",
        "No clause of this region's benefit policy applies to this certificate.",
        "没有条款就没有待遇的说法；有疑问请向人社部门咨询。",
        "Without a clause nothing is claimed; ask the authority if in doubt.",
    ),
}

SYNC_REASONS: Final[Mapping[SyncReason, Wording]] = {
    SyncReason.OBJECT_TOO_LARGE: Wording(
        "收到的资料超过了允许的大小。",
        "What was received is larger than allowed.",
        "原有资料保留。请检查地址；反复出现请告知登记机构。",
        "The held data stays. Check the address; tell the registry if it happens again.",
    ),
    SyncReason.OBJECT_MALFORMED: Wording(
        "收到的资料不是规定的格式。",
        "What was received is not in the required format.",
        "原有资料保留。请检查地址，稍后再试。",
        "The held data stays. Check the address and try again later.",
    ),
    SyncReason.WRONG_REGION: Wording(
        "收到的资料属于另一个地区。",
        "What was received belongs to another region.",
        "原有资料保留。请检查地址和 pin；并告知登记机构。",
        "The held data stays. Check the address and the pin, and tell the registry.",
    ),
    SyncReason.PIN_NOT_FOUND: Wording(
        "收到的资料里没有 pin 所指的根。",
        "What was received does not hold the root that the pin names.",
        "请从可靠渠道核对 pin，并检查地址。",
        "Check the pin through a channel that you trust, and the address.",
    ),
    SyncReason.ROOT_SKIPPED: Wording(
        "根的版本不连续。",
        "A version of the root is missing in between.",
        "原有资料保留。请稍后再试，并告知登记机构。",
        "The held data stays. Try again later, and tell the registry.",
    ),
    SyncReason.THRESHOLD_NOT_MET: Wording(
        "签名的人数不够，或签名不成立。",
        "Too few of the required signatures hold.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.DATED_AHEAD: Wording(
        "资料的签发时间晚于本机时间。",
        "The data is dated ahead of this computer's clock.",
        "原有资料保留。请先校准本机时间再试。",
        "The held data stays. Set this computer's clock right first and try again.",
    ),
    SyncReason.EPOCH_MISMATCH: Wording(
        "资料的纪元与根所授予的不一致。",
        "The data's epoch is not the one that the root grants.",
        "原有资料保留。请稍后再试，并告知登记机构。",
        "The held data stays. Try again later, and tell the registry.",
    ),
    SyncReason.ROLLBACK: Wording(
        "收到的资料比手上的旧。",
        "What was received is older than what is held.",
        "原有资料保留。请稍后再试；反复出现请告知登记机构。",
        "The held data stays. Try again later; tell the registry if it happens again.",
    ),
    SyncReason.EQUIVOCATION: Wording(
        "同一版本出现了两种内容，两份都已作为证据保留。",
        "One version came with two contents; both are kept as evidence.",
        "请停止同步，并立即告知登记机构。",
        "Stop syncing, and tell the registry at once.",
    ),
    SyncReason.MIX_AND_MATCH: Wording(
        "收到的资料不是同一时刻的一套。",
        "What was received is not one consistent set.",
        "原有资料保留。请稍后再试。",
        "The held data stays. Try again later.",
    ),
    SyncReason.ENTRY_VANISHED: Wording(
        "新资料里少了不该消失的条目。",
        "An entry that must not disappear is missing in the new data.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.ENTRY_REVIVED: Wording(
        "新资料恢复了已经撤销或作废的条目。",
        "The new data brings back an entry that was revoked or void.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.LIST_SHRUNK: Wording(
        "新的名单比手上的短。",
        "The new list is shorter than the one held.",
        "原有资料保留。请告知登记机构。",
        "The held data stays. Tell the registry.",
    ),
    SyncReason.EXPIRED: Wording(
        "收到的资料已经过期。",
        "What was received has expired.",
        "原有资料保留。请先检查本机时间，稍后再试，并告知登记机构。",
        "The held data stays. Check this computer's clock, try again later, and tell the registry.",
    ),
}


def of(reason: Reason | Recognition | Entitlement | SyncReason) -> Wording:
    """The words for `reason`."""
    match reason:
        case Reason():
            return REASONS[reason]
        case Recognition():
            return RECOGNITIONS[reason]
        case Entitlement():
            return ENTITLEMENTS[reason]
        case SyncReason():
            return SYNC_REASONS[reason]
