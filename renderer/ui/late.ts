/**
 * Code loaded on first use. While the page cannot reach its server, loading is retried until it works, and the connection
 * banner says why.
 */
const firstDelay = 1000
const longestDelay = 8000

export function late<T>(load: () => Promise<T>): () => Promise<T> {
  let coming: Promise<T> | undefined
  const ask = (delay: number): Promise<T> =>
    load().catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, delay))
      return ask(Math.min(longestDelay, delay * 2))
    })
  return () => {
    coming ??= ask(firstDelay)
    return coming
  }
}
