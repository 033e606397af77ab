import { KargoApi } from 'backstage-plugin-kargo-common';
import { ReactElement } from 'react';

/** Draws a dialog that is open, which closes itself by what it is handed. */
export type DrawDialog = (close: () => void) => ReactElement;

/** A dialog that is open, with what stands in it. */
export interface OpenDialog {
  readonly id: number;
  readonly draw: DrawDialog;
  /** What stands in its fields, by their names. */
  readonly kept: Map<string, unknown>;
  /** What would be lost with it, by its names within the dialog. */
  readonly written: Set<string>;
}

const NONE: readonly OpenDialog[] = [];

/**
 * The dialogs that are open, apart from the pages, which go when Back leads elsewhere and are
 * made anew when the theme of the portal changes. Of the hosts that are there, the first draws
 * them.
 */
class OpenDialogs {
  #dialogs = NONE;
  #lastId = 0;
  /** What tells each host of changes, in the order in which they came. */
  readonly #hosts = new Map<object, () => void>();

  open(draw: DrawDialog): void {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#set([
      ...this.#dialogs,
      { id, draw, kept: new Map(), written: new Set() },
    ]);
  }

  close(closed: number): void {
    this.#set(this.#dialogs.filter(({ id }) => id !== closed));
  }

  /** What a host draws: everything, or nothing while another one does. */
  drawnBy(host: object): readonly OpenDialog[] {
    const [first] = this.#hosts.keys();
    return first === host ? this.#dialogs : NONE;
  }

  /** Lets a host draw, and tells it of changes until what is answered is called. */
  enter(host: object, onChange: () => void): () => void {
    this.#hosts.set(host, onChange);
    return () => {
      this.#hosts.delete(host);
      this.#tell();
      // A page that is only made anew has its next host in the same moment.
      setTimeout(() => {
        if (this.#hosts.size === 0) {
          this.forgetUnwritten();
        }
      });
    };
  }

  /** Somebody who goes elsewhere takes along what they have written, and no empty dialog. */
  forgetUnwritten(): void {
    const written = this.#dialogs.filter(dialog => dialog.written.size > 0);
    if (written.length < this.#dialogs.length) {
      this.#set(written);
    }
  }

  #set(dialogs: readonly OpenDialog[]): void {
    this.#dialogs = dialogs;
    this.#tell();
  }

  #tell(): void {
    for (const onChange of this.#hosts.values()) {
      onChange();
    }
  }
}

/** One for each API object, as with what was loaded through it. */
const all = new WeakMap<KargoApi, OpenDialogs>();

/** The open dialogs of those who share an API object. */
export function openDialogsOf(api: KargoApi): OpenDialogs {
  const known = all.get(api);
  if (known) {
    return known;
  }
  const created = new OpenDialogs();
  all.set(api, created);
  return created;
}
