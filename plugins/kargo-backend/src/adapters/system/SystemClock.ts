import { Clock } from '../../ports/Clock';
import { startTimer } from './startTimer';

/** The clock of the machine. */
export class SystemClock implements Clock {
  static create(): SystemClock {
    return new SystemClock();
  }

  private constructor() {}

  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const end = startTimer(milliseconds, () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      });
      signal?.addEventListener('abort', giveUp, { once: true });

      function giveUp() {
        end();
        reject(signal?.reason);
      }
    });
  }
}
