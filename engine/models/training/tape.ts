/**
 * What is recorded of a network while it is written, so that its gradients can be written after it: every operator with its inputs,
 * outputs and attributes, and the shape of every tensor, with the batch. Names of tensors go in and come out.
 */
import type { Attributes, Dims } from '../../values/layers/layer.ts'
import { OnnxWriter, type PortType } from '../onnx-writer.ts'

export interface Recorded {
  readonly type: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

/**
 * What an operator of ONNX makes of shapes, and how the gradient of its result becomes that of its inputs, written by operators
 * again. Reverse mode: Griewank and Walther, "Evaluating Derivatives", 2008, chapter 3.
 */
export interface Rule {
  readonly type: string
  /** Absent: one of ONNX's own. */
  readonly domain?: string
  /** Of each of its outputs; those after the first are what the gradient needs besides. */
  shapes(tape: Tape, inputs: readonly string[], attributes: Attributes): readonly Dims[]
  /**
   * The gradient of each input, from that of the first output. `wants`: whether anybody asks for that of the input at this place.
   * Absent: no gradient goes through it.
   */
  backward?(
    tape: Tape,
    node: Recorded,
    gradient: string,
    wants: (input: number) => boolean,
    /** Of all outputs, where there is one. */
    gradients: readonly (string | undefined)[],
  ): readonly (string | undefined)[]
}

/** No gradient is known of what a layer does. */
export class NoGradientError extends Error {
  override readonly name = 'NoGradientError'
}

export class Tape {
  readonly nodes: Recorded[] = []
  /** Where the names of what is written now begin. */
  scope = ''
  readonly #writer = new OnnxWriter()
  readonly #shapes = new Map<string, Dims>()
  readonly #ints = new Map<string, readonly number[]>()
  readonly #rules: ReadonlyMap<string, Rule>
  #count = 0

  constructor(rules: readonly Rule[]) {
    this.#rules = new Map(rules.map((rule) => [rule.type, rule]))
  }

  /** Of an operator that was recorded. */
  rule(type: string): Rule {
    const rule = this.#rules.get(type)
    if (!rule) throw new NoGradientError(`there is no rule for ${type}`)
    return rule
  }

  shape(name: string): Dims {
    const shape = this.#shapes.get(name)
    if (!shape) throw new Error(`nothing is known of "${name}"`)
    return shape
  }

  /** The numbers of a constant of whole numbers. */
  intsOf(name: string | undefined): readonly number[] {
    const known = this.#ints.get(name ?? '')
    if (!known) throw new Error(`"${name}" is no constant`)
    return known
  }

  input(name: string, type: PortType, shape: Dims): string {
    this.#writer.input(name, type, shape)
    this.#shapes.set(name, shape)
    return name
  }

  /** Numbers of the file of weights, from this place among all of them on. */
  weight(name: string, shape: Dims, at: number): string {
    this.#writer.weight(name, shape, at)
    this.#shapes.set(name, shape)
    return name
  }

  output(name: string, of: string, type: PortType = 'float32'): void {
    this.#writer.output(name, of, type, this.shape(of))
  }

  ints(numbers: readonly number[]): string {
    const name = this.#writer.ints(numbers)
    this.#ints.set(name, numbers)
    this.#shapes.set(name, [numbers.length])
    return name
  }

  /** A whole number without an axis. */
  scalar(number: number): string {
    const name = this.#writer.scalar(number)
    this.#ints.set(name, [number])
    this.#shapes.set(name, [])
    return name
  }

  floats(numbers: ArrayLike<number>, shape: Dims): string {
    const name = this.#writer.floats(numbers, shape)
    this.#shapes.set(name, shape)
    return name
  }

  number(value: number): string {
    return this.floats([value], [])
  }

  operator(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    // Shapes are known here, so what computes with them is a constant.
    if (type === 'Shape') {
      const { start = 0, end } = attributes as { start?: number; end?: number }
      return this.ints(this.shape(inputs[0] ?? '').slice(start, end))
    }
    if (type === 'Concat' && inputs.every((input) => this.#ints.has(input)))
      return this.ints(inputs.flatMap((input) => this.intsOf(input)))
    return this.several(type, inputs, attributes)[0] ?? ''
  }

  /** An operator with all its outputs. */
  several(type: string, inputs: readonly string[], attributes: Attributes = {}): readonly string[] {
    const rule = this.rule(type)
    const shapes = rule.shapes(this, inputs, attributes)
    const number = this.#count++
    const outputs = shapes.map((shape, i) => {
      const name = `${this.scope}:${number}${i === 0 ? '' : `.${i}`}`
      this.#shapes.set(name, shape)
      return name
    })
    this.#writer.operator({
      ...{ type, name: `${this.scope}.${type}.${number}`, inputs, outputs, attributes },
      ...(rule.domain !== undefined && { domain: rule.domain }),
    })
    this.nodes.push({ type, inputs, outputs, attributes })
    return outputs
  }

  model(name: string) {
    return this.#writer.model(name)
  }
}
