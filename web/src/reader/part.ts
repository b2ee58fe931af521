/** The reader comes in parts: what only some files take is fetched with the first of them. */

/** A part cannot be had now: no network, and nothing kept from an earlier time. */
export class PartMissing extends Error {
  override readonly name = "PartMissing";
}

/** A part that is being fetched. Rejects with PartMissing. */
export async function part<Part>(fetched: Promise<Part>): Promise<Part> {
  try {
    return await fetched;
  } catch {
    throw new PartMissing();
  }
}
