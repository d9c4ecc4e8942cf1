/** What the keeper starts: the engine's process with the nodes that ship with Sightline. */
import { serveKeeper } from './engine-process.ts'

serveKeeper()
