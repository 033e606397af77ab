import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Freight, ProjectAccess, Stage } from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { useKargoActions } from '../queries/useKargoActions';
import { kargoTranslationRef } from '../translation';

/** Approves Freight for a Stage, after saying what that means. */
export function ApproveButton(props: {
  project: string;
  stage: Stage;
  freight: Freight;
  /** What people call the Freight. */
  label: string;
  access: ProjectAccess | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { approve } = useKargoActions(props.project);
  const stage = props.stage.metadata.name;
  const names = { freight: props.label, stage };
  const verdict = props.access?.stages[stage]?.approve;
  const refusal =
    verdict && !verdict.allowed
      ? verdict.reason ?? t('promote.notAllowed', { stage })
      : undefined;
  return (
    <>
      <ActionButton
        onClick={() => setAsking(true)}
        label={t('freight.approveFor', names)}
        variant="outlined"
        {...(refusal !== undefined && { refusal })}
      >
        {t('freight.approve')}
      </ActionButton>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('freight.approveTitle', names)}
        text={t('freight.approveText', { stage })}
        action={t('freight.approve')}
        isPending={approve.isPending}
        error={approve.error}
        onClose={() => {
          setAsking(false);
          approve.reset();
        }}
        onConfirm={() =>
          approve.mutate(
            { stage, freight: props.freight.metadata.name },
            { onSuccess: () => setAsking(false) },
          )
        }
      />
    </>
  );
}
