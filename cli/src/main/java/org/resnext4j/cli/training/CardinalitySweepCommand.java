package org.resnext4j.cli.training;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.resnext4j.cli.option.PictureOptions;
import org.resnext4j.cli.terminal.Interruption;
import org.resnext4j.evaluation.board.ResultRecord;
import org.resnext4j.evaluation.report.RunDetails;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.TrainingListener;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.classification.TrainingData;
import org.resnext4j.training.input.CachedDataset;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.sweep.CardinalitySweep;
import org.resnext4j.training.sweep.SweepReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code resnext sweep cardinality}: tests the paper's main claim on a data set and at a scale that
 * the user chooses.
 */
@Command(
    name = "cardinality",
    mixinStandardHelpOptions = true,
    description = {
      "Train networks of several cardinalities at about one complexity, by one recipe, with several seeds.",
      "Run it again with the same --out to continue an interrupted sweep."
    })
final class CardinalitySweepCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private RecipeOptions recipeOptions;

  @Mixin private PictureOptions pictureOptions;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Pictures, with a part to validate on.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Folder for the runs, the table and the plot.")
  private Path out;

  @Option(
      names = "--like",
      paramLabel = "MODEL",
      description =
          "The network whose complexity is kept: a name, or its fields as JSON; else the recipe's.")
  private Optional<String> like = Optional.empty();

  @Option(
      names = {"-c", "--cardinality"},
      paramLabel = "C",
      split = ",",
      defaultValue = "1,2,4,8,16",
      description = "Cardinalities, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Integer> cardinalities;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,3",
      description = "Seeds, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds;

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      defaultValue = "bundled",
      description = "A recipe's name (default: ${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--pictures-per-class",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Train on so many pictures of each class, the same in all runs; 0 for all pictures (default: ${DEFAULT-VALUE}).")
  private int picturesPerClass;

  @Option(
      names = "--record",
      arity = "0..1",
      fallbackValue = "results",
      paramLabel = "DIR",
      description =
          "Keep the finished sweep for `resnext board` (default folder: ${FALLBACK-VALUE}).")
  private Optional<Path> record = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> all = recipeOptions.changes("");
    all.putAll(pictureOptions.recipeChanges());
    Recipe resolved = Recipe.named(recipe).with(all);
    TrainingData pictures =
        TrainingData.open(data, 0, 0, resolved.reading().reader()).limited(picturesPerClass);
    CardinalitySweep.Plan plan =
        new CardinalitySweep.Plan(
            like.map(Recipe::model)
                .or(resolved::model)
                .orElseThrow(() -> usage("the recipe names no network: give --like")),
            cardinalities,
            seeds,
            resolved,
            data.toString(),
            new CachedDataset(pictures.training()),
            new CachedDataset(
                pictures
                    .validation()
                    .orElseThrow(() -> usage(data + " has no part to validate on"))));
    Trainer.Options options =
        new Trainer.Options(recipeOptions.threads(), 1, true, Duration.ofMinutes(1), 0, 100);
    CardinalitySweep sweep = new CardinalitySweep(plan, out, options);
    PrintWriter printer = spec.commandLine().getOut();
    List<CardinalitySweep.Row> rows;
    try (Interruption _ = Interruption.calling(sweep::stop)) {
      rows = sweep.run(listener(pictures, printer));
    }
    printer.print(SweepReport.table(rows));
    if (record.isPresent()) {
      keep(plan, rows, record.get(), printer);
    }
    printer.flush();
    return 0;
  }

  private void keep(
      CardinalitySweep.Plan plan, List<CardinalitySweep.Row> rows, Path folder, PrintWriter printer)
      throws IOException {
    int wanted = plan.cardinalities().size() * plan.seeds().size();
    if (rows.stream().mapToInt(row -> row.cells().size()).sum() < wanted) {
      printer.println("not kept: the sweep is not finished");
      return;
    }
    String command =
        RunDetails.command(
            spec.commandLine().getParent().getParent().getParseResult().originalArgs());
    for (ResultRecord one : SweepRecords.of(plan, rows, out, command)) {
      printer.println("kept in " + one.save(folder));
    }
  }

  private static CardinalitySweep.Listener listener(TrainingData pictures, PrintWriter printer) {
    return new CardinalitySweep.Listener() {
      @Override
      public TrainingListener beginRun(RunDescription run) {
        TrainingProgress progress = new TrainingProgress(printer);
        progress.begin(run, pictures);
        return progress;
      }
    };
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
