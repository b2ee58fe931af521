/** The build puts WebAssembly beside the script; importing it gives its address. */
declare module "*.wasm" {
  const address: string;
  export default address;
}
