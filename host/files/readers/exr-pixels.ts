/** The pixels of an OpenEXR picture, by three's loader: a large module, loaded with the first such picture. */
import { FloatType } from 'three'
import { EXRLoader } from 'three/examples/jsm/loaders/EXRLoader.js'
import { checkExrBlocks, exrHeader } from './exr.ts'

/** (H, W, 1 | 3 | 4) float32: linear light, opacity straight. Throws an Error for a damaged file. */
export function exrPixels(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const header = exrHeader(bytes)
  const { width, height, channels } = header
  checkExrBlocks(bytes, header)
  const loader = new EXRLoader()
  loader.setDataType(FloatType)
  const read = loader.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer)
  const given = read.data.length / (width * height)
  if (read.width !== width || read.height !== height || !Number.isInteger(given) || (given !== 1 && given !== 4))
    throw new Error('header and pixels differ')
  const out = new Float32Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    // The loader's rows go up, as a texture's.
    const from = (height - 1 - y) * width * given
    const to = y * width * channels
    for (let x = 0; x < width; x++) {
      const opacity = channels === 4 ? (read.data[from + x * given + 3] ?? 1) : 1
      for (let c = 0; c < Math.min(3, channels); c++) {
        const value = read.data[from + x * given + (given === 1 ? 0 : c)] ?? 0
        // Colours that shine without covering anything have no straight form; they are kept.
        out[to + x * channels + c] = opacity === 0 ? value : value / opacity
      }
      if (channels === 4) out[to + x * channels + 3] = opacity
    }
  }
  return out
}
