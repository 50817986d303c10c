// Imports and municipalities' own sites as the staff API answers with them.
export type Form = 'markdown' | 'html' | 'csv' | 'borger-dk' | 'kle';

export interface IncomingText {
  topic: string;
  title: string;
  summary: string;
  area: string;
  file: string;
  line: number;
  parts: string[];
  words: number;
  becomes: 'draft' | 'new' | 'changed' | 'same';
}

export interface Fault {
  file: string;
  line: number;
  code: string;
  message: string;
}

export interface ImportView {
  texts: IncomingText[];
  subjects: number;
  faults: Fault[];
  done: boolean;
}

export interface Site {
  municipality: string;
  hosts: string[];
  sitemap: string;
  active: boolean;
  visiting: boolean;
  finished_at: number | null;
  pages: number;
  fetched: number;
  faults: { url: string; code: string }[];
}

/** The bytes of a file as the server takes them. */
export async function sent(file: File): Promise<{ name: string; data: string }> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return { name: file.webkitRelativePath || file.name, data: btoa(text) };
}
