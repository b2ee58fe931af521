"""Why something that was given has no text to verify."""

from collections.abc import Mapping
from typing import Final

from credential.reason import Reason
from credential.wordings import Wording

READING: Final[Mapping[Reason, Wording]] = {
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
}
