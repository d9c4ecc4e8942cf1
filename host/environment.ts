/** The environment of the processes and threads that compute: without what would make Node load, run or allow something else. */

/** Node's own variables, such as NODE_OPTIONS (`--require FILE`) and NODE_PATH, and the one that turns Electron into Node. */
const unwanted = /^(NODE_.*|ELECTRON_RUN_AS_NODE)$/i
/** These name only where compiled code is kept, and whom the user's network trusts. */
const harmless = new Set(['NODE_COMPILE_CACHE', 'NODE_EXTRA_CA_CERTS'])

export function ownEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => harmless.has(name) || !unwanted.test(name))
  return { ...Object.fromEntries(kept), ...more }
}
