// The service worker: drafts are kept and sent later.
