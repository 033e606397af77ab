import { InfoCard } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { WaitingForYou } from '../home/WaitingForYou';
import { EntityDeliveriesCard } from '../overview/EntityDeliveriesCard';
import { EntityPipelineContent } from '../pipeline/EntityPipelineContent';
import { SystemContent } from '../system/SystemContent';
import { kargoTranslationRef } from '../translation';
import { LegacyEntityLinks, LegacyLinks } from './LegacyLinks';

/** The pipeline tab of an entity. */
export function LegacyPipelineContent() {
  return (
    <LegacyLinks>
      <EntityPipelineContent />
    </LegacyLinks>
  );
}

/** The tab of systems, groups and environments. */
export function LegacySystemContent() {
  return (
    <LegacyLinks>
      <SystemContent />
    </LegacyLinks>
  );
}

/** The overview card of an entity. */
export function LegacyDeliveriesCard() {
  return (
    <LegacyEntityLinks>
      <EntityDeliveriesCard />
    </LegacyEntityLinks>
  );
}

/** What waits for the viewer, with the frame that home pages of the old system do not draw. */
export function LegacyWaitingForYouCard() {
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <LegacyLinks>
      <InfoCard title={t('home.title')}>
        <WaitingForYou />
      </InfoCard>
    </LegacyLinks>
  );
}
