import { each, picture, pictures, type Samples, tensor } from '../sample.ts'

export const samples: Samples<'fromPicture' | 'toPicture' | 'toFloat'> = {
  fromPicture: [1, 3, 4].flatMap((channels) =>
    ([8, 16, 32] as const).map((depth) => ({
      say: `${channels} channels, ${depth} bits`,
      inputs: [],
      params: {
        ...{ height: 13, width: 7, channels, depth },
        data: (depth === 8 ? Uint8Array : depth === 16 ? Uint16Array : Float32Array).from(
          Array.from({ length: 91 * channels }, (_, i) => i * 1013),
        ),
      },
    })),
  ),
  toPicture: ([8, 16] as const).flatMap((depth) =>
    each([...pictures, picture(5, 5, 3, { space: 'data' })], () => ({ depth })).map((sample) => ({
      ...sample,
      say: `${sample.say}, ${depth} bits`,
      inputs: sample.inputs.map((input) => ({ ...input, from: (v: number) => v * 1.4 - 0.2 })),
      numbers: ({ width, channels, data }: { width: number; channels: number; data: ArrayLike<number> }) =>
        Array.from(data, (value, i) => ({
          at: {
            y: Math.floor(i / channels / width),
            x: Math.floor(i / channels) % width,
            c: i % channels,
          },
          value,
        })),
    })),
  ),
  toFloat: [
    { say: 'float32', inputs: [{ shape: tensor('NC', [3, 5]) }], params: {} },
    ...(['uint8', 'int32'] as const).flatMap((dtype) =>
      [
        [1, 1],
        [3, 5],
        [3, 4099],
      ].map((shape) => ({
        say: `${dtype}, ${shape.join(' × ')}`,
        inputs: [{ shape: { ...tensor('HW', shape), dtype }, from: (v: number) => Math.floor(v * 256) }],
        params: {},
      })),
    ),
  ],
}
