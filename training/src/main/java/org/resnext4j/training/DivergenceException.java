package org.resnext4j.training;

import java.io.IOException;
import java.util.OptionalInt;
import org.resnext4j.vision.metrics.Logits;

/**
 * Says that a network's answer is not finite, and for which example. The trainer adds where the
 * training stands and what may help.
 */
public final class DivergenceException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * An exception for one example.
   *
   * @param example name of the example, such as a picture's file
   * @param answer the first number of the answer that is not finite
   */
  public DivergenceException(String example, float answer) {
    super("the network's answer for %s became %s".formatted(example, answer));
  }

  /**
   * Checks the answer for one example.
   *
   * @param example name of the example, such as a picture's file
   * @param answers array that holds the answer
   * @param offset index of the answer's first number
   * @param count numbers of the answer
   * @throws DivergenceException naming the example if a number is NaN or infinite
   */
  public static void requireFinite(String example, float[] answers, int offset, int count)
      throws DivergenceException {
    OptionalInt found = Logits.notFinite(answers, offset, count);
    if (found.isPresent()) {
      throw new DivergenceException(example, answers[offset + found.getAsInt()]);
    }
  }
}
