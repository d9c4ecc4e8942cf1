/** The form of a node: one declaration, from which ports, form, docs, validation, search and tests follow. */

import type { FeedContext, FeedFrame } from '../types/feed.ts'
import type { Handle } from '../types/handle.ts'
import type { Ops } from '../types/ops.ts'
import type { Param, ParamSpec, ParamValue } from '../types/param.ts'
import type { Pick as ResultPick } from '../types/pick.ts'
import type { Services } from '../types/services.ts'
import type { Template, Words } from '../types/template.ts'
import type { Work } from '../types/work.ts'
import type { Numbers, Shape, TensorValue, Value } from '../values/index.ts'
import type { Socket, SocketSpec } from '../values/socket.ts'
import type { AlgorithmStep } from '../values/step.ts'
import type { Subgraph } from './document.ts'
import type { ModelFacts, Models } from './models.ts'

export type NodeKind = 'pure' | 'source' | 'effect' | 'job'
/** How a quick preview is made: on a smaller picture with `px` parameters scaled, at full size, or not at all. */
export type DraftMode = 'scaled' | 'exact' | 'none'

/** What a built-in node that is made of other nodes has inside (`composite.ts`). */
export interface Composite extends Pick<Subgraph, 'nodes' | 'edges' | 'inputs' | 'outputs'> {
  /** The inner parameters (`nms.iou`) that each parameter sets. */
  readonly params: Readonly<Record<string, readonly string[]>>
  /** Of a parameter that is a choice among presets: for each of its values the inner parameters (`model.path`) with theirs. */
  readonly choices?: Readonly<Record<string, Presets>>
}

export type Presets = Readonly<Record<string, Readonly<Record<string, string | number>>>>

/** "When sigma goes up, edgeEnergy of the output goes down": checked on three pictures. */
export interface Law {
  readonly change: Readonly<Record<string, 'up' | 'down'>>
  readonly measure: 'edgeEnergy' | 'mean' | 'variance' | 'min' | 'max' | 'pixels' | 'outliers'
  readonly expect: 'up' | 'down' | 'same'
  /** The output to measure; the first if absent. */
  readonly output?: string
}

export interface Explain {
  /** One or two sentences without jargon. */
  readonly idea: string
  /** KaTeX; `\param{sigma}{\sigma}` stands for a parameter: shown as its symbol, and once more with its number. */
  readonly formula?: Template
  /** Paper, equation, reference implementation, chapter. */
  readonly reference: string
  /** The line that does the same: `cv2.GaussianBlur(image, (0, 0), {sigma})`. */
  readonly code?: Template
  /** How `code` writes the values of a parameter where Python's own way is not meant. */
  readonly words?: Words
  readonly laws?: readonly Law[]
}

/** A file that is about to be written, and what it is made of, in words. */
export interface FileTarget {
  readonly path: string
  readonly of: string
}

export interface NodeContext {
  readonly ops: Ops
  /**
   * For many steps one after the other: whatever these ops and models make is freed when the promise settles, not when the node ends.
   * What is to last is copied out with `ops.read`.
   */
  apart<T>(of: (ops: Ops, models: Models) => Promise<T>): Promise<T>
  readonly signal: AbortSignal
  readonly services: Services
  readonly models: Models
  /** 1 for the full result, less in a quick preview. `px` parameters are scaled already. */
  readonly scale: number
  readonly seed: number
  /** What arrives at every input, declared or not, by name. */
  readonly inputs: Readonly<Record<string, Value>>
  /** Whether somebody looks at this output; others may be left out of the result. */
  wants(output: string): boolean
  /** 0..1, with what is being done. */
  progress(fraction: number, say?: string): void
  /** Something to know about this run that is no error. */
  note(note: string): void
  /**
   * An effect names all files that it is about to write, before the first byte.
   * @throws `file.target-twice`, `file.target-shared`, `file.target-read` where one would be lost
   */
  claim(targets: readonly FileTarget[]): Promise<void>
  /**
   * Runs a pure function in a thread of its own (`work.ts`), so that the engine's thread stays free. Its progress is the node's.
   * @param options.transfer buffers of the input that are moved instead of copied
   * @throws `work.failed`, `work.ended`, what the function throws, and the signal's reason
   */
  work<I, O>(work: Work<I, O>, input: I, options?: { readonly transfer?: readonly ArrayBuffer[] }): Promise<O>
}

/** Sockets that a node has beside those of its declaration. */
export interface Sockets {
  readonly inputs: Readonly<Record<string, SocketSpec>>
  readonly outputs: Readonly<Record<string, SocketSpec>>
}

/**
 * What a job has besides. A job is long, starts only when a person asks for it, and can be stopped at every checkpoint: by a
 * pause, a cancel, or the end of the process. Its next run then gets the checkpoint and must come to the same result as one
 * that was never stopped.
 */
