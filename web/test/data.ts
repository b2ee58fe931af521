/** Where the cases are that both languages answer, seen from the compiled tests in web/build/test/. */

export const VECTORS = new URL("../../../tests/vectors/", import.meta.url);
export const UPDATES = new URL("../../../tests/updates/", import.meta.url);
export const MENDING = new URL("../../../tests/mending/", import.meta.url);
export const SUPPOSITIONS = new URL("../../../tests/suppositions/", import.meta.url);
