package org.resnext4j.engine.graph;

/**
 * A fixed linear filter along one side of a picture. The output at position i is {@code Σₖ
 * weights[i][k] · x[sources[i][k]]}.
 *
 * @param sources for each output, the input positions that it reads
 * @param weights for each output, the factors of these inputs
 */
@SuppressWarnings("ArrayRecordComponent") // Read by loops, never compared.
public record AxisFilter(int[][] sources, double[][] weights) {

  /** Number of outputs. */
  public int places() {
    return sources.length;
  }

  /**
   * The transposed filter, which computes the gradient of the input from the gradient of the
   * output.
   *
   * @param size number of inputs
   */
  public AxisFilter transposed(int size) {
    int[] counts = new int[size];
    for (int[] row : sources) {
      for (int source : row) {
        counts[source]++;
      }
    }
    int[][] places = new int[size][];
    double[][] factors = new double[size][];
    for (int source = 0; source < size; source++) {
      places[source] = new int[counts[source]];
      factors[source] = new double[counts[source]];
      counts[source] = 0;
    }
    for (int place = 0; place < sources.length; place++) {
      for (int k = 0; k < sources[place].length; k++) {
        int source = sources[place][k];
        places[source][counts[source]] = place;
        factors[source][counts[source]++] = weights[place][k];
      }
    }
    return new AxisFilter(places, factors);
  }
}
