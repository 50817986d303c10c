// A desk telephone that others wrote: baresip, which says a tone and answers by itself.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MODULES = ['account', 'g711', 'ausine', 'aufile', 'uuid', 'menu'];

/** Plugs a telephone in with the login it was given (see `POST /devices`); `tone` in hertz. */
export async function plugIn({ login, secret, registrar }, { tone }) {
  const folder = await mkdtemp(join(tmpdir(), 'straks-desk-phone-'));
  const config = [
    'sip_listen\t127.0.0.1:0',
    'module_path\t/usr/lib/baresip/modules',
    ...MODULES.map((name) => `module\t${name}.so`),
    `audio_source\tausine,${tone}`,
    `audio_player\taufile,${join(folder, 'heard.wav')}`,
    'audio_alert\taufile,/dev/null',
    'ausrc_srate\t48000',
    'auplay_srate\t48000',
    'ausrc_channels\t2',
    'auplay_channels\t2',
  ];
  const account = `<sip:${login}@${registrar}>;auth_user=${login};auth_pass=${secret};answermode=auto;regint=600`;
  await writeFile(join(folder, 'config'), `${config.join('\n')}\n`);
  await writeFile(join(folder, 'accounts'), `${account}\n`);
  await writeFile(join(folder, 'contacts'), '');
  const child = spawn('baresip', ['-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const unplug = async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  const signedIn = new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error(`it does not sign in: ${said}`)), 60_000);
    const hear = (text) => {
      said += text;
      if (!/200 OK/.test(said)) return;
      clearTimeout(late);
      done();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', failed);
  });
  try {
    await signedIn;
  } catch (error) {
    await unplug();
    throw error;
  }
  return { unplug };
}
