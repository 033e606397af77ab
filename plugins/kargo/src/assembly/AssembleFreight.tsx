import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Freight, Warehouse } from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { ActionButton } from '../components/ActionButton';
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
  const [isOpen, setOpen] = useState(false);
  const refusal = useRefusal(pipeline, warehouse);
  return (
    <>
      <ActionButton
        onClick={() => setOpen(true)}
        variant="outlined"
        {...(refusal !== undefined && { refusal })}
      >
        {model ? t('assembly.clone') : t('assembly.assemble')}
      </ActionButton>
      {isOpen && (
        <AssembleDialog
          pipeline={pipeline}
          warehouse={warehouse}
          {...(model && { model })}
          onClose={() => setOpen(false)}
          onCreated={freight => {
            setOpen(false);
            onOpen({ freight });
          }}
        />
      )}
    </>
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
