/** A stylesheet as its text; the build reads it. */
declare module "*.css" {
  const text: string;
  export default text;
}
