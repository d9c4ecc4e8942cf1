/** The ops as nodes call them. Nodes are declared below the ops, so `engine/ops/calls.ts` fills this in. */
// biome-ignore lint/suspicious/noEmptyInterface: its members come from engine/ops/calls.ts
export interface Ops {}
