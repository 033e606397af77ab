import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Handle, Node, NodeHandle, NodeProps, Position } from '@xyflow/react';
import { ComponentProps, memo, ReactNode } from 'react';
import { kargoTranslationRef } from '../../translation';
import {
  FoldNodeModel,
  NodeModel,
  StageNodeModel,
  SubscriptionNodeModel,
  WarehouseNodeModel,
} from '../graphModel';
import { FoldButton } from './FoldButton';
import { FoldCard } from './FoldCard';
import { useNodeStyles } from './nodeStyles';
import { StageCard } from './StageCard';
import { SubscriptionCard } from './SubscriptionCard';
import { WarehouseCard } from './WarehouseCard';

/** What can be done from the graph. The functions must keep their identity. */
export interface GraphActions {
  onOpenStage: (name: string) => void;
  onOpenWarehouse: (name: string) => void;
  onPromote: (stage: string) => void;
  onDropFreight: (stage: string, freight: string) => void;
  /** Hides or shows what follows a Stage. */
  onFoldStage: (name: string) => void;
  /** Hides or shows what a Warehouse watches. */
  onFoldWarehouse: (name: string) => void;
}

/** What is drawn of a node. */
export interface NodeData extends Record<string, unknown> {
  model: NodeModel;
  /** Positions of origins, from top to bottom. */
  ports: number[];
  isDimmed: boolean;
  actions: GraphActions;
}

/** A node as the library wants it. */
export type FlowNode = Node<NodeData>;

function StageNode({ data }: NodeProps<FlowNode>) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name, rest } = data.model as StageNodeModel;
  return (
    <Ports
      origins={data.ports}
      fold={
        rest && {
          side: 'right',
          rest,
          label: t('pipeline.follows', { stage: name }),
          onClick: () => data.actions.onFoldStage(name),
        }
      }
    >
      <StageCard
        model={data.model as StageNodeModel}
        isDimmed={data.isDimmed}
        onOpen={data.actions.onOpenStage}
        onPromote={data.actions.onPromote}
        onDropFreight={data.actions.onDropFreight}
      />
    </Ports>
  );
}

function WarehouseNode({ data }: NodeProps<FlowNode>) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name, rest } = data.model as WarehouseNodeModel;
  return (
    <Ports
      origins={data.ports}
      fold={
        rest && {
          side: 'left',
          rest,
          label: t('pipeline.watches', { warehouse: name }),
          onClick: () => data.actions.onFoldWarehouse(name),
        }
      }
    >
      <WarehouseCard
        model={data.model as WarehouseNodeModel}
        isDimmed={data.isDimmed}
        onOpen={data.actions.onOpenWarehouse}
      />
    </Ports>
  );
}

function SubscriptionNode({ data }: NodeProps<FlowNode>) {
  return (
    <Ports origins={data.ports}>
      <SubscriptionCard
        model={data.model as SubscriptionNodeModel}
        isDimmed={data.isDimmed}
        onOpen={data.actions.onOpenWarehouse}
      />
    </Ports>
  );
}

function FoldNode({ data }: NodeProps<FlowNode>) {
  return (
    <Ports origins={data.ports}>
      <FoldCard
        model={data.model as FoldNodeModel}
        isDimmed={data.isDimmed}
        onUnfold={data.actions.onFoldStage}
      />
    </Ports>
  );
}

/**
 * A card with one port per origin on either side, so that edges of two origins run side by
 * side, and with the button that folds what stands there.
 */
function Ports(props: {
  origins: number[];
  /** Absent where nothing stands that could be folded. */
  fold?: ComponentProps<typeof FoldButton> | undefined;
  children: ReactNode;
}) {
  const { handle } = useNodeStyles();
  const { origins, fold } = props;
  const ports = (type: 'source' | 'target', position: Position) =>
    origins.map((origin, index) => (
      <Handle
        key={`${type} ${origin}`}
        id={String(origin)}
        type={type}
        position={position}
        className={handle}
        style={{ top: `${portHeight(index, origins) * 100}%` }}
      />
    ));
  return (
    <>
      {ports('target', Position.Left)}
      {props.children}
      {fold && <FoldButton {...fold} />}
      {ports('source', Position.Right)}
    </>
  );
}

/** How far down a port stands, as a part of the height of its node. */
function portHeight(index: number, origins: readonly number[]): number {
  return (index + 1) / (origins.length + 1);
}

/** Side of the library's handle, whose middle is at the edge of the node; pixels. */
const HANDLE_SIZE = 6;

/** Where {@link Ports} of a node of a size come to be, so that nothing measures them. */
export function handlesOf(
  origins: readonly number[],
  size: { width: number; height: number },
): NodeHandle[] {
  return origins.flatMap((origin, index) => {
    const port = {
      id: String(origin),
      width: HANDLE_SIZE,
      height: HANDLE_SIZE,
      y: portHeight(index, origins) * size.height - HANDLE_SIZE / 2,
    };
    return [
      {
        ...port,
        type: 'target' as const,
        position: Position.Left,
        x: -HANDLE_SIZE / 2,
      },
      {
        ...port,
        type: 'source' as const,
        position: Position.Right,
        x: size.width - HANDLE_SIZE / 2,
      },
    ];
  });
}

/** What draws each kind of node. */
export const NODE_TYPES = {
  stage: memo(StageNode),
  warehouse: memo(WarehouseNode),
  subscription: memo(SubscriptionNode),
  fold: memo(FoldNode),
};
