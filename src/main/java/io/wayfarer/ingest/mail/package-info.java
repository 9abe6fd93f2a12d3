/** Mailboxes: a mail that somebody wrote, as an event. */
package io.wayfarer.ingest.mail;
