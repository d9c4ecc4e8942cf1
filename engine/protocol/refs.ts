/** Names of what messages are about. */
import { z } from 'zod'

export const port = z.string().min(1).max(256)
/** A node in the running graph: nested ones are named `outer/inner`. */
export const nodeRef = z.string().min(1).max(1024)
