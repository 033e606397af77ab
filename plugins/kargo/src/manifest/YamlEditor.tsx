import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CompletionContext } from '@codemirror/autocomplete';
import { yaml, yamlLanguage } from '@codemirror/lang-yaml';
import { linter, lintGutter } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { Compartment, EditorState, Extension } from '@codemirror/state';
import { oneDark } from '@codemirror/theme-one-dark';
import { EditorView } from '@codemirror/view';
import { makeStyles, Theme, useTheme } from '@material-ui/core/styles';
import { StepKind } from 'backstage-plugin-kargo-common';
import { basicSetup } from 'codemirror';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useStepKinds } from '../queries/useStepKinds';
import { kargoTranslationRef } from '../translation';
import { completeManifest } from './completeManifest';
import { EDITOR_PHRASES } from './editorPhrases';
import { lintManifests } from './lintManifest';

const useStyles = makeStyles(theme => ({
  root: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    overflow: 'hidden',
    fontSize: '0.8125rem',
    '& .cm-editor': { maxHeight: '56vh' },
    '& .cm-scroller': { overflow: 'auto' },
  },
}));

/** The colors of {@link oneDark} have too little contrast with its own background. */
const DARK_BACKGROUND = '#1c1f24';
const DARK = EditorView.theme(
  {
    '&': { backgroundColor: DARK_BACKGROUND },
    '.cm-gutters': { backgroundColor: DARK_BACKGROUND, color: '#9aa3b2' },
  },
  { dark: true },
);

/** A text of manifests, with what is wrong marked where it stands. */
export function YamlEditor(props: {
  label: string;
  value: string;
  /** When given, what differs from it is shown line by line. */
  original?: string;
  onChange: (value: string) => void;
}) {
  const classes = useStyles();
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>();
  // The editor keeps the text.
  const stepKinds = useStepKinds();
  const latest = useRef({ ...props, stepKinds });
  latest.current = { ...props, stepKinds };
  const looks = useLooks(props);
  const firstLooks = useRef(looks);
  const [compartment] = useState(() => new Compartment());
  useEffect(() => {
    if (!parent.current) {
      return undefined;
    }
    const made = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          compartment.of(firstLooks.current),
          basicSetup,
          yaml(),
          yamlLanguage.data.of({
            autocomplete: suggestFrom(() => latest.current.stepKinds),
          }),
          lintGutter(),
          linter(view => lintManifests(view.state.doc.toString())),
          EditorView.lineWrapping,
          EditorView.updateListener.of(update => {
            if (update.docChanged) {
              latest.current.onChange(update.state.doc.toString());
            }
          }),
        ],
      }),
    });
    editor.current = made;
    return () => made.destroy();
  }, [compartment]);
  useEffect(() => {
    // Shown otherwise, it keeps the cursor, and what may be undone.
    editor.current?.dispatch({ effects: compartment.reconfigure(looks) });
  }, [compartment, looks]);
  return <div ref={parent} className={classes.root} />;
}

/** How the text is shown, which may change while somebody writes. */
function useLooks(props: { label: string; original?: string }): Extension {
  const { label, original } = props;
  const { t } = useTranslationRef(kargoTranslationRef);
  const theme = useTheme();
  return useMemo(
    () => [
      EditorState.phrases.of(
        Object.fromEntries(
          Object.entries(EDITOR_PHRASES).map(([own, key]) => [own, t(key)]),
        ),
      ),
      // Its place in the order is told, so that tools know that it can be scrolled by keys.
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      themeOf(theme),
      theme.palette.type === 'dark' ? [DARK, oneDark] : [],
      original === undefined
        ? []
        : unifiedMergeView({ original, mergeControls: false }),
    ],
    [t, theme, label, original],
  );
}

/** What the editor brings is small, and in colours of its own. */
function themeOf({ palette, shape }: Theme): Extension {
  const control = {
    margin: '2px 8px 2px 0',
    padding: '4px 8px',
    border: `1px solid ${palette.text.secondary}`,
    borderRadius: `${shape.borderRadius}px`,
    backgroundImage: 'none',
    backgroundColor: 'transparent',
    color: 'inherit',
    font: 'inherit',
    textTransform: 'none',
  };
  const focused = {
    outline: `2px solid ${palette.primary.main}`,
    outlineOffset: '1px',
  };
  return EditorView.theme({
    // The portal's theme sets its own font on everything.
    '.cm-scroller, .cm-scroller *': { fontFamily: 'monospace' },
    '.cm-panels': {
      backgroundColor: palette.background.paper,
      color: palette.text.primary,
      fontSize: '0.8125rem',
    },
    '.cm-panels.cm-panels-top': {
      borderBottom: `1px solid ${palette.divider}`,
    },
    '.cm-panels.cm-panels-bottom': {
      borderTop: `1px solid ${palette.divider}`,
    },
    '.cm-panel.cm-search, .cm-dialog': {
      padding: '6px 32px 6px 8px',
      fontSize: 'inherit',
    },
    '.cm-panel.cm-search label': {
      marginRight: '8px',
      fontSize: 'inherit',
      whiteSpace: 'nowrap',
    },
    '.cm-panel.cm-search input[type=checkbox]': {
      width: '16px',
      height: '16px',
      verticalAlign: 'middle',
    },
    '.cm-textfield': control,
    '.cm-button': {
      ...control,
      cursor: 'pointer',
      '&:hover, &:active': {
        backgroundImage: 'none',
        backgroundColor: palette.action.hover,
      },
    },
    '.cm-textfield:focus-visible, .cm-button:focus-visible, .cm-panel [name=close]:focus-visible':
      focused,
    '.cm-panel [name=close], .cm-dialog-close': {
      top: '4px',
      right: '4px',
      width: '24px',
      height: '24px',
      padding: 0,
      color: 'inherit',
      fontSize: '1.125rem',
      cursor: 'pointer',
    },
  });
}

/** What the schemas let stand at the cursor. */
function suggestFrom(stepKinds: () => readonly StepKind[]) {
  return ({ state, pos, explicit }: CompletionContext) => {
    const found = completeManifest(state.doc.toString(), pos, stepKinds());
    // Who only ends a line has not asked.
    if (!found || (found.from === pos && !explicit)) {
      return null;
    }
    return {
      from: found.from,
      options: found.items.map(({ label, text, description }) => ({
        label,
        apply: text,
        ...(description && { info: description }),
      })),
      validFor: /^[\w./-]*$/,
    };
  };
}
