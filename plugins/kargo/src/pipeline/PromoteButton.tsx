import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ActionButton } from '../components/ActionButton';
import { kargoTranslationRef } from '../translation';
import { StageNodeModel } from './graphModel';

/** Begins a promotion to a Stage, or says why the viewer may not; nothing where nothing is promoted. */
export function PromoteButton(props: {
  model: StageNodeModel;
  className: string;
  onPromote: (stage: string) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name, view, mayPromote, refusal } = props.model;
  if (!view || view.state === 'passThrough') {
    return null;
  }
  return (
    <ActionButton
      className={props.className}
      onClick={() => props.onPromote(name)}
      label={t('promote.actionTo', { stage: name })}
      {...(!mayPromote && {
        refusal: refusal ?? t('promote.notAllowed', { stage: name }),
      })}
    >
      {t('promote.action')}
    </ActionButton>
  );
}
