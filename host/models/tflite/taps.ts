/** A .tflite file whose graph gives more tensors: a list of outputs and two tables' new ends are appended, the rest stays as it is. */
import { bytesOf } from '../onnx/protobuf.ts'
import { rootOf } from './flatbuffer.ts'
import { graphFields, modelFields } from './read.ts'

/**
 * The bytes of a file without its signatures, so that outputs come in the order of the graph: its own, then these inner tensors.
 * @param outputs tensors, by their numbers
 */
export function withOutputs(bytes: Uint8Array, outputs: readonly number[]): Uint8Array {
  const model = rootOf(bytesOf(bytes))
  const [graph] = model.tables(modelFields.graphs)
  const place = graph?.place(graphFields.outputs)
  if (place === undefined) throw new Error('the graph has no outputs')
  const align = (at: number): number => Math.ceil(at / 4) * 4
  const list = align(bytes.length)
  const fields = model.vtable()
  const vtable = align(list + 4 + 4 * outputs.length)
  const made = new Uint8Array(align(vtable + fields.length))
  made.set(bytes)
  made.set(fields, vtable)
  const view = new DataView(made.buffer)
  view.setUint32(list, outputs.length, true)
  for (const [i, tensor] of outputs.entries()) view.setInt32(list + 4 + 4 * i, tensor, true)
  view.setUint32(place, list - place, true)
  // Absent is an offset of 0. Tables may share their list of fields, so the model gets one of its own.
  const signatures = 4 + 2 * modelFields.signatures
  if (signatures < fields.length) view.setUint16(vtable + signatures, 0, true)
  view.setInt32(model.at, model.at - vtable, true)
  return made
}
