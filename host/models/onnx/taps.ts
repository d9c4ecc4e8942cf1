/** More outputs for an ONNX file, so that inner tensors can be looked at. */
import { writeHead } from './protobuf.ts'

/** A field of bytes with what is in it. */
function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([writeHead(number, content.length), content])
}

/**
 * The model with these tensors among its outputs. A message that occurs twice is merged by every reader of protocol buffers, so
 * a second graph (ModelProto 7) that has nothing but outputs (GraphProto 12, ValueInfoProto 1) at the end is all it takes.
 */
export function withOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  const outputs = names.map((name) => field(12, field(1, new TextEncoder().encode(name))))
  return Buffer.concat([model, field(7, Buffer.concat(outputs))])
}
