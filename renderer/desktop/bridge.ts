/** The desktop program around this page; undefined where a browser shows it. */
import { bridgeName, type DesktopBridge } from '../../engine/protocol/desktop.ts'

export const desktop = (globalThis as { [bridgeName]?: DesktopBridge })[bridgeName]
