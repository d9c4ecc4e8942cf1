/** A kind of file that holds weights and no network: they are read, and nothing runs. */

import type { Bytes } from '../onnx/protobuf.ts'
import type { Runtime, RuntimeFile } from '../runtime.ts'
import { described, lastRead, noNetwork, numbersOf, onState, type StateTensor } from './bytes.ts'

export interface StateFiles extends Pick<Runtime, 'name' | 'extensions' | 'words' | 'looks'> {
  read(bytes: Bytes): readonly StateTensor[]
}

export function stateRuntime({ read, ...files }: StateFiles): Runtime {
  // Of the file that was read last: its weights are asked for one by one.
  const tensorsOf = lastRead(read)
  return {
    ...files,
    describe: async (file) => described(onState(file, files.words, (bytes) => tensorsOf(file, bytes))),
    network: async ({ path }: RuntimeFile) => noNetwork(path),
    weight: async (file, _, name) =>
      onState(file, files.words, (bytes) => {
        const tensor = tensorsOf(file, bytes).find((one) => one.name === name)
        if (!tensor) throw new Error(`it has no weights called "${name}"`)
        return numbersOf(bytes, tensor)
      }),
    load: async ({ path }) => noNetwork(path),
  }
}
