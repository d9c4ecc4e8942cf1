/** Addresses of models on a hub that speaks Hugging Face's interface: `hf:OWNER/REPO`, or `hf:OWNER/REPO/FILE`. */

export interface HubAddress {
  /** "OWNER/REPO" */
  readonly repo: string
  /** Its path in the repository. */
  readonly file?: string
}

const part = '[A-Za-z0-9][\\w.-]*'
const pattern = new RegExp(`^hf:(${part}/${part})(?:/(${part}(?:/${part})*))?$`)

/** Undefined for any other path. */
export function hubAddress(path: string): HubAddress | undefined {
  const [, repo, file] = pattern.exec(path) ?? []
  return repo === undefined ? undefined : { repo, ...(file !== undefined && { file }) }
}
