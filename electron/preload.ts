/** The bridge between the page and the main process: passes messages and decides nothing. */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import {
  bridgeName,
  type Channel,
  type DesktopBridge,
  type DesktopEvent,
  eventChannel,
  updatesSwitch,
} from '../engine/protocol/desktop.ts'

const ask = (channel: Channel, given?: unknown): Promise<never> => ipcRenderer.invoke(channel, given) as Promise<never>
const tell = (channel: Channel, given?: unknown): void => void ask(channel, given)

const bridge: DesktopBridge = {
  platform: process.platform,
  endpoint: () => ask('endpoint'),
  choose: (what) => ask('choose', what),
  document: (state) => tell('document', state),
  menu: (menu) => tell('menu', menu),
  recent: (paths) => tell('recent', paths),
  pathOf: (file) => webUtils.getPathForFile(file),
  closed: () => tell('closed'),
  camera: (wanted) => ask('camera', wanted),
  ...(process.argv.includes(updatesSwitch) && { update: (step) => ask('update', step) }),
  listen: (listener) => void ipcRenderer.on(eventChannel, (_, event: DesktopEvent) => listener(event)),
}

contextBridge.exposeInMainWorld(bridgeName, bridge)
