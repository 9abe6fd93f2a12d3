-- What cannot be used and is delivered again is kept once; null for what has nothing to know it by.
alter table quarantine add column digest uuid;
create unique index quarantine_digest on quarantine (digest);
