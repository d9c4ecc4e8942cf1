import { pictures, type Samples, tensor } from '../sample.ts'

export const samples: Samples<'read'> = {
  read: [...pictures, tensor('NC', [3, 5])].map((shape) => ({
    say: shape.kind,
    inputs: [{ shape }],
    params: {},
    numbers: (numbers: ArrayLike<number>) => {
      const [width, channels] = shape.kind === 'image' ? [shape.width, shape.channels] : [numbers.length, 1]
      return Array.from(numbers, (value, i) => ({
        at: { y: Math.floor(i / channels / width), x: Math.floor(i / channels) % width, c: i % channels },
        value,
      }))
    },
  })),
}
