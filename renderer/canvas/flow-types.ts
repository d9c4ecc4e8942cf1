/** What React Flow calls nodes and edges. */
import type { Edge, Node } from '@xyflow/react'
import type { PortRef } from '../../engine/graph/document.ts'

export type FlowNode = Node<{ readonly id: string }, 'node' | 'frame' | 'note' | 'boundary'>
export type FlowWire = Edge<{ readonly from: PortRef; readonly to: PortRef }, 'wire'>
