package org.resnext4j.training.optimiser;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * A learning rate schedule: a factor of the recipe's learning rate for each moment of a training.
 *
 * {@snippet :
 * Schedule paper = new Schedule.Steps(List.of(30, 60, 90), 90, 0.1, 0);
 * double rate = 0.1 * paper.factor(45.5, 90); // 0.01, in the middle of the 46th epoch
 * }
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Schedule.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = Schedule.Cosine.class, name = "cosine"),
  @JsonSubTypes.Type(value = Schedule.OneCycle.class, name = "one-cycle")
})
public sealed interface Schedule {

  /**
   * The factor of the learning rate at a moment.
   *
   * @param epoch number of finished epochs, from 0 to {@code epochs}, with a fraction within an
   *     epoch
   * @param epochs number of epochs in the whole training
   */
  double factor(double epoch, int epochs);

  /**
   * The paper's schedule (section 5): each milestone multiplies the rate by {@code factor}. The
   * paper's factor is 0.1; its milestones are 30, 60 and 90 epochs on ImageNet, and 150 and 225 of
   * 300 epochs on CIFAR.
   *
   * @param milestones numbers of epochs after which the rate falls, in rising order; they scale
   *     with the length of the training
   * @param of number of epochs that the milestones are meant for
   * @param factor factor of each milestone
   * @param warmupEpochs number of epochs with a linear warmup, 0 for none
   */
  record Steps(List<Integer> milestones, int of, double factor, double warmupEpochs)
      implements Schedule {

    /** Copies the milestones and checks the ranges. */
    public Steps {
      milestones = List.copyOf(milestones);
      require(of >= 1, "a schedule's length in epochs must be at least 1, but was " + of);
      require(warmupEpochs >= 0, "warmup must be at least 0 epochs, but was " + warmupEpochs);
    }

    @Override
    public double factor(double epoch, int epochs) {
      double result = warmup(epoch, warmupEpochs);
      for (int milestone : milestones) {
        if (epoch * of >= (double) milestone * epochs) {
          result *= factor;
        }
      }
      return result;
    }
  }

  /**
   * Half a cosine from 1 to {@code last} after a linear warmup (Loshchilov and Hutter, 2017).
   *
   * @param warmupEpochs number of epochs with a linear warmup, 0 for none
   * @param warmupStart factor at the start of the warmup
   * @param last factor at the end of the training
   */
  record Cosine(double warmupEpochs, double warmupStart, double last) implements Schedule {

    /** Checks the ranges. */
    public Cosine {
      require(warmupEpochs >= 0, "warmup must be at least 0 epochs, but was " + warmupEpochs);
    }

    @Override
    public double factor(double epoch, int epochs) {
      if (epoch < warmupEpochs) {
        return warmupStart + (1 - warmupStart) * epoch / warmupEpochs;
      }
      double done = Math.min(1, (epoch - warmupEpochs) / Math.max(1e-9, epochs - warmupEpochs));
      return last + (1 - last) * 0.5 * (1 + StrictMath.cos(Math.PI * done));
    }
  }

  /**
   * One cycle: the factor rises linearly to 1 and falls linearly again (Smith, 2018). A short
   * training can then use a high rate.
   *
   * @param peakAt share of the training at which the rate is highest, between 0 and 1
   * @param first factor at the start of the training
   * @param last factor at the end of the training
   */
  record OneCycle(double peakAt, double first, double last) implements Schedule {

    /** Checks the range of the peak. */
    public OneCycle {
      require(
          peakAt > 0 && peakAt < 1,
          "the peak of a cycle must lie between 0 and 1 of the training, but was " + peakAt);
    }

    @Override
    public double factor(double epoch, int epochs) {
      double done = epoch / epochs;
      return done < peakAt
          ? first + (1 - first) * done / peakAt
          : last + (1 - last) * Math.max(0, (1 - done) / (1 - peakAt));
    }
  }

  private static double warmup(double epoch, double warmupEpochs) {
    return epoch < warmupEpochs ? epoch / warmupEpochs : 1;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
