/** Picture files, by the ends of their names. */

/** The extensions that are read, without the dot, by format; of each the usual one first. */
export const pictureFormats = {
  png: ['png'],
  jpeg: ['jpg', 'jpeg', 'jfif', 'jpe'],
  webp: ['webp'],
  avif: ['avif', 'heif', 'hif'],
  tiff: ['tif', 'tiff'],
  gif: ['gif'],
  bmp: ['bmp', 'dib'],
  exr: ['exr'],
  hdr: ['hdr', 'rgbe'],
} as const

export type PictureFormat = keyof typeof pictureFormats

export const pictureExtensions: readonly string[] = Object.values(pictureFormats).flat()

/** As told to a person. */
export const pictureWords = 'PNG, JPEG, WebP, AVIF, TIFF, GIF, BMP, OpenEXR, Radiance HDR'
