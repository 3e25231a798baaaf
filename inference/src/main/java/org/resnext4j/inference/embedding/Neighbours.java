package org.resnext4j.inference.embedding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Finds the nearest of many embeddings to a query, by the cosine of the angle between them. */
public final class Neighbours {

  private static final Comparator<Neighbour> FARTHEST_FIRST =
      Comparator.comparingDouble(Neighbour::similarity)
          .thenComparing(Neighbour::source, Comparator.reverseOrder());

  private final float[] query;
  private final int most;
  private final PriorityQueue<Neighbour> nearest = new PriorityQueue<>(FARTHEST_FIRST);

  /**
   * A picture near the query.
   *
   * @param source the picture's name
   * @param similarity cosine similarity, from -1 to 1
   */
  public record Neighbour(String source, double similarity) {}

  /**
   * Begins a search.
   *
   * @param query the embedding whose neighbours are sought
   * @param most number of neighbours to keep
   * @throws IllegalArgumentException if the number is below 1
   */
  public Neighbours(float[] query, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("expected at least one neighbour, but found " + most);
    }
    this.query = query.clone();
    this.most = most;
  }

  /** Compares a picture with the query. */
  public void add(Embedding.Vector vector) {
    nearest.add(new Neighbour(vector.source(), cosine(query, vector.values())));
    if (nearest.size() > most) {
      nearest.remove();
    }
  }

  /**
   * The nearest pictures so far, in descending order of similarity. Equal similarities are in the
   * order of the names.
   */
  public List<Neighbour> nearest() {
    List<Neighbour> sorted = new ArrayList<>(nearest);
    sorted.sort(FARTHEST_FIRST.reversed());
    return List.copyOf(sorted);
  }

  /**
   * The cosine of the angle between two vectors; 0 if a vector is zero.
   *
   * @throws IllegalArgumentException if their lengths differ
   */
  public static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "expected vectors of one length, but found %d and %d".formatted(a.length, b.length));
    }
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    double lengths = Math.sqrt(squaresOfA) * Math.sqrt(squaresOfB);
    return lengths == 0 ? 0 : Math.clamp(product / lengths, -1, 1);
  }
}
