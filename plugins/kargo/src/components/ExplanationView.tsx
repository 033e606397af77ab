import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { ToldReason } from 'backstage-plugin-kargo-common';
import { ReactNode } from 'react';
import { FreightByName } from '../freight/freightModel';
import { ExplanationQuery } from '../queries/useExplanation';
import { kargoTranslationRef } from '../translation';
import { ReasonList } from './ReasonList';
import { formatRelative } from './RelativeTime';
import { ErrorView, SkeletonRows } from './StateViews';
import { useLocale } from './useLocale';
import { useNow } from './useNow';
import { useReasonTexts } from './useReasonTexts';

/** What the engine says when it is asked why. */
export function ExplanationView(props: {
  query: ExplanationQuery;
  byName: FreightByName;
  /** What can be done about a reason, where something can. */
  actionFor?: (reason: ToldReason) => ReactNode;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(10_000);
  const locale = useLocale();
  const { reasonText } = useReasonTexts(props.byName, now);
  const { explanation, error, reload } = props.query;
  if (error) {
    return (
      <ErrorView
        error={error}
        onRetry={reload}
        title={t('states.noAnswerTitle')}
      />
    );
  }
  if (!explanation) {
    return <SkeletonRows rows={1} />;
  }
  const { reasons, lookAgainAt } = explanation;
  return (
    <>
      {reasons.length === 0 && (
        <Typography variant="body2">{t('reasonPart.nothing')}</Typography>
      )}
      <ReasonList
        reasons={reasons.map(reason => ({
          text: reasonText(reason),
          tone: reason.tone,
          action: props.actionFor?.(reason),
        }))}
      />
      {lookAgainAt && Date.parse(lookAgainAt) > now && (
        <Typography variant="caption" color="textSecondary">
          {t('reasonPart.lookAgainAt', {
            time: formatRelative(lookAgainAt, now, locale),
          })}
        </Typography>
      )}
    </>
  );
}
