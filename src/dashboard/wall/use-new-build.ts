import { useEffect } from 'react';

const LOOK_EVERY_MS = 10 * 60_000;
/** Nobody has touched anything for so long. */
const IDLE_AFTER_MS = 60_000;

/** Loads the page anew when the gateway serves another build of it, once nobody is at it. A full screen would be lost. */
export function useNewBuild(): void {
  useEffect(() => {
    let touchedAt = Date.now();
    const touched = (): void => {
      touchedAt = Date.now();
    };
    const idle = (): boolean => Date.now() - touchedAt >= IDLE_AFTER_MS && document.fullscreenElement === null;
    const look = async (): Promise<void> => {
      if (idle() && (await isReplaced()) && idle()) window.location.reload();
    };
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    for (const event of ['pointermove', 'keydown']) document.addEventListener(event, touched);
    return () => {
      clearInterval(timer);
      for (const event of ['pointermove', 'keydown']) document.removeEventListener(event, touched);
    };
  }, []);
}

/** The name of its script changes with its content. */
async function isReplaced(): Promise<boolean> {
  const script = document.querySelector<HTMLScriptElement>('script[type=module]');
  try {
    const response = await fetch(window.location.pathname, { headers: { accept: 'text/html' }, cache: 'no-store' });
    const html = response.ok ? await response.text() : '';
    return script !== null && html.includes('id="dashboard"') && !html.includes(new URL(script.src).pathname);
  } catch {
    return false;
  }
}
