/* global __CMS_TOKEN__ */
export const headers = { authorization: `Bearer ${__CMS_TOKEN__}` };