export interface JobContext<Emitted = Readonly<Record<string, unknown>>> {
  /** The bytes of the last checkpoint of a run that was stopped; undefined: start at the beginning. */
  readonly resume: Uint8Array | undefined
  /** Whether somebody wants the job to pause. It ends at its next checkpoint: make one soon. */
  readonly paused: boolean
  /**
   * Keeps these bytes on the disk, wholly or not at all. Where the job is to pause, its run ends here: the promise rejects, which
   * the job lets through as it does a cancel. Bytes, not values: a state's own form, read by the same version of the node.
   * @throws `job.checkpoint-too-large`, `file.*`
   */
  checkpoint(bytes: Uint8Array): Promise<void>
  /** Shows outputs as they are now, while the job runs. Nodes after it wait for the result. */
  emit(outputs: Emitted): Promise<void>
}

/** Where the network of a node is. */
export type NetworkSource<P extends string = string> = { readonly taps?: P } & (
  | { readonly file: P }
  | { readonly built: string }
)

/** What `run` gets: a job its `job`, a live source its `frame`. */
type ContextOf<K extends NodeKind, Emitted, F> = NodeContext &
  (K extends 'job' ? { readonly job: JobContext<Emitted> } : unknown) &
  ([F] extends [never] ? unknown : { readonly frame: FeedFrame<F> })

export interface StepsContext {
  readonly signal: AbortSignal
  /** Copies the numbers of a part of an input out. */
  read(part: TensorValue): Promise<Numbers>
}

export interface ShapeContext {
  readonly signal: AbortSignal
  readonly services: Services
  readonly models: ModelFacts
}

type Inputs = Readonly<Record<string, Socket>>
type Params = Readonly<Record<string, Param>>
type Outputs = Readonly<Record<string, Socket>>

type ValueOf<S> = S extends { readonly __value?: infer V } ? Exclude<V, undefined> : never
type InputValue<S> = S extends { readonly optional: true } ? ValueOf<S> | undefined : ValueOf<S>
type ParamValues<P extends Params> = { readonly [K in keyof P]: ValueOf<P[K]> }
type ShapeValues<I extends Inputs> = {
  readonly [K in keyof I]: Extract<Shape, { kind: (ValueOf<I[K]> & Value)['kind'] }> | undefined
}

export interface NodeDeclaration<I extends Inputs, P extends Params, O extends Outputs, K extends NodeKind, F = never> {
  /** `chapter/name`; never changes. */
  readonly type: string
  readonly version: number
  readonly kind: K
  readonly draft: DraftMode
  readonly title: string
  /** The name that people know: `cv2.GaussianBlur`. */
  readonly alias?: string
  readonly keywords?: readonly string[]
  /** One sentence for the palette and the docs. */
  readonly summary: string
  /** What works at its inputs, where their kinds do not tell: its face says so while it waits for them. */
  readonly needs?: string
  /** One of the few that a first lesson uses: the palette shows it under Basics. */
  readonly basic?: true
  readonly inputs: I
  readonly params: P
  readonly outputs: O
  /** The output whose preview the node shows; the first where absent. */
  readonly preview?: keyof O & string
  /** Parameters that are a place on the picture of an input: the viewer shows handles for them. */
  readonly handles?: readonly Handle<keyof I & string, keyof P & string>[]
  /** Outputs in which a click chooses something, which is then in these parameters. */
  readonly picks?: readonly ResultPick<keyof O & string, keyof P & string>[]
  /**
   * Shapes of the outputs from those of the inputs, before anything runs. Absent: as the sockets say (`like`).
   * An input's shape is undefined while nothing is known. A source reads headers here. Throws as `run` would.
   */
  readonly shape?: (
    given: ShapeValues<I> & ParamValues<P>,
    context: ShapeContext,
  ) => Partial<Record<keyof O, Shape>> | Promise<Partial<Record<keyof O, Shape>>>
  /**
   * More sockets, which follow from parameters and files: those of a model are its inputs and outputs. `by` names the
   * parameters; a change of another one asks nobody. Asked again when a file that `watches` names has changed. `run` finds
   * what arrives in `context.inputs`. Throws as `run` would.
   */
  readonly sockets?: {
    readonly by: readonly (keyof P & string)[]
    readonly of: (given: ParamValues<P>, context: ShapeContext) => Sockets | Promise<Sockets>
  }
  /**
   * Which network the window can open: that of the file that a parameter names, or one that arrives at an input or leaves an
   * output; and the parameter that lists the inner tensors that the node gives as outputs, with commas between. Absent: that of
   * an output of networks, if there is one.
   */
  readonly network?: NetworkSource<keyof P & string>
  /** Source: what the result depends on besides the parameters (the file's identity); part of the key. */
  readonly identity?: (given: ParamValues<P>, context: ShapeContext) => Promise<string>
  /** Source: the files that it reads. Absent: those that it watches. */
  readonly reads?: (given: ParamValues<P>, context: ShapeContext) => Promise<readonly string[]>
  /** Source: the paths to watch, so that a changed file runs the graph again. */
  readonly watches?: (given: ParamValues<P>) => readonly string[]
  /**
   * A live source (a camera): its frames, from when a person presses Play until `signal` is aborted. `run` makes the outputs of
   * one of them (`context.frame`). The engine asks for a frame when it has shown the last; give the newest (`Latest` helps).
   * `by` names the parameters that need a new start; a change of another one applies to the next frame. What it throws is shown
   * on the node, and ends it.
   */
  readonly feed?: {
    readonly by: readonly (keyof P & string)[]
    readonly of: (given: ParamValues<P>, context: FeedContext) => AsyncIterable<FeedFrame<F>>
  }
  readonly run: (
    given: { readonly [K in keyof I]: InputValue<I[K]> } & ParamValues<P>,
    context: ContextOf<K, OutputValues<O>, F>,
  ) => OutputValues<O> | Promise<OutputValues<O>>
  /**
   * The algorithm step by step, for small inputs: a generator over the same inputs and parameters as `run`, which tells in
   * sentences with numbers what happens. Its last step must agree with the result of `run`. Called on request only; the engine
   * stops it after some hundred steps or two seconds.
   */
  readonly steps?: {
    /** The input over whose picture the marks lie. */
    readonly over?: keyof I & string
    readonly of: (
      given: { readonly [K in keyof I]: InputValue<I[K]> } & ParamValues<P>,
      context: StepsContext,
    ) => Iterable<AlgorithmStep> | AsyncIterable<AlgorithmStep>
  }
  /** This node may stand on a wire by itself: which offers it takes, and which parameters then make what is wanted. */
  readonly converts?: readonly Conversion[]
  /** What a bypassed node passes on: output → input. Absent: each output from the first input of its type. */
  readonly bypass?: Readonly<Partial<Record<keyof O, keyof I & string>>>
  readonly migrate?: Readonly<Record<number, (params: Record<string, unknown>) => Record<string, unknown>>>
  readonly explain: Explain
}

