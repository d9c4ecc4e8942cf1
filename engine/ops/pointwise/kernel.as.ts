// Chains of point-wise operations, as a program that is run on blocks of about 1000 numbers kept in registers (arrays
// in scratch memory that stay in the first-level cache): a chain of any length reads each input and writes each output
// once.
//
// Registers are numbered: first the inputs, then the constants, the outputs, and temporaries. An instruction is five
// i32: operation, destination, and three operands a, b, c (0 where unused), all register numbers. Destinations are
// outputs and temporaries only. An instruction works on whole blocks, lane by lane:
//    0 copy a        1 a + b        2 a - b        3 a · b        4 a / b
//    5 min(a, b)     6 max(a, b)    7 |a|          8 -a           9 √a
//   10 a^b          11 exp a       12 ln a        13 clamp a to b..c (NaN stays)
//   14 a < b        15 a <= b      16 a > b       17 a >= b      18 a == b      (1 or 0)
//   19 b where a is not 0, else c  20 floor a     21 round a, halves to even
//   22 sin a        23 cos a       24 atan2(a, b), radians
// min and max are NaN where either operand is, as numpy.minimum and numpy.maximum; the other functions follow numpy too.
import { align16 } from '../common.as.ts'
import { atan2of4, cos4, exp4, fillMath, log4, MATH_TABLE, pow4, sin4 } from '../math.as.ts'

const BLOCK: i32 = 1024
/** A register may be filled a little past its block. */
const REGISTER: usize = 4160

/**
 * @param program i32 (instructions, 5), as above
 * @param inputs u32 (nIn, 2): address and channels (as the outputs', or 1: a plane that serves every channel)
 * @param constants float32 (nConst, channels): one number for each channel
 * @param outputs u32 (nOut): addresses; none may be an input's
 * @param width, channels of the outputs: float32 (height, width, channels), channels up to 256
 * @param scratch pointwiseScratch(nIn + nConst + nOut + temporaries) bytes
 */
export function pointwise(
  program: usize, instructions: i32, inputs: usize, nIn: i32, constants: usize, nConst: i32, outputs: usize, nOut: i32,
  temporaries: i32, width: i32, channels: i32, scratch: usize, y0: i32, y1: i32,
): void {
  fillMath(scratch)
  store<f32>(scratch, 1, MATH_TABLE)
  const table = scratch + MATH_TABLE + 16
  const total = nIn + nConst + nOut + temporaries
  const bank = align16(table + (<usize>total << 2))
  const block = BLOCK - BLOCK % (4 * channels)

  let i = y0 * width * channels
  const end = y1 * width * channels
  let filled = -1
  while (i < end) {
    const left = end - i
    // Blocks are whole registers of four; the last one to three numbers are padded in scratch memory.
    const direct = left >= 4
    const n = direct ? min(block, left & ~3) : left
    const phase = i % channels
    for (let r = 0; r < total; r++) {
      let p = bank + <usize>r * REGISTER
      if (r < nIn) {
        const address = <usize>load<u32>(inputs + (<usize>r << 3))
        if (load<i32>(inputs + (<usize>r << 3), 4) != channels) spread(address, i, n, channels, p)
        else if (direct) p = address + (<usize>i << 2)
        else memory.copy(p, address + (<usize>i << 2), <usize>n << 2)
      } else if (r < nIn + nConst) {
        const from = constants + <usize>((r - nIn) * channels << 2)
        if (filled != phase)
          for (let j = 0; j != (direct ? block : 4); j++)
            store<f32>(p + (<usize>j << 2), load<f32>(from + (<usize>((phase + j) % channels) << 2)))
      } else if (r < nIn + nConst + nOut && direct) {
        p = <usize>load<u32>(outputs + (<usize>(r - nIn - nConst) << 2)) + (<usize>i << 2)
      }
      store<u32>(table + (<usize>r << 2), <u32>p)
    }
    filled = phase
    for (let k = 0; k < instructions; k++) execute(program + <usize>k * 20, table, (<usize>n + 3) >> 2 << 4, scratch)
    if (!direct)
      for (let r = 0; r < nOut; r++)
        memory.copy(
          <usize>load<u32>(outputs + (<usize>r << 2)) + (<usize>i << 2),
          <usize>load<u32>(table + (<usize>(nIn + nConst + r) << 2)), <usize>n << 2)
    i += n
  }
}

/** n numbers from number i on of a plane that stands for all channels. */
function spread(plane: usize, i: i32, n: i32, channels: i32, to: usize): void {
  let p = plane + (<usize>(i / channels) << 2)
  let phase = i % channels
  for (const end = to + (<usize>n << 2); to < end; to += 4) {
    store<f32>(to, load<f32>(p))
    if (++phase == channels) {
      phase = 0
      p += 4
    }
  }
}

