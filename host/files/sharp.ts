/** The picture library, loaded with the first picture: its native part is slow to load, and most commands do not need it. */
export type { Sharp } from 'sharp'

export type SharpLibrary = typeof import('sharp').default

let loading: Promise<SharpLibrary> | undefined

export function loadSharp(): Promise<SharpLibrary> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Its cache is by file name and would return the old picture after the file has changed.
    sharp.cache(false)
    return sharp
  })
  return loading
}
