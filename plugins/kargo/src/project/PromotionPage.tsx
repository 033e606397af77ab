import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { isKargoRequestError, Promotion } from 'backstage-plugin-kargo-common';
import { Link as RouterLink, useNavigate, useParams } from 'react-router-dom';
import { actionRow } from '../components/actionRow';
import { EmptyView, SkeletonRows } from '../components/StateViews';
import { PageTitle, usePageTitle } from '../components/usePageTitle';
import { PromotionActions } from '../promotion/PromotionActions';
import {
  PromotionDetail,
  PromotionSubtitle,
} from '../promotion/PromotionDetail';
import { promotedFreightName } from '../promotion/promotionModel';
import { useAccess } from '../queries/usePipeline';
import { useFreightAlias, usePromotion } from '../queries/usePromotions';
import { kargoTranslationRef } from '../translation';
import { ProjectErrorView } from './ProjectErrorView';

const useStyles = makeStyles(theme => ({
  root: { maxWidth: 860 },
  actions: actionRow(theme),
  detail: {
    marginTop: theme.spacing(2),
    padding: theme.spacing(0, 3, 3),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(0, 1.5, 2) },
  },
}));

/** One promotion on a page of its own, for links from elsewhere. */
export function PromotionPage() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project = '', promotion: name = '' } = useParams();
  const { items, error, reload } = usePromotion(project, name);
  const promotion = items?.[0];
  const isGone =
    isKargoRequestError(error, 404) || (items && items.length === 0);
  return (
    <div className={classes.root}>
      <Link component={RouterLink} to="../.." relative="path" variant="body2">
        {project}
      </Link>
      {isGone && (
        <>
          <PageTitle parts={[name, project, 'Kargo']} />
          <EmptyView
            title={t('promotion.notFound', { name })}
            text={t('states.missingText')}
          />
        </>
      )}
      {error && !isGone && !promotion && (
        <ProjectErrorView project={project} error={error} onRetry={reload} />
      )}
      {!error && !items && <SkeletonRows rows={8} />}
      {promotion && (
        <LoadedPromotion
          // What was asked of another one counts for that alone.
          key={name}
          project={project}
          promotion={promotion}
        />
      )}
    </div>
  );
}

function LoadedPromotion(props: { project: string; promotion: Promotion }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const navigate = useNavigate();
  const { project, promotion } = props;
  const { stage, freight } = promotion.spec;
  const verdict = useAccess(project)?.stages[stage]?.promote;
  const freightName = promotedFreightName(
    promotion,
    useFreightAlias(project, freight),
  );
  usePageTitle(
    t('promotion.of', { freight: freightName, stage }),
    project,
    'Kargo',
  );
  return (
    <>
      <Typography variant="h5" component="h2" gutterBottom>
        {t('promotion.of', { freight: freightName, stage })}
      </Typography>
      <PromotionSubtitle promotion={promotion} />
      <div className={classes.actions}>
        <PromotionActions
          project={project}
          promotion={promotion}
          onRetry={() =>
            navigate(
              `../..?${new URLSearchParams({
                promote: stage,
                ...(freight && { freight }),
              })}`,
              { relative: 'path' },
            )
          }
          onWentOn={({ metadata }) =>
            navigate(`../${metadata.name}`, { relative: 'path' })
          }
          {...(verdict?.allowed === false && {
            refusal: verdict.reason ?? t('promote.notAllowed', { stage }),
          })}
        />
      </div>
      <div className={classes.detail}>
        <PromotionDetail
          project={project}
          promotion={promotion}
          freightName={freightName}
          addressOf={selection =>
            `../..?${new URLSearchParams({ ...selection })}`
          }
        />
      </div>
    </>
  );
}
