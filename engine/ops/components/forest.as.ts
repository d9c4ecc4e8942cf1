// Components as a forest: every pixel of a component names another one of it, the root itself.

/** The parent of a background pixel. */
export const NONE: u32 = 0xffffffff

@inline
export function rootOf(parents: usize, i: u32): u32 {
  let at = i
  let parent = load<u32>(parents + (<usize>at << 2))
  while (parent != at) {
    at = parent
    parent = load<u32>(parents + (<usize>at << 2))
  }
  return at
}
