import {
  useAnalytics,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import Switch from '@material-ui/core/Switch';
import { useMutation } from '@tanstack/react-query';
import { ProjectConfig, Stage } from 'backstage-plugin-kargo-common';
import { FailureText } from '../../components/FailureText';
import { RefusalTip } from '../../components/RefusalTip';
import { kargoTranslationRef } from '../../translation';
import { useConfigChange } from '../useProjectConfig';
import { withAutoPromotion } from './promotionPolicies';

/** Whether a Stage is promoted to automatically, for those who may decide it. */
export function AutoPromotionSwitch(props: {
  project: string;
  config: ProjectConfig | undefined;
  stage: Stage;
  refusal: string | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stage, refusal, config } = props;
  const name = stage.metadata.name;
  const change = useChange(props.project, name);
  const { data: written, isPending, variables } = change;
  // Until the engine has looked at the Stage, what was written counts, if it is in force.
  const isWritten =
    written !== undefined && written === config?.metadata.generation;
  const isOn =
    (isPending || isWritten ? variables : undefined) ??
    stage.status?.autoPromotionEnabled ??
    false;
  return (
    <>
      <RefusalTip refusal={refusal}>
        <Switch
          color="primary"
          size="small"
          checked={isOn}
          onChange={(_, wanted) =>
            refusal === undefined && !isPending && change.mutate(wanted)
          }
          inputProps={{
            'aria-label': t('settings.autoPromotionOf', { stage: name }),
            'aria-disabled': refusal !== undefined,
          }}
        />
      </RefusalTip>
      {change.error && <FailureText message={change.error.message} />}
    </>
  );
}

function useChange(project: string, stage: string) {
  const analytics = useAnalytics();
  const { write, options } = useConfigChange(project);
  return useMutation({
    ...options,
    mutationFn: (isEnabled: boolean) =>
      write(({ promotionPolicies = [] }) => ({
        promotionPolicies: withAutoPromotion(
          promotionPolicies,
          stage,
          isEnabled,
        ),
      })),
    onSuccess: () => {
      analytics.captureEvent('update', 'promotion-policy');
    },
  });
}
