package org.resnext4j.training.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnext4j.models.CardinalitySolver;
import org.resnext4j.models.Complexity;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.training.TestRuns;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.TrainingListener;
import org.resnext4j.training.classification.RunDescription;
import org.resnext4j.training.recipe.Recipe;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.TrainingException;
import org.resnext4j.vision.Preprocessing;

class CardinalitySweepTest {

  private static final ResNeXt LIKE =
      ResNeXt.builder()
          .stem(Stem.CIFAR)
          .stages(1)
          .stemChannels(4)
          .cardinality(4)
          .width(2)
          .classes(3)
          .build();

  @TempDir private Path folder;

  private static CardinalitySweep sweep(Path out, Map<String, String> changes) {
    return new CardinalitySweep(
        new CardinalitySweep.Plan(
            LIKE,
            List.of(1, 4),
            List.of(1L, 2L),
            TestRuns.recipe(changes),
            "pictures",
            TestRuns.TRAINING,
            TestRuns.VALIDATION),
        out,
        new Trainer.Options(1, 1, true, Duration.ofHours(1), 0, 100));
  }

  @Test
  void aRowHasTheSolversNetworkAndTheMeanAndSpreadOfItsSeeds() throws Exception {
    List<CardinalitySweep.Row> rows =
        sweep(folder, Map.of()).run(new CardinalitySweep.Listener() {});
    assertThat(rows).hasSize(2);
    ResNeXt one = CardinalitySolver.solve(LIKE, 1).model();
    for (CardinalitySweep.Row row : rows) {
      assertThat(row.cells()).extracting(CardinalitySweep.Cell::seed).containsExactly(1L, 2L);
      // Of two values, the sample's deviation is their distance over the root of two.
      double first = row.cells().get(0).accuracy();
      double second = row.cells().get(1).accuracy();
      assertThat(row.mean()).isCloseTo((first + second) / 2, within(1e-12));
      assertThat(row.deviation()).isCloseTo(Math.abs(first - second) / Math.sqrt(2), within(1e-12));
    }
    CardinalitySweep.Cell cell = rows.getFirst().cells().getFirst();
    assertThat(cell.model()).isEqualTo(one.name());
    assertThat(cell.cardinality()).isEqualTo(1);
    assertThat(cell.width()).isEqualTo(one.width());
    assertThat(cell.parameters()).isEqualTo(Complexity.of(one, 12).parameters());
    assertThat(ModelFile.load(CardinalitySweep.modelFile(folder, cell)).model()).isEqualTo(one);

    String table = Files.readString(folder.resolve(SweepReport.TABLE));
    assertThat(table).isEqualTo(SweepReport.table(rows));
    assertThat(table.lines()).hasSize(4);
    assertThat(ImageIO.read(folder.resolve(SweepReport.PLOT).toFile()).getWidth())
        .isGreaterThan(500);
    assertThat(folder.resolve(SweepReport.DATA)).content().contains("\"seed\" : 2");
  }

  @Test
  void aRecipeThatLeavesPreprocessingToTheModelTakesWhatTheNetworkIsUsuallyShown() {
    CardinalitySweep.Plan plan =
        new CardinalitySweep.Plan(
            LIKE,
            List.of(1),
            List.of(1L),
            TestRuns.recipe(Map.of("preprocessing", Recipe.OF_MODEL)),
            "pictures",
            TestRuns.TRAINING,
            TestRuns.VALIDATION);
    assertThat(plan.recipe().preprocessing()).isEqualTo(Preprocessing.cifar().toJson());
  }

  @Test
  void anInterruptedSweepGoesOnWhereItWasAndEndsTheSame() throws Exception {
    List<CardinalitySweep.Row> straight =
        sweep(folder.resolve("straight"), Map.of()).run(new CardinalitySweep.Listener() {});
    Path out = folder.resolve("interrupted");
    AtomicReference<CardinalitySweep> itself = new AtomicReference<>(sweep(out, Map.of()));
    List<CardinalitySweep.Row> some = itself.get().run(stoppingInTheSecondRun(itself));
    assertThat(some).singleElement().satisfies(row -> assertThat(row.cells()).hasSize(1));
    Path finished = CardinalitySweep.modelFile(out, some.getFirst().cells().getFirst());
    Object before = Files.getLastModifiedTime(finished);
    assertThat(sweep(out, Map.of()).run(new CardinalitySweep.Listener() {})).isEqualTo(straight);
    assertThat(Files.getLastModifiedTime(finished)).isEqualTo(before);
    assertThatThrownBy(
            () -> sweep(out, Map.of("learningRate", "0.3")).run(new CardinalitySweep.Listener() {}))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("of another sweep");
  }

  private static CardinalitySweep.Listener stoppingInTheSecondRun(
      AtomicReference<CardinalitySweep> sweep) {
    int[] runs = new int[1];
    return new CardinalitySweep.Listener() {
      @Override
      public TrainingListener beginRun(RunDescription run) {
        int number = ++runs[0];
        return new TrainingListener() {
          @Override
          public void onStep(Metrics.Steps now, int epoch, int step, int steps) {
            if (number == 2 && now.updates() == 11) {
              sweep.get().stop();
            }
          }
        };
      }
    };
  }
}
