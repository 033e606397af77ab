import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Alert from '@material-ui/lab/Alert';
import { ActionButton } from '../components/ActionButton';
import { Selection } from '../components/useSelection';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';

/** Says that the pipeline does not hold what the address names, instead of showing nothing. */
export function MissingSelection(props: {
  pipeline: Pipeline;
  selection: Selection;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const missing = findMissing(props.pipeline, props.selection);
  return missing ? (
    <Alert
      severity="warning"
      action={
        <ActionButton onClick={props.onClose} tone="inherit">
          {t('common.close')}
        </ActionButton>
      }
    >
      {t('pipeline.missing', missing)}
    </Alert>
  ) : null;
}

/** The first thing that the address names and the pipeline does not hold. */
function findMissing(
  pipeline: Pipeline,
  selection: Selection,
): { kind: string; name: string } | undefined {
  const { stage, promote, warehouse, freight } = selection;
  const all = [
    { kind: 'Stage', name: promote, items: pipeline.stages },
    { kind: 'Stage', name: stage, items: pipeline.stages },
    { kind: 'Warehouse', name: warehouse, items: pipeline.warehouses },
    { kind: 'Freight', name: freight, items: pipeline.freight },
  ];
  for (const { kind, name, items } of all) {
    if (name && !items.some(({ metadata }) => metadata.name === name)) {
      return { kind, name };
    }
  }
  return undefined;
}
