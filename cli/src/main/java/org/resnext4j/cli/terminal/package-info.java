/**
 * Printing for people and programs: tables, progress, notices, failures in one sentence, and the
 * standard output with its errors.
 *
 * {@snippet lang=shell :
 * resnext models | head -1
 * }
 */
package org.resnext4j.cli.terminal;
