/**
 * The {@code resnext} command. Each class parses the options of one subcommand, calls the library
 * and prints the result; the classes hold no other logic. The exit code of a command is 0 on
 * success, 1 on failure and 2 for wrong usage.
 *
 * {@snippet lang=shell :
 * resnext predict --weights resnext50_32x4d photos/ --format json
 * }
 */
package org.resnext4j.cli;
