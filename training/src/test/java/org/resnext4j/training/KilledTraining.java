package org.resnext4j.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.resnext4j.models.RunFiles;
import org.resnext4j.training.run.Metrics;
import org.resnext4j.training.run.TrainingException;

/** The program that {@link KillTest} kills: begins or resumes a training in the folder given. */
final class KilledTraining {

  private KilledTraining() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Trainer trainer =
        TestRuns.trainer(
            TestRuns.recipe(Map.of()),
            TestRuns.TRAINING,
            folder,
            1,
            new TrainingListener() {
              @Override
              public void onStep(Metrics.Steps now, int epoch, int step, int steps) {
                System.out.println("step " + now.updates());
              }
            });
    try {
      if (Files.exists(folder.resolve(RunFiles.CHECKPOINT))) {
        trainer.resume();
      } else {
        trainer.run(TestRuns.firstWeights());
      }
    } catch (TrainingException e) {
      System.out.println("error: " + e.getMessage());
      System.exit(1);
    }
  }
}
