/**
 * A page that shows one scene and is given away as a file: the viewer of the window without the editor. The scene is in the page,
 * or in a .sog beside it. It reads nothing else.
 */
import { type PageStart, pageStart } from '../../engine/protocol/scene-page.ts'
import { toProblem, wordsOf } from '../../engine/types/problem.ts'
import { placeUnder } from '../scene/cloud.ts'
import { onKey } from '../scene/gestures.ts'
import { fov, inSight, type Orbit, orbitBetween, poseOf } from '../scene/orbit.ts'
import { openPilot } from '../scene/pilot.ts'
import type { Sphere } from '../scene/pose.ts'
import { openSpark } from '../scene/spark.ts'
import { type SceneView, usualStyle } from '../scene/view.ts'
import './page.css'

const byId = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no ${id}`)
  return found as T
}
const place = byId('place')
const message = byId('message')
const words = byId('words')
const progress = byId<HTMLProgressElement>('progress')
const choose = byId('choose')
const hint = byId('hint')

function say(text: string, { chooser = false, part }: { chooser?: boolean; part?: number } = {}): void {
  message.hidden = false
  words.textContent = text
  progress.hidden = part === undefined
  if (part !== undefined && part >= 0) progress.value = part
  choose.hidden = !chooser
}

/** Bytes that stand in the page. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text)
  const bytes = new Uint8Array(plain.length)
  for (let i = 0; i < plain.length; i++) bytes[i] = plain.charCodeAt(i)
  return bytes
}

/** The file beside the page. A browser does not let a page that was opened from a disk read it. */
async function fetched(file: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(encodeURIComponent(file))
  if (!answer.ok || !answer.body) throw new Error(`${answer.status}`)
  const size = Number(answer.headers.get('content-length')) || 0
  const parts: Uint8Array<ArrayBuffer>[] = []
  let there = 0
  for (let reader = answer.body.getReader(), next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value)
    there += next.value.length
    if (size > 0) say('Reading the scene …', { part: Math.min(1, there / size) })
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

/** A file that one chooses, or drops on the page. */
function chosen(file: string): Promise<Uint8Array<ArrayBuffer>> {
  say(`A page that is opened from a disk may not read the file beside it. Choose ${file}, or drop it here.`, {
    chooser: true,
  })
  return new Promise((resolve, reject) => {
    const take = (files: FileList | null | undefined): void => {
      const [first] = files ?? []
      if (!first) return
      say('Reading the scene …', { part: -1 })
      first.arrayBuffer().then((buffer) => resolve(new Uint8Array(buffer)), reject)
    }
    const input = byId<HTMLInputElement>('file')
    input.onchange = () => take(input.files)
    document.ondragover = (event) => event.preventDefault()
    document.ondrop = (event) => {
      event.preventDefault()
      take(event.dataTransfer?.files)
    }
  })
}

async function read(start: PageStart): Promise<Uint8Array<ArrayBuffer>> {
  const inside = byId('scene')
  if (start.file === undefined) {
    const bytes = bytesOf(inside.textContent ?? '')
    inside.remove()
    return bytes
  }
  return fetched(start.file).catch(() => chosen(start.file ?? ''))
}

function open(start: PageStart, view: SceneView, sphere: Sphere): void {
  const { view: seen, up } = start
  const first: Orbit = seen
    ? orbitBetween(seen.eye, seen.target, up, seen.fov)
    : inSight({ target: [0, 0, 0], distance: 1, yaw: 0, pitch: 0, up, fov }, sphere, innerWidth / innerHeight)
  const style = { ...usualStyle, antialiased: start.antialiased }
  const pilot = openPilot({
    place,
    orbit: first,
    sphere: () => sphere,
    look(orbit, moving, turned) {
      hint.hidden = true
      if (turned) view.style(style, orbit.up)
      view.look(poseOf(orbit), moving)
    },
  })
  view.style(style, first.up)
  view.look(poseOf(first), false)

  const button = (id: string, perform: () => void): void => byId(id).addEventListener('click', perform)
  let flying = false
  const setFlying = (next: boolean): void => {
    flying = next
    pilot.setFlying(next)
    byId('fly').setAttribute('aria-pressed', String(next))
  }
  const home = (): void => pilot.go(first)
  button('home', home)
  button('fit', () => pilot.fit())
  button('fly', () => setFlying(!flying))
  button('whole', () => {
    const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()
    done.catch(() => byId('whole').remove())
  })
  place.addEventListener('dblclick', ({ clientX, clientY }) => {
    const found = placeUnder(view.cloud(), pilot.lens(), clientX, clientY)
    if (found) pilot.approach(found)
  })
  const shortcuts: Readonly<Record<string, () => void>> = {
    f: () => pilot.fit(),
    r: () => pilot.upright(),
    h: home,
    v: () => setFlying(!flying),
  }
  place.addEventListener('keydown', (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    const shortcut = isPlain ? shortcuts[event.key.toLowerCase()] : undefined
    if (shortcut) shortcut()
    else if (!pilot.keyDown(event) && !(isPlain && onKey(event, pilot.moves))) return
    event.preventDefault()
  })
  place.addEventListener('keyup', (event) => pilot.keyUp(event))
  place.addEventListener('blur', () => pilot.letGo())
  place.focus({ preventScroll: true, focusVisible: false } as FocusOptions)
}

async function run(): Promise<void> {
  const start = pageStart.parse(JSON.parse(byId('start').textContent ?? ''))
  place.tabIndex = 0
  place.dataset.background = start.background
  place.setAttribute(
    'aria-label',
    `The scene ${start.title}. Arrow keys turn it, plus and minus zoom, W, A, S and D fly.`,
  )
  const dialog = byId<HTMLDialogElement>('licences')
  byId('about').addEventListener('click', () => dialog.showModal())
  const bytes = await read(start)
  say('Preparing the splats …', { part: -1 })
  const canvas = document.createElement('canvas')
  place.append(canvas)
  const view = openSpark({
    canvas,
    onLost: () => say('The graphics of this browser have stopped. Load the page again.'),
  })
  const { splats } = await view.load(bytes, 'scene.sog')
  open(start, view, view.frame())
  await view.drawn()
  byId('facts').textContent = `${splats.toLocaleString('en')} ${splats === 1 ? 'splat' : 'splats'}`
  message.hidden = true
  place.dataset.state = 'shown'
}

run().catch((error: unknown) => {
  say(wordsOf(toProblem(error)))
  place.dataset.state = 'failed'
})
