/** The desktop program around this page; undefined in a browser. */
import { bridgeName, type DesktopBridge } from '../../engine/protocol/desktop.ts'

export const desktop = (globalThis as { [bridgeName]?: DesktopBridge })[bridgeName]
