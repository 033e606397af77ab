import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { isKargoRequestError, Promotion } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { DetailDrawer } from '../components/DetailDrawer';
import { useKargoLinks } from '../components/KargoLinks';
import { EmptyView, ErrorView, SkeletonRows } from '../components/StateViews';
import { useSelection } from '../components/useSelection';
import { Pipeline } from '../queries/usePipeline';
import { usePromotion } from '../queries/usePromotions';
import { kargoTranslationRef } from '../translation';
import { PromotionActions } from './PromotionActions';
import { PromotionDetail, PromotionSubtitle } from './PromotionDetail';
import { promotedFreightName } from './promotionModel';

/** A promotion beside its pipeline. */
export function PromotionDrawer(props: {
  pipeline: Pipeline;
  name: string;
  onClose: () => void;
  onRetry: (promotion: Promotion) => void;
  onWentOn: (promotion: Promotion) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, name } = props;
  const { items, error, reload } = usePromotion(pipeline.project, name);
  const links = useKargoLinks();
  const { addressOf } = useSelection();
  const promotion = items?.[0];
  const isGone =
    isKargoRequestError(error, 404) || (items && items.length === 0);
  const freight = promotion
    ? promotedFreightName(
        promotion,
        pipeline.freight.find(
          item => item.metadata.name === promotion.spec.freight,
        )?.alias,
      )
    : '';
  const verdict =
    promotion && pipeline.access?.stages[promotion.spec.stage]?.promote;
  const page = links.promotion?.(pipeline.project, name);
  return (
    <DetailDrawer
      isOpen
      onClose={props.onClose}
      kind={t('promotion.kind')}
      title={
        promotion
          ? t('promotion.of', { freight, stage: promotion.spec.stage })
          : name
      }
      subtitle={promotion && <PromotionSubtitle promotion={promotion} />}
      actions={
        promotion && (
          <>
            <PromotionActions
              project={pipeline.project}
              promotion={promotion}
              onRetry={() => props.onRetry(promotion)}
              onWentOn={props.onWentOn}
              {...(verdict?.allowed === false && {
                refusal:
                  verdict.reason ??
                  t('promote.notAllowed', { stage: promotion.spec.stage }),
              })}
            />
            {page && (
              <Link component={RouterLink} to={page} variant="body2">
                {t('promotion.fullPage')}
              </Link>
            )}
          </>
        )
      }
    >
      {error && !isGone && !promotion && (
        <ErrorView error={error} onRetry={reload} />
      )}
      {!error && !promotion && !items && <SkeletonRows rows={8} />}
      {isGone && (
        <EmptyView
          title={t('promotion.notFound', { name })}
          text={t('states.missingText')}
        />
      )}
      {promotion && (
        <PromotionDetail
          project={pipeline.project}
          promotion={promotion}
          freightName={freight}
          addressOf={addressOf}
        />
      )}
    </DetailDrawer>
  );
}
