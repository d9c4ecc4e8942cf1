/** Turns a formula into a WGSL kernel: one pass over the pixels, whatever its length. */
import type { FunctionName } from '../expr.ts'
import type { Line, Program, Slot } from './program.ts'

/** How the numbers of an input go to those of the output. */
export type Spread = 'same' | 'plane' | 'opaque'

const comparison = (sign: string) => (a: string, b: string) => `select(0.0, 1.0, ${a} ${sign} ${b})`

/** As `functions` of expr.ts; operands are names. */
const words: Readonly<Record<FunctionName, (a: string, b: string, c: string) => string>> = {
  copy: (a) => a,
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  minimum: (a, b) => `select(${a}, ${b}, ${b} < ${a} || isNan(${b}))`,
  maximum: (a, b) => `select(${a}, ${b}, ${b} > ${a} || isNan(${b}))`,
  absolute: (a) => `abs(${a})`,
  negative: (a) => `-${a}`,
  squareRoot: (a) => `squareRoot(${a})`,
  power: (a, b) => `power(${a}, ${b})`,
  exponential: (a) => `exponential(${a})`,
  logarithm: (a) => `logarithm(${a})`,
  clamp: (a, low, high) => `limited(${a}, ${low}, ${high})`,
  less: comparison('<'),
  lessEqual: comparison('<='),
  greater: comparison('>'),
  greaterEqual: comparison('>='),
  equal: comparison('=='),
  select: (a, b, c) => `select(${c}, ${b}, ${a} != 0.0)`,
  floor: (a) => `floor(${a})`,
  round: (a) => `round(${a})`,
  sine: (a) => `wave(${a}, 0)`,
  cosine: (a) => `wave(${a}, 1)`,
  arcTangent: (a, b) => `angleOf(${a}, ${b})`,
}

const reads: Readonly<Record<Spread, (input: string) => string>> = {
  same: (input) => `${input}[i]`,
  plane: (input) => `${input}[pixel]`,
  // One channel less: opacity is 1.
  opaque: (input) => `select(${input}[pixel * (p.channels - 1u) + c], 1.0, c == p.channels - 1u)`,
}

/**
 * Entry point `pointwise`. Bindings: the constants, where there are any, as (constant, channel); the inputs that the program
 * reads, in order; the output.
 */
export function wgslOf({ lines, constants, inputs }: Program, spreads: readonly Spread[]): string {
  const nameOf = (slot: Slot): string => (slot.bank === 'output' ? 'result' : `${slot.bank}${slot.index}`)
  let binding = 0
  const bound = (mode: string, name: string) =>
    `@group(0) @binding(${++binding}) var<storage, ${mode}> ${name}: array<f32>;`
  const body = lines.map(({ name, to, from }: Line) => {
    const [a = '', b = '', c = ''] = from.map(nameOf)
    return `  ${nameOf(to)} = ${words[name](a, b, c)};`
  })
  const temporaries = new Set(lines.flatMap(({ to }) => (to.bank === 'temporary' ? [nameOf(to)] : [])))
  return `
struct Params { first: u32, row: u32, height: u32, channels: u32 }
@group(0) @binding(0) var<uniform> p: Params;
${constants.length > 0 ? bound('read', 'constants') : ''}
${inputs.map((index) => bound('read', `in${index}`)).join('\n')}
${bound('read_write', 'out')}

fn limited(a: f32, low: f32, high: f32) -> f32 {
  let raised = select(a, low, a < low);
  return select(raised, high, high < raised);
}

/** WGSL's own is for positive finite numbers only. What is NaN or infinite comes of what the compiler does not know. */
fn power(a: f32, b: f32) -> f32 {
  let x = abs(a);
  let infinity = bitcast<f32>((p.row & 0u) | 0x7f800000u);
  let none = bitcast<f32>((p.row & 0u) | 0x7fc00000u);
  let endless = abs(b) == infinity;
  if (b == 0.0 || a == 1.0 || (x == 1.0 && endless)) { return 1.0; }
  if (isNan(a) || isNan(b)) { return none; }
  var r = 0.0;
  if (endless || x == 0.0 || x == infinity) { r = select(0.0, infinity, (x > 1.0) == (b > 0.0)); }
  else { r = pow(x, b); }
  if ((bitcast<u32>(a) >> 31u) == 0u) { return r; }
  let whole = b == trunc(b);
  if (!whole && x != 0.0 && x != infinity) { return none; }
  return select(r, -r, whole && b * 0.5 != trunc(b * 0.5));
}

fn logarithm(a: f32) -> f32 {
  let infinity = bitcast<f32>((p.row & 0u) | 0x7f800000u);
  if (isNan(a) || a < 0.0) { return bitcast<f32>((p.row & 0u) | 0x7fc00000u); }
  if (a == 0.0) { return -infinity; }
  if (a == infinity) { return infinity; }
  return log(a);
}

fn exponential(a: f32) -> f32 {
  if (isNan(a)) { return a; }
  return exp(a);
}

fn squareRoot(a: f32) -> f32 {
  if (isNan(a) || a < 0.0) { return bitcast<f32>((p.row & 0u) | 0x7fc00000u); }
  return sqrt(a);
}

@compute @workgroup_size(64, 4)
fn pointwise(@builtin(local_invocation_id) l: vec3u, @builtin(workgroup_id) w: vec3u) {
  let x = w.x * 64u + l.x;
  let y = (p.first + w.y) * 4u + l.y;
  if (x >= p.row || y >= p.height) { return; }
  let i = y * p.row + x;
  let pixel = i / p.channels;
  let c = i - pixel * p.channels;
${inputs.map((index) => `  let input${index} = ${reads[spreads[index] ?? 'same'](`in${index}`)};`).join('\n')}
${constants.map((_, index) => `  let constant${index} = constants[${index}u * p.channels + c];`).join('\n')}
${[...temporaries].map((name) => `  var ${name}: f32;`).join('\n')}
  var result: f32;
${body.join('\n')}
  out[i] = result;
}
`
}
