/** Where the bytes of a tensor live. Opaque to nodes; only the device that made it looks inside. */
export interface Store {
  readonly bytes: number
}
