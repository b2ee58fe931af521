/** What reading ZIPs takes, XLSX among them: one script, fetched with the first of them. */

import { unread } from "../given.ts";
import type { Unread } from "../given.ts";
import { suffix } from "./kinds.ts";
import { entriesOf, wordsOf } from "./unpacking.ts";
import type { Entry } from "./unpacking.ts";

export { refused, unpack } from "./archive.ts";
export { readWorkbook } from "./workbook.ts";

/** What the directory of the ZIP called `name` lists, or why it is not read. */
export async function listed(data: Blob, name: string): Promise<Entry[] | Unread> {
  try {
    return await entriesOf(data);
  } catch (error) {
    return unread(suffix(name) === ".xlsx" ? "LIST_BROKEN" : "ZIP_BROKEN", wordsOf(error));
  }
}
