const CONTROLS = 'a[href], button, input, select, textarea, [tabindex="0"]';
/** What a press does may take its time; later nobody expects the focus to move. */
const GONE_WITHIN_MS = 3_000;

/**
 * For a control that is gone once it has been pressed: its focus goes to the next one of the same list, else to the one
 * before, else to what they lie in (the nearest element with `tabIndex={-1}`), and never to the page (WCAG 2.4.3).
 */
export function passFocusOn(pressed: HTMLElement): void {
  if (document.activeElement !== pressed) return;
  const around = pressed.parentElement?.closest<HTMLElement>('[tabindex="-1"]') ?? null;
  const controls = [...((pressed.closest('ul, ol') ?? around)?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
  const at = controls.indexOf(pressed);
  const heirs = [...controls.slice(at + 1), ...controls.slice(0, at).reverse(), ...(around ? [around] : [])];
  const begun = performance.now();
  requestAnimationFrame(function look(now) {
    if (pressed.isConnected) {
      if (now < begun + GONE_WITHIN_MS) requestAnimationFrame(look);
      return;
    }
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (lost) heirs.find((heir) => heir.checkVisibility() && !heir.matches(':disabled'))?.focus();
  });
}
