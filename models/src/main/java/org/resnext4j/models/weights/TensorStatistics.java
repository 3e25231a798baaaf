package org.resnext4j.models.weights;

import org.resnext4j.models.weights.storage.TensorInfo;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * Statistics of the values of a tensor.
 *
 * @param minimum smallest finite value; NaN if no value is finite
 * @param maximum largest finite value; NaN if no value is finite
 * @param mean mean of the finite values; NaN if no value is finite
 * @param deviation standard deviation of the finite values; NaN if no value is finite
 * @param notFinite number of values that are infinite or NaN
 */
public record TensorStatistics(
    double minimum, double maximum, double mean, double deviation, long notFinite) {

  private static final int CHUNK = 1 << 16;

  /**
   * Computes the statistics of a tensor of any size, part by part.
   *
   * @throws WeightFileException if the file has no such tensor, or is damaged
   */
  public static TensorStatistics of(WeightFile file, String tensor) throws WeightFileException {
    TensorInfo info = file.tensors().get(tensor);
    if (info == null) {
      throw new WeightFileException(file.path(), "there is no tensor named '%s'".formatted(tensor));
    }
    double minimum = Double.POSITIVE_INFINITY;
    double maximum = Double.NEGATIVE_INFINITY;
    double mean = 0;
    double squares = 0;
    long finite = 0;
    for (long from = 0; from < info.elements(); from += CHUNK) {
      float[] values = new float[(int) Math.min(CHUNK, info.elements() - from)];
      file.read(tensor, from, values);
      for (float value : values) {
        if (Float.isFinite(value)) {
          finite++;
          minimum = Math.min(minimum, value);
          maximum = Math.max(maximum, value);
          double distance = value - mean; // Welford's update (1962) subtracts no large sums.
          mean += distance / finite;
          squares += distance * (value - mean);
        }
      }
    }
    long notFinite = info.elements() - finite;
    return finite == 0
        ? new TensorStatistics(Double.NaN, Double.NaN, Double.NaN, Double.NaN, notFinite)
        : new TensorStatistics(minimum, maximum, mean, Math.sqrt(squares / finite), notFinite);
  }
}
