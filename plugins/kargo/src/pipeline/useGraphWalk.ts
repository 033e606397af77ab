import { ReactFlowInstance } from '@xyflow/react';
import { KeyboardEvent, useRef } from 'react';
import { flushSync } from 'react-dom';
import { GraphModel } from './graphModel';
import { bringNodeIntoView, GraphLayout } from './layoutGraph';
import { FlowNode } from './nodes/graphNodes';
import { directionOf, nodeBeside } from './walkGraph';

const NODE = '.react-flow__node';

/** Lets arrow keys lead from the node that has the focus to those beside it. */
export function useGraphWalk(
  flow: ReactFlowInstance<FlowNode> | undefined,
  drawing: {
    model: GraphModel;
    layout: GraphLayout;
    width: number;
    height: number;
  },
): (event: KeyboardEvent<HTMLElement>) => void {
  const latest = useRef(drawing);
  latest.current = drawing;
  return event => {
    const direction = directionOf(event.key);
    const from = (event.target as Element).closest<HTMLElement>(NODE)?.dataset;
    const isPlain = !(event.altKey || event.ctrlKey || event.metaKey);
    if (!flow || !direction || !from?.id || !isPlain || event.shiftKey) {
      return;
    }
    // Even where it leads no further: the page must not move away instead.
    event.preventDefault();
    const { model, layout, ...frame } = latest.current;
    const id = nodeBeside(model, layout, from.id, direction);
    const node = model.nodes.find(each => each.id === id);
    if (node) {
      // At once: what was out of sight may not have been drawn.
      flushSync(() => {
        flow.setViewport(
          bringNodeIntoView(flow.getViewport(), layout, node, frame),
        );
      });
      focusNode(event.currentTarget, node.id);
    }
  };
}

function focusNode(frame: HTMLElement, id: string): void {
  const node = [...frame.querySelectorAll<HTMLElement>(NODE)].find(
    ({ dataset }) => dataset.id === id,
  );
  // The first button of a node leads to its details.
  const button = node?.querySelector('button');
  // The frame moves by its own means; scrolled as well, it would be off by as much.
  button?.focus({ preventScroll: true });
  node?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
}
