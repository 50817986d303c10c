// The only place where HTML of our own server becomes DOM. The server has passed it through its
// allow-list twice (when an article was saved and when it was rendered); no other text comes here.

interface FragmentPolicy {
  createHTML(html: string): TrustedHtml;
}

/** What a Trusted Types policy makes; a plain string in browsers without them. */
export type TrustedHtml = string | { toString(): string };

interface TrustedTypeFactory {
  createPolicy(name: string, rules: { createHTML(html: string): string }): FragmentPolicy;
}

let policy: FragmentPolicy | undefined;

/** The server's fragment as something `{@html}` and `innerHTML` take under our policy. */
export function fragment(html: string): TrustedHtml {
  if (!policy) {
    const types = (globalThis as { trustedTypes?: TrustedTypeFactory }).trustedTypes;
    const rules = { createHTML: (text: string) => text };
    policy = types ? types.createPolicy('straks-fragment', rules) : rules;
  }
  return policy.createHTML(html);
}

/** Svelte attachment that fills an element with a fragment of the server. */
export function holds(html: string): (element: Element) => void {
  return (element) => {
    element.innerHTML = fragment(html) as string;
  };
}
