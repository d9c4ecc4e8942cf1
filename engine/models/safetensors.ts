/**
 * Writes weights as a .safetensors file (huggingface.co/docs/safetensors): eight bytes with the length of the header, the header in
 * JSON, and the numbers. `host/models/state/safetensors.ts` reads them.
 */
import { weightsOfAll } from '../values/layers/graph.ts'
import { type Layer, sizeOf } from '../values/layers/layer.ts'

/**
 * The weights of the layers by PyTorch's names, float32.
 * @param weights all numbers, one after the other, as `weightsOfAll` places them
 */
export function safetensorsOf(layers: readonly Layer[], weights: Float32Array): Uint8Array<ArrayBuffer> {
  const entries = weightsOfAll(layers).map(({ name, shape, at }) => {
    const offsets = [at * 4, (at + sizeOf(shape)) * 4]
    return [name, { dtype: 'F32', shape, data_offsets: offsets }] as const
  })
  const header = new TextEncoder().encode(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  )
  // Numbers begin at a multiple of eight; the header may end with spaces.
  const length = Math.ceil(header.length / 8) * 8
  const out = new Uint8Array(8 + length + weights.byteLength)
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true)
  out.fill(0x20, 8, 8 + length)
  out.set(header, 8)
  out.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength), 8 + length)
  return out
}
