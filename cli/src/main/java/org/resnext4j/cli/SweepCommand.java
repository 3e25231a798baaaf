package org.resnext4j.cli;

import picocli.CommandLine.Command;

/** {@code resnext sweep}: many trainings that differ in one thing. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "WHAT",
    description = "Train many networks that differ in one thing, and compare them.",
    subcommands = CardinalitySweepCommand.class)
final class SweepCommand {}
