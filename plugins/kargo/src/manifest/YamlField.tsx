import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEffect } from 'react';
import { TextInput } from '../components/TextInput';
import { useKept } from '../components/useKept';
import { useLossGuard } from '../components/useLossGuard';
import { kargoTranslationRef } from '../translation';
import { readYaml } from './manifestForm';
import { PathStep } from './manifestShape';
import { manifestYaml } from './manifestText';

/** A field that takes anything, as YAML; what is no YAML yet is kept here until it is. */
export function YamlField(props: {
  label: string;
  path: PathStep[];
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { label, path, value } = props;
  const [{ text }, setTyped] = useKept(`yaml ${path.join('.')}`, () => ({
    text: written(value),
    instead: value,
  }));
  const isRead = read(text).ok;
  // What is none yet is no part of the manifest.
  useLossGuard(!isRead, `yaml ${path.join('.')}`);
  useEffect(() => {
    // Another value came from elsewhere; what is typed here means the same and stays.
    setTyped(typed => {
      const known = read(typed.text);
      const meant = known.ok ? known.value : typed.instead;
      return JSON.stringify(meant) === JSON.stringify(value)
        ? typed
        : { text: written(value), instead: value };
    });
  }, [setTyped, value]);
  return (
    <TextInput
      label={label}
      value={text}
      isMultiline
      help={t(isRead ? 'manifestForm.yaml' : 'manifestForm.noYaml')}
      onChange={typed => {
        setTyped({ text: typed, instead: value });
        const known = read(typed);
        if (known.ok) {
          props.onChange(known.value);
        }
      }}
    />
  );
}

function written(value: unknown): string {
  return value === undefined || isEmpty(value)
    ? ''
    : manifestYaml(value as object).trimEnd();
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 0
  );
}

function read(text: string): { ok: true; value: unknown } | { ok: false } {
  if (!text.trim()) {
    return { ok: true, value: {} };
  }
  return readYaml(text);
}