// f32x4.min and max do the same, but take five times as long on x86.
@inline
function least(a: v128, b: v128): v128 {
  return v128.bitselect(b, f32x4.pmin(a, b), f32x4.ne(b, b))
}

@inline
function most(a: v128, b: v128): v128 {
  return v128.bitselect(b, f32x4.pmax(a, b), f32x4.ne(b, b))
}

function execute(instruction: usize, table: usize, bytes: usize, k: usize): void {
  const out = <usize>load<u32>(table + <usize>(load<u32>(instruction, 4) << 2))
  const a = <usize>load<u32>(table + <usize>(load<u32>(instruction, 8) << 2))
  const b = <usize>load<u32>(table + <usize>(load<u32>(instruction, 12) << 2))
  const c = <usize>load<u32>(table + <usize>(load<u32>(instruction, 16) << 2))
  let i: usize = 0
  const one = v128.load32_splat(k, MATH_TABLE)
  switch (load<i32>(instruction)) {
    case 0: memory.copy(out, a, bytes); break
    case 1: for (; i < bytes; i += 16) v128.store(out + i, f32x4.add(v128.load(a + i), v128.load(b + i))); break
    case 2: for (; i < bytes; i += 16) v128.store(out + i, f32x4.sub(v128.load(a + i), v128.load(b + i))); break
    case 3: for (; i < bytes; i += 16) v128.store(out + i, f32x4.mul(v128.load(a + i), v128.load(b + i))); break
    case 4: for (; i < bytes; i += 16) v128.store(out + i, f32x4.div(v128.load(a + i), v128.load(b + i))); break
    case 5: for (; i < bytes; i += 16) v128.store(out + i, least(v128.load(a + i), v128.load(b + i))); break
    case 6: for (; i < bytes; i += 16) v128.store(out + i, most(v128.load(a + i), v128.load(b + i))); break
    case 7: for (; i < bytes; i += 16) v128.store(out + i, f32x4.abs(v128.load(a + i))); break
    case 8: for (; i < bytes; i += 16) v128.store(out + i, f32x4.neg(v128.load(a + i))); break
    case 9: for (; i < bytes; i += 16) v128.store(out + i, f32x4.sqrt(v128.load(a + i))); break
    case 10: for (; i < bytes; i += 16) v128.store(out + i, pow4(v128.load(a + i), v128.load(b + i), k)); break
    case 11: for (; i < bytes; i += 16) v128.store(out + i, exp4(v128.load(a + i), k)); break
    case 12: for (; i < bytes; i += 16) v128.store(out + i, log4(v128.load(a + i), k)); break
    case 13:
      for (; i < bytes; i += 16)
        v128.store(out + i, f32x4.pmin(f32x4.pmax(v128.load(a + i), v128.load(b + i)), v128.load(c + i)))
      break
    case 14:
      for (; i < bytes; i += 16) v128.store(out + i, v128.and(one, f32x4.lt(v128.load(a + i), v128.load(b + i))))
      break
    case 15:
      for (; i < bytes; i += 16) v128.store(out + i, v128.and(one, f32x4.le(v128.load(a + i), v128.load(b + i))))
      break
    case 16:
      for (; i < bytes; i += 16) v128.store(out + i, v128.and(one, f32x4.gt(v128.load(a + i), v128.load(b + i))))
      break
    case 17:
      for (; i < bytes; i += 16) v128.store(out + i, v128.and(one, f32x4.ge(v128.load(a + i), v128.load(b + i))))
      break
    case 18:
      for (; i < bytes; i += 16) v128.store(out + i, v128.and(one, f32x4.eq(v128.load(a + i), v128.load(b + i))))
      break
    case 19: {
      const zero = f32x4.splat(0)
      for (; i < bytes; i += 16)
        v128.store(out + i, v128.bitselect(v128.load(b + i), v128.load(c + i), f32x4.ne(v128.load(a + i), zero)))
      break
    }
    case 20: for (; i < bytes; i += 16) v128.store(out + i, f32x4.floor(v128.load(a + i))); break
    case 21: for (; i < bytes; i += 16) v128.store(out + i, f32x4.nearest(v128.load(a + i))); break
    case 22: for (; i < bytes; i += 16) v128.store(out + i, sin4(v128.load(a + i), k)); break
    case 23: for (; i < bytes; i += 16) v128.store(out + i, cos4(v128.load(a + i), k)); break
    case 24: for (; i < bytes; i += 16) v128.store(out + i, atan2of4(v128.load(a + i), v128.load(b + i), k)); break
    default: unreachable()
  }
}
