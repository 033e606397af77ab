import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Link from '@material-ui/core/Link';
import Alert from '@material-ui/lab/Alert';
import { Promotion } from 'backstage-plugin-kargo-common';
import { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { useKargoLinks } from '../components/KargoLinks';
import { LongText } from '../components/LongText';
import { Person } from '../components/Person';
import { DatedTime, formatElapsed } from '../components/RelativeTime';
import { Facts, Section } from '../components/Section';
import { useLocale } from '../components/useLocale';
import { Selection } from '../components/useSelection';
import { isUnderWay } from '../queries/usePromotions';
import { kargoTranslationRef } from '../translation';
import {
  elapsedMs,
  failedStep,
  isAutomatic,
  promotionActor,
  promotionLinks,
  retriedPromotion,
} from './promotionModel';
import { StepLinks } from './StepList';

const useStyles = makeStyles(theme => ({
  alert: { marginTop: theme.spacing(2), overflowWrap: 'anywhere' },
}));

/** What is promoted where, by whom and how long, and what came of it. */
export function PromotionAbout(props: {
  project: string;
  promotion: Promotion;
  freightName: string;
  addressOf: (selection: Selection) => string;
  nowMs: number;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotion, addressOf } = props;
  const { status } = promotion;
  const { freight, stage } = promotion.spec;
  const locale = useLocale();
  const links = promotionLinks(promotion);
  const retried = retriedPromotion(promotion);
  const took = elapsedMs(status?.startedAt, status?.finishedAt, props.nowMs);
  return (
    <Section title={t('promotion.about')}>
      <Facts
        facts={[
          [
            t('promotion.freight'),
            freight ? (
              <PathLink to={addressOf({ freight })}>
                {props.freightName}
              </PathLink>
            ) : (
              props.freightName
            ),
          ],
          [
            t('stage.kind'),
            <PathLink to={addressOf({ stage })}>{stage}</PathLink>,
          ],
          [t('promotion.startedBy'), <Actor promotion={promotion} />],
          [
            t('promotion.retryOf'),
            retried && <PromotionName project={props.project} name={retried} />,
          ],
          [
            t('promotion.links'),
            links.length > 0 ? <StepLinks links={links} /> : undefined,
          ],
          [
            t('promotion.created'),
            <DatedTime time={promotion.metadata.creationTimestamp} />,
          ],
          [
            isUnderWay(promotion)
              ? t('promotion.running')
              : t('promotion.duration'),
            took === undefined ? undefined : formatElapsed(took, locale),
          ],
        ]}
      />
      <Outcome promotion={promotion} />
    </Section>
  );
}

/** At which step it failed, or what else the engine says of it. */
function Outcome(props: { promotion: Promotion }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { phase, message } = props.promotion.status ?? {};
  const failure = failedStep(props.promotion);
  if (failure) {
    return (
      <Alert className={classes.alert} severity="error">
        <strong>{t('promotion.stepFailed', { step: failure.title })}</strong>
        {failure.message && (
          <>
            {': '}
            <LongText text={failure.message} />
          </>
        )}
      </Alert>
    );
  }
  return message ? (
    <Alert
      className={classes.alert}
      severity={phase === 'Failed' || phase === 'Errored' ? 'error' : 'info'}
    >
      <LongText text={message} />
    </Alert>
  ) : null;
}

function PathLink(props: { to: string; children: ReactNode }) {
  return (
    <Link component={RouterLink} to={props.to} relative="path">
      {props.children}
    </Link>
  );
}

/** Leads to the page of a promotion, where there is one. */
function PromotionName(props: { project: string; name: string }) {
  const { project, name } = props;
  const page = useKargoLinks().promotion?.(project, name);
  return page ? (
    <Link component={RouterLink} to={page}>
      {name}
    </Link>
  ) : (
    <>{name}</>
  );
}

function Actor(props: { promotion: Promotion }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  if (isAutomatic(props.promotion)) {
    return <>{t('common.automation')}</>;
  }
  const actor = promotionActor(props.promotion);
  return actor ? <Person name={actor} /> : <>{t('common.unknownActor')}</>;
}
