/** 3D scenes in tests: where they are shown, and small ones written byte by byte in the format of common tools. */
import type { Locator, Page } from '@playwright/test'
import sharp from 'sharp'
import { expect } from './app.ts'

/** A browser with 3D graphics, without a graphics card. */
export const softwareGraphics = {
  executablePath: process.env.SIGHTLINE_CHROMIUM,
  args: [
    '--no-sandbox',
    '--disable-gpu-compositing',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--ignore-gpu-blocklist',
  ],
}

export const scene = (page: Page): Locator => page.getByRole('application', { name: /^The scene/ })
export const shown = (page: Page) => expect(scene(page)).toHaveAttribute('data-state', 'shown', { timeout: 60_000 })

export interface Splat {
  readonly at: readonly [number, number, number]
  /** Standard deviation, isotropic. */
  readonly size: number
  /** 0 to 1. */
  readonly colour: readonly [number, number, number]
  readonly opacity: number
}

/** The zeroth spherical harmonic: a colour is 0.5 + this × the coefficient. */
const harmonic = 0.5 / Math.sqrt(Math.PI)
const logit = (p: number): number => Math.log(p / (1 - p))

const names = [
  ...['x', 'y', 'z', 'nx', 'ny', 'nz', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity'],
  ...['scale_0', 'scale_1', 'scale_2', 'rot_0', 'rot_1', 'rot_2', 'rot_3'],
]

/** As in the reference implementation of Gaussian splatting: sizes as logarithms, opacities as logits. */
export function ply(splats: readonly Splat[]): Buffer {
  const header = ['ply', 'format binary_little_endian 1.0', `element vertex ${splats.length}`]
  for (const name of names) header.push(`property float ${name}`)
  const rows = splats.flatMap(({ at, size, colour, opacity }) => [
    ...[...at, 0, 0, 0],
    ...colour.map((c) => (c - 0.5) / harmonic),
    logit(opacity),
    ...[Math.log(size), Math.log(size), Math.log(size)],
    ...[1, 0, 0, 0],
  ])
  return Buffer.concat([
    Buffer.from(`${[...header, 'end_header'].join('\n')}\n`),
    Buffer.from(Float32Array.from(rows).buffer),
  ])
}

/** 32 bytes a splat: position and size as floats, colour, opacity and rotation as bytes. */
export function splat(splats: readonly Splat[]): Buffer {
  return Buffer.concat(
    splats.map(({ at, size, colour, opacity }) =>
      Buffer.concat([
        Buffer.from(Float32Array.of(...at, size, size, size).buffer),
        Buffer.from(Uint8Array.of(...[...colour, opacity].map((v) => Math.round(255 * v)), 255, 128, 128, 128)),
      ]),
    ),
  )
}

/**
 * The files of an unpacked .sog, version 2: positions as 16-bit logarithms in two pictures, everything else by codebooks.
 * @see https://developer.playcanvas.com/user-manual/gaussian-splatting/formats/sog/
 */
export async function sog(splats: readonly Splat[]): Promise<ReadonlyMap<string, Buffer>> {
  const picture = (rgba: (splat: Splat) => readonly number[]): Promise<Buffer> =>
    sharp(Uint8Array.from(splats.flatMap(rgba)), { raw: { width: splats.length, height: 1, channels: 4 } })
      .webp({ lossless: true, exact: true })
      .toBuffer()
  const logs = ({ at }: Splat): number[] => at.map((v) => Math.sign(v) * Math.log1p(Math.abs(v)))
  const most = Math.max(1, ...splats.flatMap(logs).map(Math.abs))
  const codes = (splat: Splat): number[] => logs(splat).map((v) => Math.round(((v + most) / (2 * most)) * 65535))
  const sizes = splats.map(({ size }) => Math.log(size))
  const codebook = (values: readonly number[]): number[] => Array.from({ length: 256 }, (_, i) => values[i] ?? 0)
  const meta = {
    version: 2,
    count: splats.length,
    means: { files: ['means_l.webp', 'means_u.webp'], mins: [-most, -most, -most], maxs: [most, most, most] },
    scales: { files: ['scales.webp'], codebook: codebook(sizes) },
    quats: { files: ['quats.webp'] },
    sh0: { files: ['sh0.webp'], codebook: codebook([0, 1].map((c) => (c - 0.5) / harmonic)) },
  }
  return new Map([
    ['meta.json', Buffer.from(JSON.stringify(meta))],
    ['means_l.webp', await picture((splat) => [...codes(splat).map((v) => v & 255), 255])],
    ['means_u.webp', await picture((splat) => [...codes(splat).map((v) => v >> 8), 255])],
    ['scales.webp', await picture((splat) => [...Array(3).fill(splats.indexOf(splat)), 255])],
    ['quats.webp', await picture(() => [128, 128, 128, 252])],
    ['sh0.webp', await picture(({ colour, opacity }) => [...colour.map(Math.round), Math.round(255 * opacity)])],
  ])
}
