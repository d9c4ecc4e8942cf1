/** The catalogue: every node type as plain JSON, the form in which the window and `sightline nodes --json` know it. */
import { z } from 'zod'
import type { Handle } from '../types/handle.ts'
import type { ParamSpec } from '../types/param.ts'
import type { Pick as ResultPick } from '../types/pick.ts'
import type { Template } from '../types/template.ts'
import type { SocketSpec } from '../values/socket.ts'
import { boundaryInputSchema, boundaryOutputSchema, nodeSchema, portSchema } from './document.ts'
import { lawWords } from './laws.ts'
import type { NodeDefinition, Sockets } from './node.ts'

export const socketSpec: z.ZodType<SocketSpec> = z.looseObject({ type: z.string() }) as unknown as z.ZodType<SocketSpec>
const paramSpec: z.ZodType<ParamSpec> = z.looseObject({ type: z.string() }) as unknown as z.ZodType<ParamSpec>

const template = z.union([z.string(), z.object({ by: z.string(), of: z.record(z.string(), z.string()) })])

const handleSchema: z.ZodType<Handle> = z.object({
  kind: z.enum(['point', 'box', 'line', 'polygon', 'points', 'strokes']),
  over: z.string(),
  params: z.record(z.string(), z.string()),
  open: z.literal(true).optional(),
  shows: z.string().optional(),
}) as unknown as z.ZodType<Handle>

const pickSchema: z.ZodType<ResultPick> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cell'), in: z.string(), params: z.object({ row: z.string(), column: z.string() }) }),
  z.object({ kind: z.literal('row'), in: z.string(), columns: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('place'), in: z.string(), param: z.string() }),
])

const compositeSchema = z.object({
  nodes: z.record(z.string(), nodeSchema),
  edges: z.record(z.string(), portSchema),
  inputs: z.record(z.string(), boundaryInputSchema),
  outputs: z.record(z.string(), boundaryOutputSchema),
  params: z.record(z.string(), z.array(portSchema).readonly()),
  choices: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()]))))
    .optional(),
})

export const nodeInfoSchema = z.object({
  type: z.string(),
  version: z.number().int(),
  kind: z.enum(['pure', 'source', 'effect', 'job']),
  draft: z.enum(['scaled', 'exact', 'none']),
  title: z.string(),
  alias: z.string().optional(),
  keywords: z.array(z.string()).readonly(),
  summary: z.string(),
  needs: z.string().optional(),
  basic: z.literal(true).optional(),
  inputs: z.record(z.string(), socketSpec),
  params: z.record(z.string(), paramSpec),
  outputs: z.record(z.string(), socketSpec),
  /** More sockets follow from these parameters; see `sockets.ts`. */
  socketsBy: z.array(z.string()).readonly().optional(),
  /** These sockets are not known (yet): wires to any name are kept, and wait. */
  open: z.literal(true).optional(),
  preview: z.string().optional(),
  /**
   * It has a network that can be opened: the parameter with its file, or the socket of one that was built from layers; and the
   * parameter with the tensors that are outputs too.
   */
  network: z
    .union([
      z.object({ file: z.string(), taps: z.string().optional() }),
      z.object({ built: z.string(), taps: z.string().optional() }),
    ])
    .optional(),
  handles: z.array(handleSchema).readonly().optional(),
  picks: z.array(pickSchema).readonly().optional(),
  /** A live source: its frames arrive once a person has pressed Play. */
  feed: z.literal(true).optional(),
  /** It can be told step by step. */
  steps: z.literal(true).optional(),
  converts: z
    .array(z.object({ from: socketSpec, to: socketSpec, params: z.record(z.string(), z.unknown()), label: z.string() }))
    .readonly(),
  bypass: z.record(z.string(), z.string()).optional(),
  explain: z.object({
    idea: z.string(),
    formula: template.optional(),
    reference: z.string(),
    code: template.optional(),
    words: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    /** In words. */
    laws: z.array(z.string()).readonly().optional(),
  }),
  /** What is inside, if it is made of other nodes. */
  composite: compositeSchema.optional(),
})
/** A node type as data. */
export type NodeInfo = Readonly<z.infer<typeof nodeInfoSchema>>
export const catalogueSchema = z.array(nodeInfoSchema)
/** Sockets that follow from parameters, by `socketsKey`. */
export type KnownSockets = ReadonlyMap<string, Sockets>
export interface Catalogue extends ReadonlyMap<string, NodeInfo> {
  /** What is known of sockets that follow from parameters. */
  readonly sockets?: KnownSockets
}

const copyOf = (template: Template) =>
  typeof template === 'string' ? template : { by: template.by, of: { ...template.of } }

/** A node that gives a network shows that one. */
function networkOf({ network, outputs }: NodeDefinition): Pick<NodeInfo, 'network'> {
  const built = Object.entries(outputs).find(([, { type }]) => type === 'network')?.[0]
  if (network) return { network: { ...network } }
  return built === undefined ? {} : { network: { built } }
}

export function nodeInfo(definition: NodeDefinition): NodeInfo {
  const { idea, formula, reference, code, words, laws } = definition.explain
  return {
    type: definition.type,
    version: definition.version,
    kind: definition.kind,
    draft: definition.draft,
    title: definition.title,
    ...(definition.alias && { alias: definition.alias }),
    keywords: definition.keywords ?? [],
    summary: definition.summary,
    ...(definition.needs && { needs: definition.needs }),
    ...(definition.basic && { basic: definition.basic }),
    inputs: { ...definition.inputs },
    params: { ...definition.params },
    outputs: { ...definition.outputs },
    ...(definition.sockets && { socketsBy: [...definition.sockets.by], open: true }),
    ...(definition.preview && { preview: definition.preview }),
    ...networkOf(definition),
    ...(definition.handles && {
      handles: definition.handles.map((handle) => ({ ...handle, params: { ...handle.params } }) as Handle),
    }),
    ...(definition.picks && { picks: definition.picks.map((pick) => ({ ...pick })) }),
    ...(definition.feed && { feed: true as const }),
    ...(definition.steps && { steps: true as const }),
    converts: (definition.converts ?? []).map((c) => ({ ...c, params: { ...c.params } })),
    ...(definition.bypass && { bypass: definition.bypass as Record<string, string> }),
    explain: {
      idea,
      ...(formula && { formula: copyOf(formula) }),
      reference,
      ...(code && { code: copyOf(code) }),
      ...(laws && { laws: laws.map(lawWords) }),
      ...(words && { words: Object.fromEntries(Object.entries(words).map(([name, own]) => [name, { ...own }])) }),
    },
    ...(definition.composite && { composite: definition.composite }),
  }
}
