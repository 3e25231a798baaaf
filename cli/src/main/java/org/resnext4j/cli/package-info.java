/**
 * The {@code resnext} command. Each class parses the options of one subcommand, calls the library
 * and prints; the classes hold no other logic. A command ends with exit code 0 if it did what was
 * asked, 1 if it failed and 2 if it was called wrongly.
 *
 * {@snippet lang=shell :
 * resnext predict --weights resnext50_32x4d photos/ --format json
 * }
 */
package org.resnext4j.cli;
