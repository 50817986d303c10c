// Warns while a CPR or card number is being written. The server masks it in any case.
import { msg } from '../generated/citizen';
import { sensitiveIn } from '../shared/sensitive';

export class CprWarning extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector('textarea');
    if (!field) return;
    // In a frame the browser may refuse its storage.
    try {
      if (!field.value && !field.closest('straks-chat')) {
        field.value = sessionStorage['straks-draft'] ?? '';
        delete sessionStorage['straks-draft'];
      }
    } catch {}
    const warning = document.createElement('div');
    warning.role = 'alert';
    this.prepend(warning);
    const look = (): void => {
      const found = sensitiveIn(field.value) !== null;
      if (found === warning.childElementCount > 0) return;
      warning.replaceChildren();
      warning.className = found ? 'cpr' : '';
      if (found) {
        warning.appendChild(document.createElement('b')).textContent = msg.chat_cpr_title();
        warning.append(msg.chat_cpr());
      }
    };
    field.addEventListener('input', look);
    look();
  }
}
