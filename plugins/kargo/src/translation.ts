import { createTranslationRef } from '@backstage/frontend-plugin-api';
import { commonMessages } from './messages/commonMessages';
import { freightMessages } from './messages/freightMessages';
import { manifestMessages } from './messages/manifestMessages';
import { overviewMessages } from './messages/overviewMessages';
import { pipelineMessages } from './messages/pipelineMessages';
import { promotionMessages } from './messages/promotionMessages';
import { reasonMessages } from './messages/reasonMessages';
import { settingsMessages } from './messages/settingsMessages';
import { setupMessages } from './messages/setupMessages';
import { stateMessages } from './messages/stateMessages';

/** Every text of the interface. @public */
export const kargoTranslationRef = createTranslationRef({
  id: 'kargo',
  messages: {
    ...commonMessages,
    ...stateMessages,
    ...reasonMessages,
    ...pipelineMessages,
    ...freightMessages,
    ...promotionMessages,
    ...overviewMessages,
    ...manifestMessages,
    ...setupMessages,
    ...settingsMessages,
  },
});
