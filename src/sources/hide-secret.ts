import type { Refusal } from '../upstream/upstream-client.js';

/** The refusal without the secret that was sent, should the upstream have echoed it in one of the usual encodings. */
export function hideSecret(refusal: Refusal, secret: string | undefined): Refusal {
  if (secret === undefined || secret === '') return refusal;
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
  const hide = (text: string): string => forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text);
  return {
    ...refusal,
    upstreamCode: refusal.upstreamCode === null ? null : hide(refusal.upstreamCode),
    message: hide(refusal.message),
  };
}
