/** Where the vectors are, seen from the compiled tests in web/build/test/. */

export const VECTORS = new URL("../../../tests/vectors/", import.meta.url);
