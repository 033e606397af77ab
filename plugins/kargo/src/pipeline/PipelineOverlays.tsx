import { isControlFlow, Stage } from 'backstage-plugin-kargo-common';
import { Selection } from '../components/useSelection';
import { FreightDrawer } from '../freight/FreightDrawer';
import { PromoteDialog } from '../promotion/PromoteDialog';
import { formatReview, parseReview, Review } from '../promotion/review';
import { ReviewDialog } from '../promotion/ReviewDialog';
import { PromotionDrawer } from '../promotion/PromotionDrawer';
import { Pipeline } from '../queries/usePipeline';
import { StageDrawer } from '../stage/StageDrawer';
import { WarehouseDrawer } from '../warehouse/WarehouseDrawer';

/** Whatever the address says is open on top of the pipeline. */
export function PipelineOverlays(props: {
  pipeline: Pipeline;
  selection: Selection;
  /** Names of the Stages that are shown, where the pipeline is filtered. */
  shown: ReadonlySet<string> | undefined;
  onOpen: (selection: Selection) => void;
  onClose: () => void;
}) {
  const { pipeline, selection, onOpen, onClose } = props;
  const common = { pipeline, onOpen, onClose };
  const target = findNamed(pipeline.stages, selection.promote);
  const stage = findNamed(pipeline.stages, selection.stage);
  const warehouse = findNamed(pipeline.warehouses, selection.warehouse);
  const freight = findNamed(pipeline.freight, selection.freight);
  const review = parseReview(selection.review) ?? letThrough(target, selection);
  if (review) {
    return (
      <ReviewDialog
        key={formatReview(review)}
        {...common}
        review={review}
        shown={props.shown}
      />
    );
  }
  if (target) {
    return (
      <PromoteDialog
        key={target.metadata.name}
        pipeline={pipeline}
        stage={target}
        onClose={onClose}
        onPromoted={promotion => onOpen({ promotion: promotion.metadata.name })}
        {...(selection.freight && { freightName: selection.freight })}
      />
    );
  }
  if (selection.promotion) {
    return (
      <PromotionDrawer
        key={selection.promotion}
        pipeline={pipeline}
        name={selection.promotion}
        onClose={onClose}
        onWentOn={({ metadata }) => onOpen({ promotion: metadata.name })}
        onRetry={({ spec }) =>
          onOpen({
            promote: spec.stage,
            ...(spec.freight && { freight: spec.freight }),
          })
        }
      />
    );
  }
  if (stage) {
    return <StageDrawer key={stage.metadata.name} {...common} stage={stage} />;
  }
  if (warehouse) {
    return (
      <WarehouseDrawer
        key={warehouse.metadata.name}
        {...common}
        warehouse={warehouse}
      />
    );
  }
  return freight ? (
    <FreightDrawer key={freight.metadata.name} {...common} freight={freight} />
  ) : null;
}

/** Nothing is promoted to a Stage without steps, but to those behind it. */
function letThrough(
  target: Stage | undefined,
  { freight }: Selection,
): Review | undefined {
  return target && isControlFlow(target) && freight
    ? { kind: 'freight', name: freight, behind: target.metadata.name }
    : undefined;
}

function findNamed<T extends { metadata: { name: string } }>(
  items: T[],
  name: string | undefined,
): T | undefined {
  return name === undefined
    ? undefined
    : items.find(item => item.metadata.name === name);
}
