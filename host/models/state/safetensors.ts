/** Reads .safetensors: the length of a header, a header as JSON, and the numbers (github.com/huggingface/safetensors). */
import { z } from 'zod'
import type { Bytes } from '../onnx/protobuf.ts'
import { countOf, mostTensors, StateError, type StateTensor, sizes } from './bytes.ts'

/** The format's own limit. */
const longestHeader = 100_000_000

const dtypes: Readonly<Record<string, string>> = {
  ...{ F64: 'float64', F32: 'float32', F16: 'float16', BF16: 'bfloat16', BOOL: 'bool' },
  ...{ I64: 'int64', I32: 'int32', I16: 'int16', I8: 'int8', U8: 'uint8' },
}

const whole = z.number().int().nonnegative()
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(whole).max(16),
  data_offsets: z.tuple([whole, whole]),
})

function headerOf(bytes: Bytes): { readonly header: object; readonly from: number } {
  const first = bytes.read(0, 8)
  if (first.length < 8) throw new StateError('the header is missing', true)
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(longestHeader)) throw new StateError(`Its header claims ${length} bytes, more than any has`)
  const end = 8 + Number(length)
  if (end > bytes.size) throw new StateError(`its header claims ${length} bytes, and ${bytes.size - 8} are there`, true)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.read(8, Number(length))))
  } catch {
    throw new StateError('Its header is no JSON')
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new StateError('Its header is no record')
  return { header, from: end }
}

/** Throws StateError. */
export function readSafetensors(bytes: Bytes): readonly StateTensor[] {
  const { header, from } = headerOf(bytes)
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__')
  if (entries.length > mostTensors) throw new StateError(`It has ${entries.length} tensors, more than ${mostTensors}`)
  return entries.map(([name, given]) => {
    const parsed = entrySchema.safeParse(given)
    if (!parsed.success) throw new StateError(`The header says nothing sensible of "${name}"`)
    const {
      dtype: told,
      shape,
      data_offsets: [begin, end],
    } = parsed.data
    const dtype = dtypes[told]
    if (dtype === undefined) throw new StateError(`"${name}" holds ${told} numbers, which Sightline does not read`)
    if (end - begin !== countOf(shape) * (sizes[dtype] ?? 1))
      throw new StateError(`"${name}" of ${shape.join(' × ')} cannot lie in ${end - begin} bytes, as its header claims`)
    if (from + end > bytes.size)
      throw new StateError(`"${name}" ends ${from + end - bytes.size} bytes after the file`, true)
    return { name, dtype, shape, at: from + begin, held: countOf(shape) }
  })
}
