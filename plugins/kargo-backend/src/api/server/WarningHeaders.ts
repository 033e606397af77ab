import { Response } from 'express';
import { maskPasswords } from '../../logic/urlPassword';

/** Clients read heads of 8 KiB and more; there are other headers, too. */
const MOST_WARNINGS = 20;
const LONGEST_WARNING = 300;

/**
 * Tells a client what was ignored or may surprise, in `Warning` headers: Kubernetes does it
 * in the same way, and its clients print them.
 */
export class WarningHeaders {
  private told = 0;

  static create(response: Response): WarningHeaders {
    return new WarningHeaders(response);
  }

  private constructor(private readonly response: Response) {}

  /** Adds a header; does nothing once there are as many as a client reads. */
  add(warning: string): void {
    this.told += 1;
    if (this.told <= MOST_WARNINGS) {
      this.response.append('Warning', headerOf(warning));
    } else if (this.told === MOST_WARNINGS + 1) {
      this.response.append('Warning', headerOf('There are further warnings'));
    }
  }
}

function headerOf(text: string): string {
  const quoted = shortened(maskPasswords(text))
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/["\\]/g, '\\$&');
  return `299 - "${quoted}"`;
}

function shortened(text: string): string {
  return text.length > LONGEST_WARNING
    ? `${text.slice(0, LONGEST_WARNING)}...`
    : text;
}
