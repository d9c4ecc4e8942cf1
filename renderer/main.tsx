/** Starts the window: theme before the first paint, the document that was open before a reload, then the connection. */
import './theme/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { startDesktop } from './desktop/start.ts'
import { startLessons } from './lesson/store.ts'
import { findEndpoint } from './state/endpoint.ts'
import { startEngine } from './state/engine.ts'
import { startRecent } from './state/recent.ts'
import { keepDocument, openFirst } from './state/recovery.ts'
import { startKinds } from './theme/kinds.ts'
import { startScale } from './theme/scale.ts'
import { startTheme } from './theme/theme.ts'

startTheme()
startScale()
startKinds()
const open = await findEndpoint()
startRecent()
startLessons()
// A window opened for a file does not show the sample first.
startEngine(({ resume, start }) => openFirst({ resume, start: open === undefined ? start : undefined }))
window.addEventListener('pagehide', keepDocument)
startDesktop(open)

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
