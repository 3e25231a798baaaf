package org.resnext4j.engine.graph;

/**
 * A fixed linear filter along one side of a picture: the output at place i is {@code Σ
 * weights[i][k] · x[sources[i][k]]}.
 *
 * @param sources positions that each place reads
 * @param weights their factors
 */
@SuppressWarnings("ArrayRecordComponent") // Read by loops, never compared.
public record AxisFilter(int[][] sources, double[][] weights) {

  /** Number of outputs. */
  public int places() {
    return sources.length;
  }

  /**
   * The filter that carries gradients back: for each source the places that read it.
   *
   * @param size number of sources
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
