/**
 * A network as a graph of operators: what a model's file says of its structure, without any weights. `network-folds.ts` folds it
 * by the names of its operators.
 */
import { z } from 'zod'

const name = z.string()
/** One entry an axis: its length, the name of a length that is free, or null. */
const shape = z.array(z.union([z.number(), z.string(), z.null()])).readonly()

const networkTensor = z.object({
  dtype: z.string(),
  shape: shape.optional(),
  /** Of a small constant that decides shapes: its numbers. */
  numbers: z.array(z.number()).readonly().optional(),
  /** Measured, not learned (batch norm's running mean): no parameters. */
  measured: z.literal(true).optional(),
})
/** What is known of a tensor. `shape` is absent where the file does not say it. */
export type NetworkTensor = Readonly<z.infer<typeof networkTensor>>

const networkOperator = z.object({
  /** As the file has it; may be empty. Slashes and dots in it are scopes. */
  name,
  /** "Conv", "MaxPool": as the format calls it. */
  type: z.string(),
  /** Names of tensors; "" is an optional input that is not given. */
  inputs: z.array(name).readonly(),
  /** Names of tensors, each of which can be an output of a node ("tapped"). "" has no name, and cannot. */
  outputs: z.array(name).readonly(),
  /** In words: "3, 3". */
  attributes: z.record(z.string(), z.string()),
})
export type NetworkOperator = Readonly<z.infer<typeof networkOperator>>

export const networkSchema = z.object({
  /** What its parts are called: a file has operators, what was built here has layers. Absent: operator. */
  unit: z.enum(['operator', 'layer']).optional(),
  inputs: z.array(name).readonly(),
  outputs: z.array(name).readonly(),
  operators: z.array(networkOperator).readonly(),
  /** What is known of inputs and of what operators give. */
  tensors: z.record(z.string(), networkTensor),
  /** Of the operators' inputs, those that are constants of the file. */
  weights: z.record(z.string(), networkTensor),
})
export type Network = Readonly<z.infer<typeof networkSchema>>

/** How many numbers a tensor of this shape holds; 0 where it is not known. */
export const sizeOfTensor = ({ shape }: NetworkTensor): number =>
  shape === undefined ? 0 : shape.reduce<number>((size, length) => size * (typeof length === 'number' ? length : 0), 1)

/** How many learned numbers an operator takes. */
export function parametersOf({ inputs }: NetworkOperator, { weights }: Pick<Network, 'weights'>): number {
  let sum = 0
  for (const input of new Set(inputs)) {
    const weight = Object.hasOwn(weights, input) ? weights[input] : undefined
    // Whole numbers of 64 bits are shapes and indices, and single numbers are constants of formulas.
    if (weight && !weight.measured && weight.dtype !== 'int64' && weight.shape?.length !== 0)
      sum += sizeOfTensor(weight)
  }
  return sum
}
