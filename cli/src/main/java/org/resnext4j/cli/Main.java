package org.resnext4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.resnext4j.cli.detection.ConvertAnnotationsCommand;
import org.resnext4j.cli.detection.DetectCommand;
import org.resnext4j.cli.evaluation.BoardCommand;
import org.resnext4j.cli.evaluation.EvaluateCommand;
import org.resnext4j.cli.network.CardinalityCommand;
import org.resnext4j.cli.network.ModelsCommand;
import org.resnext4j.cli.network.SummaryCommand;
import org.resnext4j.cli.picture.DemoCommand;
import org.resnext4j.cli.picture.EmbedCommand;
import org.resnext4j.cli.picture.PredictCommand;
import org.resnext4j.cli.picture.SimilarCommand;
import org.resnext4j.cli.serving.ServeCommand;
import org.resnext4j.cli.terminal.Failures;
import org.resnext4j.cli.terminal.Results;
import org.resnext4j.cli.training.SweepCommand;
import org.resnext4j.cli.training.TrainCommand;
import org.resnext4j.cli.training.TrainDetectorCommand;
import org.resnext4j.cli.weights.ConvertCommand;
import org.resnext4j.cli.weights.ExportCommand;
import org.resnext4j.cli.weights.InspectCommand;
import org.resnext4j.cli.weights.PullCommand;
import org.resnext4j.vision.text.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code resnext} command. Its exit code is 0 on success, 1 on failure and 2 for wrong usage.
 */
@Command(
    name = "resnext",
    description = "ResNeXt for the JVM: build, train, evaluate, explain, export and serve.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      PredictCommand.class,
      EmbedCommand.class,
      SimilarCommand.class,
      DetectCommand.class,
      PullCommand.class,
      ModelsCommand.class,
      SummaryCommand.class,
      EvaluateCommand.class,
      BoardCommand.class,
      CardinalityCommand.class,
      TrainCommand.class,
      TrainDetectorCommand.class,
      SweepCommand.class,
      ConvertCommand.class,
      ConvertAnnotationsCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      ServeCommand.class,
      CompletionCommand.class,
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
    // Output must not depend on the locale. In Turkish, "I".toLowerCase() is "ı".
    Locale.setDefault(Locale.ROOT);
    // System.out hides the reason of a write error.
    System.exit(run(new Results(new FileOutputStream(FileDescriptor.out)), arguments));
  }

  /** Runs the command with the process's standard output and returns its exit code. */
  static int run(String... arguments) {
    return run(new Results(System.out), arguments);
  }

  /**
   * Runs the command and returns its exit code.
   *
   * @param results the output that the command prints to
   */
  static int run(Results results, String... arguments) {
    Main main = new Main();
    PrintWriter out = new PrintWriter(new OutputStreamWriter(results, charset()), true);
    PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, charset()), true);
    IExecutionExceptionHandler failure =
        (exception, commandLine, _) -> {
          if (main.verbose) {
            exception.printStackTrace(commandLine.getErr());
          } else if (results.complete()) {
            commandLine.getErr().println("resnext: " + Printable.of(Failures.sentence(exception)));
          }
          // An illegal argument is a wrong name or size from the user. Any other exception means
          // that the command failed.
          return exception instanceof IllegalArgumentException
              ? CommandLine.ExitCode.USAGE
              : CommandLine.ExitCode.SOFTWARE;
        };
    CommandLine command =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setExecutionExceptionHandler(failure)
            .setParameterExceptionHandler(Main::misused)
            .setCaseInsensitiveEnumValuesAllowed(true);
    int code;
    try {
      code = command.execute(arguments);
    } catch (OutOfMemoryError e) {
      err.println("resnext: " + memory(e));
      code = CommandLine.ExitCode.SOFTWARE;
    }
    out.flush();
    results.complaint().ifPresent(reason -> command.getErr().println("resnext: " + reason));
    return results.complete() ? code : CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * The encoding of all output: UTF-8 in every locale, but the console's own encoding on Windows.
   */
  private static Charset charset() {
    return System.getProperty("os.name").startsWith("Windows")
        ? System.out.charset()
        : StandardCharsets.UTF_8;
  }

  /**
   * Answers wrong usage with one sentence and a pointer to the help instead of a list of all
   * options.
   */
  private static int misused(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    if (!command.getSubcommands().isEmpty() && !(failure instanceof UnmatchedArgumentException)) {
      command.usage(
          command.getErr()); // The command's name is missing, so the help lists the commands.
      return CommandLine.ExitCode.USAGE;
    }
    command.getErr().println("resnext: " + Printable.of(failure.getMessage()));
    UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    command
        .getErr()
        .println("'%s --help' shows its usage".formatted(command.getCommandSpec().qualifiedName()));
    return CommandLine.ExitCode.USAGE;
  }

  /**
   * Returns the failure's message if it says how much memory is needed, or else the size of the
   * heap.
   */
  private static String memory(OutOfMemoryError failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("give Java more")
        ? message
        : "the heap of %d MB is too small; give Java more with -Xmx"
            .formatted(Runtime.getRuntime().maxMemory() >> 20);
  }
}
