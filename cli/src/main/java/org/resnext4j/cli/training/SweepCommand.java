package org.resnext4j.cli.training;

import picocli.CommandLine.Command;

/** {@code resnext sweep}: trains several networks that differ in one property. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "WHAT",
    description = "Train several networks that differ in one property, and compare them.",
    subcommands = CardinalitySweepCommand.class)
public final class SweepCommand {}
