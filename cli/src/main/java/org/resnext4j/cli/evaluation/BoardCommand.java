package org.resnext4j.cli.evaluation;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.resnext4j.evaluation.board.BoardFormat;
import org.resnext4j.evaluation.board.BoardPages;
import org.resnext4j.evaluation.board.ResultsBoard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code resnext board}: compares published results with measured ones. */
@Command(
    name = "board",
    mixinStandardHelpOptions = true,
    description = "Show every published result beside what was measured with --record.")
public final class BoardCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      defaultValue = "results",
      description = "Where the records are (default: ${DEFAULT-VALUE}).")
  private Path results;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "terminal",
      description = "terminal, markdown, csv or html (default: ${DEFAULT-VALUE}).")
  private String format;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "board",
      description = "html: the folder for the pages (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    ResultsBoard board = ResultsBoard.load(results);
    PrintWriter writer = spec.commandLine().getOut();
    switch (format.toLowerCase(Locale.ROOT)) {
      case "terminal" -> writer.print(BoardFormat.TERMINAL.write(board));
      case "markdown" -> writer.print(BoardFormat.MARKDOWN.write(board));
      case "csv" -> writer.print(BoardFormat.CSV.write(board));
      case "html" -> writer.println("open " + new BoardPages(board).write(out));
      default ->
          throw new IllegalArgumentException(
              "--format must be terminal, markdown, csv or html, but was '%s'".formatted(format));
    }
    writer.flush();
    return 0;
  }
}
