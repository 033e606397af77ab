import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Handle, Node, NodeProps, Position } from '@xyflow/react';
import { memo, ReactNode } from 'react';
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
    <Ports origins={data.ports}>
      <StageCard
        model={data.model as StageNodeModel}
        isDimmed={data.isDimmed}
        onOpen={data.actions.onOpenStage}
        onPromote={data.actions.onPromote}
        onDropFreight={data.actions.onDropFreight}
      />
      {rest && (
        <FoldButton
          side="right"
          rest={rest}
          label={t('pipeline.follows', { stage: name })}
          onClick={() => data.actions.onFoldStage(name)}
        />
      )}
    </Ports>
  );
}

function WarehouseNode({ data }: NodeProps<FlowNode>) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name, rest } = data.model as WarehouseNodeModel;
  return (
    <Ports origins={data.ports}>
      <WarehouseCard
        model={data.model as WarehouseNodeModel}
        isDimmed={data.isDimmed}
        onOpen={data.actions.onOpenWarehouse}
      />
      {rest && (
        <FoldButton
          side="left"
          rest={rest}
          label={t('pipeline.watches', { warehouse: name })}
          onClick={() => data.actions.onFoldWarehouse(name)}
        />
      )}
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

/** One port per origin on either side, so that edges of two origins run side by side. */
function Ports(props: { origins: number[]; children: ReactNode }) {
  const { handle } = useNodeStyles();
  const { origins } = props;
  const ports = (type: 'source' | 'target', position: Position) =>
    origins.map((origin, index) => (
      <Handle
        key={`${type} ${origin}`}
        id={String(origin)}
        type={type}
        position={position}
        className={handle}
        style={{ top: `${((index + 1) / (origins.length + 1)) * 100}%` }}
      />
    ));
  return (
    <>
      {ports('target', Position.Left)}
      {props.children}
      {ports('source', Position.Right)}
    </>
  );
}

/** What draws each kind of node. */
export const NODE_TYPES = {
  stage: memo(StageNode),
  warehouse: memo(WarehouseNode),
  subscription: memo(SubscriptionNode),
  fold: memo(FoldNode),
};
