import { add, clamp, div, expr, greater, mix, mul, pow, select, sqrt, sub } from '../expr.ts'
import { each, picture, pictures, type Samples, withWords } from '../sample.ts'

export const samples: Samples<'pointwise'> = {
  pointwise: [
    ...withWords(
      'linear',
      each(pictures, () => ({ formula: expr((a) => add(mul(a, 2.5), -0.25)) })),
    ),
    ...withWords(
      'curve',
      each(pictures, () => ({ formula: expr((a) => pow(clamp(a, 0.1, 0.9), 1 / 2.2)), range: null })),
    ),
    {
      say: 'mix of two',
      inputs: [{ shape: picture(9, 11, 3) }, { shape: picture(9, 11, 3) }],
      params: { formula: expr((a, b) => mix(a, b, 0.3)) },
    },
    {
      say: 'a number for each channel, with opacity',
      inputs: [{ shape: picture(9, 11, 4) }],
      params: { formula: expr((a) => div(sub(a, [0.485, 0.456, 0.406]), [0.229, 0.224, 0.225])), range: null },
    },
    {
      say: 'a plane for all channels',
      inputs: [{ shape: picture(9, 11, 1) }, { shape: picture(9, 11, 4) }],
      params: { formula: expr((a, b) => mul(a, b)) },
    },
    {
      say: 'opacity in the second only',
      inputs: [{ shape: picture(9, 11, 3) }, { shape: picture(9, 11, 4) }],
      params: { formula: expr((a, b) => sub(a, b)) },
    },
    {
      say: 'shared parts',
      inputs: [{ shape: picture(9, 11, 3) }, { shape: picture(9, 11, 3) }],
      params: {
        formula: expr((a, b) => {
          const d = sub(a, b)
          const e = add(mul(d, d), mul(d, 0.5))
          return select(greater(d, 0), sqrt(add(mul(d, d), 1)), mul(e, sub(e, d)))
        }),
        range: null,
      },
    },
    { say: 'a constant', inputs: [{ shape: picture(3, 3, 3) }], params: { formula: expr((_a) => [0.1, 0.2, 0.3]) } },
    { say: 'a copy', inputs: [{ shape: picture(3, 3, 3) }], params: { formula: expr((a) => a) } },
  ],
}
