// "Did this help?" answered in place.
import { fragment } from '../shared/fragment';

export class Helped extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send(event.target as HTMLFormElement, event.submitter);
    });
  }

  async #send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
    const body = new URLSearchParams(new FormData(form, button) as unknown as URLSearchParams);
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        body,
        headers: { 'x-fragment': '1' },
      });
      if (!answer.ok) throw new Error();
      this.innerHTML = fragment(await answer.text()) as string;
      this.tabIndex = -1;
      this.focus();
    } catch {
      form.submit();
    }
  }
}
