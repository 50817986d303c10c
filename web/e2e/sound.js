// Sound in the browsers of these tests: a microphone that says one tone, and ears that measure.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wav } from './phone.js';
import { eventually, openBrowser } from './straks.js';

/** A browser whose microphone says a tone, in Hz. */
export async function speakingBrowser(tone) {
  const folder = await mkdtemp(join(tmpdir(), 'straks-tone-'));
  const file = join(folder, 'tone.wav');
  await writeFile(file, wav(tone));
  const browser = await openBrowser([
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${file}`,
    '--allow-loopback-in-peer-connection',
    '--autoplay-policy=no-user-gesture-required',
  ]);
  browser.once('disconnected', () => void rm(folder, { recursive: true, force: true }));
  return browser;
}

/** Runs before the pages' own scripts: the microphone as it is, and the connections within reach. */
export function instruments() {
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  media.getUserMedia = ({ audio }) =>
    open({
      audio: {
        ...(typeof audio === 'object' ? audio : {}),
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
      },
    });
  globalThis.peers = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      globalThis.peers.push(this);
    }
  };
}

/** The frequency that is loudest in what the page's newest connection brings, in Hz. */
function loudest(page) {
  return page.evaluate(async () => {
    const peer = globalThis.peers.at(-1);
    const track = peer?.getReceivers()[0]?.track;
    if (!track) return 0;
    const context = new AudioContext();
    const meter = context.createAnalyser();
    meter.fftSize = 8_192;
    context.createMediaStreamSource(new MediaStream([track])).connect(meter);
    await new Promise((done) => setTimeout(done, 600));
    const bins = new Float32Array(meter.frequencyBinCount);
    meter.getFloatFrequencyData(bins);
    const best = bins.reduce((best, level, at) => (level > bins[best] ? at : best), 0);
    const hertz = bins[best] > -60 ? (best * context.sampleRate) / meter.fftSize : 0;
    await context.close();
    return hertz;
  });
}

/** Waits until a tone is the loudest thing that somebody hears in the browser. */
export async function browserHears(page, tone) {
  await eventually(`the browser hears ${tone} Hz`, async () => {
    const hertz = await loudest(page);
    return Math.abs(hertz - tone) < 12 || Promise.reject(new Error(`${hertz} Hz`));
  });
}

/** Waits until a telephone hears nearly nothing but a tone. */
export async function phoneHears(phone, tone) {
  await eventually(`the telephone hears ${tone} Hz`, async () => {
    const part = await phone.hears(tone);
    return part > 0.8 || Promise.reject(new Error(`${part}`));
  });
}

/** Waits until a telephone hears a tone no longer. */
export async function phoneHearsNo(phone, tone) {
  await eventually(`the telephone hears no ${tone} Hz`, async () => {
    const part = await phone.hears(tone);
    return part < 0.3 || Promise.reject(new Error(`${part}`));
  });
}
