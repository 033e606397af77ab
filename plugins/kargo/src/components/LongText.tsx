import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useState } from 'react';
import { kargoTranslationRef } from '../translation';
import { ActionButton } from './ActionButton';
import { NamedText } from './NamedText';

/** What is longer pushes what stands below it out of sight: pages of HTML, logs of programs. */
const LONG = 1_000;
const BEGINNING = 500;

/** A sentence of the engine as {@link NamedText}; of a very long one the beginning, until asked. */
export function LongText({ text }: { text: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isWhole, setWhole] = useState(false);
  if (text.length <= LONG) {
    return <NamedText text={text} />;
  }
  return (
    <>
      <NamedText text={isWhole ? text : `${beginning(text)}…`} />{' '}
      <ActionButton
        tone="inherit"
        isExpanded={isWhole}
        onClick={() => setWhole(!isWhole)}
      >
        {t(isWhole ? 'common.showLess' : 'common.showAll')}
      </ActionButton>
    </>
  );
}

/** Ends with a whole character. */
function beginning(text: string): string {
  return text.slice(0, BEGINNING).replace(/[\uD800-\uDBFF]$/, '');
}
