package org.resnext4j.training.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.CardinalitySolver;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.RunFiles;
import org.resnext4j.models.weights.AtomicFile;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.TrainingListener;
import org.resnext4j.training.classification.Classification;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.FolderLock;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.RunReport;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.vision.data.Dataset;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The paper's main claim at any scale: networks of several cardinalities at about one complexity
 * (section 5.1, Table 3), trained by one recipe with several seeds.
 *
 * <p>Each network and seed is a run of its own in the sweep's folder. A sweep that was interrupted
 * goes on where it was: finished runs are read, the interrupted one is resumed.
 */
public final class CardinalitySweep {

  /** Name of the table in the sweep's folder. */
  public static final String TABLE = "sweep.md";

  /** Name of the results as data. */
  public static final String DATA = "sweep.json";

  /** Name of the plot. */
  public static final String PLOT = "sweep.png";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Plan plan;
  private final Path folder;
  private final Trainer.Options options;
  private volatile Optional<Trainer> current = Optional.empty();
  private volatile boolean stopping;

  /**
   * A sweep.
   *
   * @param plan what is compared
   * @param folder of the sweep; made if it does not exist
   * @param options of every run
   */
  public CardinalitySweep(Plan plan, Path folder, Trainer.Options options) {
    this.plan = plan;
    this.folder = folder;
    this.options = options;
  }

  /** Asks the sweep to end, with a checkpoint of the run it is at. */
  public void stop() {
    stopping = true;
    current.ifPresent(Trainer::stop);
  }

  /**
   * Trains what is not yet trained, seed by seed, so that an unfinished sweep compares all
   * cardinalities.
   *
   * @param listener told how the sweep and each run goes
   * @return one row a cardinality, of the runs that are finished
   * @throws IOException if a run cannot go on
   * @throws InterruptedException if this thread is interrupted
   */
  public List<Row> run(Listener listener) throws IOException, InterruptedException {
    List<CardinalitySolver.Choice> choices =
        CardinalitySolver.solve(
            plan.like().withClasses(plan.training().classes().size()), plan.cardinalities());
    Files.createDirectories(folder);
    try (FolderLock _ = FolderLock.take(folder)) {
      return run(choices, listener);
    }
  }

  private List<Row> run(List<CardinalitySolver.Choice> choices, Listener listener)
      throws IOException, InterruptedException {
    List<Cell> cells = new ArrayList<>();
    for (long seed : plan.seeds()) {
      for (CardinalitySolver.Choice choice : choices) {
        Optional<Cell> cell = cell(choice.model(), seed, listener);
        if (cell.isEmpty()) {
          return rows(cells);
        }
        cells.add(cell.get());
        write(cells);
      }
    }
    return rows(cells);
  }

  private static Path run(Path folder, int cardinality, int width, long seed) {
    return folder.resolve("c%d_d%d_seed%d".formatted(cardinality, width, seed));
  }

  /** The model that a finished run left in the sweep's folder. */
  public static Path modelFile(Path folder, Cell cell) {
    return run(folder, cell.cardinality(), cell.width(), cell.seed()).resolve(RunFiles.MODEL);
  }

  private Optional<Cell> cell(ResNeXt model, long seed, Listener listener)
      throws IOException, InterruptedException {
    Path run = run(folder, model.cardinality(), model.width(), seed);
    RunDescription description =
        new RunDescription(
            model,
            plan.recipe(),
            seed,
            plan.data(),
            "",
            0,
            plan.recipe().epochs(),
            plan.training().classes(),
            plan.training().size(),
            plan.validation().size(),
            RunDescription.checksum(plan.training(), plan.validation()));
    if (!Files.exists(run.resolve(RunFiles.MODEL))) {
      Trainer trainer =
          new Trainer(
              new Classification(description, plan.training(), Optional.of(plan.validation())),
              run,
              options,
              listener.beginRun(description));
      current = Optional.of(trainer);
      if (stopping || train(trainer, run, model, seed) == Trainer.Outcome.STOPPED) {
        return Optional.empty();
      }
    } else if (!RunDescription.read(run).fingerprint().equals(description.fingerprint())) {
      throw new TrainingException(
          run + ": this run is of another sweep (other recipe or pictures); give another folder");
    }
    Metrics.Epoch last =
        Metrics.read(run.resolve(Metrics.FILE)).stream()
            .filter(Metrics.Epoch.class::isInstance)
            .map(Metrics.Epoch.class::cast)
            .reduce((first, second) -> second)
            .orElseThrow(() -> new TrainingException(run + ": the run's metrics are missing"));
    Judgement result =
        last.validation()
            .orElseThrow(() -> new TrainingException(run + ": the run was not validated"));
    Complexity complexity = Complexity.of(model, plan.recipe().resolvedPreprocessing().crop());
    return Optional.of(
        new Cell(
            model.name(),
            model.cardinality(),
            model.width(),
            seed,
            complexity.parameters(),
            complexity.multiplyAdds(),
            result.score(),
            last.loss()));
  }

  private static Trainer.Outcome train(Trainer trainer, Path run, ResNeXt model, long seed)
      throws IOException, InterruptedException {
    if (Files.exists(run.resolve(RunFiles.CHECKPOINT))) {
      return trainer.resume();
    }
    Weights first = Initialiser.PAPER.initialise(model.graph(), seed);
    return trainer.run(first);
  }

