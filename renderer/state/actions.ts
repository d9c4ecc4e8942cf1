/** Changes of single properties, for forms and menus. All of them edit the open graph. */
import type { Document, FrameRecord } from '../../engine/graph/document.ts'
import {
  changeFrame as changeFrameEdit,
  changeNote,
  inSequence,
  setDocumentTitle,
  setParam as setParamEdit,
  setTitle as setTitleEdit,
  toggleBypass as toggleBypassEdit,
  toggleCollapsed as toggleCollapsedEdit,
} from '../../engine/graph/edits.ts'
import { concealParam, exposedAs, exposeParam, placeOfParam } from '../../engine/graph/expose.ts'
import { own } from '../../engine/graph/info.ts'
import type { ParamValue } from '../../engine/types/param.ts'
import {
  currentGraph,
  currentGraphName,
  currentInside,
  type EditorState,
  edit,
  graphOfTrail,
  insideOfTrail,
  useEditor,
} from './editor.ts'
import { typeInfo } from './info.ts'

interface ParamOptions {
  readonly draft?: boolean
  /** For the undo menu, where several parameters change: "Move the box". */
  readonly label?: string
}

/**
 * Sets parameters of these nodes as one undo step; `undefined`, or the default, resets one. While a slider or a handle moves,
 * pass `draft: true`, then call `settle()`: the moves form one undo step.
 */
export function setParams(
  ids: readonly string[],
  values: Readonly<Record<string, ParamValue | undefined>>,
  { draft = false, label }: ParamOptions = {},
): void {
  const s = useEditor.getState()
  const names = Object.keys(values)
  const [first = ''] = names
  const places = ids.flatMap((id) => names.map((name) => ({ ...placeOf(s, id, name), value: values[name] })))
  const spec = places.map(({ info, name }) => info?.params[name]).find(Boolean)
  const group = `${currentGraphName(s) ?? ''}/${ids.join('+')}.${names.join('+')}`
  edit(
    (document) =>
      inSequence(
        document,
        ...places.map(
          ({ id, name, value, info, graph }) =>
            (now: Document) =>
              setParamEdit(now, id, name, value, info, graph),
        ),
      ),
    { label: label ?? `Change ${spec?.label ?? first}`, group, draft },
  )
}

/** Where a parameter of a node of the open graph is set: at the node itself, or at the subgraph around it that exposes it. */
function placeOf(s: EditorState, id: string, param: string) {
  const place = placeOfParam(s.document, [...s.trail, id], param, (path) => insideOfTrail(s, path)?.name)
  const trail = place.path.slice(0, -1)
  const at = place.path.at(-1) ?? id
  const info = typeInfo(s, graphOfTrail(s, trail).nodes[at])
  return { id: at, name: place.param, info, graph: insideOfTrail(s, trail)?.name }
}

export const setParam = (id: string, name: string, value: ParamValue | undefined, options: ParamOptions = {}): void =>
  setParams([id], { [name]: value }, options)

/** The name under which the open subgraph shows a parameter on its node; undefined: it does not, `null`: it cannot. */
export function shownOnGroup(s: EditorState, ref: string): string | null | undefined {
  const inside = currentInside(s)
  return inside && !inside.builtIn ? exposedAs(own(s.document.graphs, inside.name), ref) : null
}

/** Sets a parameter of a node in the open subgraph from outside, or inside again with the value that it has. */
export function showOnGroup(id: string, param: string, on: boolean): void {
  const ref = `${id}.${param}`
  const value = own(currentGraph(useEditor.getState()).nodes[id]?.params, param)
  edit(
    (document, graph) => {
      if (graph === undefined) return []
      return on ? exposeParam(document, graph, ref) : concealParam(document, graph, ref, value)
    },
    { label: on ? 'Show on the group' : 'Hide from the group' },
  )
}

/** An empty title restores the type's own. */
export function setTitle(id: string, title: string): void {
  edit((document, graph) => setTitleEdit(document, id, title, graph), { label: 'Rename' })
}

/** Renames the subgraph that is open, which is the title of its node. */
export function renameOpen(title: string): void {
  const s = useEditor.getState()
  const id = s.trail.at(-1)
  if (id === undefined) return
  const around = insideOfTrail(s, s.trail.slice(0, -1))?.name
  edit((document) => setTitleEdit(document, id, title, around), { label: 'Rename' })
}

/** An empty title: the file's name. */
export function renamePipeline(title: string): void {
  edit((document) => setDocumentTitle(document, title), { label: 'Rename pipeline' })
}

export function changeFrame(id: string, keys: Partial<Pick<FrameRecord, 'title' | 'colour'>>, label: string): void {
  edit((document, graph) => changeFrameEdit(document, id, keys, graph), { label })
}

export function writeNote(id: string, text: string): void {
  edit((document, graph) => changeNote(document, id, { text }, graph), { label: 'Write note' })
}

const all = (ids: readonly string[], key: 'bypass' | 'collapsed'): boolean =>
  ids.every((id) => currentGraph(useEditor.getState()).nodes[id]?.[key])

/** Toggles bypass for all of them: on, unless all are bypassed already. */
export function toggleBypass(nodes: Iterable<string>): void {
  const ids = [...nodes]
  const label = all(ids, 'bypass') ? 'Stop bypassing' : 'Bypass'
  edit((document, graph) => toggleBypassEdit(document, ids, graph), { label })
}

/** Shows or hides the pictures of nodes. */
export function toggleCollapsed(nodes: Iterable<string>): void {
  const ids = [...nodes]
  const label = all(ids, 'collapsed') ? 'Show picture' : 'Hide picture'
  edit((document, graph) => toggleCollapsedEdit(document, ids, graph), { label })
}
