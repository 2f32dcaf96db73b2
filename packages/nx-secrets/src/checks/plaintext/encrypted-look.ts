/** Whether a text is a file of SOPS by its look, whatever its name. */
export const looksEncrypted = (text: string): boolean =>
  /ENC\[AES256_GCM,/.test(text) && /^sops:|"sops"\s*:|^sops_mac=|^\[sops\]/m.test(text);
