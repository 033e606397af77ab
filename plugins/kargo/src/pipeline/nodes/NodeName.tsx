import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { MiddleCut } from '../../components/MiddleCut';
import { kargoTranslationRef } from '../../translation';
import { useNodeStyles } from './nodeStyles';

/** What a card is about; opens its details. */
export function NodeName(props: {
  name: string;
  onOpen: (name: string) => void;
}) {
  const classes = useNodeStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name, onOpen } = props;
  return (
    <button
      type="button"
      className={`${classes.name} nodrag`}
      onClick={() => onOpen(name)}
      aria-label={t('common.details', { name })}
      title={name}
    >
      <MiddleCut text={name} />
    </button>
  );
}
