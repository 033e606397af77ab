import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ReactNode, useState } from 'react';
import { kargoTranslationRef } from '../translation';
import { ActionButton } from './ActionButton';

/** The beginning of a list, and a button that shows more of it where there is more. */
export function useBeginning<T>(
  items: readonly T[],
  page: number,
): { shown: readonly T[]; more: ReactNode } {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [count, setCount] = useState(page);
  const rest = items.length - count;
  return {
    shown: items.slice(0, count),
    more: rest > 0 && (
      <ActionButton onClick={() => setCount(count + page)}>
        {t('common.showMore', { number: String(Math.min(page, rest)) })}
      </ActionButton>
    ),
  };
}
