/** Made by `host/build/texts.ts`. */
declare module 'virtual:texts' {
  const texts: readonly string[]
  export default texts
}
