package org.resnext4j.training.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.CardinalitySolver;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.TrainingListener;
import org.resnext4j.training.classification.Classification;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.FolderLock;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.vision.data.Dataset;

/**
 * A comparison of cardinalities at any scale (section 5.1, Table 3): it trains networks of several
 * cardinalities and nearly equal complexity with one recipe and several seeds.
 *
 * <p>Each pair of network and seed is a run of its own in the sweep's folder. A sweep that was
 * interrupted continues: it reads the results of finished runs and resumes the interrupted run.
 */
public final class CardinalitySweep {

  private final Plan plan;
  private final Path folder;
  private final Trainer.Options options;
  private volatile Optional<Trainer> current = Optional.empty();
  private volatile boolean stopping;

  /**
   * A sweep.
   *
   * @param plan the networks, seeds, recipe and pictures
   * @param folder folder of the sweep; it is created if it does not exist
   * @param options options of every run
   */
  public CardinalitySweep(Plan plan, Path folder, Trainer.Options options) {
    this.plan = plan;
    this.folder = folder;
    this.options = options;
  }

  /** Ends the sweep after the current step, with a checkpoint of the current run. */
  public void stop() {
    stopping = true;
    current.ifPresent(Trainer::stop);
  }

  /**
   * Trains all networks that are not trained yet. It finishes one seed of all cardinalities before
   * the next seed, so an unfinished sweep still compares cardinalities.
   *
   * @param listener receives the progress of the sweep
   * @return one row for each cardinality, with its finished runs
   * @throws TrainingException if another process runs the sweep, a run fails, or the folder holds
   *     another sweep
   * @throws IOException if the folder cannot be read or written
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
        SweepReport.write(folder, cells, rows(cells));
      }
    }
    return rows(cells);
  }

  private static Path run(Path folder, int cardinality, int width, long seed) {
    return folder.resolve("c%d_d%d_seed%d".formatted(cardinality, width, seed));
  }

  /** The model file of a finished run in the sweep's folder. */
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

  /** Receives the progress of a sweep. */
  public interface Listener {

    /**
     * Called before a run starts or resumes.
     *
     * @param run description of the run
     * @return a listener for the progress of this run
     */
    default TrainingListener beginRun(RunDescription run) {
      return TrainingListener.SILENT;
    }
  }

  /**
   * The networks, seeds, recipe and pictures of a sweep.
   *
   * @param like network whose complexity all networks have
   * @param cardinalities cardinality C of each network
   * @param seeds seeds of the runs of each network
   * @param recipe recipe of every run
   * @param data folder or archive of the pictures, for the description
   * @param training training pictures
   * @param validation validation pictures
   */
  public record Plan(
      ResNeXt like,
      List<Integer> cardinalities,
      List<Long> seeds,
      Recipe recipe,
      String data,
      Dataset training,
      Dataset validation) {

    /**
     * Copies the lists and resolves the recipe.
     *
     * @throws IllegalArgumentException if a list is empty
     */
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
   * @param cardinality cardinality C
   * @param width width d of a path
   * @param seed seed of the run
   * @param parameters number of parameters
   * @param multiplyAdds number of multiply-adds for one picture
   * @param accuracy top-1 accuracy on the validation pictures after the last epoch, from 0 to 1
   * @param trainingLoss mean training loss of the last epoch
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
   * The finished runs of one cardinality.
   *
   * @param cells one cell for each seed, at least one
   */
  public record Row(List<Cell> cells) {

    /** Mean accuracy over the seeds. */
    public double mean() {
      return cells.stream().mapToDouble(Cell::accuracy).average().orElseThrow();
    }

    /** Sample standard deviation of the accuracy over the seeds, 0 for one seed. */
    public double deviation() {
      double mean = mean();
      double squares = cells.stream().mapToDouble(c -> Math.pow(c.accuracy() - mean, 2)).sum();
      return cells.size() < 2 ? 0 : Math.sqrt(squares / (cells.size() - 1));
    }
  }
}
