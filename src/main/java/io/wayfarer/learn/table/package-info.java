/** Any table as something to learn from: read, its columns typed, identifiers and leaks left out, and trained on. */
package io.wayfarer.learn.table;
