/** The {@code resnext} command: each class parses one subcommand, calls the library and prints. */
package org.resnext4j.cli;
