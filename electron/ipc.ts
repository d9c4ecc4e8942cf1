/** Messages from windows: accepted only from our own page, and only if they match the channel's schema. */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron'
import type { z } from 'zod'
import { type Channel, type DesktopEvent, eventChannel, pageOrigin } from '../engine/protocol/desktop.ts'
import { channels } from './channels.ts'

type Given<C extends Channel> = z.output<(typeof channels)[C]>

/** The page itself: no frame inside it, no other address. */
function isOurs({ senderFrame, sender }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && senderFrame.origin === pageOrigin
}

/** Handles a channel. A message that does not match is an error in the window that sent it. */
export function answer<C extends Channel>(
  channel: C,
  handler: (given: Given<C>, event: IpcMainInvokeEvent) => unknown,
): void {
  ipcMain.handle(channel, (event, given: unknown) => {
    if (!isOurs(event)) throw new Error(`"${channel}" was asked by a page that is not Sightline's own`)
    const parsed = channels[channel].safeParse(given)
    if (!parsed.success) throw new Error(`"${channel}": ${parsed.error.issues[0]?.message}`)
    return handler(parsed.data as Given<C>, event)
  })
}

export function tell(window: BrowserWindow, event: DesktopEvent): void {
  if (!window.isDestroyed()) window.webContents.send(eventChannel, event)
}
