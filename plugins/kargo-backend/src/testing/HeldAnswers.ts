import {
  HttpClient,
  HttpRequest,
  HttpResponse,
  HttpStream,
} from 'backstage-plugin-kargo-node';

/** An HTTP client that keeps an answer back, so that the world can change behind it. */
export class HeldAnswers implements HttpClient {
  #isHolding = false;
  #release: () => void = () => {};
  #onHeld: () => void = () => {};

  static of(http: HttpClient): HeldAnswers {
    return new HeldAnswers(http);
  }

  private constructor(private readonly http: HttpClient) {}

  /** Keeps the next answer back; resolves when it has arrived. */
  holdNext(): Promise<void> {
    this.#isHolding = true;
    return new Promise(resolve => {
      this.#onHeld = resolve;
    });
  }

  /** Hands on what was kept back. */
  release(): void {
    this.#release();
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const answer = await this.http.send(request);
    if (this.#isHolding) {
      this.#isHolding = false;
      await new Promise<void>(resolve => {
        this.#release = resolve;
        this.#onHeld();
      });
    }
    return answer;
  }

  open(request: HttpRequest): Promise<HttpStream> {
    return this.http.open(request);
  }
}
