package org.resnext4j.training.optimiser;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * How the learning rate runs over a training: a factor of the recipe's rate, as a function of the
 * epochs done (a fraction within an epoch).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Schedule.Steps.class, name = "steps"),
  @JsonSubTypes.Type(value = Schedule.Cosine.class, name = "cosine"),
  @JsonSubTypes.Type(value = Schedule.OneCycle.class, name = "one-cycle")
})
public sealed interface Schedule {

  /**
   * The factor of the learning rate.
   *
   * @param epoch epochs done, from 0 up to {@code epochs}; a fraction within an epoch
   * @param epochs epochs of the whole training
   */
  double factor(double epoch, int epochs);

  /**
   * Times {@code factor} at each milestone: the paper's ({@code factor} 0.1; ImageNet after 30, 60
   * and 90 epochs, CIFAR after 150 and 225 of 300).
   *
   * @param milestones epochs after which the rate falls, rising; if the training is not as long as
   *     {@code of}, they move in proportion
   * @param of epochs that the milestones are meant for
   * @param factor what the rate is multiplied by at each
   * @param warmupEpochs epochs of linear warmup before, 0 for none
   */
  record Steps(List<Integer> milestones, int of, double factor, double warmupEpochs)
      implements Schedule {

    /** Copies the milestones and checks that there is something to measure them by. */
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
   * Half a cosine from 1 to {@code last}, after linear warmup.
   *
   * @param warmupEpochs epochs of linear warmup, 0 for none
   * @param warmupStart factor at the start of the warmup
   * @param last factor at the end
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
   * Linear up to 1 and linear down again (Smith, 2018): lets a short training use a high rate.
   *
   * @param peakAt share of the training at which the rate is highest, between 0 and 1
   * @param first factor at the start
   * @param last factor at the end
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
