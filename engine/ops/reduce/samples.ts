import { each, pictures, type Samples, tensor } from '../sample.ts'

export const samples: Samples<'statistics'> = {
  statistics: [
    ...each(pictures, () => ({})),
    { say: 'tensor', inputs: [{ shape: tensor('NC', [3, 5]) }], params: {} },
  ].map((sample) => ({
    ...sample,
    numbers: (channels: readonly Record<'min' | 'max' | 'mean' | 'std', number>[]) =>
      channels.flatMap((channel, c) =>
        (['min', 'max', 'mean', 'std'] as const).map((output) => ({
          at: { y: 0, x: 0, c, output },
          value: channel[output] ?? Number.NaN,
        })),
      ),
  })),
}