type OutputValues<O extends Outputs> = { readonly [K in keyof O]?: ValueOf<O[K]> | Promise<ValueOf<O[K]>> }

/** `from` fits the offer, `to` fits what is wanted, `label` stands on the wire ("RGB → gray"). */
export interface Conversion {
  readonly from: SocketSpec
  readonly to: SocketSpec
  readonly params: Readonly<Record<string, ParamValue>>
  readonly label: string
}

/** A node as the engine sees it: the declaration without its static types. */
export interface NodeDefinition {
  readonly type: string
  readonly version: number
  readonly kind: NodeKind
  readonly draft: DraftMode
  readonly title: string
  readonly alias?: string
  readonly keywords?: readonly string[]
  readonly summary: string
  readonly needs?: string
  readonly basic?: true
  readonly inputs: Readonly<Record<string, SocketSpec>>
  readonly params: Readonly<Record<string, ParamSpec>>
  readonly outputs: Readonly<Record<string, SocketSpec>>
  readonly preview?: string
  readonly handles?: readonly Handle[]
  readonly picks?: readonly ResultPick[]
  readonly shape?: (
    given: Readonly<Record<string, unknown>>,
    context: ShapeContext,
  ) => Partial<Record<string, Shape>> | Promise<Partial<Record<string, Shape>>>
  readonly sockets?: {
    readonly by: readonly string[]
    readonly of: (given: Readonly<Record<string, unknown>>, context: ShapeContext) => Sockets | Promise<Sockets>
  }
  readonly network?: NetworkSource
  readonly identity?: (given: Readonly<Record<string, unknown>>, context: ShapeContext) => Promise<string>
  readonly reads?: (given: Readonly<Record<string, unknown>>, context: ShapeContext) => Promise<readonly string[]>
  readonly watches?: (given: Readonly<Record<string, unknown>>) => readonly string[]
  readonly feed?: {
    readonly by: readonly string[]
    readonly of: (given: Readonly<Record<string, unknown>>, context: FeedContext) => AsyncIterable<FeedFrame>
  }
  readonly run: (
    given: Readonly<Record<string, unknown>>,
    /** `job`: of jobs only; `frame`: of live sources. */
    context: NodeContext & { readonly job?: JobContext; readonly frame?: FeedFrame },
  ) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>
  readonly steps?: {
    readonly over?: string
    readonly of: (
      given: Readonly<Record<string, unknown>>,
      context: StepsContext,
    ) => Iterable<AlgorithmStep> | AsyncIterable<AlgorithmStep>
  }
  readonly converts?: readonly Conversion[]
  readonly bypass?: Readonly<Partial<Record<string, string>>>
  readonly migrate?: Readonly<Record<number, (params: Record<string, unknown>) => Record<string, unknown>>>
  readonly explain: Explain
  /** Made of other nodes: these run, and `run` is never called. */
  readonly composite?: Composite
}

/** Declares a node. Inputs, parameters and outputs are typed by what is declared; names must not clash. */
export function defineNode<
  const I extends Inputs,
  const P extends Params,
  const O extends Outputs,
  const K extends NodeKind,
  F = never,
>(declaration: NodeDeclaration<I, P, O, K, F>): NodeDefinition {
  return declaration as unknown as NodeDefinition
}
