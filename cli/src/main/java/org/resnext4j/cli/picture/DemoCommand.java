package org.resnext4j.cli.picture;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.resnext4j.cli.terminal.TextTable;
import org.resnext4j.inference.Label;
import org.resnext4j.inference.demo.Demo;
import org.resnext4j.inference.demo.DemoPage;
import org.resnext4j.models.weights.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code resnext demo}: classifies the bundled pictures with the bundled model. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Classify the bundled pictures with the bundled model, and write a page with heat maps.")
public final class DemoCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      defaultValue = "resnext-demo.html",
      description = "File of the page (default: ${DEFAULT-VALUE}).")
  private Path page;

  @Override
  public Integer call() throws IOException {
    Demo demo = Demo.run();
    TextTable table = new TextTable("picture", "shows", "named", ">sure", "right", "next");
    for (Demo.Shown shown : demo.shown()) {
      List<Label> top = shown.classification().top(2);
      table.row(
          shown.file(),
          shown.truth(),
          top.getFirst().name(),
          percent(top.getFirst()),
          shown.right() ? "✓" : "✗",
          top.getLast().name() + " " + percent(top.getLast()));
    }
    AtomicFile.write(page, DemoPage.html(demo));
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.printf(
        Locale.ROOT,
        "%n%d of %d right, by %s. Loaded in %d ms; %d pictures classified and explained in %d ms,"
            + " again in %d ms.%n",
        demo.right(),
        demo.shown().size(),
        demo.model(),
        demo.loading().toMillis(),
        demo.shown().size(),
        demo.first().toMillis(),
        demo.again().toMillis());
    out.printf(
        """

        Open %s for the pictures, with heat maps of what spoke for each answer.
        Then try:
          ./resnext predict PICTURE...             name what is in your own pictures
          ./resnext pull --list                    networks that others trained on ImageNet
          ./resnext train --help                   train one on your own pictures
        """,
        page.toAbsolutePath());
    return 0;
  }

  private static String percent(Label label) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * label.probability());
  }
}
