import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { useQuery } from '@tanstack/react-query';
import { Promotion } from 'backstage-plugin-kargo-common';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';
import { kargoTranslationRef } from '../translation';
import { CodeBlock } from './CodeBlock';
import { StepView } from './promotionModel';

/** What a step is configured with: as it is written, and what its expressions come to. */
export function StepConfigView(props: {
  promotion: Promotion;
  step: StepView;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotion, step } = props;
  const evaluated = useStepConfig(promotion, step);
  const isAlike =
    JSON.stringify(evaluated?.config) === JSON.stringify(step.config);
  return (
    <>
      <CodeBlock title={t('promotion.config')} value={step.config} />
      {evaluated?.config && !isAlike && (
        <CodeBlock title={t('promotion.evaluated')} value={evaluated.config} />
      )}
      {evaluated?.unknown && (
        <Typography variant="body2" color="textSecondary">
          {t('promotion.notEvaluated', { why: evaluated.unknown })}
        </Typography>
      )}
    </>
  );
}

function useStepConfig({ metadata }: Promotion, { alias, config }: StepView) {
  const api = useApi(kargoApiRef);
  const { name, namespace: project = '', resourceVersion } = metadata;
  const { data } = useQuery({
    // What steps put out, others are configured with: each that ends may change it.
    queryKey: kargoKeys.promotionConfigs(project, name, resourceVersion),
    queryFn: ({ signal }) =>
      api.getPromotionConfigs({ project, promotion: name }, { signal }),
    // Without an expression it is what is written.
    enabled: JSON.stringify(config ?? '').includes('${{'),
    staleTime: 10_000,
    placeholderData: previous => previous,
  });
  return data?.steps.find(step => step.alias === alias);
}
