import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Freight, Warehouse } from 'backstage-plugin-kargo-common';
import { ActionButton } from '../components/ActionButton';
import { useOpenDialog } from '../components/useOpenDialog';
import { Selection } from '../components/useSelection';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { AssembleDialog } from './AssembleDialog';
import { assemblySlots, emptySubscriptions } from './assemblyModel';

/** Makes Freight by hand, of versions that a Warehouse found, or like other Freight. */
export function AssembleFreight(props: {
  pipeline: Pipeline;
  warehouse: Warehouse;
  /** The Freight that is cloned: its versions are taken at first. */
  model?: Freight;
  onOpen: (selection: Selection) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, warehouse, model, onOpen } = props;
  const openDialog = useOpenDialog();
  const refusal = useRefusal(pipeline, warehouse);
  return (
    <ActionButton
      onClick={() =>
        openDialog(close => (
          <AssembleDialog
            warehouse={warehouse}
            {...(model && { model })}
            onClose={close}
            onCreated={freight => {
              close();
              onOpen({ freight });
            }}
          />
        ))
      }
      variant="outlined"
      {...(refusal !== undefined && { refusal })}
    >
      {model ? t('assembly.clone') : t('assembly.assemble')}
    </ActionButton>
  );
}

function useRefusal(
  { access }: Pipeline,
  warehouse: Warehouse,
): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  const verdict = access?.project.manage;
  if (verdict?.allowed === false) {
    return verdict.reason ?? t('manifest.notAllowed');
  }
  const empty = emptySubscriptions(warehouse);
  if (empty.length > 0) {
    return t('assembly.emptySubscription', { source: empty.join(', ') });
  }
  return assemblySlots(warehouse).length === 0
    ? t('assembly.nothingFound', { warehouse: warehouse.metadata.name })
    : undefined;
}
