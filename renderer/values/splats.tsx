import { useMemo } from 'react'
import { z } from 'zod'
import { sceneHead } from '../../engine/protocol/scene.ts'
import { ScenePane } from '../scene/ScenePane.tsx'
import { useEditor } from '../state/editor.ts'
import { titleAt } from '../state/info.ts'
import full from './full.module.css'
import small from './small.module.css'
import { defineView } from './view.ts'

const schema = sceneHead.extend({
  kind: z.literal('splats'),
  /** Another name is another scene; absent while a live source plays. */
  name: z.string().optional(),
})
type ShownSplats = z.infer<typeof schema>

/** Where there is no picture of it: it is empty. */
function Small({ value: { count } }: { readonly value: ShownSplats }) {
  return <p className={small.none}>{count === 0 ? 'No splats.' : `${count.toLocaleString('en')} splats`}</p>
}

function Full({ value, output }: { readonly value: ShownSplats; readonly output: string }) {
  const dot = output.indexOf('.')
  const [node, port] = [output.slice(0, dot), output.slice(dot + 1)]
  const title = useEditor((s) => titleAt(s, node.split('/')) ?? node)
  const source = useMemo(() => ({ name: node, output: { node, port } }), [node, port])
  return <ScenePane className={full.whole} source={source} title={title} name={value.name} />
}

export const view = defineView({ schema, Small, Full })
