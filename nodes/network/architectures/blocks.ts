/** What families of architectures share. */
import { NetBuilder } from '../../../engine/values/layers/graph.ts'
import type { Dims, Lengths, Settings } from '../../../engine/values/layers/layer.ts'

export interface Family {
  /** Names as torchvision has them, with the side of the pictures that they were made for. */
  readonly members: Readonly<Record<string, { readonly title: string; readonly input: Dims }>>
  /** Its layers. The builder has the input already. */
  readonly build: (net: Net, name: string, classes: number) => void
}

export interface ConvSettings extends Settings {
  readonly out: number
  readonly kernel: number | readonly number[]
}

/** Names of modules joined by dots, as in a state dict. */
export const at = (...parts: readonly (string | number)[]): string => parts.join('.')

/** To the nearest multiple of 8, never more than a tenth below: as the MobileNets round their channels. */
export function divisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8)
  return rounded < 0.9 * channels ? rounded + 8 : rounded
}

export class Net extends NetBuilder {
  conv(name: string, from: number, set: ConvSettings): number {
    return this.add(name, 'conv', [from], set)
  }

  norm(name: string, from: number, eps?: number): number {
    return this.add(name, 'batchNorm', [from], eps === undefined ? {} : { eps })
  }

  /** An activation, or another layer without weights. */
  act(name: string, from: number, type = 'relu', set: Settings = {}): number {
    return this.add(name, type, [from], set)
  }

  linear(name: string, from: number, out: number, set: Settings = {}): number {
    return this.add(name, 'linear', [from], { out, ...set })
  }

  max(name: string, from: number, kernel: Lengths, set: Settings = {}): number {
    return this.add(name, 'maxPool', [from], { kernel, ...set })
  }

  /** Means of the whole picture, or of `size` parts, as features. */
  pooled(from: number, size = 1, name = 'avgpool'): number {
    const pooled = this.add(name, 'adaptiveAvgPool', [from], { size })
    return this.add('flatten', 'flatten', [pooled])
  }

  sum(name: string, a: number, b: number): number {
    return this.add(name, 'add', [a, b])
  }

  /** Convolution without bias, batch norm and an activation: modules 0 and 1 of `name`. */
  convNorm(
    name: string,
    from: number,
    set: ConvSettings,
    { act, eps }: { readonly act?: string | undefined; readonly eps?: number | undefined } = {},
  ): number {
    const kernel = typeof set.kernel === 'number' ? set.kernel : 1
    const conv = this.conv(at(name, 0), from, { padding: (kernel - 1) / 2, ...set, bias: false })
    const normed = this.norm(at(name, 1), conv, eps)
    return act === undefined ? normed : this.act(at(name, 2), normed, act)
  }

  /** Squeeze and excite: each channel times a number made of the means of all. */
  squeezeExcite(name: string, from: number, squeezed: number, act: string, gate: string): number {
    const means = this.add(at(name, 'avgpool'), 'adaptiveAvgPool', [from], { size: 1 })
    const less = this.conv(at(name, 'fc1'), means, { out: squeezed, kernel: 1 })
    const active = this.act(at(name, 'activation'), less, act)
    const more = this.conv(at(name, 'fc2'), active, { out: this.channels(from), kernel: 1 })
    const scale = this.act(at(name, 'scale_activation'), more, gate)
    return this.add(at(name, 'scaled'), 'multiply', [scale, from])
  }
}

export const rgb = (side: number): Dims => [3, side, side]