  private List<Row> rows(List<Cell> cells) {
    return plan.cardinalities().stream()
        .map(c -> new Row(cells.stream().filter(cell -> cell.cardinality() == c).toList()))
        .filter(row -> !row.cells().isEmpty())
        .toList();
  }

  private void write(List<Cell> cells) throws IOException {
    List<Row> rows = rows(cells);
    AtomicFile.write(folder.resolve(DATA), JSON.writeValueAsString(cells) + "\n");
    AtomicFile.write(folder.resolve(TABLE), table(rows));
    AtomicFile.write(
        folder.resolve(PLOT), RunReport.png(BitmapEncoder.getBufferedImage(plot(rows))));
  }

  /** The results as a Markdown table. */
  public static String table(List<Row> rows) {
    StringBuilder table =
        new StringBuilder(
            """
            | C | d | parameters | multiply-adds | top-1 %, mean | ± deviation | each seed | training loss |
            |--:|--:|--:|--:|--:|--:|:--|--:|
            """);
    for (Row row : rows) {
      Cell first = row.cells().getFirst();
      table.append(
          String.format(
              Locale.ROOT,
              "| %d | %d | %.3f M | %.1f M | %.2f | %s | %s | %.4f |%n",
              first.cardinality(),
              first.width(),
              first.parameters() / 1e6,
              first.multiplyAdds() / 1e6,
              100 * row.mean(),
              row.cells().size() < 2
                  ? "–"
                  : String.format(Locale.ROOT, "%.2f", 100 * row.deviation()),
              String.join(
                  ", ",
                  row.cells().stream()
                      .map(c -> String.format(Locale.ROOT, "%.2f", 100 * c.accuracy()))
                      .toList()),
              row.cells().stream().mapToDouble(Cell::trainingLoss).average().orElseThrow()));
    }
    return table.toString();
  }

  private static CategoryChart plot(List<Row> rows) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(640)
            .height(420)
            .title("Accuracy at about one complexity")
            .xAxisTitle("cardinality C × width d")
            .yAxisTitle("% right (top-1), mean ± deviation over seeds")
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeries.CategorySeriesRenderStyle.Line);
    double[] means = rows.stream().mapToDouble(row -> 100 * row.mean()).toArray();
    double spread = rows.stream().mapToDouble(row -> 100 * row.deviation()).max().orElse(0);
    double lowest = java.util.Arrays.stream(means).min().orElse(0);
    double highest = java.util.Arrays.stream(means).max().orElse(100);
    chart.getStyler().setYAxisMin(Math.floor(lowest - spread - 0.5));
    chart.getStyler().setYAxisMax(Math.ceil(highest + spread + 0.5));
    chart.addSeries(
        "top-1",
        rows.stream()
            .map(row -> row.cells().getFirst())
            .map(cell -> "%d × %d".formatted(cell.cardinality(), cell.width()))
            .toList(),
        rows.stream().map(row -> 100 * row.mean()).toList(),
        rows.stream().map(row -> 100 * row.deviation()).toList());
    return chart;
  }

  /** Told how a sweep goes. */
  public interface Listener {

    /** Before a run is begun or resumed; the listener returned is told how that goes. */
    default TrainingListener beginRun(RunDescription run) {
      return TrainingListener.SILENT;
    }
  }

  /**
   * What is compared.
   *
   * @param like the network whose complexity all others keep
   * @param cardinalities C of each
   * @param seeds of each cardinality's runs
   * @param recipe of every run
   * @param data where the pictures are, for the record
   * @param training pictures
   * @param validation pictures
   */
  public record Plan(
      ResNeXt like,
      List<Integer> cardinalities,
      List<Long> seeds,
      Recipe recipe,
      String data,
      Dataset training,
      Dataset validation) {

    /** Copies the lists, resolves the recipe and checks that there is something to do. */
    public Plan {
      recipe = recipe.forNetwork(like);
      cardinalities = List.copyOf(cardinalities);
      seeds = List.copyOf(seeds);
      if (cardinalities.isEmpty() || seeds.isEmpty()) {
        throw new IllegalArgumentException("a sweep needs at least one cardinality and one seed");
      }
    }
  }

  /**
   * One finished run.
   *
   * @param model name of the network
   * @param cardinality C
   * @param width d
   * @param seed of the run
   * @param parameters of the network
   * @param multiplyAdds of the network for one picture
   * @param accuracy top-1 on the validation pictures after the last epoch
   * @param trainingLoss of the last epoch
   */
  public record Cell(
      String model,
      int cardinality,
      int width,
      long seed,
      long parameters,
      long multiplyAdds,
      double accuracy,
      double trainingLoss) {}

  /**
   * All runs of one cardinality.
   *
   * @param cells at least one
   */
  public record Row(List<Cell> cells) {

    /** Mean accuracy. */
    public double mean() {
      return cells.stream().mapToDouble(Cell::accuracy).average().orElseThrow();
    }

    /** Standard deviation over the seeds (of a sample), 0 for one seed. */
    public double deviation() {
      double mean = mean();
      double squares = cells.stream().mapToDouble(c -> Math.pow(c.accuracy() - mean, 2)).sum();
      return cells.size() < 2 ? 0 : Math.sqrt(squares / (cells.size() - 1));
    }
  }
}
