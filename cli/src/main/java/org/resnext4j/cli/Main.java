package org.resnext4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code resnext} command. Exit code 0 on success, 1 on failure, 2 for wrong usage. */
@Command(
    name = "resnext",
    description = "ResNeXt for the JVM: build, train, evaluate, explain, export and serve.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      PredictCommand.class,
      PullCommand.class,
      ModelsCommand.class,
      SummaryCommand.class,
      EvaluateCommand.class,
      BoardCommand.class,
      CardinalityCommand.class,
      TrainCommand.class,
      SweepCommand.class,
      ConvertCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      ServeCommand.class,
    })
public final class Main {

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean verbose;

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command and returns its exit code. */
  static int run(String... arguments) {
    Main main = new Main();
    IExecutionExceptionHandler failure =
        (exception, commandLine, _) -> {
          if (main.verbose) {
            exception.printStackTrace(commandLine.getErr());
          } else {
            commandLine.getErr().println("resnext: " + sentence(exception));
          }
          // What the user asked for is wrong (a name, a size), or the work failed.
          return exception instanceof IllegalArgumentException
              ? CommandLine.ExitCode.USAGE
              : CommandLine.ExitCode.SOFTWARE;
        };
    return new CommandLine(main)
        .setExecutionExceptionHandler(failure)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  private static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName() + " (--verbose shows where)"
        : message;
  }
}
